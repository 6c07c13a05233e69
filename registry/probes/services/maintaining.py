"""Maintenance windows: declared ahead, cancelled, never edited."""

from datetime import datetime, time, timedelta

from django.db import transaction

from registry.accounts.models import User
from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.catalogue.models import Supplier
from registry.catalogue.selectors import acts_for
from registry.common import locks
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.common.formatting import format_datetime, format_plural
from registry.probes.models import Endpoint, MaintenanceWindow, Occurrence
from registry.probes.rules.windows import (
    DECLARED_AHEAD,
    KNOWN_AHEAD,
    LONGEST,
    MOST,
    WITHIN,
    Moments,
    Pattern,
    as_range,
    most_within,
)
from registry.probes.selectors.quiet import lasting_windows, occurrences_around
from registry.probes.services.endpoints import VOUCHERS


class WindowRefused(RuleBroken):
    """The window is not one that may be declared."""


class WindowOver(Conflict):
    """There is nothing left to cancel."""


@transaction.atomic
def declare_window(
    *,
    endpoint: Endpoint,
    starts: datetime,
    ends: datetime,
    weekly: bool,
    note: str,
    by: User,
    now: datetime,
) -> MaintenanceWindow:
    """The supplier, or an officer, says when its endpoints at a host will be worked on.

    `starts` and `ends` are what a clock in London shows, without a zone. No endpoint of another
    supplier at that host is concerned.
    """
    supplier = endpoint.product.supplier
    require_may_declare(by, supplier)
    pattern = Pattern(starts.date(), time(starts.hour, starts.minute), ends - starts, weekly=weekly)
    # Two that were declared at once would each be within the limit, and not both.
    locks.advisory(f"probes windows {supplier.pk} {endpoint.host}")
    spans = _spans(pattern, now)
    _refuse_too_much(supplier, endpoint.host, spans, weekly, now)
    window = MaintenanceWindow.objects.create(
        supplier=supplier,
        host=endpoint.host,
        first_day=pattern.first_day,
        starts=pattern.starts,
        length=pattern.length,
        weekly=weekly,
        note=note.strip(),
        declared_by=by,
        declared_at=now,
    )
    Occurrence.objects.bulk_create(
        Occurrence(window=window, during=as_range(span)) for span in spans
    )
    audit.record(
        actor=by,
        action="probes.window_declared",
        subject=window,
        now=now,
        detail={"supplier": supplier.ref, "from": spans[0][0], "until": spans[0][1]}
        | {"weekly": weekly, "note": window.note},
    )
    return window


@transaction.atomic
def cancel_window(*, window: MaintenanceWindow, by: User, now: datetime) -> MaintenanceWindow:
    """What is to come of a window does not happen, and what goes on is over."""
    require_may_declare(by, window.supplier)
    window = (
        MaintenanceWindow.objects.select_related("supplier")
        .select_for_update(of=("self",))
        .get(pk=window.pk)
    )
    if window.cancelled_at is not None:
        raise WindowOver("This window was cancelled already.")
    left = window.occurrences.filter(during__endswith__gt=now)
    if not left.exists():
        raise WindowOver("This window is over, so there is nothing to cancel.")
    left.filter(during__startswith__gte=now).delete()
    for going_on in left:
        going_on.during = as_range((going_on.during.lower, now))
        going_on.save(update_fields=["during"])
    window.cancelled_by, window.cancelled_at = by, now
    window.save(update_fields=["cancelled_by", "cancelled_at"])
    audit.record(actor=by, action="probes.window_cancelled", subject=window, now=now)
    return window


@transaction.atomic
def work_out_windows(*, now: datetime) -> int:
    """Work out the weekly windows for as long ahead as they are known. Returns how many times
    of maintenance were added; a second run adds none."""
    added = 0
    for pk in lasting_windows(now=now):
        window = MaintenanceWindow.objects.select_for_update().get(pk=pk)
        if window.cancelled_at is None:
            added += _continue(window, now)
    return added


