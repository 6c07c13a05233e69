"""Interests that assessors declare in suppliers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.evidence import selectors, services
from registry.evidence.forms.interests import InterestForm
from registry.evidence.forms.shared import add_refusal

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interests(request: HttpRequest) -> HttpResponse:
    """One's own, with a form for another; everybody's to auditors and administrators."""
    if request.method == "POST":
        require_role(request.user, Role.ASSESSOR)
    require_role(request.user, Role.ASSESSOR, Role.AUDITOR, Role.ADMINISTRATOR)
    now = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = InterestForm(posted, initial={"since": civil_date(now)})
    if posted is not None and form.is_valid():
        try:
            row = services.declare_interest(by=request.user, now=now, **form.cleaned_data)
            messages.success(request, f"Interest in {row.supplier.name} declared.")
            return redirect("interests")
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    rows = Paginator(selectors.interests_seen_by(request.user), PER_PAGE)
    context = {
        "form": form,
        "page": rows.get_page(request.GET.get("page")),
        "assesses": request.user.has_role(Role.ASSESSOR),
        "today": civil_date(now),
        "section": "assessment" if request.user.has_role(Role.ASSESSOR) else "interests",
    }
    return render(request, "evidence/interests.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def end_interest(request: HttpRequest, id: int) -> HttpResponse:
    """One's own interest ends today."""
    require_role(request.user, Role.ASSESSOR)
    found = selectors.interests_seen_by(request.user).filter(pk=id).first()
    if found is None:
        raise Http404("There is no such interest that you may see.")
    row = services.end_interest(interest=found, by=request.user, now=timezone.now())
    messages.success(request, f"Your interest in {row.supplier.name} ends today.")
    return redirect("interests")
