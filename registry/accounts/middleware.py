"""The national team signs in with two steps."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

# What somebody without the second step may still reach: setting it up, and leaving.
OPEN = frozenset(
    {
        "mfa_activate_totp",
        "account_reauthenticate",
        "account_login",
        "account_logout",
        "account_change_password",
        "status",
    }
)
MESSAGE = "Set up an authenticator app first: the national team signs in with two steps."


class NationalTeamTwoStepMiddleware:
    """Sends members of the national team who have no second step to set one up.

    Off unless MFA_REQUIRED_FOR_NATIONAL_TEAM, which is on in production. Roles are
    not withheld in the meantime: nothing but the pages in `OPEN` is reached at all.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not settings.MFA_REQUIRED_FOR_NATIONAL_TEAM or not owes_second_step(request.user):
            return None
        if request.resolver_match.url_name in OPEN:
            return None
        if request.resolver_match.route.startswith("api/"):
            return JsonResponse({"detail": MESSAGE}, status=403)
        messages.warning(request, MESSAGE)
        return redirect("mfa_activate_totp")


def owes_second_step(user) -> bool:
    """Whether `user` is of the national team and has no second step yet."""
    return user.is_authenticated and user.is_national and not is_mfa_enabled(user)
