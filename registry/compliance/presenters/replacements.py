"""What could replace a product: each with what would be lost and gained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.catalogue.models import Product
from registry.catalogue.selectors import products_visible_to
from registry.compliance import selectors
from registry.compliance.enums import Verdict
from registry.compliance.rules import Stay, Term
from registry.compliance.rules.replacing import Place
from registry.compliance.selectors import pages
from registry.compliance.selectors.replacements import Abilities, abilities, replacements
from registry.standards.enums import CapabilityGroup
from registry.standards.models import Capability


@dataclass(frozen=True)
class Replacement:
    """A product that shares capabilities with another, and how the two differ."""

    product: Product
    # On the first day of the term, and how long it stays so.
    verdict: Verdict
    stay: Stay
    shared: tuple[Capability, ...]
    # National capabilities of the one that the other lacks, and the other way round.
    lost: tuple[Capability, ...]
    gained: tuple[Capability, ...]
    # What the one is and the other is not.
    traits_lost: tuple[Capability, ...]
    # Codes of standards that the one meets on the day and the other does not on the first day.
    standards_lost: tuple[str, ...]

    @property
    def wanted(self) -> int:
        """How many capabilities there are to cover."""
        return len(self.shared) + len(self.lost)


@dataclass(frozen=True)
class Ranking:
    """The places, best first, and the question that they answer."""

    product: Product
    on: date
    term: Term
    known_at: datetime | None
    # The national capabilities of the product on the day, by name.
    capabilities: list[Capability]
    # The places that were read, and how many there are of all and of those that pass.
    every: list[Place]
    count: int
    passing_count: int

    @property
    def passing(self) -> list[Place]:
        """Those that are compliant throughout the term."""
        return [place for place in self.every if place.passes]

    def rows(self, places: Sequence[Place]) -> list[Replacement]:
        """A page of places with what they mean, in five queries."""
        if not places:
            return []
        ids = [place.product_id for place in places]
        products = Product.objects.select_related("supplier").in_bulk(ids)
        does = abilities(
            self.product.pk, ids, on=self.on, start=self.term.start, known_at=self.known_at
        )
        stays = selectors.stays(dict.fromkeys(ids, self.term), known_at=self.known_at)
        own = does[self.product.pk]
        return [_compared(products[pk], stays[pk], own, does[pk]) for pk in ids]


def ranking(
    product: Product,
    user,
    *,
    on: date,
    term: Term | None,
    known_at: datetime | None,
    best: int | None = None,
) -> Ranking:
    """What could replace `product`, of the products that `user` may see.

    Without a term the day alone has to pass. With `best` only so many of those that pass are
    read, however many there are.
    """
    term = term or Term.of_day(on)
    wanted = pages.capabilities_by_product([product.pk], on=on).get(product.pk, [])
    wanted = [each for each in dict.fromkeys(wanted) if each.group == CapabilityGroup.NATIONAL]
    visible = products_visible_to(user)
    found = replacements(product, visible, on=on, term=term, known_at=known_at, best=best)
    return Ranking(product, on, term, known_at, wanted, found.places, found.count, found.passing)


# How many the product's own page shows.
FEW = 3


@dataclass(frozen=True)
class Best:
    """The first few of a ranking, for the product's own page."""

    ranking: Ranking
    rows: list[Replacement]


def best(product: Product, user, *, on: date, term: Term | None, known_at: datetime | None) -> Best:
    """The compliant products that could best replace `product`."""
    found = ranking(product, user, on=on, term=term, known_at=known_at, best=FEW)
    return Best(found, found.rows(found.passing))


def _compared(product: Product, stay: Stay, own: Abilities, other: Abilities) -> Replacement:
    held, offered = set(own.capabilities), set(other.capabilities)
    national = [each for each in own.capabilities if each.group == CapabilityGroup.NATIONAL]
    return Replacement(
        product=product,
        verdict=Verdict(stay.at_start),
        stay=stay,
        shared=tuple(each for each in national if each in offered),
        lost=tuple(each for each in national if each not in offered),
        gained=tuple(
            each
            for each in other.capabilities
            if each not in held and each.group == CapabilityGroup.NATIONAL
        ),
        traits_lost=tuple(
            each
            for each in own.capabilities
            if each not in offered and each.group == CapabilityGroup.TRAIT
        ),
        standards_lost=tuple(code for code in own.standards if code not in other.standards),
    )
