"""The page of one submission, and its files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.accounts.models import Role
from registry.common.periods import civil_date
from registry.evidence import presenters, selectors
from registry.evidence.views.asked import is_own


@require_safe
def evidence(request: HttpRequest, ref: str) -> HttpResponse:
    """All of it to the supplier and the national team; the public facts to everybody else."""
    submission = selectors.submission_for(request.user, ref)
    if submission is None:
        return _public(request, ref)
    on = civil_date(timezone.now())
    context = {
        "submission": submission,
        "standing": presenters.standing(submission, on=on),
        "history": presenters.history(submission),
        "own": is_own(request, submission),
        "assesses": request.user.has_role(Role.ASSESSOR),
        "demonstration": submission.product.supplier.demonstration,
        "section": "supplier" if is_own(request, submission) else "assessment",
    }
    return render(request, "evidence/evidence.html", context)


def _public(request: HttpRequest, ref: str) -> HttpResponse:
    submission = selectors.published(ref)
    if submission is None:
        raise Http404(f"There is no published evidence “{ref}”.")
    context = {
        "submission": submission,
        "standing": presenters.standing(submission, on=civil_date(timezone.now())),
        "decisions": presenters.public_decisions(submission),
        "demonstration": submission.product.supplier.demonstration,
        "section": "products",
    }
    return render(request, "evidence/public.html", context)
