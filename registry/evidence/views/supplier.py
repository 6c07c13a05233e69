"""What a supplier starts, sees of what it sent, takes back and renews."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.catalogue.selectors import require_suppliers
from registry.common.errors import RuleBroken
from registry.common.formatting import format_plural
from registry.common.periods import civil_date
from registry.evidence import selectors, services
from registry.evidence.enums import SubmissionState
from registry.evidence.filters import SubmissionFilter
from registry.evidence.forms.shared import add_refusal
from registry.evidence.forms.supplier import StartForm
from registry.evidence.models import Submission
from registry.evidence.querysets import AWAITING
from registry.evidence.rules.tasks import next_page
from registry.evidence.views.asked import own

PER_PAGE = 25


@login_required
@require_safe
def submissions(request: HttpRequest) -> HttpResponse:
    """Everything the person's suppliers drafted and sent."""
    require_suppliers(request.user)
    filters = SubmissionFilter(request.GET, selectors.submissions_of(request.user))
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "states": SubmissionState, "section": "supplier"}
    return render(request, "evidence/submissions.html", context)


def _ids(typed: list[str]) -> list[int]:
    """Primary keys, without what is none: no key has more than eighteen digits."""
    return [int(each) for each in typed if each.isdecimal() and len(each) <= 18]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Product and form of evidence.

    Comes filled in from what is owed: `?item=PRODUCT:CRITERION` (reference and primary key), once
    for each requirement of each product; or `?product=REF&criterion=ID` for one product.
    """
    require_suppliers(request.user)
    wanted = selectors.wanted(request.user, _items(request))
    form = StartForm(
        request.POST or None,
        initial={"product": request.GET.get("product", "")},
        products=selectors.products_of(request.user),
        wanted=wanted,
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = _started(request, form, wanted)
            problems = selectors.problems_of(draft, on=civil_date(timezone.now()))
            return redirect(next_page(problems), ref=draft.ref)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "wanted": wanted, "section": "supplier"}
    return render(request, "evidence/start.html", context, status=400 if form.errors else 200)


def _items(request: HttpRequest) -> list[tuple[str, int]]:
    """What the address names: product's reference (empty: to be chosen), criterion's key."""
    product = request.GET.get("product", "")
    typed = [(product, each) for each in request.GET.getlist("criterion")]
    typed += [item.rpartition(":")[::2] for item in request.GET.getlist("item")]
    return [(ref, pk) for ref, key in typed for pk in _ids([key])]


def _started(request: HttpRequest, form: StartForm, wanted: selectors.Wanted) -> Submission:
    product = form.cleaned_data.get("product") or wanted.products[0]
    return services.start_submission(
        product=product,
        form=form.cleaned_data["form"],
        criteria=wanted.of(product),
        others={each.pk: wanted.of(each) for each in wanted.products if each != product},
        by=request.user,
        now=timezone.now(),
    )


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
    context = {
        "submission": submission,
        "together": [
            each
            for each in selectors.sent_together(submission, user=request.user)
            if each.state in AWAITING
        ],
        "section": "supplier",
    }
    return render(request, "evidence/withdraw.html", context)


def _withdrawn(request: HttpRequest, submission: Submission) -> HttpResponse:
    now = timezone.now()
    if request.POST.get("together") == "yes":
        gone = services.withdraw_together(submission=submission, by=request.user, now=now)
        words = format_plural(len(gone), "submission")
        messages.success(request, f"{words} withdrawn.")
        return redirect("evidence", ref=submission.ref)
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
    draft = services.start_again(
        submission=own(request, ref),
        by=request.user,
        now=timezone.now(),
        together=request.POST.get("together") == "yes",
    )
    return redirect("evidence_edit", ref=draft.ref)
