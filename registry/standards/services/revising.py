"""Changes of a standard, one at a time: what an edition or a scope row says from now on.

Each refuses, in words, what does not fit the facts as they stand. Whoever publishes changes holds
the transaction, asks for the role, writes the audit event and rings the bell, once for all.
"""

from django.db import transaction
from psycopg2.extras import DateRange

from registry.common.errors import RuleBroken
from registry.common.formatting import format_period
from registry.standards.models import (
    Capability,
    Criterion,
    Standard,
    StandardScope,
    StandardVersion,
)
from registry.standards.rules import Ways, wrong_ways


class RevisionRefused(RuleBroken):
    """The change does not fit the standard as it stands."""


@transaction.atomic
def add_version(
    *, standard: Standard, version: str, copied_from: str, accepted: DateRange
) -> StandardVersion:
    """A new edition with the criteria of `copied_from`, which counts over `accepted`."""
    _refuse_empty(accepted)
    if StandardVersion.objects.filter(standard=standard, version__iexact=version).exists():
        raise RevisionRefused(f"{standard.code} has an edition {version} already.", field="version")
    source = _version(standard, copied_from, field="copied_from")
    added = StandardVersion.objects.create(
        standard=standard,
        version=version,
        accepted=accepted,
        note=f"Drawn up with the criteria of edition {copied_from}.",
    )
    Criterion.objects.bulk_create(
        Criterion(
            version=added,
            code=criterion.code,
            level=criterion.level,
            text=criterion.text,
            proofs=criterion.proofs,
            check_id=criterion.check_id,
            check_params=criterion.check_params,
            requirements=criterion.requirements,
        )
        for criterion in source.criteria.order_by("pk")
    )
    return added


@transaction.atomic
def change_accepted(
    *, standard: Standard, version: str, was: DateRange, accepted: DateRange
) -> StandardVersion:
    """The edition counts over `accepted` instead of `was`."""
    _refuse_empty(accepted)
    held = _version(standard, version, field="version")
    written = StandardVersion.objects.filter(pk=held.pk, accepted=was).update(accepted=accepted)
    if not written:
        raise RevisionRefused(
            f"Edition {version} of {standard.code} no longer counts {format_period(was)}: "
            f"it counts {format_period(held.accepted)}."
        )
    held.accepted = accepted
    return held


@transaction.atomic
def change_ways(*, standard: Standard, version: str, code: str, was: Ways, ways: Ways) -> Criterion:
    """The criterion `code` is proved in these ways instead of as it `was`.

    No verdict changes: what was accepted stays accepted, and what is sent from now on is held
    to the new ways.
    """
    edition = _version(standard, version, field="version")
    held = Criterion.objects.filter(version=edition, code=code).first()
    if held is None:
        raise RevisionRefused(f"Edition {version} of {standard.code} has no criterion {code}.")
    field, words = wrong_ways(ways, checked=bool(held.check_id))
    if words:
        raise RevisionRefused(words, field=field)
    found = Ways.of(held.proofs, held.requirements)
    as_read = Criterion.objects.filter(
        pk=held.pk, proofs=held.proofs, requirements=held.requirements
    )
    held.proofs, held.requirements = list(ways.proofs), list(ways.requirements)
    if found != was or not as_read.update(proofs=held.proofs, requirements=held.requirements):
        raise RevisionRefused(
            f"Which evidence proves {code} of edition {version} of {standard.code} was changed "
            "since this was drafted."
        )
    return held


@transaction.atomic
def add_scope(
    *, standard: Standard, capability: Capability | None, required: DateRange
) -> StandardScope:
    """The standard is required over `required` of a capability's products, or of every product."""
    _refuse_empty(required)
    _refuse_second_start(standard, capability, required)
    return StandardScope.objects.create(standard=standard, capability=capability, required=required)


@transaction.atomic
def change_required(
    *, standard: Standard, capability: Capability | None, was: DateRange, required: DateRange
) -> StandardScope:
    """What was required over `was` is required over `required` instead."""
    _refuse_empty(required)
    held = StandardScope.objects.filter(standard=standard, capability=capability, required=was)
    scope = held.first()
    if scope is None:
        raise RevisionRefused(
            f"{standard.code} is no longer mandatory for {_whom(capability)} {format_period(was)}."
        )
    if required.lower != was.lower:
        _refuse_second_start(standard, capability, required)
    if not held.update(required=required):
        raise RevisionRefused(f"Somebody changed the scope of {standard.code} meanwhile.")
    scope.required = required
    return scope


def _whom(capability: Capability | None) -> str:
    return capability.name if capability else "every product"


def _version(standard: Standard, version: str, *, field: str) -> StandardVersion:
    found = StandardVersion.objects.filter(standard=standard, version=version).first()
    if found is None:
        raise RevisionRefused(f"{standard.code} has no edition {version}.", field=field)
    return found


def _refuse_empty(span: DateRange) -> None:
    if span.isempty:
        raise RevisionRefused("The period holds no day.", field="period")


def _refuse_second_start(
    standard: Standard, capability: Capability | None, required: DateRange
) -> None:
    """One row for a capability and a first day: the second would be found under the first's key."""
    same = StandardScope.objects.filter(standard=standard, capability=capability)
    if any(row.required.lower == required.lower for row in same):
        raise RevisionRefused(
            f"{standard.code} is mandatory for {_whom(capability)} from that first day already: "
            "change that period instead.",
            field="period",
        )
