"""What is forecast of many products: when each stops and starts being compliant, and why.

Set-wise over the verdicts that the register held; the words are those of docs/adr/0064.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from registry.compliance import rules
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import VerdictSpell
from registry.compliance.rules import Forecast
from registry.compliance.selectors.lines import Line, blamed, verdict_lines

# The status of the standards that make a verdict what it is. Nothing is to blame for the others.
TO_BLAME = {Verdict.NON_COMPLIANT: Status.NOT_MET, Verdict.EXEMPT: Status.EXEMPT}


class Outlook(NamedTuple):
    """The verdict on a product on a day, and what is known of the days after it.

    Standards are told by their codes, in order.
    """

    forecast: Forecast
    # Standards to blame on the day on which it stops being compliant.
    because: tuple[str, ...]
    # The first day, that day or later, on which it is non-compliant, and what is not met on it.
    not_met_from: date | None
    not_met: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict on the day."""
        return Verdict(self.forecast.verdict)


def outlooks(
    *,
    product_ids: Iterable[int],
    on: date,
    known_at: datetime | None,
    lines: Mapping[int, Line] | None = None,
) -> dict[int, Outlook]:
    """The outlook of each of these products from the day `on`.

    `lines` are their verdicts where they were read already, each from `on` on or earlier. Two
    queries at most, one with `lines`.
    """
    if lines is None:
        lines = verdict_lines(product_ids, since=on, known_at=known_at)
    forecasts = {pk: rules.forecast(line, on) for pk, line in lines.items()}
    bad = {
        pk: (pk, day, Status.NOT_MET.value)
        for pk, line in lines.items()
        if (day := _first_bad(line, on))
    }
    ends = {
        pk: (pk, one.stops.day, TO_BLAME[one.stops.verdict].value)
        for pk, one in forecasts.items()
        if one.stops and one.stops.verdict in TO_BLAME
    }
    codes = blamed([*bad.values(), *ends.values()], known_at=known_at)
    return {
        pk: Outlook(
            forecast=one,
            because=codes.get(ends.get(pk), ()),
            not_met_from=bad[pk][1] if pk in bad else None,
            not_met=codes.get(bad.get(pk), ()),
        )
        for pk, one in forecasts.items()
    }


def _first_bad(line: Line, on: date) -> date | None:
    bad = (
        max(span.lower or on, on)
        for verdict, span in line
        if verdict == Verdict.NON_COMPLIANT and not (span.upper and span.upper <= on)
    )
    return min(bad, default=None)


def _held(verdict: Verdict, on: date, known_at: datetime | None) -> QuerySet[VerdictSpell]:
    """The stretch of `verdict` around `on` of the product of an outer query."""
    held = VerdictSpell.objects.known_at(known_at).on(on)
    return held.filter(product=OuterRef("pk"), verdict=verdict)


def _lapses(on: date, known_at: datetime | None) -> QuerySet[VerdictSpell]:
    """The non-compliant stretches after `on` of the product of an outer query, in no order."""
    known = VerdictSpell.objects.known_at(known_at).filter(period__startswith__gt=on)
    return known.filter(product=OuterRef("pk"), verdict=Verdict.NON_COMPLIANT).order_by()


def first_lapse(*, on: date, known_at: datetime | None) -> Subquery:
    """The day after `on` on which the product of an outer query becomes non-compliant first."""
    lapses = _lapses(on, known_at).values("product").annotate(day=Min("period__startswith"))
    return Subquery(lapses.values("day"))


def stopping_before(
    queryset: QuerySet, *, day: date, on: date, known_at: datetime | None
) -> QuerySet:
    """Products that are compliant on `on` and stop being so before `day`, and those excused on it
    that become non-compliant before it: an excuse that ends is as much to be warned of.
    """
    stops = Exists(_held(Verdict.COMPLIANT, on, known_at).filter(period__endswith__lt=day))
    excused = Exists(_held(Verdict.EXEMPT, on, known_at))
    lapses = Exists(_lapses(on, known_at).filter(period__startswith__lt=day))
    return queryset.filter(stops | (excused & lapses))


def soonest_first(queryset: QuerySet, *, on: date, known_at: datetime | None) -> QuerySet:
    """Those compliant on `on` by the day they stop being so, those excused on it by the day they
    become non-compliant; then those of which no such day is known, then those that are not
    compliant; names decide between equals.
    """
    end = Func(F("period"), function="upper", output_field=DateField())
    never = Value(date.max)
    compliant = _held(Verdict.COMPLIANT, on, known_at).values(end=Coalesce(end, never))
    lapses = Coalesce(first_lapse(on=on, known_at=known_at), never)
    excused = Case(When(Exists(_held(Verdict.EXEMPT, on, known_at)), then=lapses))
    # No answer is "not compliant", and an open end is later than every day.
    stops = Coalesce(Subquery(compliant[:1]), excused)
    return queryset.alias(stops=stops).order_by(F("stops").asc(nulls_last=True), "name", "pk")
