"""Reminding suppliers of evidence that ends: set-wise, and each reminder once."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from registry.accounts.models import User
from registry.catalogue.selectors import members_of
from registry.common.formatting import format_date, format_plural
from registry.common.periods import civil_date
from registry.evidence.rules.reminding import key, step_due
from registry.evidence.selectors.ending import Ending, ending, last_day, required_on
from registry.evidence.services.telling import named, standards_in_words
from registry.notifications import selectors as notifications
from registry.notifications.enums import Kind
from registry.notifications.services import Message, notify_all
from registry.standards.models import Criterion

_BATCH = 500


def remind(*, now: datetime) -> int:
    """Tell the members of each supplier what of theirs ends. Returns how many reminders are new.

    Whoever is a member when a reminder is due is told, and nobody else later: who joins
    afterwards is told by the next step. Safe to run again, and twice at once.
    """
    reminded, after = 0, 0
    while found := ending(on=civil_date(now), after=after, most=_BATCH):
        reminded += _remind(found=found, now=now)
        after = found[-1].submission.pk
    return reminded


@transaction.atomic
def _remind(*, found: list[Ending], now: datetime) -> int:
    on = civil_date(now)
    due = {}
    for one in found:
        step = step_due(end=one.end, on=on)
        if step is not None:
            due[key(ref=one.submission.ref, end=one.end, step=step)] = one
    for known in notifications.told(due):
        del due[known]
    members = members_of({one.submission.product.supplier_id for one in due.values()})
    messages = [
        _message(one, told_as, members.get(one.submission.product.supplier_id, []), on=on)
        for told_as, one in due.items()
    ]
    notify_all(messages=messages, now=now)
    return sum(1 for message in messages if message.to)


def _message(found: Ending, told_as: str, to: list[User], *, on: date) -> Message:
    row, ended = found.submission, found.end <= on
    standards = standards_in_words(found.criteria)
    when = "ended" if ended else "ends"
    return Message(
        to=to,
        kind=Kind.EVIDENCE_ENDS,
        subject=f"{row.product.name}: evidence for {standards} {when} on "
        f"{format_date(last_day(found))}",
        body=_body(found, on=on) if to else [],
        link=reverse("evidence", kwargs={"ref": row.ref}),
        key=told_as,
    )


def _body(found: Ending, *, on: date) -> list[str]:
    row, ended = found.submission, found.end <= on
    last = format_date(last_day(found))
    left = format_plural((found.end - on).days, "day")
    first = (
        f"It was valid until {last}." if ended else f"It is valid until {last}, {left} from now."
    )
    criteria = ", ".join(_named(each) for each in found.criteria)
    return [
        f"{named(row)} proves for {row.product.name}: {criteria}.",
        f"{first} No other accepted evidence proves this from {format_date(found.end)} on.",
        _what_follows(found, ended=ended),
        "Renew it from the page of the evidence. What you send now is assessed while the old "
        "evidence still counts."
        if not ended
        else "Renew it from the page of the evidence.",
    ]


def _what_follows(found: Ending, *, ended: bool) -> str:
    required = required_on(found, found.end)
    if not required:
        return "None of it is required of the product on that day, so its verdict need not change."
    standards = standards_in_words(required)
    since = format_date(found.end)
    if ended:
        return f"Since {since} the product is not proved to meet {standards}, which it must meet."
    return f"From {since} the product would not be proved to meet {standards}, which it must meet."


def _named(criterion: Criterion) -> str:
    version = criterion.version
    return f"{version.standard.code} {version.version} {criterion.code}"
