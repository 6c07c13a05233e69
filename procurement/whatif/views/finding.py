"""The draft of an address, for those who may know of it."""

from django.http import Http404, HttpRequest

from procurement.whatif import selectors
from procurement.whatif.models import Draft
from registry.accounts.models import Role
from registry.accounts.services import require_role


def draft_of(request: HttpRequest, id: int) -> Draft:
    """The draft; 403 for whoever is no standards editor, whether or not there is one."""
    require_role(request.user, Role.STANDARDS_EDITOR)
    found = selectors.draft_seen_by(request.user, id)
    if found is None:
        raise Http404(f"There is no draft {id}.")
    return found
