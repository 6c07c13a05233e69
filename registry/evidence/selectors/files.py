"""Questions about files and their contents."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Min

from registry.accounts.models import User
from registry.evidence.enums import ScanState
from registry.evidence.models import StoredContent, Submission
from registry.operations.backlogs import Backlog


def scanner_is_configured() -> bool:
    """Whether the settings name a virus scanner."""
    return bool(settings.CLAMD)


def infected(submission: Submission) -> list[str]:
    """What to say of each file that is infected."""
    found = submission.files.filter(content__scan=ScanState.INFECTED).select_related("content")
    return [f"“{file.name}” is infected with {file.content.signature}" for file in found]


def person(user_id: int) -> User | AnonymousUser:
    """Who a link to a file was made for; nobody when their account is closed."""
    return User.objects.filter(pk=user_id, is_active=True).first() or AnonymousUser()


@dataclass(frozen=True)
class Unreleased:
    """Why the files of a submission cannot be decided on; both empty when they can."""

    infected: list[str]
    waiting: list[str]


def unreleased(submission: Submission) -> Unreleased:
    """The files that nobody may have, by why."""
    files = submission.files.select_related("content")
    waiting = [
        file.name
        for file in files
        if not file.is_released and file.content.scan != ScanState.INFECTED
    ]
    return Unreleased(infected(submission), waiting)


def scans_backlog() -> Backlog:
    """Contents that wait for the scanner; none where there is none."""
    if not scanner_is_configured():
        return Backlog(0)
    owed = StoredContent.objects.to_scan()
    return Backlog(owed.count(), owed.aggregate(oldest=Min("kept_at"))["oldest"])
