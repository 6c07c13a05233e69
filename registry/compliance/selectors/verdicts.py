"""Verdicts on products: on a day, over a term, and the next day they turn bad."""

from datetime import date, datetime

from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce

from registry.compliance.enums import Verdict
from registry.compliance.models import VerdictSpell
from registry.compliance.selectors.statement import Bound, held, known


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


class _CompliantThroughout(Func):
    """Whether one compliant spell of the product holds every day of `[start, until)`.

    One must: neighbouring days of one verdict are never apart. Those that have one are read
    first, through an index of compliant spells. Written out: every search with a term asks it.
    """

    output_field = BooleanField()

    def __init__(self, start: date, until: date | None, known_at: datetime | None):
        super().__init__(F("pk"))
        self.start, self.until, self.known_at = start, until, known_at

    def as_sql(self, compiler, connection, **options) -> tuple[str, list]:
        (product,) = self.source_expressions
        held, moment = known("v", self.known_at)
        found = f"""{compiler.compile(product)[0]} = ANY (ARRAY (
            SELECT v.product_id FROM compliance_verdictspell AS v
            WHERE {held} AND v.verdict = 'compliant' AND v.period @> daterange(%s, %s)
        ))"""
        values = term_values(self.start, self.until)
        return found, [*moment, *(Bound(name, value) for name, value in values.items())]


def term_values(start: date | None, until: date | None) -> dict[str, date | None]:
    """The values of a term that `compliant_throughout` leaves in its statement."""
    return {"term_start": start, "term_until": until}


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
        return queryset.filter(_CompliantThroughout(start, until, known_at))
    good = [Verdict.COMPLIANT, Verdict.EXEMPT]
    touching = VerdictSpell.objects.known_at(known_at).filter(product=OuterRef("pk"))
    touching = touching.touching(start, until)
    # Verdicts partition all time: no bad day, and some day at all, is every day good.
    return queryset.filter(
        Exists(touching.filter(verdict__in=good)), ~Exists(touching.exclude(verdict__in=good))
    )
