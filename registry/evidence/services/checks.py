"""What several services ask before they write."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.catalogue.models import SupplierMembership
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.common.periods import civil_date
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Interest, Submission
from registry.evidence.selectors.beside import left_lately
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
    """Raise unless `by` is an assessor with no stake in the submission.

    product.md: the assessor may not belong to the supplier. Nor may whoever left the supplier
    less than `EVIDENCE_COOLING_OFF_DAYS` ago, whoever prepared the submission, whenever they
    left, nor whoever declared an interest in the supplier.
    """
    require_role(by, Role.ASSESSOR)
    supplier = row.product.supplier
    if SupplierMembership.objects.filter(user=by, supplier=supplier).exists():
        raise ConflictOfInterest(f"You act for {supplier.name}, so somebody else must assess this.")
    if by.pk in (row.created_by_id, row.submitted_by_id):
        raise ConflictOfInterest("You prepared this evidence, so somebody else must assess it.")
    if left_lately(by, now=now).filter(pk=supplier.pk).exists():
        words = f"You acted for {supplier.name} until lately, so somebody else must assess this."
        raise ConflictOfInterest(words)
    if Interest.objects.filter(user=by, supplier=supplier, held__contains=civil_date(now)).exists():
        raise ConflictOfInterest(
            f"You declared an interest in {supplier.name}, so somebody else must assess this."
        )


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
