"""accessibility.statement: the site says how accessible it is, and keeps that up."""

import re
from datetime import UTC, datetime, time

from registry.probes.checks.base import Parameter, Seen, check, failed, passed, untold
from registry.probes.checks.reading import ABSENT, HTTP_OK, published, says_nothing
from registry.probes.rules.accessibility import (
    last_review,
    months_later,
    wcag_versions,
    words_of,
)
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Judgement, Point

_PAGE = CaptureName.ACCESSIBILITY_STATEMENT
_LINK = re.compile(rb"<a\b[^<>]*accessib|<a\b[^<>]*>[^<]*accessib", re.IGNORECASE)


@check(
    id="accessibility.statement",
    version=1,
    title="The site has a current accessibility statement",
    rationale=(
        "People who use assistive technology need to know what works for them and whom to tell "
        "when it does not. A statement that nobody reviews describes a site of the past."
    ),
    reference=(
        "Public Sector Bodies (Websites and Mobile Applications) Accessibility Regulations 2018; "
        "W3C WCAG 2.2"
    ),
    remedy=(
        "Publish a statement at /accessibility-statement, or redirect from there. Name the WCAG "
        "version, and the date of the last review in words such as “last reviewed on 3 June 2026”."
    ),
    profiles=frozenset({Profile.WEB}),
    captures=(CaptureName.ROOT, _PAGE),
    parameters={
        "wcag": Parameter(
            str, "2.0", "The oldest version of WCAG that may be named.",
            choices=("2.0", "2.1", "2.2"),
        ),
        "months": Parameter(int, 12, "How old the last review may be, in months.", minimum=1),
    },
)  # fmt: skip
def judge(seen: Seen) -> Judgement | Point:
    """A pass is known to end when the review is too old."""
    problem = _elsewhere(seen) or published(seen, _PAGE, walls=False)
    if problem:
        return problem
    words = words_of(seen.exchange(_PAGE).body)
    if "accessib" not in words.lower():
        return says_nothing(seen.exchange(_PAGE)) or failed(
            "The page does not speak of accessibility.",
            expected="a statement",
            actual="another page",
            where="body",
        )
    day = last_review(words, on=seen.at.date())
    return Judgement(
        (_wcag(seen, wcag_versions(words)), _reviewed(seen, day)),
        known_end=_end(seen, day) if day else None,
    )


def _elsewhere(seen: Seen) -> Point | None:
    """No standard names the path: a home page that links to a statement is not without one."""
    exchange, root = seen.exchange(_PAGE), seen.exchange(CaptureName.ROOT)
    absent = exchange is not None and exchange.answered and exchange.status in ABSENT
    if not absent:
        return None
    more = {"expected": _PAGE.path, "actual": str(exchange.status), "where": "status"}
    if root is None or not root.answered or root.status != HTTP_OK:
        return untold("No statement is at the usual path, and the home page was not seen.", **more)
    if _LINK.search(root.body):
        return untold("The statement seems to be elsewhere: redirect the usual path to it.", **more)
    return failed("No statement is published, and the home page links to none.", **more)


def _wcag(seen: Seen, named: list[str]) -> Point:
    oldest = seen.params["wcag"]
    more = {"expected": f"WCAG {oldest} or newer", "actual": ", ".join(named) or "none",
            "where": "body"}  # fmt: skip
    if not named:
        return failed("No version of WCAG is named.", **more)
    if named[-1] < oldest:
        return failed("An older version of WCAG is named.", **more)
    return passed("The statement is there and in date.", **more)


def _end(seen: Seen, day) -> datetime:
    """The first moment at which a review on `day` is too old."""
    return datetime.combine(months_later(day, seen.params["months"]), time.min, UTC)


def _reviewed(seen: Seen, day) -> Point:
    months = seen.params["months"]
    more = {"expected": f"a review within {months} months", "where": "body",
            "actual": day.isoformat() if day else "none"}  # fmt: skip
    if day is None:
        return failed("No date of a review is given.", **more)
    if _end(seen, day) <= seen.at:
        return failed("The last review was too long ago.", **more)
    return passed("The statement was reviewed in time.", **more)
