"""What evidence of a form can prove, of which products of a supplier, and how each stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from registry.catalogue.models import Product
from registry.common.formatting import format_date, last_day
from registry.compliance.selectors import standings
from registry.compliance.selectors.drafted import chosen
from registry.compliance.selectors.owed import Standing
from registry.evidence.models import Submission
from registry.evidence.rules.completeness import OF_ONE_PRODUCT
from registry.evidence.selectors import Needed, products_of, provable_of
from registry.standards.enums import Level
from registry.standards.models import Criterion

# What is owed within this stands in the open on the page; the rest is folded away.
NEAR = timedelta(days=365)


@dataclass(frozen=True)
class Option:
    """One product of which a requirement may be proved. `near`: it is owed within a year."""

    product: Product
    words: str
    near: bool
    chosen: bool


@dataclass(frozen=True)
class Requirement:
    """One criterion that the form of evidence can prove, and the products that owe it."""

    criterion: Criterion
    options: list[Option]

    @property
    def name(self) -> str:
        """Standard, version and code."""
        version = self.criterion.version
        return f"{version.standard.code} {version.version}, {self.criterion.code}"

    @property
    def in_the_open(self) -> bool:
        """Whether it is what the supplier most likely came for."""
        return any(option.chosen or option.near for option in self.options)


def standing_words(standing: Standing | None, *, on: date) -> str:
    """How a criterion stands on the day, in a sentence."""
    if standing is None:
        return "No version that counts demands it any more."
    if standing.proved:
        if standing.until is None:
            return "Proved, no end."
        return f"Proved until {format_date(last_day(standing.until))}."
    if standing.by is None:
        return "Not proved; excused."
    if standing.by <= on:
        return "Not proved, owed now."
    return f"Not proved, owed from {format_date(standing.by)}."


def offered(draft: Submission, *, user, on: date) -> list[Requirement]:
    """What evidence of the draft's form can prove, of which of the supplier's products.

    In order of standard and criterion; a fixed number of queries, however many products there are.
    """
    mine = chosen(draft)
    products = _products(draft, user)
    ids = [product.pk for product in products]
    every = {pk for criteria in mine.values() for pk in criteria}
    provable = provable_of(ids, on=on, form=draft.form, ids=every)
    standing = standings(ids, on=on)
    found: dict[int, Requirement] = {}
    for product in products:
        for need in provable[product.pk]:
            if _speaks_of(need, product.pk, standing, mine):
                pk = need.criterion.pk
                option = _option(product, need, standing.get((product.pk, pk)), mine, on)
                found.setdefault(pk, Requirement(need.criterion, [])).options.append(option)
    return sorted(found.values(), key=_order)


def _option(
    product: Product,
    need: Needed,
    standing: Standing | None,
    mine: dict[int, set[int]],
    on: date,
) -> Option:
    near = bool(standing and standing.by and standing.by <= on + NEAR)
    if need.criterion.level != Level.MUST:
        words = "Recommended, not required."
    else:
        words = standing_words(standing, on=on)
    return Option(product, words, near, need.criterion.pk in mine.get(product.pk, ()))


def _order(one: Requirement) -> tuple:
    version = one.criterion.version
    return version.standard.code, version.version, one.criterion.level, one.criterion.code


def _speaks_of(need: Needed, product_id: int, standing: dict, mine: dict[int, set[int]]) -> bool:
    """What was chosen for another product is no reason to offer it for this one."""
    pk = need.criterion.pk
    if pk in mine.get(product_id, ()):
        return True
    return (product_id, pk) in standing or need.criterion.level != Level.MUST


def _products(draft: Submission, user) -> Iterable[Product]:
    if draft.form in OF_ONE_PRODUCT:
        return [draft.product]
    others = products_of(user).filter(supplier=draft.product.supplier_id)
    return [draft.product, *others.exclude(pk=draft.product_id)]
