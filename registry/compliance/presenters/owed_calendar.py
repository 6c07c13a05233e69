"""What a supplier owes as a calendar: one event for each standard of each product (RFC 5545)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from icalendar import Alarm, Calendar, Event, vDuration

from registry.catalogue.models import Supplier
from registry.common.formatting import format_date
from registry.compliance.presenters.owed_list import OwedLine, State

# The reminders of a calendar, in days before; the register's own come by e-mail.
_ALARMS = (30, 7)
_ASKED_EVERY = timedelta(hours=12)
# Names events for ever: a file that is fetched again moves them, it does not double them.
_DOMAIN = "owed.procurement-compliance-registry.invalid"


def calendar(
    supplier: Supplier, lines: Iterable[OwedLine], *, now: datetime, link: Callable[[str], str]
) -> bytes:
    """The lines that have a day, as an iCalendar file in UTF-8.

    An event is the first day on which something of the standard is owed; its text lists all that
    is, each with its own day. `link` makes the address of the list filtered by a product.
    """
    made = Calendar()
    made.add("prodid", "-//Procurement compliance registry//What a supplier owes//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"{supplier.name}: what we owe")
    made.add("name", f"{supplier.name}: what we owe")
    # How often a program that subscribes should ask: RFC 7986, and what older ones read.
    made.add("refresh-interval", _ASKED_EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(_ASKED_EVERY).to_ical().decode())
    dated = sorted((line for line in lines if line.debt.owed.by), key=_pair)
    for _, group in groupby(dated, key=_pair):
        made.add_component(_event(list(group), now=now, link=link))
    return made.to_ical()


def _pair(line: OwedLine) -> tuple[str, str]:
    return line.debt.owed.product.ref, line.debt.owed.standard.code


def _event(lines: Sequence[OwedLine], *, now: datetime, link: Callable[[str], str]) -> Event:
    first = min(lines, key=lambda line: line.debt.owed.by)
    owed = first.debt.owed
    event = Event()
    event.add("uid", f"{owed.product.ref}/{owed.standard.code}@{_DOMAIN}")
    event.add("dtstamp", now)
    event.add("dtstart", owed.by)
    event.add("dtend", owed.by + timedelta(days=1))
    event.add("summary", f"{owed.product.name}: prove {owed.standard.code}")
    event.add("description", "\n".join(_told(line) for line in lines))
    event.add("url", link(owed.product.ref))
    event.add("transp", "TRANSPARENT")
    if not first.debt.due_now:
        for days in _ALARMS:
            event.add_component(_alarm(str(event["summary"]), days))
    return event


def _told(line: OwedLine) -> str:
    owed = line.debt.owed
    since = "now" if line.debt.due_now else f"by {format_date(owed.by)}"
    waiting = " It is with the national team." if line.state is State.WAITING else ""
    return f"{owed.criterion.code} {since}. {line.debt.proofs}.{waiting}"


def _alarm(words: str, days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{words}, in {days} days")
    alarm.add("trigger", timedelta(days=-days))
    return alarm
