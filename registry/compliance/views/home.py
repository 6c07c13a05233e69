"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.common.periods import civil_date
from registry.compliance.selectors import pages


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One search box, three doors, and figures of today."""
    counts = pages.counts(request.user, on=civil_date(timezone.now()))
    return render(request, "compliance/home.html", {"counts": counts})
