"""What every page is given besides its own context."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config.navigation import PUBLIC, entries_for
from registry.common.periods import civil_date


def page(request: HttpRequest) -> dict:
    """The menu, the footer, today's date and whether this is a demonstration."""
    footer = [{"label": entry.label, "href": entry.href} for entry in PUBLIC]
    footer.append({"label": "API", "href": reverse("api_docs")})
    # A request refused before anybody was recognised (a wrong host) has no user.
    return {
        "site_name": settings.SITE_NAME,
        "navigation": entries_for(getattr(request, "user", AnonymousUser())),
        "footer_links": footer,
        "today": civil_date(timezone.now()),
        "demonstration_everywhere": settings.DEMONSTRATION,
    }
