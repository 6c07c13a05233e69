"""Taking a submission up, keeping it longer, putting it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from registry.evidence import services
from registry.evidence.rules import lease
from registry.evidence.views.asked import visible


@login_required
@require_POST
def take_up(request: HttpRequest, ref: str) -> HttpResponse:
    """Claim the submission, and with it all that was sent at once and is free."""
    services.take_up_together(submission=visible(request, ref), by=request.user, now=timezone.now())
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
def keep(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep the claim longer."""
    row = services.keep_longer(
        submission=visible(request, ref), by=request.user, now=timezone.now()
    )
    messages.success(request, f"It is yours until {lease.last_day_words(row.leased_until)}.")
    return redirect("assessment", ref=ref)
