"""Applying a draft's changes: one path, for a preview as for publishing.

A preview applies them to supposed facts (registry.compliance.services.hypothetical), publishing to
the register itself. Neither bell nor audit is touched here: that is the publisher's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from procurement.whatif.enums import ChangeKind
from procurement.whatif.models import DraftChange
from registry.compliance import services as compliance
from registry.standards.services import revising


@dataclass(frozen=True)
class Applied:
    """Of which standards the facts changed, and of which products (`None`: of any)."""

    standard_ids: list[int]
    product_ids: list[int] | None


def apply(changes: Iterable[DraftChange]) -> Applied:
    """Write the changes in their order; `RuleBroken` in words where one does not fit the facts."""
    changes = list(changes)
    for change in changes:
        _WRITE[ChangeKind(change.kind)](change)
    products = {change.product_id for change in changes}
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


_WRITE = {
    ChangeKind.ADD_VERSION: _add_version,
    ChangeKind.CHANGE_ACCEPTED: _change_accepted,
    ChangeKind.ADD_SCOPE: _add_scope,
    ChangeKind.CHANGE_REQUIRED: _change_required,
    ChangeKind.SHORTEN_DISPENSATION: _shorten_dispensation,
}
