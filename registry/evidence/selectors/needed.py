"""What there is to prove."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Q,
    QuerySet,
)
from psycopg2.extras import DateRange

from registry.catalogue.enums import ProductState
from registry.catalogue.models import Claim, Product
from registry.common.periods import first_day, overlap
from registry.standards.models import Criterion, StandardScope


@dataclass(frozen=True)
class Needed:
    """A criterion that the product must meet now or later, and the first such day from `on`."""

    criterion: Criterion
    required_from: date


def provable_criteria(
    product: Product, *, on: date, form: str | None = None, ids: Iterable[int] = ()
) -> list[Needed]:
    """Criteria of the standards that are, or will be, required of `product`; see `provable_of`."""
    return provable_of([product.pk], on=on, form=form, ids=ids)[product.pk]


def provable_of(
    product_ids: Sequence[int], *, on: date, form: str | None = None, ids: Iterable[int] = ()
) -> dict[int, list[Needed]]:
    """By product, criteria of the standards that are, or will be, required of it. Three queries.

    Only versions that are still accepted after `on`, and only criteria that evidence (of
    `form`, when given) can prove. Those in `ids` are listed whether required or not.
    """
    required = _required_from(product_ids, on=on)
    ids = set(ids)
    standards = {standard_id for each in required.values() for standard_id in each}
    still = Q(version__accepted__upper_inf=True) | Q(version__accepted__endswith__gt=on)
    wanted = Q(pk__in=ids) | (still & Q(version__standard__in=standards))
    criteria = Criterion.objects.filter(wanted, proofs__len__gt=0)
    if form:
        criteria = criteria.filter(proofs__contains=[form])
    criteria = list(
        criteria.select_related("version__standard").order_by(
            "version__standard__code", "-version__accepted", "level", "code"
        )
    )
    return {
        product_id: [
            Needed(criterion, days.get(criterion.version.standard_id, on))
            for criterion in criteria
            if criterion.pk in ids or criterion.version.standard_id in days
        ]
        for product_id, days in required.items()
    }


def criteria_by_id(ids: Iterable[int]) -> list[Criterion]:
    """The criteria of these primary keys that exist, with their version and standard."""
    found = Criterion.objects.filter(pk__in=list(ids)).select_related("version__standard")
    return list(found.order_by("version__standard__code", "code"))


@dataclass(frozen=True)
class Wanted:
    """What somebody set out to prove: criteria by product (its primary key).

    `products` are by name. Where there is one at most, it is a mere suggestion: the criteria are
    meant for whichever product is chosen.
    """

    products: list[Product]
    criteria: list[Criterion]
    by_product: dict[int, frozenset[int]]

    def of(self, product: Product) -> frozenset[int]:
        """The criteria (primary keys) to prove of `product`."""
        if len(self.products) < 2:
            return frozenset(criterion.pk for criterion in self.criteria)
        return self.by_product.get(product.pk, frozenset())

    def named(self, product: Product) -> list[Criterion]:
        """The same as rows."""
        ids = self.of(product)
        return [criterion for criterion in self.criteria if criterion.pk in ids]


def wanted(user, items: Iterable[tuple[str, int]]) -> Wanted:
    """Criteria to prove from pairs of a product's reference (may be empty) and a primary key.

    What `user` may not submit evidence for, and criteria that there are not, are left out.
    """
    items = list(items)
    refs = {ref for ref, _ in items if ref}
    products = {each.ref: each for each in products_of(user).filter(ref__in=refs)}
    criteria = criteria_by_id({pk for _, pk in items})
    known = {criterion.pk for criterion in criteria}
    by_product: dict[int, set[int]] = {}
    for ref, pk in items:
        if ref in products and pk in known:
            by_product.setdefault(products[ref].pk, set()).add(pk)
    chosen = [each for each in products.values() if each.pk in by_product]
    return Wanted(
        products=sorted(chosen, key=lambda one: (one.name, one.pk)),
        criteria=criteria,
        by_product={pk: frozenset(ids) for pk, ids in by_product.items()},
    )


def _required_from(product_ids: Sequence[int], *, on: date) -> dict[int, dict[int, date]]:
    """By product, each standard with the first day, `on` or later, that it is required of it."""
    always = {None: [DateRange(None, None, "[)")]}
    claims: dict[int, dict[int | None, list[DateRange]]] = {pk: dict(always) for pk in product_ids}
    for claim in Claim.objects.filter(product__in=product_ids):
        claims[claim.product_id].setdefault(claim.capability_id, []).append(claim.claimed)
    named = {pk for of_product in claims.values() for pk in of_product if pk}
    scopes = list(StandardScope.objects.filter(Q(capability=None) | Q(capability__in=named)))
    return {pk: _first_days(scopes, of_product, on=on) for pk, of_product in claims.items()}


def _first_days(
    scopes: Sequence[StandardScope], claims: dict[int | None, list[DateRange]], *, on: date
) -> dict[int, date]:
    found: dict[int, date] = {}
    for scope in scopes:
        days = [overlap(scope.required, span) for span in claims.get(scope.capability_id, ())]
        first = first_day([each for each in days if each is not None], on=on)
        if first is not None:
            found[scope.standard_id] = min(first, found.get(scope.standard_id, first))
    return found


def products_of(user) -> QuerySet[Product]:
    """The products that `user` may submit evidence for."""
    return (
        Product.objects.filter(supplier__memberships__user=user)
        .exclude(state=ProductState.WITHDRAWN)
        .select_related("supplier")
        .order_by("supplier__name", "name")
    )
