"""What a submission must say before it can be sent, in the words shown to its author."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.common.formatting import format_date
from registry.evidence.rules import validity

# These are looked up by their number in somebody's register; nothing needs to be attached.
LOOKED_UP = frozenset({"registration", "named_cso"})
# What one product was asked, or how it answered when it was tried, says nothing of another.
OF_ONE_PRODUCT = frozenset({"questionnaire", "machine_report"})
EARLIEST_ISSUE = date(1990, 1, 1)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a submission: the field it is about, and what to do."""

    field: str
    words: str


@dataclass(frozen=True)
class Claimed:
    """What a supplier claims. `start` and `until` are half-open; a missing `until` is no end."""

    form: str
    standards: Sequence[str]
    issuer: str
    reference: str
    issued_on: date | None
    start: date | None
    until: date | None
    files: int
    links: int
    # What its questionnaire lacks, when it is one.
    questionnaire: Sequence[Problem] = ()
    # What is said of each file that is infected, and of each criterion that its report denies.
    infected: Sequence[str] = ()
    unproved: Sequence[str] = ()


def problems(claimed: Claimed, *, on: date) -> list[Problem]:
    """Everything that keeps `claimed` from being submitted on the day `on`."""
    found = []
    if not claimed.standards:
        found.append(Problem("criteria", "Select what the evidence proves"))
    if not claimed.issuer:
        found.append(Problem("issuer", "Enter who issued the evidence"))
    found += date_problems(claimed, on=on)
    found += claimed.questionnaire
    found += _carrier_problems(claimed)
    found += [Problem("file", f"{words}. Remove it") for words in claimed.infected]
    found += [Problem("criteria", words) for words in claimed.unproved]
    return found


def questionnaire_problems(
    *,
    name: str,
    version: str,
    standard: str,
    unfinished: Collection[str],
    release: str,
    proves: Collection[tuple[str, str]],
) -> list[Problem]:
    """What keeps answers to the form `version` of `standard` from being sent.

    `unfinished` are sections' codes; `proves` are the (standard, version) spoken to. Answers to
    one version's questions prove no other version.
    """
    found = []
    if strange := sorted(set(proves) - {(standard, version)}):
        others = ", ".join(" ".join(each) for each in strange)
        words = f"Answers to {standard} {version} do not prove {others}. Leave that out"
        found.append(Problem("criteria", words))
    if not release:
        found.append(Problem("release", "Enter the product release that the answers describe"))
    if unfinished:
        sections = ", ".join(unfinished)
        words = f"Answer all questions of the questionnaire, {name}. Not complete: {sections}"
        found.append(Problem("questionnaire", words))
    return found


def date_problems(claimed: Claimed, *, on: date) -> list[Problem]:
    """What is wrong with the three dates."""
    if claimed.issued_on is None:
        return [Problem("issued_on", "Enter the date the evidence was issued")]
    if claimed.issued_on > on:
        return [Problem("issued_on", "Issue date must be today or in the past")]
    if claimed.issued_on < EARLIEST_ISSUE:
        return [Problem("issued_on", f"Issue date must be after {format_date(EARLIEST_ISSUE)}")]
    if claimed.start is None:
        return [Problem("valid_from", "Enter the first day the evidence is valid")]
    if claimed.start < claimed.issued_on:
        words = "Evidence cannot be valid before the day it was issued"
        return [Problem("valid_from", f"{words}, {format_date(claimed.issued_on)}")]
    return _end_problems(claimed, on=on)


def _end_problems(claimed: Claimed, *, on: date) -> list[Problem]:
    if claimed.until is not None and claimed.until <= claimed.start:
        words = "Last valid day must not be before the first"
        return [Problem("valid_until", f"{words}, {format_date(claimed.start)}")]
    limit = validity.latest_end(
        form=claimed.form, standards=claimed.standards, issued_on=claimed.issued_on
    )
    if limit is not None and (claimed.until is None or claimed.until > limit):
        last = format_date(limit - timedelta(days=1))
        return [Problem("valid_until", f"This kind of evidence lasts until {last} at the latest")]
    if claimed.until is not None and claimed.until <= on:
        ended = format_date(claimed.until - timedelta(days=1))
        words = f"This evidence ended on {ended}. Send evidence that is still valid"
        return [Problem("valid_until", words)]
    return []


def _carrier_problems(claimed: Claimed) -> list[Problem]:
    # A questionnaire's evidence belongs to its questions, each of which says what it needs.
    if claimed.files or claimed.links or claimed.form == "questionnaire":
        return []
    if claimed.form in LOOKED_UP:
        if claimed.reference:
            return []
        return [Problem("reference", "Enter the reference, attach a file or give a link")]
    return [Problem("file", "Attach a file or give a link to the evidence")]
