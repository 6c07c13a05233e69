"""What every page is given besides its own context."""

from datetime import date
from functools import partial

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from config.jinja import url
from config.navigation import PUBLIC, entries_for
from registry.common.asking import day_asked, permanent_address
from registry.common.periods import civil_date
from registry.history import selectors as history
from registry.notifications.selectors import unread_count


def page(request: HttpRequest) -> dict:
    """The menu, the footer, today's date and whether this is a demonstration."""
    footer = [{"label": entry.label, "href": entry.href} for entry in PUBLIC]
    footer.append({"label": "API", "href": url("api_docs")})
    # A request refused before anybody was recognised (a wrong host) has no user.
    user = getattr(request, "user", AnonymousUser())
    return {
        "site_name": settings.SITE_NAME,
        "navigation": entries_for(user),
        "unread": unread_count(user),
        "footer_links": footer,
        "today": civil_date(timezone.now()),
        "demonstration_everywhere": settings.DEMONSTRATION,
        "permanent": partial(_permanent, request),
        "day_passed_over": partial(_day_in, request),
    }


def _day_in(request: HttpRequest) -> date | None:
    """The day that the address asks about: a page that reads none says so."""
    return day_asked(request.GET, now=timezone.now())


def _permanent(request: HttpRequest, on: date | None = None) -> str:
    """The address that gives this very answer for ever: of the day `on`, if it is about one."""
    known_at = request.known_at or history.last_moment(now=timezone.now())
    return permanent_address(request.path, request.GET, on=on, known_at=known_at)
