"""Who is left alone and why: pauses, hosts that asked for peace, maintenance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from registry.catalogue.models import Supplier
from registry.probes.models import Endpoint, Host, MaintenanceWindow, Occurrence, Pause
from registry.probes.rules.windows import KNOWN_AHEAD, WITHIN, Moments

# Of a page: weekly maintenance goes on for ever.
OCCURRENCES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Maintenance:
    """One time that a window is open."""

    window: MaintenanceWindow
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why an endpoint is left alone at `now`, and the maintenance that is to come."""

    now: datetime
    pauses: list[Pause]
    held_until: datetime | None
    maintenance: list[Maintenance]

    @property
    def open_now(self) -> Maintenance | None:
        """The maintenance that goes on, the one that ends last."""
        going_on = [each for each in self.maintenance if each.since <= self.now]
        return max(going_on, key=lambda each: each.until, default=None)

    @property
    def to_come(self) -> list[Maintenance]:
        """The maintenance that has not begun."""
        return [each for each in self.maintenance if each.since > self.now]

    @property
    def is_left_alone(self) -> bool:
        """Whether nobody visits it now. Says the same as LEFT_ALONE of querysets.py."""
        return bool(self.pauses or self.held_until or self.open_now)

    @property
    def own_pause(self) -> Pause | None:
        """The pause of the endpoint itself."""
        return next((each for each in self.pauses if not each.host), None)


def quiet(endpoint: Endpoint, *, now: datetime) -> Quiet:
    """Why `endpoint` is left alone at `now`, if it is: three statements."""
    pauses = Pause.objects.touching(endpoint).open_at(now).select_related("paused_by")
    return Quiet(
        now=now,
        pauses=list(pauses),
        held_until=held_until(endpoint.host, now=now),
        maintenance=_maintenance(
            Occurrence.objects.filter(
                window__host=endpoint.host, window__supplier=endpoint.product.supplier_id
            ),
            now,
        ),
    )


def left_alone_among(endpoints: Iterable[Endpoint], *, now: datetime) -> set[int]:
    """Which of these endpoints nobody visits at `now`, by primary key, in one query."""
    rows = Endpoint.objects.filter(pk__in=[each.pk for each in endpoints])
    return set(rows.left_alone(now=now).order_by().values_list("pk", flat=True))


def quiet_hosts(*, now: datetime) -> QuerySet:
    """The names of hosts of which nothing is asked at `now`: paused, or asked for peace."""
    paused = Pause.objects.open_at(now).exclude(host="").values("host")
    return paused.union(Host.objects.filter(not_before__gt=now).values("name"))


def is_paused(host: str, *, now: datetime) -> bool:
    """Whether an officer has paused all of a host."""
    return Pause.objects.open_at(now).filter(host=host).exclude(host="").exists()


def held_until(host: str, *, now: datetime) -> datetime | None:
    """Until when a host asked to be left alone; `None` when it did not, or that is over."""
    rows = Host.objects.filter(pk=host, not_before__gt=now)
    return rows.values_list("not_before", flat=True).first()


def maintenance_of(host: str, *, now: datetime) -> list[Maintenance]:
    """The maintenance at a host that goes on or comes next, whoever's."""
    return _maintenance(Occurrence.objects.filter(window__host=host), now)


def _maintenance(rows: QuerySet[Occurrence], now: datetime) -> list[Maintenance]:
    rows = rows.filter(during__endswith__gt=now).select_related("window__supplier")
    return [
        Maintenance(each.window, each.during.lower, each.during.upper)
        for each in rows.order_by("during")[:OCCURRENCES_SHOWN]
    ]


def occurrences_around(*, supplier: Supplier, host: str, now: datetime) -> list[Moments]:
    """Every time, from 28 days ago on, that a supplier's maintenance at a host is open."""
    rows = Occurrence.objects.filter(
        window__supplier=supplier, window__host=host, during__endswith__gt=now - WITHIN
    )
    return [(each.lower, each.upper) for each in rows.values_list("during", flat=True)]


def windows_of(endpoint: Endpoint, *, now: datetime) -> list[MaintenanceWindow]:
    """The windows for an endpoint that are not over: neither cancelled nor past."""
    rows = MaintenanceWindow.objects.concerning(endpoint).filter(cancelled_at__isnull=True)
    still = rows.filter(occurrences__during__endswith__gt=now)
    return list(still.distinct().select_related("declared_by"))


def lasting_windows(*, now: datetime) -> list[int]:
    """The weekly windows of which more occurrences have to be worked out."""
    rows = MaintenanceWindow.objects.filter(weekly=True, cancelled_at__isnull=True)
    known = rows.exclude(occurrences__during__startswith__gt=now + KNOWN_AHEAD - timedelta(days=7))
    return list(known.order_by("pk").values_list("pk", flat=True))


def window(user, pk: int) -> MaintenanceWindow | None:
    """The window, if `user` may see an endpoint that it is about."""
    found = MaintenanceWindow.objects.select_related("supplier").filter(pk=pk).first()
    if found is None or endpoint_of(user, found) is None:
        return None
    return found


def endpoint_of(user, found: MaintenanceWindow) -> Endpoint | None:
    """An endpoint that a window is about and that `user` may see."""
    rows = Endpoint.objects.visible_to(user).filter(
        host=found.host, product__supplier=found.supplier
    )
    return rows.select_related("product__supplier").order_by("pk").first()


def endpoints_at(user, host: str) -> QuerySet[Endpoint]:
    """The endpoints at a host that `user` may see, of every supplier."""
    rows = Endpoint.objects.visible_to(user).filter(host=host)
    return rows.select_related("product__supplier").order_by("product__supplier__name", "url")


def pauses_of_host(host: str) -> list[Pause]:
    """Every pause of a host itself, the latest first."""
    return list(Pause.objects.filter(host=host).select_related("paused_by", "lifted_by"))


def open_pauses(user, *, now: datetime) -> QuerySet[Pause]:
    """What is paused now, as far as `user` may see it, the longest first."""
    rows = Pause.objects.visible_to(user).open_at(now).select_related("paused_by", "endpoint")
    return rows.order_by("during", "pk")


def held_hosts(*, now: datetime) -> list[tuple[str, datetime, int]]:
    """The hosts that asked to be left alone, until when, and how many endpoints they have."""
    rows = dict(Host.objects.filter(not_before__gt=now).values_list("name", "not_before"))
    counted = Endpoint.objects.filter(host__in=rows).order_by().values_list("host")
    endpoints = dict(counted.annotate(count=Count("pk")))
    return [(host, rows[host], endpoints.get(host, 0)) for host in sorted(rows)]
