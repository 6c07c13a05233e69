"""Evidence that comes with a register file: accepted at once, set-wise by reference.

register-format.md: "A `proof` line loads as accepted evidence decided by the loading officer."
Whoever loads the file holds the transaction and the lock, asks for the role, writes the audit
event and rings the bell, once for all that the file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from django.db import transaction
from psycopg2.extras import DateRange

from registry.accounts.models import User
from registry.common.errors import RuleBroken
from registry.common.puts import Put, batches, same
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Submission, SubmissionCriterion
from registry.evidence.services.checks import unaccepted_form
from registry.standards.models import Criterion

LOADED = "Loaded from a register file."
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """One `proof` line, its references resolved to primary keys (criteria are a set of them)."""

    ref: str
    product_id: int
    form: str
    criteria: frozenset[int]
    valid: DateRange
    revoked_from: date | None = None
    issuer: str = ""
    reference: str = ""
    release: str = ""
    issued_on: date | None = None
    exclusions: str = ""
    links: list[str] = field(default_factory=list)
    # The reference of the evidence that this one takes the place of.
    supersedes: str | None = None


# What a row and its line hold under the same name.
_SHARED = tuple(
    field.name for field in fields(ProofFacts) if field.name not in ("criteria", "supersedes")
)


class ProofRefused(RuleBroken):
    """One proof of the load breaks a rule; `index` is its place in the load, `field` its field."""

    def __init__(self, message: str, *, index: int, field: str):
        super().__init__(message, field=field)
        self.index = index


@transaction.atomic
def put_proofs(*, rows: Sequence[ProofFacts], by: User, now: datetime) -> Put:
    """Make each of `rows` accepted evidence, decided by the loading officer `by` at `now`.

    What is right already is left alone; what changed is decided anew. `ProofRefused` names
    the first that its criteria do not accept, that is valid on no day, or whose reference
    belongs to a submission that is not accepted.
    """
    _refuse_bad(rows)
    held = _held(rows)
    added = [row for row in rows if row.ref not in held]
    changed = [row for row in rows if row.ref in held and not _right(held[row.ref], row)]
    new = _add(added, by=by, now=now)
    for row in changed:
        _change(held[row.ref], row)
    decided = [*new, *(held[row.ref] for row in changed)]
    Decision.objects.bulk_create(
        [decision for row in decided for decision in _decisions(row, by=by, now=now)],
        batch_size=_BATCH,
    )
    _point_at_superseded(rows)
    return Put(new, [held[row.ref] for row in changed])


def _refuse_bad(rows: Sequence[ProofFacts]) -> None:
    wanted = {pk for row in rows for pk in row.criteria}
    criteria = Criterion.objects.select_related("version__standard").in_bulk(wanted)
    for index, row in enumerate(rows):
        if row.valid.isempty:
            raise ProofRefused("it is valid on no day", index=index, field="valid")
        if not row.criteria or not row.criteria <= criteria.keys():
            words = "it must name criteria that exist"
            raise ProofRefused(words, index=index, field="criteria")
        if fault := unaccepted_form(row.form, [criteria[pk] for pk in sorted(row.criteria)]):
            raise ProofRefused(fault, index=index, field="form")


def _held(rows: Sequence[ProofFacts]) -> dict[str, Submission]:
    """The accepted submissions of these references, locked in key order."""
    places = {row.ref: index for index, row in enumerate(rows)}
    held = {}
    for refs in batches(sorted(places)):
        found = Submission.objects.filter(ref__in=refs).order_by("pk").select_for_update()
        for submission in found.prefetch_related("spoken_to"):
            if submission.state != SubmissionState.ACCEPTED:
                words = f"“{submission.ref}” is a submission that is not accepted"
                raise ProofRefused(words, index=places[submission.ref], field="ref")
            held[submission.ref] = submission
    return held


def _right(held: Submission, row: ProofFacts) -> bool:
    """Whether nothing but perhaps what it supersedes differs."""
    spoken_to = {link.criterion_id for link in held.spoken_to.all()}
    return spoken_to == row.criteria and all(
        same(getattr(held, name), getattr(row, name)) for name in _SHARED
    )


def _shared(row: ProofFacts) -> dict:
    return {name: getattr(row, name) for name in _SHARED}


def _add(rows: Sequence[ProofFacts], *, by: User, now: datetime) -> list[Submission]:
    made = {"created_by": by, "created_at": now, "submitted_by": by, "submitted_at": now}
    added = Submission.objects.bulk_create(
        [Submission(**_shared(row), state=SubmissionState.ACCEPTED, **made) for row in rows],
        batch_size=_BATCH,
    )
    SubmissionCriterion.objects.bulk_create(
        [
            SubmissionCriterion(submission=submission, criterion_id=pk)
            for submission, row in zip(added, rows, strict=True)
            for pk in sorted(row.criteria)
        ],
        batch_size=_BATCH,
    )
    return added


def _change(held: Submission, row: ProofFacts) -> None:
    for name, value in _shared(row).items():
        setattr(held, name, value)
    held.save()
    held.spoken_to.exclude(criterion_id__in=row.criteria).delete()
    SubmissionCriterion.objects.bulk_create(
        [SubmissionCriterion(submission=held, criterion_id=pk) for pk in sorted(row.criteria)],
        ignore_conflicts=True,
    )


def _decisions(row: Submission, *, by: User, now: datetime) -> list[Decision]:
    """Acceptance, and revocation where the line says so."""
    signed = {"submission": row, "reason": LOADED, "decided_by": by, "decided_at": now}
    accepted = Decision(outcome=Outcome.ACCEPTED, valid=row.valid, **signed)
    if row.revoked_from is None:
        return [accepted]
    revoked = Decision(outcome=Outcome.REVOKED, revoked_from=row.revoked_from, **signed)
    return [accepted, revoked]


def _point_at_superseded(rows: Sequence[ProofFacts]) -> None:
    """Point each proof at the one it supersedes, wherever in the load that stands."""
    wanted = {row.ref: row.supersedes for row in rows}
    refs = sorted({*wanted, *filter(None, wanted.values())})
    known = {
        submission.ref: submission
        for batch in batches(refs)
        for submission in Submission.objects.filter(ref__in=batch).only("ref", "supersedes")
    }
    stale = []
    for index, (ref, superseded) in enumerate(wanted.items()):
        if superseded and (superseded not in known or superseded == ref):
            words = f"there is no other proof “{superseded}”"
            raise ProofRefused(words, index=index, field="supersedes")
        target = known[superseded].pk if superseded else None
        if known[ref].supersedes_id != target:
            known[ref].supersedes_id = target
            stale.append(known[ref])
    Submission.objects.bulk_update(stale, ["supersedes"], batch_size=_BATCH)
