"""How a case stands: whether its facts have healed, who may do what, what it touches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, F, Min, OuterRef, Prefetch, Q, Subquery, Sum

from procurement.contracts.models import Contract
from procurement.contracts.selectors import first_shared_day
from procurement.phaseout import rules
from procurement.phaseout.enums import Action, CaseState, NoticeState
from procurement.phaseout.models import Case, Notice
from registry.accounts.models import Role
from registry.catalogue.models import Product
from registry.catalogue.selectors import acts_for
from registry.common import periods
from registry.common.formatting import format_date
from registry.compliance import selectors as compliance
from registry.compliance.enums import Status
from registry.compliance.models import Spell
from registry.operations.backlogs import Backlog


@dataclass(frozen=True)
class Outlook:
    """How the pair of a case stands on a day, and within the horizon after it."""

    status: Status
    # The first day, on the day asked about or within the horizon, on which it is not met.
    not_met_on: date | None
    healed: bool
    words: str


def outlook(case: Case, *, on: date) -> Outlook:
    """Whether the facts of a case have healed by the day `on`."""
    return outlooks([case], on=on)[case.pk]


def outlooks(cases: Iterable[Case], *, on: date) -> dict[int, Outlook]:
    """The outlook of each case by its id; one query whatever their number."""
    cases = list(cases)
    window = periods.period(on, on + timedelta(days=settings.PHASE_OUT_HORIZON_DAYS + 1))
    spells = defaultdict(list)
    for spell in Spell.objects.current().filter(
        product__in={case.product_id for case in cases},
        standard__in={case.standard_id for case in cases},
        period__overlap=window,
    ):
        spells[spell.product_id, spell.standard_id].append(spell)
    return {
        case.pk: _outlook(case, spells[case.product_id, case.standard_id], on=on) for case in cases
    }


def _outlook(case: Case, spells: list[Spell], *, on: date) -> Outlook:
    status = next(
        (Status(x.status) for x in spells if periods.holds(x.period, on)), Status.NOT_REQUIRED
    )
    failing = [x.period for x in spells if x.status == Status.NOT_MET]
    day = periods.first_day(failing, on=on)
    name = f"{case.product.name} does not meet {case.standard.code}"
    if day is None:
        words = (
            f"The facts have healed: on {format_date(on)} the register holds {case.standard.code} "
            f"as “{status.label.lower()}” for {case.product.name}, and foresees no lapse within "
            f"{settings.PHASE_OUT_HORIZON_DAYS} days."
        )
    elif day == on:
        words = f"{name} on {format_date(on)}."
    else:
        words = (
            f"{case.product.name} will not meet {case.standard.code} from {format_date(day)}, "
            "unless the facts change."
        )
    return Outlook(status, day, day is None, words)


def reasons(days: Mapping[tuple[int, int], date], *, on: date) -> dict[tuple[int, int], list[str]]:
    """Why each pair of (product id, standard id) is not met on its day, in sentences.

    As told on the day `on`, and as the register knows it now. A fixed number of queries for
    every 500 pairs.
    """
    return {
        pair: [obstacle.words for obstacle in found.unproved]
        for pair, found in compliance.explain_many(days=days, seen=on).items()
    }


def reasons_now(case: Case, prospect: Outlook, *, on: date) -> list[str]:
    """Why the pair of a case is not met on the first day that is not over; none when healed."""
    if prospect.not_met_on is None:
        return []
    pair = (case.product_id, case.standard_id)
    return reasons({pair: prospect.not_met_on}, on=on)[pair]


def case_seen_by(user, pk: int) -> Case | None:
    """A case for its page; `None` when there is none that `user` may see."""
    rows = Case.objects.visible_to(user).select_related("product__supplier", "standard", "officer")
    return rows.filter(pk=pk).first()


def notice_of(case: Case, pk: int) -> Notice | None:
    """A notice on a case; `None` when it has no such notice."""
    return (
        case.notices.filter(pk=pk)
        .select_related("case__product", "case__standard", "proposed_by", "decided_by")
        .first()
    )


def may_know_of_cases(user, product: Product) -> bool:
    """Whether `user` is of the national team, or acts for the product's supplier."""
    return user.is_authenticated and (user.is_national or acts_for(user, product.supplier))


