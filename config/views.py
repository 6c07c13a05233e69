"""Where a person lands after signing in."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.navigation import first_desk
from registry.common.asking import is_about_asking


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """To the desk of the person's first role, with the day and the moment that were asked about."""
    asked = {name: value for name, value in request.GET.items() if is_about_asking(name)}
    ending = f"?{urlencode(asked)}" if asked else ""
    return redirect(first_desk(request.user) + ending)
