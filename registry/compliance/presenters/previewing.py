"""What evidence would change, in words: per product its verdict, per standard its status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.catalogue.models import Product
from registry.common.formatting import last_day
from registry.compliance.enums import Status, Verdict
from registry.compliance.selectors import Owed
from registry.compliance.selectors.drafted import SupposedProof, supposed
from registry.compliance.selectors.timelines import SpellFact, VerdictFact
from registry.compliance.services import Preview, preview
from registry.evidence.models import Submission
from registry.standards.models import Criterion, Standard

# So many turns to come are told; the pair's page shows them all.
TURNS = 3


@dataclass(frozen=True)
class Stage:
    """From the day asked about on: what holds, and the last day of it (`None`: no end known)."""

    word: Status | Verdict
    until: date | None


@dataclass(frozen=True)
class Line:
    """One standard of one product that the evidence speaks to."""

    standard: Standard
    criteria: list[str]
    before: list[Stage]
    after: list[Stage]
    # Codes of criteria that stay unproved on the first day on which it is owed, with that day.
    missing: list[str]
    missing_from: date | None

    @property
    def changed(self) -> bool:
        """Whether any day to come has another status."""
        return self.before != self.after


@dataclass(frozen=True)
class ProductChange:
    """One product that the evidence is for."""

    product: Product
    before: list[Stage]
    after: list[Stage]
    lines: list[Line]

    @property
    def changed(self) -> bool:
        """Whether its verdict changes on any day to come."""
        return self.before != self.after


@dataclass(frozen=True)
class Change:
    """All that a draft would change. `assumed`: its dates are not given yet."""

    products: list[ProductChange]
    assumed: bool
    first: date | None
    last: date | None


def change(draft: Submission, *, on: date) -> Change | None:
    """What would change if the draft were accepted as it stands; `None` when it proves nothing."""
    proofs, assumed = supposed(draft, on=on)
    if not proofs:
        return None
    found = preview(proofs=proofs, on=on)
    products = Product.objects.in_bulk([proof.product_id for proof in proofs])
    criteria = Criterion.objects.select_related("version__standard").in_bulk(
        {pk for proof in proofs for pk in proof.criteria}
    )
    changes = [_of_product(products[each.product_id], each, criteria, found, on) for each in proofs]
    valid = proofs[0].valid
    return Change(
        sorted(changes, key=lambda one: one.product.name),
        assumed,
        valid.lower,
        last_day(valid.upper),
    )


def _of_product(
    product: Product,
    proof: SupposedProof,
    criteria: dict[int, Criterion],
    found: Preview,
    on: date,
) -> ProductChange:
    spoken: dict[int, tuple[Standard, list[str]]] = {}
    for pk in sorted(proof.criteria):
        standard = criteria[pk].version.standard
        spoken.setdefault(standard.pk, (standard, []))[1].append(criteria[pk].code)
    lines = [
        _line(product, standard, sorted(codes), found, on)
        for standard, codes in sorted(spoken.values(), key=lambda one: one[0].code)
    ]
    return ProductChange(
        product,
        _verdicts(found.before.verdicts.get(product.pk, []), on),
        _verdicts(found.after.verdicts.get(product.pk, []), on),
        lines,
    )


def _line(product: Product, standard: Standard, codes: list[str], found: Preview, on: date) -> Line:
    pair = product.pk, standard.pk
    owed = [one for one in found.owed if (one.product.pk, one.standard.pk) == pair]
    first, missing = _missing(owed)
    return Line(
        standard,
        codes,
        _statuses(found.before.pairs.get(pair), on),
        _statuses(found.after.pairs.get(pair), on),
        missing,
        first,
    )


def _missing(owed: Sequence[Owed]) -> tuple[date | None, list[str]]:
    """The first day on which something is owed and not proved, and what is."""
    first = min((one.by for one in owed if one.by), default=None)
    return first, sorted(one.criterion.code for one in owed if first and one.by == first)


def _statuses(timeline, on: date) -> list[Stage]:
    spells = timeline.spells if timeline else [SpellFact("not_required", None, None)]
    return [
        Stage(Status(spell.status), last_day(spell.until)) for spell in _ahead(spells, on)[:TURNS]
    ]


def _verdicts(facts: Sequence[VerdictFact], on: date) -> list[Stage]:
    return [
        Stage(Verdict(fact.verdict), last_day(fact.until)) for fact in _ahead(facts, on)[:TURNS]
    ]


def _ahead(facts: Sequence, on: date) -> list:
    return [fact for fact in facts if fact.until is None or fact.until > on]


def panel_of_draft(
    draft: Submission, *, user, on: date, known_at: datetime | None, today: date
) -> dict | None:
    """What sending a draft would change once it is accepted, for the page that sends it."""
    found = change(draft, on=on)
    return {"change": found} if found else None