def _continue(window: MaintenanceWindow, now: datetime) -> int:
    known = window.occurrences.order_by("during").values_list("during", flat=True).last()
    since = known.upper if known else window.declared_at
    spans = pattern_of(window).occurrences(since=since, until=now + KNOWN_AHEAD)
    rows = [Occurrence(window=window, during=as_range(span)) for span in spans]
    if rows:
        Occurrence.objects.bulk_create(rows)
        audit.record(
            actor=system_user(name="prober"),
            action="probes.window_worked_out",
            subject=window,
            now=now,
            detail={"added": len(rows)},
        )
    return len(rows)


def pattern_of(window: MaintenanceWindow) -> Pattern:
    """When a window is open."""
    return Pattern(window.first_day, window.starts, window.length, window.weekly)


def require_may_declare(by: User, supplier: Supplier) -> None:
    """Raise `NotPermitted` unless `by` acts for the supplier or is one of the officers."""
    if not (by.has_role(*VOUCHERS) or acts_for(by, supplier)):
        raise NotPermitted(
            f"Only people who act for {supplier.name} and the team’s officers may do this."
        )


def _spans(pattern: Pattern, now: datetime) -> list[Moments]:
    """Every time that a new window is open, as far as that is worked out."""
    if pattern.length <= timedelta():
        raise WindowRefused("The end must be after the start.", field="ends_at")
    if pattern.length > LONGEST:
        raise WindowRefused("A window may last 24 hours at most. End it earlier.", field="ends_at")
    first = pattern.on(pattern.first_day)
    if first is None:
        raise WindowRefused(
            "The clocks go forward that night, and skip all of this time. Choose another time.",
            field="starts_at",
        )
    minute = now.replace(second=0, microsecond=0)
    if first[0] < minute:
        raise WindowRefused(
            f"A window is declared ahead: it is {format_datetime(now)} now. Give a later start.",
            field="starts_at",
        )
    if first[0] > now + DECLARED_AHEAD:
        weeks = format_plural(DECLARED_AHEAD.days // 7, "week")
        raise WindowRefused(
            f"A window may be declared {weeks} ahead at most. Give an earlier start.",
            field="starts_on",
        )
    if first[1] - first[0] > LONGEST:
        raise WindowRefused(
            "The clocks go back that night, so this would last 25 hours. A window may last 24 "
            "hours at most: end it an hour earlier.",
            field="ends_at",
        )
    # What began in this very minute begins now: nothing is said of what is past.
    spans = [first, *pattern.occurrences(since=first[1], until=now + KNOWN_AHEAD)]
    return [(max(begun, now), ended) for begun, ended in spans if ended > now]


def _refuse_too_much(
    supplier: Supplier, host: str, spans: list[Moments], weekly: bool, now: datetime
) -> None:
    known = occurrences_around(supplier=supplier, host=host, now=now)
    if most_within([*known, *spans]) <= MOST:
        return
    left = MOST - most_within(known, near=spans)
    raise WindowRefused(
        f"At most {_hours(MOST)} of maintenance may be announced for {host} in any "
        f"{WITHIN.days} days. {_left(max(left, timedelta()), weekly)}",
        field="ends_at",
    )


def _left(left: timedelta, weekly: bool) -> str:
    if not left:
        return (
            "Nothing is left of that around this time: cancel another window or choose a later day."
        )
    weeks = WITHIN // timedelta(days=7)
    if weekly:
        return f"{_hours(left)} are left, which is {_hours(left / weeks)} every week."
    return f"{_hours(left)} are left of that around this time: make the window shorter."


def _hours(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    told = [format_plural(minutes // 60, "hour")] if minutes >= 60 else []
    if minutes % 60 or not told:
        told.append(format_plural(minutes % 60, "minute"))
    return " ".join(told)
