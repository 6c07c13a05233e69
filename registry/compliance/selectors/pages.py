"""Reads behind the public pages and the API: what the register holds of a product or standard."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import orjson
from django.db.models import Count, QuerySet

from registry.catalogue.enums import ProductState
from registry.catalogue.models import Claim, Product, Supplier
from registry.compliance.enums import Status, Verdict
from registry.compliance.models import Spell, VerdictSpell
from registry.compliance.selectors.statement import held
from registry.standards import selectors as standards
from registry.standards.models import Capability, Standard


@dataclass(frozen=True)
class Counts:
    """The home page's figures, of listed products on a day."""

    listed: int
    compliant: int
    suppliers: int
    mandatory: int
    coming: list[standards.Coming]


def counts(user, *, on: date) -> Counts:
    """How many products are listed and compliant, and what becomes mandatory next."""
    listed = listed_products(user)
    compliant = (
        VerdictSpell.objects.current()
        .on(on)
        .filter(verdict=Verdict.COMPLIANT, product__in=listed.values("pk"))
    )
    return Counts(
        listed=listed.count(),
        compliant=compliant.count(),
        suppliers=Supplier.objects.filter(products__in=listed.values("pk")).distinct().count(),
        mandatory=standards.mandatory_count(on=on),
        coming=standards.next_mandatory_days(on=on, limit=5),
    )


def listed_products(user) -> QuerySet[Product]:
    """Products that can be bought, of those that `user` may see."""
    return Product.objects.visible_to(user).filter(state=ProductState.LISTED)


def verdict_line(*, product_id: int, known_at: datetime | None) -> list[VerdictSpell]:
    """The verdict of a product on every day, in order of time.

    Empty when nothing was ever required of it.
    """
    spells = VerdictSpell.objects.known_at(known_at).filter(product_id=product_id)
    return list(spells.order_by("period"))


def standards_by_id(ids: Iterable[int]) -> dict[int, Standard]:
    """Standards by primary key."""
    return Standard.objects.in_bulk(list(ids))


def claims_of(product: Product) -> QuerySet[Claim]:
    """What a product claims, national capabilities before traits, by name."""
    return product.claims.select_related("capability").order_by(
        "capability__group", "capability__name", "claimed"
    )


def status_counts(
    standard: Standard, products: QuerySet[Product], *, on: date, known_at: datetime | None
) -> dict[Status, int]:
    """How many of `products` have each status for `standard` on a day."""
    rows = (
        _pairs(standard, products, on=on, known_at=known_at)
        .values_list("status")
        .annotate(Count("pk"))
        .order_by()
    )
    found = dict(rows)
    return {status: found.get(status.value, 0) for status in Status}


def pairs_with(
    status: Status,
    standard: Standard,
    products: QuerySet[Product],
    *,
    on: date,
    known_at: datetime | None,
) -> QuerySet[Spell]:
    """Spells of `standard` with `status` on a day, by product name, product and supplier read."""
    return (
        _pairs(standard, products, on=on, known_at=known_at)
        .filter(status=status)
        .select_related("product__supplier")
        .order_by("product__name", "product")
    )


def _pairs(
    standard: Standard, products: QuerySet[Product], *, on: date, known_at: datetime | None
) -> QuerySet[Spell]:
    return (
        Spell.objects.known_at(known_at)
        .on(on)
        .filter(standard=standard, product__in=products.values("pk"))
    )


# The columns of `claimed.sql`.
_CAPABILITY = ("id", "ref", "name", "group")


def capabilities_by_product(ids: list[int], *, on: date) -> dict[int, list[Capability]]:
    """What each of these products claims on a day, by name."""
    claims = held("claimed.sql", known_at=None, product_ids=ids, day=on)
    # Many products claim the same few: each is made once.
    capabilities: dict[int, Capability] = {}
    claimed: dict[int, list[Capability]] = {}
    for product, pk, *columns in claims:
        if pk not in capabilities:
            capabilities[pk] = Capability.from_db("default", _CAPABILITY, (pk, *columns))
        claimed.setdefault(product, []).append(capabilities[pk])
    return claimed


def product_by_ref(user, ref: str) -> Product | None:
    """The product, its supplier read, if `user` may see it."""
    return Product.objects.visible_to(user).select_related("supplier").filter(ref=ref).first()


class ListedSupplier(NamedTuple):
    """A supplier as a list of products names it."""

    ref: str
    name: str


class Listed(NamedTuple):
    """A product as lists show it: what they read of a `Product`, without what a model costs."""

    pk: int
    ref: str
    name: str
    summary: str
    state: str
    hosting: str
    supplier: ListedSupplier


def listed(columns: str) -> Listed:
    """A product of a list from its row of `search.sql`, a JSON array."""
    *product, ref, name = orjson.loads(columns)
    return Listed(*product, ListedSupplier(ref, name))
