"""What is forecast of many products: when each stops and starts being compliant, and why.

Set-wise over the verdicts that the register held; the words are those of docs/adr/0064.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import DateField, Exists, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from registry.compliance import rules
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import VerdictSpell
from registry.compliance.rules import Forecast

# The status of the standards that make a verdict what it is. Nothing is to blame for the others.
TO_BLAME = {Verdict.NON_COMPLIANT: Status.NOT_MET, Verdict.EXEMPT: Status.EXEMPT}

_BLAMED = """
    SELECT asked.product_id, asked.day, s.standard_id
    FROM unnest(%(products)s::bigint[], %(days)s::date[], %(statuses)s::text[])
        AS asked (product_id, day, status)
    JOIN compliance_spell AS s
        ON s.product_id = asked.product_id AND s.status = asked.status AND s.period @> asked.day
    WHERE CASE WHEN %(known_at)s::timestamptz IS NULL THEN upper_inf(s.recorded)
        ELSE s.recorded @> %(known_at)s::timestamptz END
    ORDER BY asked.product_id, asked.day, s.standard_id
"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The verdict on a product on a day, and what is known of the days after it.

    Standards are told by their ids, in order.
    """

    forecast: Forecast
    # Standards to blame on the day on which it stops being compliant.
    because: tuple[int, ...]
    # The first day, that day or later, on which it is non-compliant, and what is not met on it.
    not_met_from: date | None
    not_met: tuple[int, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict on the day."""
        return Verdict(self.forecast.verdict)


def outlooks(
    *, product_ids: Iterable[int], on: date, known_at: datetime | None
) -> dict[int, Outlook]:
    """The outlook of each of these products from the day `on`. Two queries at most."""
    lines: dict[int, list] = {pk: [] for pk in product_ids}
    spells = VerdictSpell.objects.known_at(known_at).touching(on, None)
    rows = spells.filter(product__in=list(lines)).order_by("product_id", "period")
    for pk, verdict, span in rows.values_list("product_id", "verdict", "period"):
        lines[pk].append((verdict, span))
    forecasts = {pk: rules.forecast(line, on) for pk, line in lines.items()}
    bad = {pk: _first_bad(line, on) for pk, line in lines.items()}
    wanted = {(pk, day, Status.NOT_MET) for pk, day in bad.items() if day}
    wanted |= {
        (pk, one.stops.day, TO_BLAME[one.stops.verdict])
        for pk, one in forecasts.items()
        if one.stops and one.stops.verdict in TO_BLAME
    }
    blamed = _blamed(wanted, known_at)
    return {
        pk: Outlook(
            forecast=one,
            because=blamed.get((pk, one.stops.day), ()) if one.stops else (),
            not_met_from=bad[pk],
            not_met=blamed.get((pk, bad[pk]), ()),
        )
        for pk, one in forecasts.items()
    }


def _first_bad(line: list[tuple], on: date) -> date | None:
    bad = (span.lower or on for verdict, span in line if verdict == Verdict.NON_COMPLIANT)
    return next((max(start, on) for start in bad), None)


def _blamed(
    wanted: set[tuple[int, date, Status]], known_at: datetime | None
) -> dict[tuple[int, date], tuple[int, ...]]:
    """The standards (ids) of products (ids) that had a status on a day. One query, if any."""
    if not wanted:
        return {}
    products, days, statuses = zip(*sorted(wanted), strict=True)
    given = {
        "products": list(products),
        "days": list(days),
        "statuses": [status.value for status in statuses],
        "known_at": known_at,
    }
    found: dict[tuple, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BLAMED, given)
        for pk, day, standard_id in cursor.fetchall():
            found[pk, day].append(standard_id)
    return {key: tuple(ids) for key, ids in found.items()}


def _compliant(on: date, known_at: datetime | None) -> QuerySet[VerdictSpell]:
    """The compliant stretch around `on` of the product of an outer query."""
    held = VerdictSpell.objects.known_at(known_at).on(on)
    return held.filter(product=OuterRef("pk"), verdict=Verdict.COMPLIANT)


def stopping_before(
    queryset: QuerySet, *, day: date, on: date, known_at: datetime | None
) -> QuerySet:
    """Products that are compliant on `on`, and stop being so before `day`."""
    return queryset.filter(Exists(_compliant(on, known_at).filter(period__endswith__lt=day)))


def soonest_first(queryset: QuerySet, *, on: date, known_at: datetime | None) -> QuerySet:
    """Those compliant on `on` by the day they stop being so, then those of which no such day is
    known, then those that are not compliant; names decide between equals.
    """
    end = Func(F("period"), function="upper", output_field=DateField())
    # One question: no answer is "not compliant", and an open end is later than every day.
    stops = Subquery(_compliant(on, known_at).values(end=Coalesce(end, Value(date.max)))[:1])
    return queryset.alias(stops=stops).order_by(F("stops").asc(nulls_last=True), "name", "pk")
