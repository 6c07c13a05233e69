"""The assessors' queue."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from procurement.assessment import presenters, selectors, services
from procurement.assessment.filters import QueueFilter
from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.periods import civil_date
from registry.evidence import selectors as evidence
from registry.evidence.services import NothingToTakeUp

PER_PAGE = 25


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What awaits a decision, the most harmful first, and what the person has on the desk."""
    require_role(request.user, Role.ASSESSOR, Role.AUDITOR)
    now = timezone.now()
    on, user = civil_date(now), request.user
    everything = evidence.assessment_queue(user, now=now)
    filters = QueueFilter(request.GET, everything, request=request)
    ordered = selectors.in_order(filters.qs, user=user, sort=filters.sort, on=on)
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    harms = {one.pk: one.harm for one in page}
    found = evidence.queue_page(everything, list(harms))
    desk = selectors.on_desk(everything, user=user)
    context = {
        "filters": filters,
        "choices": presenters.choices(filters.counts()),
        "page": page,
        "rows": presenters.lines(found, harms, user=user, on=on, now=now),
        "desk": presenters.lines(evidence.with_page(desk), {}, user=user, on=on, now=now),
        "assesses": user.has_role(Role.ASSESSOR),
        "section": "assessment",
        "wide": True,
    }
    return render(request, "assessment/queue.html", context)


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Claim the most harmful that the person may assess, and go to it."""
    try:
        taken = services.take_next(by=request.user, now=timezone.now())
    except NothingToTakeUp as nothing:
        messages.info(request, nothing.message)
        return redirect("assessment_queue")
    return redirect("assessment", ref=taken.ref)
