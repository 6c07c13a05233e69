"""How long evidence lasts, by its form and the standards it speaks to.

The figures are the reference facts' (`standards_core`: validity in months and the rule
behind it). A period is half-open: one that lasts to 30 June ends on 1 July.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Lifetime:
    """How long one kind of evidence lasts from the day it was issued.

    `usual` gives the first day after it when nobody says otherwise; `longest` the latest such
    day that is believed, `None` when there is no limit. `words` complete "It lasts …".
    """

    words: str
    usual: Callable[[date], date]
    longest: Callable[[date], date] | None = None


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def after_next_30_june(day: date) -> date:
    """1 July after `day`: the toolkit year that `day` lies in ends on 30 June."""
    return date(day.year + (day >= date(day.year, 7, 1)), 7, 1)


def _months(count: int, words: str, *, limit: bool) -> Lifetime:
    def end(day: date) -> date:
        return add_months(day, count)

    return Lifetime(words=words, usual=end, longest=end if limit else None)


_YEAR = _months(12, "12 months unless you say otherwise", limit=False)
_YEAR_AT_MOST = _months(12, "12 months from the day it was issued, at most", limit=True)
_THREE_YEARS = _months(36, "to the date printed on it, 3 years at most", limit=True)
_FIVE_YEARS = _months(60, "to the date printed on it, 5 years at most", limit=True)
_TOOLKIT_YEAR = Lifetime(
    words="to the 30 June that follows, and never beyond the one after",
    usual=after_next_30_june,
    longest=lambda day: add_months(after_next_30_june(day), 12),
)

# (standard's code, form), most telling first; `None` is any form.
_BY_STANDARD: dict[tuple[str, str | None], Lifetime] = {
    ("CE", "certificate"): _YEAR_AT_MOST,
    ("CE-PLUS", "certificate"): _YEAR_AT_MOST,
    ("PENTEST", "test_report"): _YEAR_AT_MOST,
    ("DCB0086", "published_assessment"): _TOOLKIT_YEAR,
    ("ISO27001", "certificate"): _THREE_YEARS,
    ("UKMDR", "certificate"): _FIVE_YEARS,
    ("DTAC", None): _YEAR_AT_MOST,
    ("DCB0129", None): _YEAR,
    ("NCSC-CLOUD", None): _YEAR,
    ("SSCOP", None): _YEAR,
    ("NHS-CHARTER", None): _YEAR,
    ("NHS-LOGIN", None): _YEAR,
    ("UK-GDPR", None): _YEAR,
    ("WCAG", None): _YEAR,
    ("BROWSER", None): _YEAR,
    ("CLOUD-FIRST", None): _YEAR,
    ("PDS", None): _YEAR,
}
# Where the standard says nothing, the form may.
_BY_FORM: dict[str, Lifetime] = {
    "certificate": _YEAR,
    "safety_case_report": _YEAR,
    "named_cso": _YEAR,
    "dpia": _YEAR,
    "questionnaire": _YEAR_AT_MOST,
}


def lifetime(form: str, standard: str) -> Lifetime | None:
    """What is known of how long evidence of `form` lasts for `standard` (a code)."""
    return (
        _BY_STANDARD.get((standard, form))
        or _BY_STANDARD.get((standard, None))
        or _BY_FORM.get(form)
    )


def _lifetimes(form: str, standards: Iterable[str]) -> list[Lifetime]:
    found = [lifetime(form, code) for code in sorted(set(standards))]
    return [one for one in found if one is not None]


def usual_end(*, form: str, standards: Iterable[str], issued_on: date) -> date | None:
    """The first day on which it no longer proves, by default; `None` for no end.

    Evidence that speaks to several standards lasts as long as the most demanding allows.
    """
    return min((one.usual(issued_on) for one in _lifetimes(form, standards)), default=None)


def latest_end(*, form: str, standards: Iterable[str], issued_on: date) -> date | None:
    """The latest end that is believed; `None` when there is no limit."""
    limits = [one.longest(issued_on) for one in _lifetimes(form, standards) if one.longest]
    return min(limits, default=None)


def in_words(*, form: str, standards: Iterable[str]) -> list[str]:
    """How long it lasts, for the form's hint: one text for each thing that is known."""
    return sorted({one.words for one in _lifetimes(form, standards)})
