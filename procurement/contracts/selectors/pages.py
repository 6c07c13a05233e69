"""What the pages about contracts ask: who sees which, where a product is used, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from procurement.contracts.models import Contract
from procurement.contracts.selectors.holdings import Holding, Lapse, holdings, read_for_holdings
from registry.catalogue.enums import ProductState
from registry.catalogue.models import Product, Supplier
from registry.common.errors import NotPermitted
from registry.compliance import selectors as compliance
from registry.standards.enums import CapabilityGroup
from registry.standards.models import Capability


@dataclass(frozen=True)
class Use:
    """Where a product is used, as far as somebody may see it."""

    holdings: list[Holding]
    count: int
    # Pounds, over the whole terms of the contracts that run; `None` when no value is known.
    value: Decimal | None


MOST_SHOWN = 20


def use_of(
    product: Product, *, user, on: date, known_at: datetime | None, today: date
) -> Use | None:
    """The contracts on a product that run on `on` and that `user` may see today, or `None`.

    The largest first, at most `MOST_SHOWN` of them.
    """
    contracts = Contract.objects.visible_to(user, on=today).not_over(on=on).filter(products=product)
    totals = contracts.aggregate(count=Count("pk"), value=Sum("value", filter=Q(currency="GBP")))
    if not totals["count"]:
        return None
    largest = contracts.order_by(F("value").desc(nulls_last=True), "ref")[:MOST_SHOWN]
    found = holdings(read_for_holdings(largest), on=on, known_at=known_at)
    return Use(found, totals["count"], totals["value"])


def why(
    holding: Holding, *, on: date, known_at: datetime | None, most: int = MOST_SHOWN
) -> list[tuple[Lapse, list[str]]]:
    """The first lapses of a contract, each with its reasons in sentences.

    A pair that lapses more than once is explained on the first day of its first lapse.
    """
    lapses = holding.lapses[:most]
    days = {(x.product.pk, x.standard.pk): x.days.lower for x in reversed(lapses)}
    explained = compliance.explain_many(days=days, known_at=known_at, seen=on)
    return [
        (lapse, [x.words for x in explained[lapse.product.pk, lapse.standard.pk].unproved])
        for lapse in lapses
    ]


def capabilities_at_risk(holding: Holding, *, on: date) -> list[str]:
    """References of the national capabilities of the product that lapses first."""
    if not holding.lapses:
        return []
    return list(
        Capability.objects.filter(
            group=CapabilityGroup.NATIONAL,
            claims__product=holding.lapses[0].product,
            claims__claimed__contains=on,
        )
        .distinct()
        .values_list("ref", flat=True)
    )


def suppliers_to_choose() -> QuerySet[Supplier]:
    """Suppliers that have a product which may be bought, by name."""
    bought = Product.objects.exclude(state=ProductState.DRAFT)
    return Supplier.objects.filter(pk__in=bought.values("supplier"))


def products_to_choose(supplier: Supplier) -> QuerySet[Product]:
    """Products of a supplier that a contract can cover: withdrawn ones too, drafts never."""
    return Product.objects.filter(supplier=supplier).exclude(state=ProductState.DRAFT)


def seen_by(user, *, on: date) -> QuerySet[Contract]:
    """The contracts that `user` may see on a day, ready for `holdings`."""
    return read_for_holdings(Contract.objects.visible_to(user, on=on))


def answered_for_by(user, *, on: date) -> QuerySet[Contract]:
    """The contracts on a buyer's desk: their organisations', and those of whom they followed."""
    return Contract.objects.bought_by(user, on=on)


def answers_for(user, contract: Contract, *, on: date) -> bool:
    """Whether `user` buys for the contract's buyer, or for one that has followed it."""
    return Contract.objects.filter(pk=contract.pk).bought_by(user, on=on).exists()


def require_answers_for(user, contract: Contract, *, on: date) -> None:
    """Raise `NotPermitted` unless `user` answers for the contract as a buyer."""
    if not answers_for(user, contract, on=on):
        raise NotPermitted("Only people who buy for the contract’s buyer may do this.")
