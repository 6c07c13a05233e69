"""The page that the link of an invitation leads to."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from registry.catalogue import selectors
from registry.catalogue.enums import InvitationState, SupplierRole
from registry.catalogue.forms import JoinForm
from registry.catalogue.models import Invitation
from registry.catalogue.services import invitations, tokens
from registry.common.errors import Conflict, RuleBroken

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept: signed in with the invited address, or by making an account for it."""
    token_hash = tokens.hash_of(token)
    found = token_hash and selectors.invitation_of_hash(token_hash)
    if not found or found.state == InvitationState.CANCELLED:
        raise Http404("There is no such invitation. A newer one may have been sent since.")
    if found.state == InvitationState.ACCEPTED or found.has_expired(timezone.now()):
        return _ended(request, found)
    if not request.user.is_authenticated:
        return _without_account(request, found, token_hash)
    if request.user.email != found.email:
        return _page(request, found, status=403, stranger=True)
    if request.method == "POST":
        return _accepted(request, found, token_hash)
    return _page(request, found)


def _ended(request: HttpRequest, found: Invitation) -> HttpResponse:
    """It was answered, or nobody answered in time."""
    if selectors.acts_for(request.user, found.supplier):
        return redirect(_members(found))
    return render(request, "catalogue/invitation_ended.html", {"invitation": found}, status=410)


def _accepted(request: HttpRequest, found: Invitation, token_hash: str) -> HttpResponse:
    try:
        invitations.accept(
            invitation=found, token_hash=token_hash, by=request.user, now=timezone.now()
        )
        messages.success(request, f"You now act for {found.supplier}.")
    except Conflict:
        # The second of two clicks: the first has done it.
        if not selectors.acts_for(request.user, found.supplier):
            raise
    return redirect(_members(found))


def _without_account(request: HttpRequest, found: Invitation, token_hash: str) -> HttpResponse:
    """Sign in first where there is an account of the invited address; otherwise make it."""
    if selectors.has_account(found.email):
        return _page(request, found, has_account=True)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = invitations.join(
                invitation=found,
                token_hash=token_hash,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                now=timezone.now(),
            )
            login(request, user, backend=_BACKEND)
            messages.success(request, f"You have an account, and now act for {found.supplier}.")
            return redirect(_members(found))
        except Conflict:
            raise
        except RuleBroken as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.message)
    return _page(request, found, form=form, status=400 if form.errors else 200)


def _page(request: HttpRequest, found: Invitation, *, status: int = 200, **more) -> HttpResponse:
    context = {
        "invitation": found,
        "role": SupplierRole(found.role),
        "sign_in": f"{reverse('account_login')}?next={request.path}",
    }
    return render(request, "catalogue/invitation.html", context | more, status=status)


def _members(found: Invitation) -> str:
    return f"{reverse('members')}?supplier={found.supplier.ref}"
