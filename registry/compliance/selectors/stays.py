"""Until when products stay compliant from a day on: for an order in SQL, and for a page of rows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import connection
from django.db.models import (
    DateField,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf

from registry.compliance import rules
from registry.compliance.models import VerdictSpell
from registry.compliance.rules import Stay, Term


def compliant_until(
    queryset: QuerySet, *, start: date, allow_exempt: bool, known_at: datetime | None
) -> QuerySet:
    """Products annotated with `.compliant_until`: the first day, `start` or later, that fails.

    `start` itself for a product that does not pass on it, `None` for one that always passes.
    With `allow_exempt` exempt days pass. Says what `rules.stay` says, of many.
    """
    good = Term(start, allow_exempt=allow_exempt).good
    never = Cast(Value("infinity", output_field=TextField()), DateField())
    lower = Func(F("period"), function="lower", output_field=DateField())
    fails_on = (
        VerdictSpell.objects.known_at(known_at)
        .filter(product=OuterRef("pk"))
        # The days from `start` on, said of the end: `&&` sends each product to the index of
        # exclusions, which takes many times as long as the covering one.
        .filter(Q(period__upper_inf=True) | Q(period__endswith__gt=start))
        .order_by()
        .values("product")
        # GREATEST passes over the NULL of an open start.
        .annotate(day=Min(Greatest(lower, Value(start)), filter=~Q(verdict__in=good)))
        # Verdicts partition all time: no day that fails is every day passed.
        .annotate(fails_on=Coalesce("day", never))
        .values("fails_on")
    )
    # Nothing was ever required of a product without verdicts: it fails at once.
    first = Coalesce(Subquery(fails_on), Value(start), output_field=DateField())
    return queryset.annotate(compliant_until=NullIf(first, never))


def stays(
    terms: Mapping[int, Term], *, known_at: datetime | None, because: bool = True
) -> dict[int, Stay]:
    """How long each product stays compliant from the first day of its term, and what ends it.

    `terms` is by product. Two queries whatever their number; one without `because`.
    """
    if not terms:
        return {}
    spells = (
        VerdictSpell.objects.known_at(known_at)
        .filter(product__in=terms)
        .touching(min(term.start for term in terms.values()), None)
        .values_list("product_id", "verdict", "period")
    )
    lines = defaultdict(list)
    for product_id, verdict, span in spells:
        lines[product_id].append((verdict, span))
    found = {pk: rules.stay(lines[pk], term) for pk, term in terms.items()}
    return _blamed(found, known_at) if because else found


# The standards to blame on one day of each product, asked for by product, day and status.
_BLAME = """
    SELECT asked.product_id, array_agg(standard.code ORDER BY standard.code)
    FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS asked (product_id, day, status)
    JOIN compliance_spell AS spell ON spell.product_id = asked.product_id
        AND spell.period @> asked.day AND spell.status = asked.status AND {known}
    JOIN standards_standard AS standard ON standard.id = spell.standard_id
    GROUP BY asked.product_id
"""


def known(alias: str, known_at: datetime | None) -> tuple[str, list]:
    """What `SpellQuerySet.known_at` says to the ORM, for statements; and its parameters."""
    if known_at is None:
        return f"upper_inf({alias}.recorded)", []
    return f"{alias}.recorded @> %s::timestamptz", [known_at]


def _blamed(found: dict[int, Stay], known_at: datetime | None) -> dict[int, Stay]:
    """The same stays, each with the codes of the standards that end it."""
    asked = [
        (pk, stay.fails_on, rules.TO_BLAME[stay.verdict])
        for pk, stay in found.items()
        if stay.verdict in rules.TO_BLAME
    ]
    if not asked:
        return found
    held, moment = known("spell", known_at)
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*asked, strict=True)]
        cursor.execute(_BLAME.format(known=held), [*columns, *moment])
        codes = dict(cursor.fetchall())
    return {pk: replace(stay, because=tuple(codes.get(pk, ()))) for pk, stay in found.items()}
