"""Until when products stay compliant from a day on: for an order in SQL, and for a page of rows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

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
from registry.compliance.selectors.lines import Line, blamed, verdict_lines


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
    terms: Mapping[int, Term],
    *,
    known_at: datetime | None,
    because: bool = True,
    lines: Mapping[int, Line] | None = None,
) -> dict[int, Stay]:
    """How long each product stays compliant from the first day of its term, and what ends it.

    `terms` is by product. `lines` are their verdicts where they were read already, each from the
    term's first day on or earlier. Two queries whatever the number; one less without `because`,
    and one less with `lines`.
    """
    if not terms:
        return {}
    if lines is None:
        since = min(term.start for term in terms.values())
        lines = verdict_lines(terms, since=since, known_at=known_at)
    found = {pk: rules.stay(lines[pk], term) for pk, term in terms.items()}
    return _blamed(found, known_at) if because else found


def _blamed(found: dict[int, Stay], known_at: datetime | None) -> dict[int, Stay]:
    """The same stays, each with the codes of the standards that end it."""
    asked = {
        pk: (pk, stay.fails_on, rules.TO_BLAME[stay.verdict])
        for pk, stay in found.items()
        if stay.verdict in rules.TO_BLAME
    }
    codes = blamed(asked.values(), known_at=known_at)
    return {
        pk: replace(stay, because=codes.get(asked[pk], ())) if pk in asked else stay
        for pk, stay in found.items()
    }
