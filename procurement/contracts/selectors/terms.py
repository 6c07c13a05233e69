"""How long each product of a contract stays compliant, of what is left of the contract's term."""

from dataclasses import dataclass, replace
from datetime import datetime

from procurement.contracts.models import Contract
from procurement.contracts.selectors.holdings import Holding
from registry.catalogue.models import Product
from registry.compliance import selectors as compliance
from registry.compliance.rules import Stay, Term


@dataclass(frozen=True)
class ProductStay:
    """A product of a contract, from the first day that is left of the term on."""

    product: Product
    stay: Stay

    @property
    def replace_for(self) -> Term | None:
        """The days for which it has to be replaced: from its first failing day to the term's
        last. `None` when it lasts.
        """
        if self.stay.throughout:
            return None
        return replace(self.stay.term, start=self.stay.fails_on)


def stays_in_rest(holding: Holding, *, known_at: datetime | None) -> list[ProductStay]:
    """As `stays_over`, of what is left of the contract's term; excused days do not pass.

    Nothing when the contract is over.
    """
    if holding.rest is None:
        return []
    term = Term(holding.rest.lower, holding.rest.upper)
    return stays_over(holding.contract, term, known_at=known_at)


def stays_over(contract: Contract, term: Term, *, known_at: datetime | None) -> list[ProductStay]:
    """Each product of the contract over a term, its own or another; those that fail first first.

    Two queries and the contract's own products.
    """
    products = {product.pk: product for product in contract.products.all()}
    stays = compliance.stays(dict.fromkeys(products, term), known_at=known_at)
    found = [ProductStay(products[pk], stay) for pk, stay in stays.items()]
    return sorted(found, key=_soonest)


def _soonest(one: ProductStay) -> tuple:
    ends = one.stay.fails_on
    return (ends is None, ends or one.stay.term.start, one.product.name)
