"""A draft: its list of tasks, each task's page, and the page that sends it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.common import panels
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.evidence import presenters, selectors, services
from registry.evidence.enums import SubmissionState
from registry.evidence.forms.shared import add_refusal
from registry.evidence.forms.supplier import AboutForm, AttachForm
from registry.evidence.models import Submission
from registry.evidence.rules.tasks import next_page, page_of
from registry.evidence.views.asked import own


@login_required
@require_safe
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """What is done and what is left, with a page for each."""
    draft = own(request, ref)
    if draft.state != SubmissionState.DRAFT:
        return redirect("evidence", ref=ref)
    problems = _problems(draft)
    tasks = presenters.tasks(draft, problems)
    context = {
        "submission": draft,
        "others": presenters.others_of(draft),
        "tasks": tasks,
        "left": [task for task in tasks if not task.done],
        "section": "supplier",
    }
    return render(request, "evidence/edit.html", context)


def _problems(draft: Submission):
    return selectors.problems_of(draft, on=civil_date(timezone.now()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, ref: str) -> HttpResponse:
    """Who issued it, when, how long it lasts, what it leaves out. What was typed is kept."""
    draft = own(request, ref)
    if draft.state != SubmissionState.DRAFT:
        return redirect("evidence", ref=ref)
    others = presenters.others_of(draft)
    posted = request.POST if request.method == "POST" else None
    form = AboutForm(posted, submission=draft, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_submission(
                submission=draft, answers=form.answers, by=request.user, now=timezone.now()
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    if request.method == "POST" and not form.errors:
        gone_on = _after_saving(request, form, ref, page="evidence_about")
        if gone_on is not None:
            return gone_on
    context = {"form": form, "submission": draft, "others": others, "section": "supplier"}
    return render(request, "evidence/about.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, ref: str) -> HttpResponse:
    """Files, one by one or several, and public links. A good file is kept beside a bad one."""
    draft = own(request, ref)
    if draft.state != SubmissionState.DRAFT:
        return redirect("evidence", ref=ref)
    form = AttachForm(request.POST if request.method == "POST" else None, submission=draft)
    if request.method == "POST":
        _attach(request, draft, form)
        if not form.errors:
            gone_on = _after_saving(request, form, ref, page="evidence_attach")
            if gone_on is not None:
                return gone_on
        draft = own(request, ref)
    context = {"form": form, "submission": draft, "section": "supplier"}
    return render(request, "evidence/attach.html", context, status=400 if form.errors else 200)


def _attach(request: HttpRequest, draft: Submission, form: AttachForm) -> None:
    now = timezone.now()
    valid = form.is_valid()
    for upload in request.FILES.getlist("file"):
        try:
            services.attach_to_draft(submission=draft, upload=upload, by=request.user, now=now)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    if valid:
        try:
            services.save_links(
                submission=draft, links=form.cleaned_data["links"], by=request.user, now=now
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)


def _after_saving(request: HttpRequest, form, ref: str, *, page: str) -> HttpResponse | None:
    """Where to go when all was saved; `None` when this page has still something to mend."""
    then = request.POST.get("then", "next")
    if then == "later":
        messages.success(request, "Draft saved.")
        return redirect("evidence_edit", ref=ref)
    if then == "stay":
        return redirect(reverse(page, kwargs={"ref": ref}) + "#files")
    draft = own(request, ref)
    problems = _problems(draft)
    for problem in problems:
        if page_of(problem.field) == page:
            add_refusal(form, RuleBroken(problem.words, field=problem.field))
    return None if form.errors else redirect(next_page(problems), ref=ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """The answers once more, what they would change, and the button that sends them."""
    submission = own(request, ref)
    now = timezone.now()
    if request.method == "POST":
        try:
            sent = services.submit(submission=submission, by=request.user, now=now)
        except services.Incomplete:
            return redirect("evidence_check", ref=ref)
        messages.success(request, presenters.sent_words(sent))
        return redirect("evidence", ref=ref)
    if submission.state != SubmissionState.DRAFT:
        return redirect("evidence", ref=ref)
    problems = _problems(submission)
    on = civil_date(now)
    context = {
        "submission": submission,
        "others": presenters.others_of(submission),
        "problems": [(each, page_of(each.field)) for each in problems],
        "second": presenters.needs_second(submission),
        **presenters.questionnaire_results(submission, on=on),
        "panels": panels.drawn("draft", submission, request=request, on=on, known_at=None),
        "section": "supplier",
    }
    return render(request, "evidence/check.html", context)


@login_required
@require_POST
def remove_file(request: HttpRequest, ref: str, file_id: int) -> HttpResponse:
    """Take a file off the draft; one that is gone already is gone."""
    draft = own(request, ref)
    if draft.files.filter(pk=file_id).exists():
        services.remove_file(submission=draft, file_id=file_id, by=request.user, now=timezone.now())
    return redirect(reverse("evidence_attach", kwargs={"ref": ref}) + "#files")
