"""Verdicts on products: on a day, over a term, and the next day they turn bad."""

from datetime import date, datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from registry.compliance.enums import Status, Verdict
from registry.compliance.models import Spell, VerdictSpell


def verdicts(*, product_ids: list[int], on: date, known_at: datetime | None) -> dict[int, Verdict]:
    """The verdict on each of these products on a day. One query."""
    held = dict(
        VerdictSpell.objects.known_at(known_at)
        .on(on)
        .filter(product__in=product_ids)
        .values_list("product_id", "verdict")
    )
    return {pk: Verdict(held.get(pk, Verdict.NOTHING_REQUIRED)) for pk in product_ids}


def with_verdict(queryset: QuerySet, *, on: date, known_at: datetime | None) -> QuerySet:
    """Products annotated with `.verdict`, the text of a `Verdict`."""
    held = VerdictSpell.objects.known_at(known_at).on(on).filter(product=OuterRef("pk"))
    return queryset.annotate(
        verdict=Coalesce(
            Subquery(held.values("verdict")[:1]),
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
    good = [Verdict.COMPLIANT, Verdict.EXEMPT] if allow_exempt else [Verdict.COMPLIANT]
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
    ahead = (
        Spell.objects.known_at(known_at)
        .filter(product__in=product_ids, status=Status.NOT_MET)
        .touching(on, None)
        .annotate(
            # GREATEST passes over the NULL of an open start.
            day=Greatest(Func(F("period"), function="lower", output_field=DateField()), Value(on))
        )
        .values("product_id", "day")
        .annotate(standards=ArrayAgg("standard_id", order_by="standard_id"))
        .order_by("product_id", "day")
    )
    first: dict[int, tuple[date, list[int]]] = {}
    for row in ahead:
        first.setdefault(row["product_id"], (row["day"], row["standards"]))
    return first
