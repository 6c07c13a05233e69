"""The steps of a draft: proposing it, taking it back, and the decision on it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from procurement.whatif import forms, presenters, selectors, services
from procurement.whatif.enums import Action
from procurement.whatif.models import Draft
from procurement.whatif.views.finding import draft_of


@login_required
@require_POST
def propose(request: HttpRequest, id: int) -> HttpResponse:
    """Ask for a second editor's decision."""
    found = draft_of(request, id)
    services.propose(draft=found, by=request.user, now=timezone.now())
    messages.success(request, "The draft waits for a second editor")
    return redirect("whatif_draft", id=found.pk)


@login_required
@require_POST
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """Back to being drafted."""
    found = draft_of(request, id)
    services.take_back(draft=found, by=request.user, now=timezone.now())
    messages.success(request, "The draft can be changed again")
    return redirect("whatif_draft", id=found.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, id: int) -> HttpResponse:
    """A second editor approves."""
    found = draft_of(request, id)
    form = forms.ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why is it published?",
        required=True,
        initial={"seen": found.proposed_as},
    )

    def decide() -> None:
        services.publish(
            draft=found,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )

    return _decided(request, found, form, Action.PUBLISH, decide, "The changes are published")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, id: int) -> HttpResponse:
    """A second editor refuses."""
    found = draft_of(request, id)
    form = forms.ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why is the draft rejected?",
        required=True,
    )

    def decide() -> None:
        services.reject(
            draft=found,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )

    return _decided(request, found, form, Action.REJECT, decide, "The draft is rejected")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, id: int) -> HttpResponse:
    """Nothing shall come of the draft."""
    found = draft_of(request, id)
    form = forms.ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Anything to add to the record?",
        required=False,
    )

    def decide() -> None:
        services.discard(
            draft=found,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )

    return _decided(request, found, form, Action.DISCARD, decide, "The draft is discarded")


def _decided(
    request: HttpRequest,
    found: Draft,
    form: forms.ReasonForm,
    action: Action,
    decide: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Take the step, or show its form; a refusal answers with its own page."""
    if request.method == "POST" and form.is_valid():
        decide()
        messages.success(request, done)
        return redirect("whatif_draft", id=found.pk)
    if action not in selectors.actions(found, request.user):
        messages.warning(request, f"“{action.label}” is not open on the draft as it stands")
        return redirect("whatif_draft", id=found.pk)
    context = {
        "section": "whatif",
        "draft": found,
        "form": form,
        "action": action,
        "changes": presenters.sentences(selectors.changes_of(found)),
    }
    return render(request, "whatif/step.html", context)
