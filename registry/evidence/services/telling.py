"""Telling a supplier's members what became of their evidence, in the decision's transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.urls import reverse

from registry.catalogue.selectors import members_of
from registry.common.formatting import format_date, format_period
from registry.evidence.models import Submission
from registry.notifications.enums import Kind
from registry.notifications.services import notify
from registry.standards.models import Criterion

# Of how many standards a subject speaks by name.
_NAMED = 3


def tell_accepted(*, submission: Submission, now: datetime) -> None:
    """It proves something from now on."""
    days = format_period(submission.valid)
    said = [f"{named(submission)} for {submission.product.name} is accepted for {days}."]
    _tell(submission, "accepted", said, key=f"evidence {submission.ref} accepted", now=now)


def tell_returned(
    *, submission: Submission, reason: str, what_would_do: str, now: datetime
) -> None:
    """It proves nothing as it is."""
    said = [
        f"{named(submission)} for {submission.product.name} was returned.",
        f"Reason: {reason}",
        f"What would do instead: {what_would_do}",
        "You can mend it and send it again from the page of the evidence.",
    ]
    _tell(submission, "returned", said, key=f"evidence {submission.ref} returned", now=now)


def tell_revoked(*, submission: Submission, from_: date, reason: str, now: datetime) -> None:
    """It proves nothing any more from a day on."""
    said = [
        f"{named(submission)} for {submission.product.name} is revoked: it proves nothing from "
        f"{format_date(from_)} on.",
        f"Reason: {reason}",
    ]
    _tell(submission, "revoked", said, key=f"evidence {submission.ref} revoked", now=now)


def tell_question(*, submission: Submission, question: str, key: str, now: datetime) -> None:
    """An assessor asks `question`, which `key` names ("question 12")."""
    said = [
        f"The assessor of {named(submission)} for {submission.product.name} asks:",
        question,
        "Answer on the page of the evidence.",
    ]
    _tell(
        submission,
        "a question to answer",
        said,
        key=f"evidence {submission.ref} {key}",
        now=now,
        kind=Kind.EVIDENCE_QUESTION,
    )


def tell_answer(*, submission: Submission, answer: str, key: str, now: datetime) -> None:
    """The supplier has answered; whoever has it on the desk is told. `key` names the answer."""
    product = submission.product
    notify(
        to=[submission.assessor],
        kind=Kind.EVIDENCE_QUESTION,
        subject=f"{product.name}: {submission.ref} is answered",
        body=[f"{product.supplier.name} answers your question about {named(submission)}:", answer],
        link=reverse("assessment", kwargs={"ref": submission.ref}),
        key=f"evidence {submission.ref} {key}",
        now=now,
    )


def _tell(
    submission: Submission,
    what: str,
    body: Sequence[str],
    *,
    key: str,
    now: datetime,
    kind: Kind = Kind.EVIDENCE_DECIDED,
) -> None:
    supplier_id = submission.product.supplier_id
    criteria = submission.criteria.select_related("version__standard")
    notify(
        to=members_of({supplier_id}).get(supplier_id, []),
        kind=kind,
        subject=f"{submission.product.name}: evidence for {standards_in_words(criteria)}: {what}",
        body=body,
        link=reverse("evidence", kwargs={"ref": submission.ref}),
        key=key,
        now=now,
    )


def named(submission: Submission) -> str:
    """ "Certificate BSI-123 (SUB-7)": the form, what its issuer calls it, and our reference."""
    parts = [submission.get_form_display(), submission.reference, f"({submission.ref})"]
    return " ".join(part for part in parts if part)


def standards_in_words(criteria: Iterable[Criterion]) -> str:
    """ "DCB0129, WCAG and 2 more"."""
    codes = sorted({criterion.version.standard.code for criterion in criteria})
    if len(codes) > _NAMED + 1:
        return f"{', '.join(codes[:_NAMED])} and {len(codes) - _NAMED} more"
    return " and ".join(filter(None, [", ".join(codes[:-1]), *codes[-1:]])) or "nothing"
