"""What there is to prove."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Q,
    QuerySet,
)
from psycopg2.extras import DateRange

from registry.catalogue.enums import ProductState
from registry.catalogue.models import Claim, Product
from registry.common.periods import overlap
from registry.standards.models import Criterion, StandardScope


@dataclass(frozen=True)
class Needed:
    """A criterion that the product must meet now or later, and the first such day from `on`."""

    criterion: Criterion
    required_from: date


def provable_criteria(
    product: Product, *, on: date, form: str | None = None, ids: Iterable[int] = ()
) -> list[Needed]:
    """Criteria of the standards that are, or will be, required of `product`.

    Only versions that are still accepted after `on`, and only criteria that evidence (of
    `form`, when given) can prove. Those in `ids` are listed whether required or not.
    """
    required = _required_from(product, on=on)
    still = Q(version__accepted__upper_inf=True) | Q(version__accepted__endswith__gt=on)
    wanted = Q(pk__in=list(ids)) | (still & Q(version__standard__in=required))
    criteria = Criterion.objects.filter(wanted, proofs__len__gt=0)
    if form:
        criteria = criteria.filter(proofs__contains=[form])
    criteria = criteria.select_related("version__standard").order_by(
        "version__standard__code", "-version__accepted", "level", "code"
    )
    return [
        Needed(criterion, required.get(criterion.version.standard_id, on)) for criterion in criteria
    ]


def criteria_by_id(ids: Iterable[int]) -> list[Criterion]:
    """The criteria of these primary keys that exist, with their version and standard."""
    found = Criterion.objects.filter(pk__in=list(ids)).select_related("version__standard")
    return list(found.order_by("version__standard__code", "code"))


def _required_from(product: Product, *, on: date) -> dict[int, date]:
    """Standard to the first day, `on` or later, that it is required of `product`."""
    claims: dict[int | None, list[DateRange]] = {None: [DateRange(None, None, "[)")]}
    for claim in Claim.objects.filter(product=product):
        claims.setdefault(claim.capability_id, []).append(claim.claimed)
    scopes = StandardScope.objects.filter(
        Q(capability=None) | Q(capability__in=[pk for pk in claims if pk])
    )
    found: dict[int, date] = {}
    for scope in scopes:
        for span in claims[scope.capability_id]:
            days = overlap(scope.required, span)
            if days is not None and (days.upper is None or days.upper > on):
                first = max(days.lower or on, on)
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
