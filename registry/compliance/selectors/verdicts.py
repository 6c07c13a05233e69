"""Verdicts on products: on a day, over a term, and the next day they turn bad."""

from datetime import date, datetime

from django.db.models import (
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce
from psycopg2.extras import DateRange

from registry.common.read_first import AmongFirst
from registry.compliance.enums import Verdict
from registry.compliance.models import VerdictSpell
from registry.compliance.selectors.statement import held


def verdicts(*, product_ids: list[int], on: date, known_at: datetime | None) -> dict[int, Verdict]:
    """The verdict on each of these products on a day. One query."""
    rows = held("verdicts.sql", known_at=known_at, product_ids=product_ids, day=on)
    found = dict(rows)
    return {pk: Verdict(found.get(pk, Verdict.NOTHING_REQUIRED)) for pk in product_ids}


def with_verdict(queryset: QuerySet, *, on: date, known_at: datetime | None) -> QuerySet:
    """Products annotated with `.verdict`, the text of a `Verdict`."""
    spells = VerdictSpell.objects.known_at(known_at).on(on).filter(product=OuterRef("pk"))
    return queryset.annotate(
        verdict=Coalesce(
            Subquery(spells.values("verdict")[:1]),
            Value(Verdict.NOTHING_REQUIRED.value),
            output_field=TextField(),
        )
    )


def compliant_throughout(
    queryset: QuerySet,
    *,
    start: date,
    until: date | None,
    allow_exempt: bool,
    known_at: datetime | None,
) -> QuerySet:
    """Products that are compliant on every day of `[start, until)`; `None` is for ever.

    With `allow_exempt` exempt days pass.
    """
    if not allow_exempt:
        # One spell holds the whole term: neighbouring days of one verdict are never apart.
        whole = VerdictSpell.objects.known_at(known_at).filter(
            verdict=Verdict.COMPLIANT, period__contains=DateRange(start, until)
        )
        return queryset.filter(AmongFirst("pk", whole.values("product")))
    good = [Verdict.COMPLIANT, Verdict.EXEMPT]
    touching = VerdictSpell.objects.known_at(known_at).filter(product=OuterRef("pk"))
    touching = touching.touching(start, until)
    # Verdicts partition all time: no bad day, and some day at all, is every day good.
    return queryset.filter(
        Exists(touching.filter(verdict__in=good)), ~Exists(touching.exclude(verdict__in=good))
    )


def next_not_met(
    *, product_ids: list[int], on: date, known_at: datetime | None
) -> dict[int, tuple[date, list[int]]]:
    """The first day, `on` or later, on which each product is non-compliant, and the standards
    (ids, in order) that are not met on it. Products that never are do not appear. One query.
    """
    rows = held("next_not_met.sql", known_at=known_at, product_ids=product_ids, day=on)
    return {product_id: (day, standards) for product_id, day, standards in rows}
