"""What an assessor does with the queue as a whole."""

from datetime import datetime

from procurement.assessment import selectors
from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.evidence import services as evidence
from registry.evidence.models import Submission


def take_next(*, by: User, now: datetime) -> Submission:
    """Claim the most harmful submission that `by` may assess; fifty at once get fifty.

    `evidence.NothingToTakeUp` when none is left. The claim is one transaction of the evidence
    room; the order is read before it, and what was taken meanwhile is passed over.
    """
    require_role(by, Role.ASSESSOR)
    ids = selectors.to_take_up(by, now=now)
    return evidence.take_up_next(ids=ids, by=by, now=now)
