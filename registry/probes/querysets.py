"""Sets of endpoints, of pre-checks, and of proofs that suppliers control their hosts."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q

from registry.catalogue.models import Product, Supplier
from registry.catalogue.selectors import suppliers_of
from registry.probes.enums import Control, ControlState


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

    def probed(self) -> "EndpointQuerySet":
        """Endpoints that may be visited: control of the host is known, and nobody paused them."""
        return self.filter(paused=False).exclude(control=Control.UNPROVED)

    def owed(self, *, now: datetime, on: date) -> "EndpointQuerySet":
        """Endpoints that are owed a visit and that nobody has claimed."""
        asked = Q(asked_at__isnull=False) & (
            Q(last_probed_at__isnull=True) | Q(asked_at__gt=F("last_probed_at"))
        )
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.probed().in_service_on(on).filter(Q(due_at__lte=now) | asked, free)


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


def _of_theirs(rows: models.QuerySet, user) -> models.QuerySet:
    """All for the national team, else those of the suppliers that `user` acts for."""
    if user.is_authenticated and user.is_national:
        return rows.all()
    return rows.filter(supplier__in=suppliers_of(user).order_by().values("pk"))
