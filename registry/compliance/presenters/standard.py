"""What the standard page says: editions in time, scope in words, who meets it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from psycopg2.extras import DateRange

from registry.common.formatting import format_period
from registry.common.periods import holds
from registry.common.timeline_svg import Row, window_of
from registry.common.timeline_svg import Spell as Bar
from registry.compliance.enums import Status
from registry.compliance.models import Spell
from registry.compliance.selectors import pages
from registry.standards.enums import CapabilityGroup, Edition, Form, Standing
from registry.standards.models import Criterion, Standard, StandardScope, StandardVersion


@dataclass(frozen=True)
class CriterionRow:
    """One requirement, with the proofs that it accepts in words."""

    criterion: Criterion
    proofs: tuple[str, ...]


@dataclass(frozen=True)
class VersionRow:
    """An edition, and the word for its dates on the day."""

    version: StandardVersion
    edition: Edition
    criteria: list[CriterionRow]


@dataclass(frozen=True)
class StandardPage:
    """Everything about one standard on one day, as known at one moment."""

    standard: Standard
    standing: Standing
    scopes: list[tuple[str, StandardScope]]
    versions: list[VersionRow]
    bars: list[Row]
    # The days that the picture spans.
    window: tuple[date, date]
    counts: dict[Status, int]
    shown: Status
    members: QuerySet[Spell]


# The lists of products, in the order of their tabs.
LISTS = (Status.MET, Status.NOT_MET, Status.EXEMPT)


def page(
    standard: Standard, user, *, on: date, known_at: datetime | None, show: str
) -> StandardPage:
    """Put the page together, in a fixed number of queries.

    `show` is the status whose list is asked for; without one it is that of those who do not
    meet it, while there are any.
    """
    products = pages.listed_products(user)
    scopes = list(standard.scopes.all())
    versions = [_version(each, on) for each in standard.versions.all()]
    bars = _bars(versions, scopes)
    counts = pages.status_counts(standard, products, on=on, known_at=known_at)
    shown = _shown(show, counts)
    return StandardPage(
        standard=standard,
        standing=standing(scopes, on=on),
        scopes=[(scope_words(each), each) for each in scopes],
        versions=versions,
        bars=bars,
        window=_window(bars, on),
        counts={status: counts[status] for status in LISTS},
        shown=shown,
        members=pages.pairs_with(shown, standard, products, on=on, known_at=known_at),
    )


def _shown(typed: str, counts: dict[Status, int]) -> Status:
    if typed in LISTS:
        return Status(typed)
    return Status.NOT_MET if counts[Status.NOT_MET] else Status.MET


def standing(scopes: list[StandardScope], *, on: date) -> Standing:
    """The same word as `standards.selectors.with_standing` gives for many."""
    if not scopes:
        return Standing.ADVISORY
    if any(holds(scope.required, on) for scope in scopes):
        return Standing.MANDATORY
    if any(scope.required.lower and scope.required.lower > on for scope in scopes):
        return Standing.COMING
    return Standing.ENDED


def scope_words(scope: StandardScope) -> str:
    """ "Required of every product that handles patient data, from 1 July 2023"."""
    return f"Required of {_who(scope)}, {_when(scope)}"


def _who(scope: StandardScope) -> str:
    if scope.capability is None:
        return "every product"
    name = scope.capability.name
    if scope.capability.group == CapabilityGroup.TRAIT:
        # A trait is a predicate: "Handles patient data".
        return f"every product that {name[:1].lower()}{name[1:]}"
    return f"every product that claims {scope.capability.ref} {name}"


def _when(scope: StandardScope) -> str:
    words = format_period(scope.required)
    return words if not words[:1].isdigit() else f"from {words}"


def _version(version: StandardVersion, on: date) -> VersionRow:
    return VersionRow(
        version=version,
        edition=edition(version, on=on),
        criteria=[_criterion(each) for each in version.criteria.all()],
    )


def edition(version: StandardVersion, *, on: date) -> Edition:
    """The word for an edition on a day."""
    accepted = version.accepted
    if holds(accepted, on):
        return Edition.RETIRING if accepted.upper else Edition.ACCEPTED
    return Edition.RETIRED if accepted.upper and accepted.upper <= on else Edition.COMING


def _criterion(criterion: Criterion) -> CriterionRow:
    return CriterionRow(criterion, tuple(Form(form).label for form in criterion.proofs))


def _bars(versions: list[VersionRow], scopes: list[StandardScope]) -> list[Row]:
    """When the standard is required of anybody, above when each edition counts."""
    required = [
        Bar(Standing.MANDATORY, span.lower, span.upper)
        for span in _joined(scope.required for scope in scopes)
    ]
    rows = [Row(label="Mandatory", spells=required)] if required else []
    return rows + [
        Row(
            label=f"Edition {row.version.version}",
            spells=[Bar(Edition.ACCEPTED, row.version.accepted.lower, row.version.accepted.upper)],
        )
        for row in versions
    ]


def _joined(spans: Iterable[DateRange]) -> list[DateRange]:
    """The same days in the fewest periods."""
    joined: list[DateRange] = []
    for span in sorted(spans, key=lambda each: each.lower or date.min):
        last = joined[-1] if joined else None
        if last is None or (last.upper is not None and (span.lower or date.min) > last.upper):
            joined.append(span)
        elif last.upper is not None:
            upper = None if span.upper is None else max(last.upper, span.upper)
            joined[-1] = DateRange(last.lower, upper, "[)")
    return joined


def _window(bars: list[Row], on: date) -> tuple[date, date]:
    """Whole years around every date of the picture and the day itself."""
    days = [day for row in bars for bar in row.spells for day in bar.period if day]
    return window_of(days, on=on, after=3)
