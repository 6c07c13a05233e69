"""The draft of an address, for those who may know of it."""

from django.http import Http404, HttpRequest
from django.utils import timezone

from procurement.whatif import selectors
from procurement.whatif.models import Draft
from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.asking import AskedForm, asks
from registry.common.errors import RuleBroken


def require_editor(request: HttpRequest) -> None:
    """403 for whoever is no standards editor; `RuleBroken` where another day is asked for."""
    require_role(request.user, Role.STANDARDS_EDITOR)
    asking = AskedForm(request.GET, now=timezone.now())
    if not asking.errors and asking.asked.is_now:
        return
    if asks(request.GET):
        raise RuleBroken(
            "A draft is about the register as it is now: it is not shown for another day, nor as "
            "it was known at another moment."
        )


def draft_of(request: HttpRequest, id: int) -> Draft:
    """The draft; 403 for whoever is no standards editor, whether or not there is one."""
    require_editor(request)
    found = selectors.draft_seen_by(request.user, id)
    if found is None:
        raise Http404(f"There is no draft {id}.")
    return found
