"""Sets of endpoints, their pauses and windows, of pre-checks and of proofs of control."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from registry.catalogue.models import Product, Supplier
from registry.catalogue.selectors import suppliers_of
from registry.probes.enums import Control, ControlState

# Why an endpoint `{e}` is left alone at the moment `{now}`: said once, for the statements that
# claim and count and for the sets below. Each list is short and read once, whatever the endpoints.
_HOST_PAUSED = """{e}.host IN (
        SELECT p.host FROM probes_pause AS p WHERE p.host <> '' AND p.during @> {now})"""
_PAUSED = f"""(
    {{e}}.id IN (
        SELECT p.endpoint_id FROM probes_pause AS p
        WHERE p.endpoint_id IS NOT NULL AND p.during @> {{now}})
    OR {_HOST_PAUSED}
)"""
_HELD = "{e}.host IN (SELECT h.name FROM probes_host AS h WHERE h.not_before > {now})"
_IN_WINDOW = """({e}.host, {e}.product_id) IN (
    SELECT w.host, p.id
    FROM probes_occurrence AS o
    JOIN probes_maintenancewindow AS w ON w.id = o.window_id
    JOIN catalogue_product AS p ON p.supplier_id = w.supplier_id
    WHERE o.during @> {now}
)"""
_LEFT_ALONE = f"({_PAUSED} OR {_HELD} OR {_IN_WINDOW})"


def _said(sql: str) -> str:
    return sql.format(e="e", now="%(now)s::timestamptz")


# The same of an endpoint `e` in a statement whose parameter `now` is the moment.
PAUSED, HELD, IN_WINDOW, LEFT_ALONE = map(_said, (_PAUSED, _HELD, _IN_WINDOW, _LEFT_ALONE))
# Whether of the host of any row `e` that has one nothing at all is asked.
HOST_QUIET = _said(f"({_HOST_PAUSED} OR {_HELD})")


def _left_alone(now: datetime) -> RawSQL:
    sql = _LEFT_ALONE.format(e="probes_endpoint", now="%s::timestamptz")
    return RawSQL(sql, [now] * _LEFT_ALONE.count("{now}"), output_field=BooleanField())


class EndpointQuerySet(models.QuerySet):
    """Endpoints that somebody may see, or that are owed a visit."""

    def visible_to(self, user) -> "EndpointQuerySet":
        """Whoever may see the product may see its endpoints."""
        return self.filter(product__in=Product.objects.visible_to(user).values("pk"))

    def in_service_on(self, day: date) -> "EndpointQuerySet":
        """Endpoints that are in service on `day`."""
        return self.filter(in_service__contains=day)

    def unproved(self) -> "EndpointQuerySet":
        """Endpoints that wait for somebody to know who controls their host, oldest first."""
        return self.filter(control=Control.UNPROVED).order_by("pk")

    def left_alone(self, *, now: datetime) -> "EndpointQuerySet":
        """Endpoints that are paused or in maintenance, or whose host asked for peace.

        Only of the outermost query: the statement names the table itself.
        """
        return self.filter(_left_alone(now))

    def probed(self, *, now: datetime) -> "EndpointQuerySet":
        """Endpoints that may be visited: control of the host is known, nothing is paused, the
        host asked for no peace, and no maintenance goes on.

        Only of the outermost query, like `left_alone`.
        """
        return self.exclude(control=Control.UNPROVED).exclude(_left_alone(now))

    def owed(self, *, now: datetime, on: date) -> "EndpointQuerySet":
        """Endpoints that are owed a visit and that nobody has claimed."""
        asked = Q(asked_at__isnull=False) & (
            Q(last_probed_at__isnull=True) | Q(asked_at__gt=F("last_probed_at"))
        )
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.probed(now=now).in_service_on(on).filter(Q(due_at__lte=now) | asked, free)


class PrecheckQuerySet(models.QuerySet):
    """Pre-checks that somebody may see, that are owed, or that count towards a limit."""

    def visible_to(self, user) -> "PrecheckQuerySet":
        """Those who act for the supplier, and the national team."""
        return _of_theirs(self, user)

    def of_supplier(self, supplier: Supplier) -> "PrecheckQuerySet":
        """Those of one supplier."""
        return self.filter(supplier=supplier)

    def unfinished(self) -> "PrecheckQuerySet":
        """Those that wait or run."""
        return self.filter(finished_at__isnull=True)

    def asked_within(self, span: timedelta, *, now: datetime) -> "PrecheckQuerySet":
        """Those that were asked for less than `span` before `now`, the newest first."""
        return self.filter(asked_at__gt=now - span).order_by("-asked_at")


class HostControlQuerySet(models.QuerySet):
    """Proofs of control that somebody may see, or that must be looked for."""

    def visible_to(self, user) -> "HostControlQuerySet":
        """A supplier's people see its own, with what must be placed where; the team sees all."""
        return _of_theirs(self, user)

    def owed(self, *, now: datetime) -> "HostControlQuerySet":
        """Proofs that must be looked for, and that nobody has claimed."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.filter(free, due_at__lte=now).exclude(state=ControlState.WITHDRAWN)

    def at_hosts(self, names: models.QuerySet) -> "HostControlQuerySet":
        """Those of these hosts, at whatever port."""
        # An address of IPv6 stands in brackets there, and without them among the hosts.
        host = F("authority")
        for pattern in (r":\d+$", r"^\[", r"\]$"):
            host = Func(host, Value(pattern), Value(""), function="regexp_replace")
        return self.alias(at=Cast(host, models.TextField())).filter(at__in=names)


def _of_theirs(rows: models.QuerySet, user) -> models.QuerySet:
    """All for the national team, else those of the suppliers that `user` acts for."""
    if user.is_authenticated and user.is_national:
        return rows.all()
    return rows.filter(supplier__in=suppliers_of(user).order_by().values("pk"))


class PauseQuerySet(models.QuerySet):
    """Pauses of hosts and of endpoints."""

    def visible_to(self, user) -> "PauseQuerySet":
        """The national team sees all; others those of endpoints of products they may see."""
        if user.is_authenticated and user.is_national:
            return self.all()
        return self.filter(endpoint__product__in=Product.objects.visible_to(user).values("pk"))

    def open_at(self, moment: datetime) -> "PauseQuerySet":
        """Those that stand at `moment`."""
        return self.filter(during__contains=moment)

    def touching(self, endpoint) -> "PauseQuerySet":
        """Those of an endpoint and of its host."""
        return self.filter(Q(endpoint=endpoint) | Q(host=endpoint.host))


class WindowQuerySet(models.QuerySet):
    """Maintenance windows."""

    def concerning(self, endpoint) -> "WindowQuerySet":
        """Those that its supplier declared for the endpoint's host."""
        return self.filter(supplier=endpoint.product.supplier_id, host=endpoint.host)
