"""One's own messages, and the outbox of the whole registry."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.notifications import presenters, selectors, services
from registry.notifications.enums import Delivery, Kind, LetterState
from registry.notifications.filters import LetterFilter, NotificationFilter
from registry.notifications.forms import PreferenceForm
from registry.notifications.models import Letter

PER_PAGE = 25


@login_required
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What the person was told: unread first, then newest first."""
    filters = NotificationFilter(request.GET, selectors.notifications_of(request.user))
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "kinds": Kind,
        "delivery": Delivery(selectors.delivery_of(request.user)),
        "now": timezone.now(),
        "section": "notifications",
    }
    return render(request, "notifications/notifications.html", context)


@login_required
@require_POST
def read(request: HttpRequest, id: int) -> HttpResponse:
    """Mark one message as read."""
    if not services.mark_read(notification_id=id, by=request.user, now=timezone.now()):
        raise Http404("You have no such notification.")
    return redirect("notifications")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    services.mark_all_read(by=request.user, now=timezone.now())
    return redirect("notifications")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preference(request: HttpRequest) -> HttpResponse:
    """How the person wants to be told."""
    form = PreferenceForm(
        request.POST if request.method == "POST" else None,
        initial={"delivery": selectors.delivery_of(request.user)},
    )
    if form.is_valid():
        chosen = form.cleaned_data["delivery"]
        services.prefer(delivery=chosen, by=request.user, now=timezone.now())
        messages.success(request, "Your choice is saved.")
        return redirect("notifications")
    context = {"form": form, "section": "notifications"}
    status = 400 if form.errors else 200
    return render(request, "notifications/preference.html", context, status=status)


@login_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every e-mail: where it stands, and why one was not sent."""
    require_role(request.user, Role.ADMINISTRATOR, Role.AUDITOR)
    filters = LetterFilter(request.GET, selectors.letters_visible_to(request.user))
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "states": LetterState,
        "counts": selectors.counts_by_state(request.user),
        "subject_of": presenters.subject_of,
        "wide": True,
        "section": "outbox",
    }
    return render(request, "notifications/outbox.html", context)


@login_required
@require_safe
def letter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One e-mail as it is sent."""
    found = _letter(request, uuid)
    context = {
        "letter": found,
        "shown": presenters.shown(found),
        "state": LetterState(found.state),
        "may_retry": found.state == LetterState.GIVEN_UP
        and request.user.has_role(Role.ADMINISTRATOR),
        "section": "outbox",
    }
    return render(request, "notifications/letter.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Have an e-mail that was given up sent after all."""
    found = _letter(request, uuid)
    services.try_again(letter=found, by=request.user, now=timezone.now())
    messages.success(request, f"The email to {found.recipient} will be sent again.")
    return redirect("letter", uuid=uuid)


def _letter(request: HttpRequest, uuid: UUID) -> Letter:
    require_role(request.user, Role.ADMINISTRATOR, Role.AUDITOR)
    found = selectors.letter_for(request.user, uuid)
    if found is None:
        raise Http404("There is no such email.")
    return found
