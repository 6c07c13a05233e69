"""How far mass changes are worked in: for the national team."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.causes import in_words
from registry.compliance import selectors


@never_cache
@login_required
@require_safe
def recomputing(request: HttpRequest) -> HttpResponse:
    """Every run that is not done, the latest that are, and products that could not be computed."""
    require_role(request.user, *Role)
    now = timezone.now()
    context = {
        "running": selectors.progress(),
        "finished": selectors.finished_runs(most=20),
        "failing": selectors.failing_products(most=50),
        "because": in_words,
        "now": now,
        "section": "worklist",
    }
    return render(request, "compliance/recomputing.html", context)
