"""A person's own account."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry.accounts.models import Role


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who is signed in, with which national roles, and how they sign in."""
    roles = [role.label for role in Role if role in request.user.roles]
    context = {"roles": roles, "two_step": is_mfa_enabled(request.user)}
    return render(request, "account/account.html", context)
