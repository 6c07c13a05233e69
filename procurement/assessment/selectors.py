"""The assessors' queue in the order of harm: evidence joined with who holds the product."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from procurement.assessment.rules import Harm, Waiting, place
from procurement.buyers import selectors as buyers
from procurement.contracts.models import Contract, ContractItem
from registry.common.periods import civil_date
from registry.evidence import selectors as evidence
from registry.evidence.models import Submission

_LAPSES = (Path(__file__).parent / "lapses.sql").read_text(encoding="utf-8")


def in_order(rows: QuerySet[Submission], *, user, sort: str, on: date) -> list[Waiting]:
    """Rows of `evidence.assessment_queue` with what rests on each; `sort` is one of `rules.SORTS`.

    Five queries, however many rows there are.
    """
    keys = list(rows.order_by().values_list("pk", "product", "submitted_at"))
    harms = _harms({pk: product for pk, product, _ in keys}, user=user, on=on)
    waiting = [Waiting(pk, submitted_at, harms[pk]) for pk, _, submitted_at in keys]
    return sorted(waiting, key=lambda one: place(one, sort=sort, on=on))


def _harms(products: dict[int, int], *, user, on: date) -> dict[int, Harm]:
    """What rests on each submission, given its product."""
    days = _lapses(products, on=on)
    held, worth = _stakes(set(products.values()), user=user, on=on)
    return {
        pk: Harm(days.get(pk), len(held[product]), worth.get(product))
        for pk, product in products.items()
    }


def _lapses(ids: Iterable[int], *, on: date) -> dict[int, date]:
    with connection.cursor() as cursor:
        cursor.execute(_LAPSES, {"ids": sorted(ids), "on": on})
        return dict(cursor.fetchall())


def _stakes(
    products: set[int], *, user, on: date
) -> tuple[dict[int, set[int]], dict[int, Decimal]]:
    """By product: the organisations that answer for its contracts, and what these are worth.

    Contracts that are over are left out. Successors count, not whom they followed.
    """
    live = Contract.objects.visible_to(user, on=on).not_over(on=on)
    pounds = Q(contract__currency="GBP")
    rows = list(
        ContractItem.objects.filter(product__in=products, contract__in=live)
        .order_by()
        .values_list("product", "contract__buyer")
        .annotate(worth=Sum("contract__value", filter=pounds))
    )
    followed = buyers.holders_of({buyer for _, buyer, _ in rows}, on=on)
    held: dict[int, set[int]] = defaultdict(set)
    worth: dict[int, Decimal] = defaultdict(Decimal)
    for product, buyer, value in rows:
        held[product] |= {each.pk for each in followed.get(buyer, ())} or {buyer}
        if value is not None:
            worth[product] += value
    return held, worth


def to_take_up(user, *, now: datetime) -> list[int]:
    """What `user` may take up now, the most harmful first: primary keys of submissions."""
    free = evidence.assessment_queue(user, now=now).filter(
        held=False, conflicted=False, accepted_by_me=False
    )
    ordered = in_order(free, user=user, sort="harm", on=civil_date(now))
    return [one.pk for one in ordered]


def on_desk(rows: QuerySet[Submission], *, user) -> QuerySet[Submission]:
    """Those of the queue that `user` has taken up, the first claim to end first."""
    return rows.filter(assessor=user).order_by("leased_until", "pk")
