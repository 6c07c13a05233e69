"""Who follows whom, and who buys for whom."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Prefetch, QuerySet

from procurement.buyers.models import BuyerMembership, Organisation, Succession
from procurement.buyers.querysets import BACKWARDS, FORWARDS
from registry.common.errors import NotKnownThen, NotPermitted


def successors_of(ids: Iterable[int], *, on: date) -> dict[int, list[Organisation]]:
    """Per organisation, all that have followed it by the day `on`, directly or not.

    Two queries whatever the number. Organisations that nobody followed are left out.
    """
    sql = FORWARDS + "SELECT DISTINCT start_id, id FROM reach WHERE id <> start_id"
    return _resolved(sql, [sorted(set(ids)), on])


def holders_of(ids: Iterable[int], *, on: date) -> dict[int, list[Organisation]]:
    """Per organisation, those at the end of its successions: who answers for its contracts.

    After a split there are several. Organisations that nobody followed are left out.
    """
    sql = (
        FORWARDS
        + """
        SELECT DISTINCT start_id, id FROM reach
        WHERE id <> start_id AND NOT EXISTS (
            SELECT FROM buyers_succession further
            WHERE further.predecessor_id = reach.id
              AND further."on" <= %s AND further."on" >= reach.since
        )
    """
    )
    return _resolved(sql, [sorted(set(ids)), on, on])


def predecessors_of(ids: Iterable[int], *, on: date) -> dict[int, list[Organisation]]:
    """Per organisation, all that it has followed by the day `on`, directly or not."""
    sql = BACKWARDS.format(given="unnest(%s::bigint[])")
    sql += "SELECT DISTINCT start_id, id FROM reach WHERE id <> start_id"
    return _resolved(sql, [on, sorted(set(ids))])


def regions() -> list[str]:
    """The regions that organisations lie in, by name."""
    named = Organisation.objects.exclude(region="")
    return list(named.order_by("region").values_list("region", flat=True).distinct())


def organisations_of(user) -> list[Organisation]:
    """The organisations that `user` buys for, by name."""
    return list(Organisation.objects.of_member(user))


def organisations_to_choose(user) -> QuerySet[Organisation]:
    """The same as a set, for a form."""
    return Organisation.objects.of_member(user)


def require_buyer(user) -> list[Organisation]:
    """The organisations that `user` buys for, by name.

    `NotPermitted` when there are none. Who buys for whom is asked of today, whatever moment is
    asked about: `NotKnownThen` where the register did not know then of any of them.
    """
    if organisations := organisations_of(user):
        return organisations
    if BuyerMembership.objects.filter(user=user).exists():
        raise NotKnownThen("The register did not know then of an organisation that you buy for.")
    raise NotPermitted("Only people who buy for an NHS organisation have a buyer’s desk.")


def require_buys_for(user, organisation: Organisation) -> None:
    """Raise `NotPermitted` unless `user` buys for `organisation`."""
    if not Organisation.objects.of_member(user).filter(pk=organisation.pk).exists():
        raise NotPermitted(f"Only people who buy for {organisation.name} may do this.")


def _resolved(sql: str, params: list) -> dict[int, list[Organisation]]:
    """Run `sql`, which yields (start, organisation) ids; lists are in the order of names."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        pairs = cursor.fetchall()
    found = Organisation.objects.in_bulk({other for _, other in pairs})
    answer = defaultdict(list)
    for start, other in pairs:
        answer[start].append(found[other])
    return {
        start: sorted(others, key=lambda other: (other.name, other.ods))
        for start, others in answer.items()
    }


def every_organisation() -> QuerySet[Organisation]:
    """Every organisation, by name, with those before and after it. They are public."""
    after = Succession.objects.select_related("successor").order_by("on", "successor__ods")
    before = Succession.objects.select_related("predecessor").order_by("on", "predecessor__ods")
    return Organisation.objects.order_by("name", "ods").prefetch_related(
        Prefetch("successions", queryset=after), Prefetch("precessions", queryset=before)
    )
