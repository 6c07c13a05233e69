"""Applying a draft's changes: one path, for a preview as for publishing.

A preview applies them to supposed facts (registry.compliance.services.hypothetical), publishing to
the register itself. Neither bell nor audit is touched here: that is the publisher's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.whatif import selectors
from procurement.whatif.enums import ChangeKind
from procurement.whatif.models import DraftChange, as_ways
from registry.common.errors import RuleBroken
from registry.compliance import services as compliance
from registry.standards.services import revising


class WaysRefused(RuleBroken):
    """Evidence that was accepted would be of a form that is not."""


@dataclass(frozen=True)
class Applied:
    """Of which standards the facts changed, and of which products (`None`: of any).

    None of any product (an empty list) where only ways of proving changed: they say what is taken
    in from now on, and change no day.
    """

    standard_ids: list[int]
    product_ids: list[int] | None


def apply(changes: Iterable[DraftChange]) -> Applied:
    """Write the changes in their order; `RuleBroken` in words where one does not fit the facts."""
    changes = list(changes)
    for change in changes:
        _WRITE[ChangeKind(change.kind)](change)
    products = {x.product_id for x in changes if x.kind != ChangeKind.CHANGE_WAYS}
    return Applied(
        standard_ids=sorted({change.standard_id for change in changes}),
        product_ids=None if None in products else sorted(products),
    )


def _add_version(change: DraftChange) -> None:
    revising.add_version(
        standard=change.standard,
        version=change.version,
        copied_from=change.copied_from,
        accepted=change.period,
    )


def _change_accepted(change: DraftChange) -> None:
    revising.change_accepted(
        standard=change.standard, version=change.version, was=change.was, accepted=change.period
    )


def _add_scope(change: DraftChange) -> None:
    revising.add_scope(
        standard=change.standard, capability=change.capability, required=change.period
    )


def _change_required(change: DraftChange) -> None:
    revising.change_required(
        standard=change.standard,
        capability=change.capability,
        was=change.was,
        required=change.period,
    )


def _shorten_dispensation(change: DraftChange) -> None:
    compliance.shorten_dispensation(
        product=change.product, standard=change.standard, was=change.was, period=change.period
    )


def _change_ways(change: DraftChange) -> None:
    criterion = revising.change_ways(
        standard=change.standard,
        version=change.version,
        code=change.criterion,
        was=as_ways(change.ways_were),
        ways=as_ways(change.ways),
    )
    dropped = set(as_ways(change.ways_were).proofs) - set(criterion.proofs)
    resting = selectors.resting_on(criterion, forms=dropped)
    if resting is not None:
        # A register file of such a register could not be loaded (ADR 0077).
        form = resting.get_form_display().lower()
        raise WaysRefused(
            f"{resting.ref} is a {form} that was accepted for {change.criterion}, so that form "
            "has to stay accepted.",
            field="proofs",
        )


_WRITE = {
    ChangeKind.ADD_VERSION: _add_version,
    ChangeKind.CHANGE_ACCEPTED: _change_accepted,
    ChangeKind.ADD_SCOPE: _add_scope,
    ChangeKind.CHANGE_REQUIRED: _change_required,
    ChangeKind.SHORTEN_DISPENSATION: _shorten_dispensation,
    ChangeKind.CHANGE_WAYS: _change_ways,
}
