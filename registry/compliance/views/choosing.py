"""What a draft of evidence proves: chosen from all that the supplier owes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.compliance.forms import Boxes, ChoiceForm
from registry.compliance.presenters import choosing
from registry.compliance.presenters.previewing import change
from registry.evidence import selectors as evidence
from registry.evidence import services
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from registry.evidence.rules.tasks import next_page, page_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proves(request: HttpRequest, ref: str) -> HttpResponse:
    """Requirements of each product, how each stands, and what the chosen ones would change."""
    draft = _own(request, ref)
    if draft.state != SubmissionState.DRAFT:
        return redirect("evidence", ref=ref)
    on = civil_date(timezone.now())
    requirements = choosing.offered(draft, user=request.user, on=on)
    boxes = [_boxes(requirement) for requirement in requirements]
    form = ChoiceForm(request.POST if request.method == "POST" else None, boxes=boxes)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose(
                submission=draft, chosen=form.chosen, by=request.user, now=timezone.now()
            )
            gone_on = _after_choosing(request, ref, form)
            if gone_on is not None:
                return gone_on
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
    context = {
        "form": form,
        "requirements": requirements,
        "submission": draft,
        "change": change(_own(request, ref) if request.method == "POST" else draft, on=on),
        "section": "supplier",
    }
    return render(request, "evidence/proves.html", context, status=400 if form.errors else 200)


def _boxes(one: choosing.Requirement) -> Boxes:
    return Boxes(
        criterion_id=one.criterion.pk,
        label=one.name,
        hint=one.criterion.text,
        options=[(each.product.pk, each.product.name, each.words) for each in one.options],
        ticked=[each.product.pk for each in one.options if each.chosen],
    )


def _own(request: HttpRequest, ref: str) -> Submission:
    found = evidence.own_submission(request.user, ref)
    if found is None:
        raise Http404(f"There is no evidence “{ref}” that you may see.")
    return found


def _after_choosing(request: HttpRequest, ref: str, form: ChoiceForm) -> HttpResponse | None:
    then = request.POST.get("then", "next")
    if then == "stay":
        return redirect(reverse("evidence_proves", kwargs={"ref": ref}) + "#change")
    if then == "later":
        messages.success(request, "Draft saved.")
        return redirect("evidence_edit", ref=ref)
    problems = evidence.problems_of(_own(request, ref), on=civil_date(timezone.now()))
    for problem in problems:
        if page_of(problem.field) == "evidence_proves":
            form.add_error(None, problem.words)
    return None if form.errors else redirect(next_page(problems), ref=ref)
