"""The page of one submission, and its files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.accounts.models import Role
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.evidence import presenters, selectors
from registry.evidence.forms.shared import typed
from registry.evidence.forms.thread import AnswerForm
from registry.evidence.models import Submission
from registry.evidence.views.asked import is_own, visible


@require_safe
def evidence(request: HttpRequest, ref: str) -> HttpResponse:
    """All of it to the supplier and the national team; the public facts to everybody else."""
    submission = selectors.submission_for(request.user, ref)
    if submission is None:
        return _public(request, ref)
    return whole_page(request, submission)


def whole_page(
    request: HttpRequest,
    submission: Submission,
    *,
    answer_form: AnswerForm | None = None,
    refusal: RuleBroken | None = None,
    status: int = 200,
) -> HttpResponse:
    """All of a submission; `answer_form` comes back with what was refused in it.

    `refusal` is what was said when the answer came too late altogether.
    """
    on = civil_date(timezone.now())
    together = selectors.sent_together(submission, user=request.user)
    context = {
        "submission": submission,
        "together": together,
        "renewable": [each for each in together if each.state == submission.state],
        "standing": presenters.standing(submission, on=on),
        "questionnaire": selectors.answered(submission) is not None,
        "history": presenters.history(submission, reader=request.user),
        "thread": selectors.thread(submission),
        "question": presenters.asked(submission),
        "answer_form": answer_form or AnswerForm(auto_id="answer_%s"),
        "form": answer_form,
        "refusal": refusal,
        "kept": typed(answer_form) if refusal else [],
        "own": is_own(request, submission),
        "assesses": request.user.has_role(Role.ASSESSOR),
        "demonstration": submission.product.supplier.demonstration,
        "section": "supplier" if is_own(request, submission) else "assessment",
    }
    return render(request, "evidence/evidence.html", context, status=status)


@login_required
@require_safe
def history(request: HttpRequest, ref: str) -> JsonResponse:
    """What happened to a submission, as data: to whoever may see the whole of it."""
    submission = visible(request, ref)
    steps = presenters.history(submission, reader=request.user)
    return JsonResponse(
        {
            "ref": submission.ref,
            "product": submission.product.ref,
            "state": submission.state,
            "criteria": sorted(str(criterion) for criterion in submission.criteria.all()),
            "history": [
                {"at": step.at.isoformat(), "what": step.title, "by": step.by, **dict(step.lines)}
                for step in steps
            ],
        }
    )


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
