"""Standards that come with a register file: whole sets, brought into line by natural key.

Each function writes only what differs and says what it wrote. Whoever loads the file holds
the transaction and the lock, asks for the role, writes the audit event and rings the bell,
once for all that the file says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from psycopg2.extras import DateRange

from registry.common.puts import Put, batches, put
from registry.standards.models import (
    Capability,
    Criterion,
    Standard,
    StandardScope,
    StandardVersion,
)
from registry.standards.rules import national_number


@dataclass(frozen=True, slots=True)
class CapabilityFacts:
    """One `capability` line."""

    ref: str
    name: str
    group: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StandardFacts:
    """One `standard` line, but for what supersedes it."""

    code: str
    name: str
    standard_class: str
    owner: str = ""
    summary: str = ""
    legal_basis: str = ""
    legal_basis_in_force: date | None = None
    verified: bool = True
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ScopeFacts:
    """One `scope` line, its references resolved to primary keys."""

    standard_id: int
    capability_id: int | None
    required: DateRange


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One `version` line, its references resolved to primary keys."""

    standard_id: int
    version: str
    accepted: DateRange
    published_on: date | None = None
    note: str = ""
    verified: bool = True
    basis: str = ""


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """One `criterion` line, its references resolved to primary keys."""

    version_id: int
    code: str
    level: str
    text: str
    proofs: list[str]
    check_id: str = ""
    check_params: dict[str, Any] = field(default_factory=dict)
    requirements: list[str] = field(default_factory=list)


def _values(facts: Any) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__}


@transaction.atomic
def put_capabilities(*, rows: Sequence[CapabilityFacts]) -> Put:
    """Capabilities by reference."""
    wanted = {(row.ref,): _values(row) for row in rows}
    held = Capability.objects.filter(ref__in=[row.ref for row in rows])
    return put(Capability, wanted, held, key=lambda row: (row.ref,))


@transaction.atomic
def put_standards(*, rows: Sequence[StandardFacts]) -> Put:
    """Standards by code; a national one by its four digits, under the code it is known by."""
    held = list(Standard.objects.all())
    codes = {_identity(row.code): row.code for row in held}
    wanted = {}
    for row in rows:
        identity = _identity(row.code)
        wanted[identity] = _values(row) | {
            "code": codes.get(identity, row.code),
            "national_number": national_number(row.code),
        }
    return put(Standard, wanted, held, key=lambda row: _identity(row.code))


def _identity(code: str) -> tuple[str, str]:
    number = national_number(code)
    return ("national", number) if number else ("code", code)


@transaction.atomic
def put_successors(*, successors: Mapping[int, int | None]) -> int:
    """By which standard each is superseded, both by primary key. Returns how many changed."""
    changed = [
        row
        for row in Standard.objects.filter(pk__in=list(successors))
        if row.superseded_by_id != successors[row.pk]
    ]
    for row in changed:
        row.superseded_by_id = successors[row.pk]
    Standard.objects.bulk_update(changed, ["superseded_by"])
    return len(changed)


@transaction.atomic
def put_scopes(*, rows: Sequence[ScopeFacts]) -> Put:
    """Scope rows by standard, capability and first required day."""
    wanted = {(r.standard_id, r.capability_id, r.required.lower): _values(r) for r in rows}
    held = StandardScope.objects.filter(standard__in={row.standard_id for row in rows})
    return put(
        StandardScope,
        wanted,
        held,
        key=lambda row: (row.standard_id, row.capability_id, row.required.lower),
    )


@transaction.atomic
def put_versions(*, rows: Sequence[VersionFacts]) -> Put:
    """Editions by standard and version."""
    wanted = {(row.standard_id, row.version): _values(row) for row in rows}
    held = StandardVersion.objects.filter(standard__in={row.standard_id for row in rows})
    return put(StandardVersion, wanted, held, key=lambda row: (row.standard_id, row.version))


@transaction.atomic
def put_criteria(*, rows: Sequence[CriterionFacts]) -> Put:
    """Criteria by version and code."""
    wanted = {(row.version_id, row.code): _values(row) for row in rows}
    held = [
        row
        for ids in batches({row.version_id for row in rows})
        for row in Criterion.objects.filter(version__in=ids)
    ]
    return put(Criterion, wanted, held, key=lambda row: (row.version_id, row.code))
