"""What a supplier does: start, fill in, check, send, withdraw."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.catalogue.selectors import suppliers_of
from registry.common.errors import NotPermitted, RuleBroken
from registry.common.periods import civil_date
from registry.evidence import presenters, selectors, services
from registry.evidence.enums import SubmissionState
from registry.evidence.filters import SubmissionFilter
from registry.evidence.forms.shared import add_refusal
from registry.evidence.forms.supplier import AnswersForm, StartForm
from registry.evidence.models import Submission
from registry.evidence.querysets import AWAITING
from registry.evidence.views.asked import own

PER_PAGE = 25


@login_required
@require_safe
def submissions(request: HttpRequest) -> HttpResponse:
    """Everything the person's suppliers drafted and sent."""
    _require_a_supplier(request)
    filters = SubmissionFilter(request.GET, selectors.submissions_of(request.user))
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "states": SubmissionState, "section": "supplier"}
    return render(request, "evidence/submissions.html", context)


def _ids(typed: list[str]) -> list[int]:
    """Primary keys, without what is none: no key has more than eighteen digits."""
    return [int(each) for each in typed if each.isdecimal() and len(each) <= 18]


def _require_a_supplier(request: HttpRequest) -> None:
    if not suppliers_of(request.user).exists():
        raise NotPermitted("Only people who act for a supplier may do this.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Product and form of evidence. `?product=REF&criterion=ID` comes filled in from the desk."""
    _require_a_supplier(request)
    criteria = selectors.criteria_by_id(_ids(request.GET.getlist("criterion")))
    form = StartForm(
        request.POST or None,
        initial={"product": request.GET.get("product", "")},
        products=selectors.products_of(request.user),
        criteria=criteria,
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.start_submission(
                product=form.cleaned_data["product"],
                form=form.cleaned_data["form"],
                criteria=[criterion.pk for criterion in criteria],
                by=request.user,
                now=timezone.now(),
            )
            return redirect("evidence_edit", ref=draft.ref)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "criteria": criteria, "section": "supplier"}
    return render(request, "evidence/start.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """All that the submission says. What was typed is kept, whatever is still missing."""
    submission = own(request, ref)
    if submission.state != SubmissionState.DRAFT:
        return redirect("evidence", ref=ref)
    form = _answers_form(request, submission)
    if request.method == "POST":
        saved = _save(request, submission, form)
        if saved is not None:
            return saved
        submission = own(request, ref)
    context = {"form": form, "submission": submission, "section": "supplier"}
    return render(request, "evidence/edit.html", context, status=400 if form.errors else 200)


def _answers_form(request: HttpRequest, submission: Submission) -> AnswersForm:
    offered = selectors.provable_criteria(
        submission.product,
        on=civil_date(timezone.now()),
        form=submission.form,
        ids=[criterion.pk for criterion in submission.criteria.all()],
    )
    return AnswersForm(
        request.POST if request.method == "POST" else None, submission=submission, offered=offered
    )


def _save(request: HttpRequest, submission: Submission, form: AnswersForm) -> HttpResponse | None:
    """Save what can be saved; the next page, or `None` when there is something to mend."""
    now = timezone.now()
    valid = form.is_valid()
    for upload in request.FILES.getlist("file"):
        try:
            services.attach_to_draft(submission=submission, upload=upload, by=request.user, now=now)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    if valid:
        try:
            services.save_submission(
                submission=submission, answers=form.answers, by=request.user, now=now
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    return None if form.errors else _after_saving(request, submission, form)


def _after_saving(
    request: HttpRequest, submission: Submission, form: AnswersForm
) -> HttpResponse | None:
    then = request.POST.get("then", "check")
    if then == "later":
        messages.success(request, "Draft saved.")
        return redirect("submissions")
    if then == "stay":
        return redirect(reverse("evidence_edit", kwargs={"ref": submission.ref}) + "#files")
    problems = selectors.problems_of(
        selectors.submission_for(request.user, submission.ref), on=civil_date(timezone.now())
    )
    for problem in problems:
        add_refusal(form, RuleBroken(problem.words, field=problem.field))
    return None if problems else redirect("evidence_check", ref=submission.ref)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """The answers once more, and the button that sends them."""
    submission = own(request, ref)
    if request.method == "POST":
        try:
            services.submit(submission=submission, by=request.user, now=timezone.now())
        except services.Incomplete:
            return redirect("evidence_check", ref=ref)
        messages.success(request, f"Evidence {ref} sent. You will find the decision here.")
        return redirect("evidence", ref=ref)
    if submission.state != SubmissionState.DRAFT:
        return redirect("evidence", ref=ref)
    context = {
        "submission": submission,
        "problems": selectors.problems_of(submission, on=civil_date(timezone.now())),
        "second": presenters.needs_second(submission),
        "section": "supplier",
    }
    return render(request, "evidence/check.html", context)


@login_required
@require_POST
def remove_file(request: HttpRequest, ref: str, file_id: int) -> HttpResponse:
    """Take a file off the draft."""
    services.remove_file(
        submission=own(request, ref), file_id=file_id, by=request.user, now=timezone.now()
    )
    return redirect(reverse("evidence_edit", kwargs={"ref": ref}) + "#files")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask once more, then take the submission back; a draft is discarded."""
    submission = own(request, ref)
    if request.method == "POST":
        return _withdrawn(request, submission)
    withdrawable = {SubmissionState.DRAFT, *AWAITING}
    if submission.state not in withdrawable:
        raise Http404("This can no longer be withdrawn.")
    context = {"submission": submission, "section": "supplier"}
    return render(request, "evidence/withdraw.html", context)


def _withdrawn(request: HttpRequest, submission: Submission) -> HttpResponse:
    now = timezone.now()
    if submission.state == SubmissionState.DRAFT:
        services.discard_draft(submission=submission, by=request.user, now=now)
        messages.success(request, "Draft discarded.")
        return redirect("submissions")
    services.withdraw(submission=submission, by=request.user, now=now)
    messages.success(request, f"Evidence {submission.ref} withdrawn.")
    return redirect("evidence", ref=submission.ref)


@login_required
@require_POST
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """A draft that follows this one: mended, or renewed."""
    draft = services.start_again(submission=own(request, ref), by=request.user, now=timezone.now())
    return redirect("evidence_edit", ref=draft.ref)
