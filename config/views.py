"""Where a person lands after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.navigation import first_desk


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """To the desk of the person's first role."""
    return redirect(first_desk(request.user))
