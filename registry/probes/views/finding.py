"""The endpoint that an address names, and who asks."""

from django.http import Http404, HttpRequest

from registry.probes import selectors
from registry.probes.models import Endpoint
from registry.probes.services.endpoints import VOUCHERS


def visible(request: HttpRequest, pk: int) -> Endpoint:
    """The endpoint `pk`, or the answer that there is none that this person may see."""
    found = selectors.visible(request.user, pk)
    if found is None:
        raise Http404("There is no such endpoint that you may see.")
    return found


def is_officer(request: HttpRequest) -> bool:
    """Whether this person may vouch for hosts and ask for visits of any endpoint."""
    return request.user.is_authenticated and request.user.has_role(*VOUCHERS)
