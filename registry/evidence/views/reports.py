"""Sending a machine's report on a page, and the page that says what it proves."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from registry.catalogue.selectors import require_suppliers
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.evidence import selectors, services
from registry.evidence.forms.reports import ReportForm
from registry.evidence.forms.shared import add_refusal
from registry.evidence.presenters.reports import report_shown
from registry.evidence.selectors.reports import criteria_for_machines
from registry.evidence.views.asked import is_own, visible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_report(request: HttpRequest) -> HttpResponse:
    """A report becomes a draft; the next page says what was read."""
    require_suppliers(request.user)
    form = ReportForm(
        request.POST or None,
        request.FILES or None,
        products=selectors.products_of(request.user),
        initial={"product": request.GET.get("product", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            sent = services.send_report(
                product=form.cleaned_data["product"],
                upload=form.cleaned_data["file"],
                release=form.cleaned_data["release"],
                by=request.user,
                now=timezone.now(),
            )
            return redirect("evidence_report", ref=sent.submission.ref)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "section": "supplier"}
    return render(request, "evidence/send_report.html", context, status=400 if form.errors else 200)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How a testing tool's results become evidence, and what they can prove here."""
    address = reverse("api-evidence-list")
    context = {
        "address": request.build_absolute_uri(address),
        "criteria": criteria_for_machines(on=civil_date(timezone.now())),
        "an_hour": settings.MACHINE_REPORTS_AN_HOUR,
        "section": "supplier",
    }
    return render(request, "evidence/about_machine_reports.html", context)


@login_required
@require_safe
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """What the reports of a submission say, to its supplier and to the national team alike."""
    submission = visible(request, ref)
    found = selectors.reports_of(submission)
    if not found:
        raise Http404("No machine report came with this evidence.")
    own = is_own(request, submission)
    context = {
        "submission": submission,
        "reports": [report_shown(each) for each in found],
        "own": own,
        "section": "supplier" if own else "assessment",
    }
    return render(request, "evidence/report.html", context)
