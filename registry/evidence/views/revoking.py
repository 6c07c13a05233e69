"""Revoking accepted evidence: first what it would cut, then the act."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.errors import Conflict, RuleBroken
from registry.common.periods import holds
from registry.evidence import presenters, selectors, services
from registry.evidence.forms.assessor import RevokeForm
from registry.evidence.forms.shared import add_refusal
from registry.evidence.models import Submission
from registry.evidence.views.asked import visible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """Revoke accepted evidence from a day, once the assessor has seen what that cuts."""
    require_role(request.user, Role.ASSESSOR)
    submission = visible(request, ref)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    sure = request.POST.get("sure") == "yes"
    if request.method == "POST" and form.is_valid() and sure:
        try:
            services.revoke(
                submission=submission,
                from_=form.cleaned_data["revoked_from"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, f"Evidence {submission.ref} revoked.")
            return redirect("evidence", ref=ref)
        except Conflict:
            raise
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    context = {
        "form": form,
        "submission": submission,
        "cut": _cut(submission, form),
        "section": "assessment",
    }
    return render(request, "evidence/revoke.html", context, status=400 if form.errors else 200)


def _cut(submission: Submission, form: RevokeForm) -> presenters.Cut | None:
    """What the day that was entered cuts; `None` before one was, or when it cuts nothing."""
    if not form.is_bound or form.errors:
        return None
    day = form.cleaned_data["revoked_from"]
    if not holds(submission.valid, day):
        form.add_error("revoked_from", presenters.outside_words(submission))
        return None
    otherwise = selectors.proved_otherwise(submission, from_=day)
    return presenters.cut(submission, from_=day, otherwise=otherwise)
