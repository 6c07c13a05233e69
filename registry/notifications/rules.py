"""When an e-mail is tried again, when the daily one is due, and what e-mails say. Pure."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# The daily e-mail lies there when people begin to work.
DAILY_AT = time(7, 30)
# RFC 5322: lines of at most 78 characters are read everywhere.
WIDTH = 72
SUBJECT_MAX = 200
ERROR_MAX = 500

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=12)
# RFC 5321, 4.5.4.1: give up after at least four to five days. The waits sum up to 4.2 days.
ATTEMPTS = 18


def next_wait(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts in vain; `None`: it is given up.

    A minute, then twice as long each time, 12 hours at most.
    """
    if attempts >= ATTEMPTS:
        return None
    return min(_FIRST_WAIT * 2 ** (max(attempts, 1) - 1), _LONGEST_WAIT)


def last_daily_moment(now: datetime) -> datetime:
    """The latest 07:30 in London that is not after `now`, in UTC.

    What was told before it belongs to the e-mail of that day; the day is London's.
    """
    today = now.astimezone(LONDON).date()
    moment = datetime.combine(today, DAILY_AT, LONDON).astimezone(UTC)
    if moment > now:
        moment = datetime.combine(today - timedelta(days=1), DAILY_AT, LONDON).astimezone(UTC)
    return moment


def one_line(text: str, most: int) -> str:
    """`text` on one line of at most `most` characters: what a header of an e-mail can hold."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


def absolute(site: str, path: str) -> str:
    """The address of a page, as it can be followed from an e-mail."""
    return f"{site.rstrip('/')}/{path.lstrip('/')}"


def message_id(key: UUID, site: str) -> str:
    """The same for every attempt, so that who receives it twice can tell (RFC 5322, 3.6.4)."""
    return f"<{key}@{urlsplit(site).hostname or 'localhost'}>"


@dataclass(frozen=True)
class Told:
    """What an e-mail says of one thing. `link` is absolute; empty where there is no page."""

    subject: str
    body: str
    link: str = ""


def single(told: Told, *, site_name: str, preference: str) -> tuple[str, str]:
    """Subject and plain text of an e-mail about one thing.

    `preference` is where the reader says how to be told; empty for somebody without an account.
    """
    parts = [_wrapped(told.body), told.link, *_ending(site_name, preference)]
    return one_line(told.subject, SUBJECT_MAX), _joined(parts)


def digest(items: Sequence[Told], *, site_name: str, preference: str) -> tuple[str, str]:
    """Subject and plain text of the daily e-mail about several things, oldest first."""
    count = f"{len(items)} things" if len(items) > 1 else "1 thing"
    parts = [f"{site_name}: {count} since the last daily email."]
    for number, told in enumerate(items, 1):
        heading = textwrap.fill(f"{number}. {told.subject}", WIDTH)
        parts += ["-" * WIDTH, heading, _wrapped(told.body), told.link]
    subject = f"{count} to know: {items[0].subject}" if len(items) == 1 else f"{count} to know"
    return one_line(subject, SUBJECT_MAX), _joined([*parts, *_ending(site_name, preference)])


def _ending(site_name: str, preference: str) -> list[str]:
    if preference:
        how = "You can choose when we email you, or that we do not:"
        return ["-- ", _wrapped(f"{site_name}. {how}"), preference]
    return ["-- ", _wrapped(f"{site_name}. If you did not expect this, you need do nothing.")]


def _wrapped(text: str) -> str:
    """Paragraphs of at most `WIDTH` columns. An address is never broken."""
    paragraphs = (
        textwrap.fill(each, WIDTH, break_long_words=False, break_on_hyphens=False)
        for each in text.split("\n\n")
    )
    return "\n\n".join(paragraphs)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