def open_cases(products: Iterable[Product]) -> list[Case]:
    """Open cases on products, with the notice that was issued on each, if one was."""
    issued = Notice.objects.filter(state=NoticeState.ISSUED).order_by("-decided_at")
    return list(
        Case.objects.open()
        .filter(product__in=products)
        .select_related("product", "standard")
        .prefetch_related(Prefetch("notices", queryset=issued, to_attr="issued"))
    )


def triage_backlog() -> Backlog:
    """How many cases nobody has taken yet, and when the oldest of them was flagged."""
    flagged = Case.objects.filter(state=CaseState.FLAGGED)
    return Backlog(**flagged.aggregate(owed=Count("pk"), oldest=Min("flagged_at")))


def waiting_notice(case: Case) -> Notice | None:
    """The notice on a case that waits for a second officer."""
    return case.notices.filter(state=NoticeState.PROPOSED).select_related("proposed_by").first()


def actions(case: Case, *, user, waiting: Notice | None, prospect: Outlook) -> frozenset[Action]:
    """What `user` may do with a case as it stands; the services ask all of it again."""
    if waiting:
        decides = user.has_role(Role.CASE_OFFICER, Role.APPROVER)
        may = decides and user.pk != waiting.proposed_by_id
        return frozenset({Action.ISSUE, Action.REJECT}) if may else frozenset()
    if not user.has_role(Role.CASE_OFFICER):
        return frozenset()
    offered = {
        CaseState.FLAGGED: {Action.TAKE},
        CaseState.TRIAGE: {Action.DISMISS, Action.PROPOSE},
    }.get(CaseState(case.state), set())
    if prospect.healed:
        offered = offered - {Action.PROPOSE}
        if CaseState(case.state).is_open:
            offered = offered | {Action.CLOSE}
    return frozenset(offered)


def offered(case: Case, *, user, on: date) -> frozenset[Action]:
    """What `user` may do with a case on a day."""
    return actions(case, user=user, waiting=waiting_notice(case), prospect=outlook(case, on=on))


def clock_of(case: Case, *, on: date) -> rules.Clock | None:
    """The clock that runs on a case."""
    return rules.clock(
        state=case.state, triage_due=case.triage_due, respond_by=case.respond_by, on=on
    )


@dataclass(frozen=True)
class Touched:
    """Contracts in whose remaining term the pair of a case is not met."""

    contracts: list[Contract]
    count: int
    # Pounds; `None` when no value is known.
    value: object


MOST_SHOWN = 50


def touched_by(case: Case, *, on: date) -> Touched:
    """The contracts that a case touches, the first to lapse first, then the largest.

    Each has `.first_day`, the first such day of the rest of its term.
    """
    lapses = Spell.objects.current().filter(
        product=case.product_id,
        standard=case.standard_id,
        status=Status.NOT_MET,
        period__overlap=OuterRef("rest"),
    )
    contracts = (
        Contract.objects.filter(products=case.product_id)
        .not_over(on=on)
        .with_rest(on=on)
        .annotate(
            first_day=Subquery(
                lapses.annotate(day=first_shared_day("period", "rest"))
                .order_by("day")
                .values("day")[:1]
            )
        )
        .filter(first_day__isnull=False)
    )
    totals = contracts.aggregate(count=Count("pk"), value=Sum("value", filter=Q(currency="GBP")))
    shown = contracts.select_related("buyer", "supplier").order_by(
        "first_day", F("value").desc(nulls_last=True), "ref"
    )
    return Touched(list(shown[:MOST_SHOWN]), totals["count"], totals["value"])
