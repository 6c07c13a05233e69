"""What a supplier owes as one list: every product, every requirement, by date."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.catalogue.models import Supplier
from registry.compliance.presenters.supplier_desk import Debt, debts_of
from registry.evidence.enums import SubmissionState
from registry.standards.enums import Form

A_YEAR = timedelta(days=365)


class State(StrEnum):
    """Where a requirement stands, as the list is filtered by."""

    NOW = "now"
    SOON = "soon"
    YEAR = "year"
    LATER = "later"
    WAITING = "waiting"
    DONE = "done"

    @property
    def label(self) -> str:
        """As the filter offers it."""
        return {
            "now": "Owed now",
            "soon": "Within 90 days",
            "year": "Within a year",
            "later": "Later",
            "waiting": "With the national team",
            "done": "Nothing to do",
        }[self.value]


_WITH_THE_TEAM = (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)


def state_of(debt: Debt) -> State:
    """What is sent and not decided is with the national team, whenever it is owed."""
    if debt.owed.by is None:
        return State.DONE
    if debt.submission and debt.submission.state in _WITH_THE_TEAM:
        return State.WAITING
    if debt.due_now:
        return State.NOW
    if debt.due_soon:
        return State.SOON
    return State.YEAR if debt.owed.by <= debt.on + A_YEAR else State.LATER


@dataclass(frozen=True)
class Wish:
    """Which lines to show; empty is any. Without a state, all with something to do."""

    state: str = ""
    product: str = ""
    standard: str = ""
    form: str = ""


@dataclass(frozen=True)
class OwedLine:
    """One requirement of one product."""

    debt: Debt
    state: State

    @property
    def item(self) -> str:
        """How an address names it: product and criterion."""
        return f"{self.debt.owed.product.ref}:{self.debt.owed.criterion.pk}"

    def answers(self, wish: Wish) -> bool:
        """Whether everything but the state is as wished."""
        owed = self.debt.owed
        return (
            wish.product in ("", owed.product.ref)
            and wish.standard in ("", owed.standard.code)
            and (not wish.form or wish.form in owed.forms)
        )


@dataclass(frozen=True)
class OwedList:
    """The lines wished for, by the day they are owed, and what there is to wish for."""

    lines: list[OwedLine]
    total: int
    states: list[tuple[str, str]]
    products: list[tuple[str, str]]
    standards: list[tuple[str, str]]
    forms: list[tuple[str, str]]


def owed_list(supplier: Supplier, wish: Wish, *, on: date) -> OwedList:
    """The list on the day `on`, in a fixed number of queries."""
    debts = [debt for each in debts_of(supplier, on=on).values() for debt in each]
    every = sorted((OwedLine(debt, state_of(debt)) for debt in debts), key=_order)
    like = [line for line in every if line.answers(wish)]
    count = Counter(line.state for line in like)
    if wish.state:
        shown = [line for line in like if line.state == wish.state]
    else:
        shown = [line for line in like if line.state is not State.DONE]
    return OwedList(
        lines=shown,
        total=len(every),
        states=[(state.value, f"{state.label} ({count[state]})") for state in State],
        products=_choices((d.owed.product.ref, d.owed.product.name) for d in debts),
        standards=_choices((d.owed.standard.code, d.owed.standard.code) for d in debts),
        forms=_choices((form, Form(form).label) for d in debts for form in d.owed.forms),
    )


def _order(line: OwedLine) -> tuple:
    owed = line.debt.owed
    return (
        owed.by or date.max,
        owed.product.name,
        owed.standard.code,
        owed.criterion.code,
        owed.criterion.pk,
    )


def _choices(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(set(pairs), key=lambda pair: (pair[1], pair[0]))
