"""What several services ask before they write."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from registry.evidence.selectors.beside import stake_of
from registry.standards.enums import Form
from registry.standards.models import Criterion

_web_address = URLValidator(schemes=["https", "http"])
_LONGEST_LINK = 500

_STANDING = {
    SubmissionState.DRAFT: "It has not been submitted yet.",
    SubmissionState.SUBMITTED: "It is submitted and nobody has taken it up.",
    SubmissionState.IN_ASSESSMENT: "It is being assessed.",
    SubmissionState.ACCEPTED: "It is already accepted.",
    SubmissionState.RETURNED: "It was returned.",
    SubmissionState.WITHDRAWN: "It was withdrawn.",
}


def locked(submission: Submission, *states: str) -> Submission:
    """The submission's row, locked until the transaction ends.

    `Conflict` says where it stands when that is not one of `states`: of many who decide at
    once, the first finds the state and the others find it gone.
    """
    row = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("product__supplier", "assessor")
        .filter(pk=submission.pk)
        .first()
    )
    if row is None:
        raise Conflict("This draft was discarded.")
    if row.state not in states:
        raise Conflict(f"This can no longer be done. {_STANDING[SubmissionState(row.state)]}")
    return row


class ConflictOfInterest(NotPermitted):
    """The assessor has a stake in the evidence."""


def require_impartial_assessor(by: User, row: Submission, *, now: datetime) -> None:
    """Raise unless `by` is an assessor with no stake in the submission."""
    require_role(by, Role.ASSESSOR)
    if stake := stake_of(by, row, now=now):
        raise ConflictOfInterest(stake)


def unaccepted_form(form: str, criteria: Iterable[Criterion]) -> str:
    """Why evidence of `form` is refused for the first of `criteria` that does not accept it."""
    for criterion in criteria:
        if form not in criterion.proofs:
            accepted = " or ".join(Form(proof).label.lower() for proof in sorted(criterion.proofs))
            name = f"{criterion.version.standard.code} {criterion.version.version} {criterion.code}"
            wanted = f"It accepts {accepted}." if accepted else "It is proved by probing alone."
            return f"{name} does not accept the form “{Form(form).label}”. {wanted}"
    return ""


def accepting_criteria(form: str, ids: Collection[int]) -> list[Criterion]:
    """The criteria of these primary keys, each of which accepts `form`; otherwise RuleBroken."""
    found = list(
        Criterion.objects.filter(pk__in=ids).select_related("version__standard").order_by("pk")
    )
    if len(found) != len(set(ids)):
        raise RuleBroken("Choose what the evidence proves from the list.", field="criteria")
    if fault := unaccepted_form(form, found):
        raise RuleBroken(fault, field="criteria")
    return found


def public_links(typed: Iterable[str]) -> list[str]:
    """The web addresses typed, without empty ones and repetitions; `RuleBroken` names a bad one."""
    links = list(dict.fromkeys(link.strip() for link in typed if link.strip()))
    if len(links) > settings.EVIDENCE_LINKS_MAX:
        words = f"A submission holds at most {settings.EVIDENCE_LINKS_MAX} links"
        raise RuleBroken(words, field="links")
    for link in links:
        if len(link) > _LONGEST_LINK:
            words = f"“{link[:60]}…” is too long. A link has at most {_LONGEST_LINK} characters"
            raise RuleBroken(words, field="links")
        try:
            _web_address(link)
        except ValidationError as error:
            words = f"“{link}” must be a public web address, like https://www.example.com/report"
            raise RuleBroken(words, field="links") from error
    return links
