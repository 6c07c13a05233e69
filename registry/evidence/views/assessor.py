"""The assessor's queue and bench."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.errors import RuleBroken
from registry.common.formatting import last_day
from registry.common.periods import civil_date, period
from registry.evidence import presenters, selectors, services
from registry.evidence.filters import QueueFilter
from registry.evidence.forms.assessor import AcceptForm, ReturnForm, RevokeForm
from registry.evidence.forms.shared import add_refusal, after
from registry.evidence.models import Submission
from registry.evidence.views.asked import visible

PER_PAGE = 25


def _require_reader(request: HttpRequest) -> None:
    require_role(request.user, Role.ASSESSOR, Role.AUDITOR)


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What awaits a decision, the most urgent first."""
    _require_reader(request)
    rows = selectors.assessment_queue(request.user)
    filters = QueueFilter(request.GET, rows, request=request)
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": presenters.queue_rows(page, on=civil_date(timezone.now())),
        "section": "assessment",
        "wide": True,
    }
    return render(request, "evidence/queue.html", context)


@login_required
@require_safe
def assessment(request: HttpRequest, ref: str) -> HttpResponse:
    """Criterion beside evidence, what was decided before, and the two decisions."""
    _require_reader(request)
    return _bench(request, visible(request, ref))


def _bench(
    request: HttpRequest,
    submission: Submission,
    accept_form: AcceptForm | None = None,
    return_form: ReturnForm | None = None,
) -> HttpResponse:
    on = civil_date(timezone.now())
    valid = submission.valid
    asked = {
        "valid_from": valid and valid.lower,
        "valid_until": last_day(valid and valid.upper),
    }
    tried = accept_form or return_form
    context = {
        "submission": submission,
        "standing": presenters.standing(submission, on=on),
        "history": presenters.history(submission),
        "bench": presenters.bench(submission, request.user),
        **presenters.questionnaire_results(submission, on=on),
        "earlier": presenters.earlier(selectors.decided_before(submission)),
        "accept_form": accept_form or AcceptForm(initial=asked, auto_id="accept_%s"),
        "return_form": return_form or ReturnForm(auto_id="return_%s"),
        "form": tried,
        "today": on,
        "demonstration": submission.product.supplier.demonstration,
        "section": "assessment",
        "wide": True,
    }
    return render(request, "evidence/assessment.html", context, status=400 if tried else 200)


@login_required
@require_POST
def take_up(request: HttpRequest, ref: str) -> HttpResponse:
    """Claim the submission."""
    services.take_up(submission=visible(request, ref), by=request.user, now=timezone.now())
    return redirect("assessment", ref=ref)


@login_required
@require_POST
def put_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Give up the claim."""
    services.put_back(submission=visible(request, ref), by=request.user, now=timezone.now())
    messages.success(request, f"Evidence {ref} put back in the queue.")
    return redirect("assessment_queue")


@login_required
@require_POST
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    """Accept for the days given."""
    require_role(request.user, Role.ASSESSOR)
    submission = visible(request, ref)
    form = AcceptForm(request.POST, auto_id="accept_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            decided = services.accept(
                submission=submission,
                valid=period(given["valid_from"], after(given["valid_until"])),
                reason=given["reason"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, presenters.accepted_words(decided))
            return redirect("evidence", ref=ref)
        except RuleBroken as refusal:
            _refuse(form, refusal)
    return _bench(request, visible(request, ref), accept_form=form)


def _refuse(form, refusal: RuleBroken) -> None:
    """Refusals about a field belong to the form; the others (a conflict) to the whole page."""
    if refusal.field not in form.fields:
        raise refusal
    add_refusal(form, refusal)


@login_required
@require_POST
def return_(request: HttpRequest, ref: str) -> HttpResponse:
    """Return with the reason and what would do."""
    require_role(request.user, Role.ASSESSOR)
    submission = visible(request, ref)
    form = ReturnForm(request.POST, auto_id="return_%s")
    if form.is_valid():
        try:
            services.return_(
                submission=submission, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"Evidence {ref} returned to the supplier.")
            return redirect("evidence", ref=ref)
        except RuleBroken as refusal:
            _refuse(form, refusal)
    return _bench(request, visible(request, ref), return_form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """Revoke accepted evidence from a day."""
    require_role(request.user, Role.ASSESSOR)
    submission = visible(request, ref)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke(
                submission=submission,
                from_=form.cleaned_data["revoked_from"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, f"Evidence {ref} revoked.")
            return redirect("evidence", ref=ref)
        except RuleBroken as refusal:
            _refuse(form, refusal)
    context = {"form": form, "submission": submission, "section": "assessment"}
    return render(request, "evidence/revoke.html", context, status=400 if form.errors else 200)
