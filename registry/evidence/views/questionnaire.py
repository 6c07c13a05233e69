"""Answering a questionnaire, section by section, and reading what was answered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from registry.accounts.models import Role
from registry.common.periods import civil_date
from registry.evidence import selectors, services
from registry.evidence.enums import SubmissionState
from registry.evidence.forms.questionnaire import SectionForm, field_name
from registry.evidence.models import Submission
from registry.evidence.presenters import questionnaire as presenters
from registry.evidence.rules import questionnaire
from registry.evidence.rules.questionnaire import Section
from registry.evidence.selectors import Answered
from registry.evidence.views.asked import is_own, own, visible


def _answered(submission: Submission) -> Answered:
    given = selectors.answered(submission)
    if given is None:
        raise Http404(f"Evidence {submission.ref} has no questionnaire.")
    return given


@login_required
@require_safe
def tasks(request: HttpRequest, ref: str) -> HttpResponse:
    """The sections of a draft's questionnaire, and how far each is answered."""
    submission = own(request, ref)
    given = _answered(submission)
    if submission.state != SubmissionState.DRAFT:
        return redirect("questionnaire_answers", ref=ref)
    found = presenters.tasks(given)
    context = {
        "submission": submission,
        "given": given,
        "tasks": found,
        "done": sum(task.progress == task.progress.DONE for task in found),
        "previous": selectors.previous_questionnaire(submission),
        "section": "supplier",
    }
    return render(request, "evidence/questionnaire_tasks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """One section. Saving it shows the questions that follow from what was answered."""
    submission = own(request, ref)
    given = _answered(submission)
    asked = given.form.section(code)
    if asked is None:
        raise Http404(f"The questionnaire has no section “{code}”.")
    if submission.state != SubmissionState.DRAFT:
        return redirect("questionnaire_answers", ref=ref)
    form = _form(request, given, asked)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_section(
                submission=submission,
                section=asked.code,
                replies=form.replies,
                uploads=form.uploads,
                by=request.user,
                now=timezone.now(),
            )
            return _after_saving(request, ref, asked.code)
        except services.AnswersRefused as refusal:
            form.add_refusal(refusal)
    lacks = questionnaire.lacking(asked, given.replies, attached=given.files)
    context = {
        "submission": submission,
        "given": given,
        "part": asked,
        "form": form,
        "lacks": [_lack(form, each) for each in lacks] if "left" in request.GET else [],
        "section": "supplier",
    }
    status = 400 if form.errors else 200
    return render(request, "evidence/questionnaire_section.html", context, status=status)


def _form(request: HttpRequest, given: Answered, asked: Section) -> SectionForm:
    """The questions that are asked; of a form that was sent, those that it showed."""
    questions = questionnaire.shown(asked, given.replies)
    posted = request.method == "POST"
    if posted:
        shown = set(request.POST.getlist("shown"))
        questions = [each for each in asked.questions if each.code in shown] or questions
    product = given.submission.product
    return SectionForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        questions=questions,
        replies=given.replies,
        attached=given.files,
        known={"supplier": product.supplier.name, "product": product.name},
    )


def _lack(form: SectionForm, lack: questionnaire.Lack) -> tuple[str, str]:
    """The words, and the field to go to."""
    bound = form[field_name(lack.code, "upload" if lack.part == "evidence" else lack.part)]
    return lack.words, f"#{bound.id_for_label or bound.auto_id}"


def _after_saving(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """The same page while the section lacks something; the next section; the answers."""
    if request.POST.get("then") == "later":
        messages.success(request, f"Section {code} saved.")
        return redirect("questionnaire", ref=ref)
    given = _answered(own(request, ref))
    asked = given.form.section(code)
    if questionnaire.lacking(asked, given.replies, attached=given.files):
        here = reverse("questionnaire_section", kwargs={"ref": ref, "code": code.lower()})
        return redirect(f"{here}?left=1")
    following = given.form.after(asked)
    if following is None:
        return redirect("questionnaire_answers", ref=ref)
    return redirect("questionnaire_section", ref=ref, code=following.code.lower())


@login_required
@require_safe
def answers(request: HttpRequest, ref: str) -> HttpResponse:
    """All answers on one page, with what each section comes to; fit to be printed."""
    submission = visible(request, ref)
    given = _answered(submission)
    on = civil_date(timezone.now())
    found = presenters.sheets(given, user=request.user, on=on)
    mine = is_own(request, submission)
    context = {
        "submission": submission,
        "given": given,
        "sheets": found,
        "editable": mine and submission.state == SubmissionState.DRAFT,
        "failing": presenters.not_passing([sheet.outcome for sheet in found]),
        "previous": selectors.previous_questionnaire(submission),
        "assesses": request.user.has_role(Role.ASSESSOR, Role.AUDITOR) and not mine,
        "demonstration": submission.product.supplier.demonstration,
        "section": "supplier" if mine else "assessment",
    }
    return render(request, "evidence/questionnaire_answers.html", context)


@login_required
@require_safe
def comparison(request: HttpRequest, ref: str) -> HttpResponse:
    """The answers beside those before: what differs, or everything with `?all=1`."""
    submission = visible(request, ref)
    given = _answered(submission)
    before = selectors.previous_questionnaire(submission)
    everything = "all" in request.GET
    rows = []
    if before is not None:
        rows = presenters.compared(before, given, user=request.user, everything=everything)
    context = {
        "submission": submission,
        "before": before,
        "rows": rows,
        "everything": everything,
        "demonstration": submission.product.supplier.demonstration,
        "section": "supplier" if is_own(request, submission) else "assessment",
        "wide": True,
    }
    return render(request, "evidence/questionnaire_comparison.html", context)


@login_required
@require_safe
def download(request: HttpRequest, ref: str) -> JsonResponse:
    """The answers as a JSON file."""
    given = _answered(visible(request, ref))
    content = presenters.document(given, user=request.user, on=civil_date(timezone.now()))
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{ref}-questionnaire.json"'
    response.headers["Cache-Control"] = "no-store, private"
    return response
