"""What an accessibility statement says: its WCAG version and when it was last reviewed.

Read as people write them in English after the model statement of the UK's public sector
accessibility regulations: words, not markup.
"""

import re
from calendar import monthrange
from datetime import date
from html import unescape

_SILENT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_WCAG = re.compile(
    r"(?:WCAG|Web Content Accessibility Guidelines)(?: \(WCAG\))?(?: version| v)?[ -]?"
    r"(2\.[0-2])(?![0-9])",
    re.IGNORECASE,
)
# fmt: off
_MONTHS = {
    name: number for number, name in enumerate(
        ("january", "february", "march", "april", "may", "june", "july", "august", "september",
         "october", "november", "december"), start=1)
}
# fmt: on
_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS)
_DATE = (
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? )?(?P<month>{_NAMES})\.?,? (?P<year>\d{{4}})"
    r"|(?P<iso>\d{4}-\d{2}-\d{2})|(?P<slashed>\d{1,2}/\d{1,2}/\d{4})"
)
_REVIEWED = re.compile(
    rf"\b(?:reviewed|updated|revised|prepared|published)\b[^.\d]{{0,40}}?(?:{_DATE})(?!\d)",
    re.IGNORECASE,
)


def words_of(body: bytes) -> str:
    """The text of a page, on one line."""
    text = _TAG.sub(" ", _SILENT.sub(" ", body.decode("utf-8", errors="replace")))
    return " ".join(unescape(text).split())


def wcag_versions(words: str) -> list[str]:
    """The versions of WCAG that are named ("2.2"), oldest first."""
    return sorted(set(_WCAG.findall(words)))


def last_review(words: str, *, on: date) -> date | None:
    """The latest day, up to `on`, at which the statement was prepared, updated or reviewed.

    A month without its day counts to its end, or to `on` where that is earlier.
    """
    days = (_day(match, on) for match in _REVIEWED.finditer(words))
    return max((day for day in days if day and day <= on), default=None)


def _day(match: re.Match, on: date) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["slashed"]:
            day, month, year = map(int, match["slashed"].split("/"))
            return date(year, month, day)
        year, short = int(match["year"]), match["month"].lower()[:3]
        month = next(number for name, number in _MONTHS.items() if name.startswith(short))
        if match["day"]:
            return date(year, month, int(match["day"]))
        end = date(year, month, monthrange(year, month)[1])
    except ValueError:
        return None
    return on if (year, month) == (on.year, on.month) else end


def months_later(day: date, months: int) -> date:
    """The same day of the month, or its month's last."""
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, index + 1, min(day.day, monthrange(year, index + 1)[1]))
