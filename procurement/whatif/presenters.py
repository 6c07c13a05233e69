"""Drafts in sentences, spreadsheets of what they would do, and the link on a standard's page."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from procurement.whatif import rules, selectors
from procurement.whatif.enums import LIVE_STATES, Action, DraftState
from procurement.whatif.models import Draft, DraftChange
from procurement.whatif.selectors import ContractLine, ProductRow, Summary
from procurement.whatif.services import Comparison
from registry.accounts.models import Role
from registry.audit.models import Event
from registry.audit.selectors import events_of
from registry.common.formatting import format_date, format_money, format_plural, last_day

# A spreadsheet runs what begins like this as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class ChangeRow:
    """A change in words."""

    change: DraftChange
    words: str


def sentences(changes: Iterable[DraftChange]) -> list[ChangeRow]:
    """The changes of a draft in words."""
    return [ChangeRow(change, rules.describe(change.facts)) for change in changes]


def figures(summary: Summary) -> list[tuple[str, str]]:
    """The numbers at the top of a preview: what is counted, and the number."""
    return [
        ("Products that would turn not met", f"{summary.products:,}"),
        ("First day", format_date(summary.first_day, "none")),
        ("Contracts with such days", f"{summary.contracts:,}"),
        ("Their value", worth(summary)),
        ("Buyers who answer for them", f"{summary.buyers:,}"),
        ("Phase-out cases that would open", f"{summary.cases:,}"),
    ]


def worth(summary: Summary) -> str:
    """The value of the contracts; those that are not counted are in `remarks`."""
    if summary.value is not None:
        return format_money(summary.value)
    return "not known" if summary.contracts else "£0"


def remarks(summary: Summary) -> list[str]:
    """What the numbers do not say by themselves."""
    said = []
    if summary.products:
        before = summary.products - summary.newly_non_compliant
        said.append(
            f"{summary.newly_non_compliant:,} of {format_plural(summary.products, 'product')} "
            f"would become non-compliant; {before:,} would be so anyway on their first such day."
        )
    if unlisted := summary.products - summary.listed:
        said.append(f"Not listed in the catalogue: {format_plural(unlisted, 'product')} of these.")
    if summary.uncounted:
        said.append(
            f"The value of {format_plural(summary.uncounted, 'contract')} is not in the total: it "
            "is not known, or not in pounds."
        )
    said.append(
        f"{format_plural(summary.healed, 'product')} would have fewer days that are not met. "
        f"For {format_plural(summary.unchanged, 'product')} no day from today on changes."
    )
    if summary.owed:
        said.append(
            f"The register is still working through {format_plural(summary.owed, 'product')}, so "
            "these numbers may change shortly."
        )
    return said


@dataclass(frozen=True)
class DraftPage:
    """Where a draft stands, and what the person who looks at it may do."""

    draft: Draft
    state: DraftState
    changes: list[ChangeRow]
    may: set[Action]
    steps: list["StepRow"]


def draft_page(draft: Draft, changes: list[DraftChange], user) -> DraftPage:
    """All of a draft but what it would do."""
    return DraftPage(
        draft,
        DraftState(draft.state),
        sentences(changes),
        selectors.actions(draft, user),
        [_step(event) for event in events_of(draft, prefix="whatif.")],
    )


@dataclass(frozen=True)
class StepRow:
    """Something that was done to a draft, by whom and when; `words` are what was said of it."""

    at: datetime
    by: str
    what: str
    words: str


_STEPS = {
    "whatif.drafted": "Drawn up",
    "whatif.change_added": "Change added",
    "whatif.change_removed": "Change taken out",
    "whatif.proposed": "Proposed",
    "whatif.taken_back": "Taken back",
    "whatif.published": "Published",
    "whatif.rejected": "Rejected",
    "whatif.discarded": "Discarded",
}


def _step(event: Event) -> StepRow:
    words = event.detail.get("reason") or event.detail.get("change") or ""
    return StepRow(event.at, str(event.actor), _STEPS[event.action], words)


def products_csv(rows: Iterable[ProductRow], *, on: date) -> str:
    """The products that would turn not met, as a spreadsheet's text."""
    head = [
        "Product", "Reference", "Supplier", "Catalogue", "Standards not met", "Not met from",
        "Last day that the draft turns", "Verdict until then", "Contracts", "Value in pounds",
    ]  # fmt: skip
    return _csv(
        head,
        (
            [
                row.name, row.ref, row.supplier, row.state.label, " ".join(row.standards),
                row.first_day, last_day(row.until), row.verdict.label, row.contracts, row.value,
            ]
            for row in rows
        ),
        on,
    )  # fmt: skip


def contracts_csv(rows: Iterable[ContractLine], *, on: date) -> str:
    """The contracts with such days, as a spreadsheet's text."""
    head = [
        "Contract", "Title", "Buyer", "Buyer's ODS code", "Answers for it now", "Supplier",
        "Products", "Not met from", "First day", "Last day", "Value", "Currency",
    ]  # fmt: skip
    return _csv(head, rows, on)


def side_by_side(compared: Comparison) -> list[tuple[str, str, str]]:
    """The numbers of two drafts: what is counted, under the first, under the second."""
    pairs = zip(figures(compared.first), figures(compared.second), strict=True)
    rows = [(label, one, other) for (label, one), (_, other) in pairs]
    uncounted = (f"{side.uncounted:,}" for side in (compared.first, compared.second))
    return [*rows, ("Contracts whose value is not counted", *uncounted)]


def comparison_csv(first: Draft, second: Draft, compared: Comparison, *, on: date) -> str:
    """What differs between two drafts, as a spreadsheet's text."""
    head = [
        "Kind", "Reference", "Name", "Value in pounds",
        f"Not met from under draft {first.pk}", f"Not met from under draft {second.pk}",
    ]  # fmt: skip
    rows = [("Product", row) for row in compared.products]
    rows += [("Contract", row) for row in compared.contracts]
    return _csv(
        head,
        ([kind, row.ref, row.name, row.value, row.first, row.second] for kind, row in rows),
        on,
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence], on: date) -> str:
    """Nothing of a preview is kept, so each row says of which day it speaks."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*head, "If published on"])
    writer.writerows(map(safe_cell, (*row, on)) for row in rows)
    return text.getvalue()


def safe_cell(value: object) -> str:
    """What a cell says; what a spreadsheet would run as a formula gets an apostrophe before it."""
    text = value if type(value) is str else "" if value is None else str(value)
    return f"'{text}" if text[:1] in _FORMULA else text


def panel_of_standard(
    standard, *, user, on: date, known_at: datetime | None, today: date
) -> dict | None:
    """For editors: the live drafts that change this standard, and the way to a new one.

    A draft is about the register as it is, so a page about another day or moment shows none.
    """
    if on != today or known_at is not None:
        return None
    if not (user.is_authenticated and user.has_role(Role.STANDARDS_EDITOR)):
        return None
    drafts = selectors.drafts_for(user).filter(state__in=LIVE_STATES, changes__standard=standard.pk)
    return {
        "standard": standard,
        "drafts": [(draft, DraftState(draft.state)) for draft in drafts.distinct()],
    }
