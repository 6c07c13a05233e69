"""The national worklist: running contracts on open cases, in the order of harm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from procurement.buyers import selectors as buyers
from procurement.buyers.models import Organisation
from procurement.contracts.models import Contract
from procurement.contracts.querysets import rest_of_term
from procurement.contracts.selectors import first_shared_day
from procurement.phaseout import rules, selectors
from procurement.phaseout.enums import CaseState
from procurement.phaseout.models import Case
from registry.common.errors import NotPermitted
from registry.compliance.enums import Status
from registry.compliance.models import Spell

_CONTRACT = "product__contract_items__contract"


def cases_for(user) -> QuerySet[Case]:
    """The cases of the worklist; `NotPermitted` unless `user` is of the national team."""
    if not (user.is_authenticated and user.is_national):
        raise NotPermitted("Only the national team reads the worklist.")
    return Case.objects.visible_to(user)


def affected(cases: QuerySet[Case], *, on: date) -> QuerySet[Case]:
    """One row per open case and contract that it touches, in the order of harm.

    A contract is touched when the pair of the case is not met on a day of the rest of its
    term. Annotates `.contract_id`, `.region` of its buyer, and `.first_day`, the first such
    day. The order is: `.first_day`, then the largest value.
    """
    lapses = Spell.objects.current().filter(
        product=OuterRef("product_id"),
        standard=OuterRef("standard_id"),
        status=Status.NOT_MET,
        period__overlap=OuterRef("rest"),
    )
    return (
        cases.open()
        .annotate(
            contract_id=F(_CONTRACT),
            contract_ref=F(f"{_CONTRACT}__ref"),
            value=F(f"{_CONTRACT}__value"),
            region=F(f"{_CONTRACT}__buyer__region"),
            rest=rest_of_term(f"{_CONTRACT}__term", on=on),
        )
        # Said of the annotation: a filter on the relation itself would join a second time.
        .filter(rest__isempty=False)
        .annotate(
            first_day=Subquery(
                lapses.annotate(day=first_shared_day("period", "rest"))
                .order_by("day")
                .values("day")[:1]
            )
        )
        .filter(first_day__isnull=False)
        .order_by("first_day", F("value").desc(nulls_last=True), "contract_ref", "pk")
    )


def unaffecting(cases: QuerySet[Case], *, on: date) -> QuerySet[Case]:
    """Open cases that touch no running contract, the first to be decided first."""
    touching = affected(cases, on=on).order_by().values("pk")
    return cases.open().exclude(pk__in=touching).order_by("triage_due", "not_met_from", "pk")


@dataclass(frozen=True)
class Totals:
    """What is at stake in a list of contracts; each contract counts once."""

    contracts: int
    # Pounds, over the whole terms; `None` when no value is known.
    value: Decimal | None
    # Contracts whose value is unknown, or not in pounds.
    uncounted: int


def totals(rows: QuerySet[Case]) -> Totals:
    """The totals of rows of `affected`, over all pages."""
    contracts = Contract.objects.filter(pk__in=rows.order_by().values("contract_id"))
    pounds = Q(currency="GBP", value__isnull=False)
    found = contracts.aggregate(
        number=Count("pk"), counted=Count("pk", filter=pounds), worth=Sum("value", filter=pounds)
    )
    return Totals(found["number"], found["worth"], found["number"] - found["counted"])


@dataclass(frozen=True)
class Row:
    """A contract on the worklist because of a case, or a case without contracts."""

    case: Case
    state: CaseState
    clock: rules.Clock | None
    contract: Contract | None = None
    # The first day of the rest of the term on which the pair is not met.
    first_day: date | None = None
    # Who answers for the contract now, when that is no longer the buyer that signed it.
    holders: tuple[Organisation, ...] = ()
    outlook: selectors.Outlook | None = None


def contract_rows(page: Iterable[Case], *, on: date) -> list[Row]:
    """A page of `affected` with all that it shows; four queries whatever its length."""
    cases = list(page)
    contracts = Contract.objects.select_related("buyer", "supplier").in_bulk(
        {case.contract_id for case in cases}
    )
    holders = buyers.holders_of({x.buyer_id for x in contracts.values()}, on=on)
    return [
        Row(
            case=case,
            state=CaseState(case.state),
            clock=selectors.clock_of(case, on=on),
            contract=contracts[case.contract_id],
            first_day=case.first_day,
            holders=tuple(holders.get(contracts[case.contract_id].buyer_id, ())),
        )
        for case in cases
    ]


def case_rows(page: Iterable[Case], *, on: date) -> list[Row]:
    """A page of `unaffecting` with how each case stands."""
    cases = list(page)
    outlooks = selectors.outlooks(cases, on=on)
    return [
        Row(
            case=case,
            state=CaseState(case.state),
            clock=selectors.clock_of(case, on=on),
            outlook=outlooks[case.pk],
        )
        for case in cases
    ]


def standards_on_cases(cases: QuerySet[Case]) -> list[tuple[str, str, int]]:
    """Code and name of each standard that an open case is on, with how many cases."""
    return list(
        cases.open()
        .order_by("standard__code")
        .values_list("standard__code", "standard__name")
        .annotate(cases=Count("pk"))
    )


def regions_on_cases(rows: QuerySet[Case]) -> list[tuple[str, int]]:
    """Each region of a buyer on the worklist, with how many rows it has."""
    return list(
        rows.exclude(region="").order_by("region").values_list("region").annotate(rows=Count("pk"))
    )
