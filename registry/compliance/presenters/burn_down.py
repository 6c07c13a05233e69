"""What the burn-down of a standard says: who stands how each Monday, past and forecast."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from registry.common import stacked_svg
from registry.common.formatting import format_date, format_number, format_plural
from registry.common.periods import civil_date
from registry.common.stacked_svg import Area, Marker
from registry.compliance import selectors
from registry.compliance.enums import Progress
from registry.compliance.rules import burn_down as rules
from registry.compliance.rules.burn_down import Window
from registry.compliance.selectors import Week, pages
from registry.standards.models import Standard, StandardScope

# So many mandatory days have their own sentence and link.
MOST_DAYS = 4


@dataclass(frozen=True)
class BurnDown:
    """The burn-down of one standard over a window, as known at one moment."""

    standard: Standard
    window: Window
    weeks: list[Week]
    # The days on which a scope row begins: the standard becomes mandatory for somebody.
    mandatory: list[date]
    # Whether anybody ever has to meet it.
    advisory: bool
    on: date
    # The day of the knowledge: weeks that begin after it are forecast.
    known_on: date
    # Whether that is what is known now.
    is_now: bool

    @property
    def products(self) -> int:
        """How many are counted; the same every week."""
        return sum(self.weeks[0].counts.values())

    @property
    def progress(self) -> list[Progress]:
        """The columns: what is no longer required or met only where there is any."""
        rare = Progress.NO_LONGER
        some = any(week.counts[rare] for week in self.weeks)
        return [each for each in Progress if each != rare or some]

    def is_forecast(self, week: Week) -> bool:
        """Whether its Monday was still to come."""
        return week.monday > self.known_on

    @property
    def last_week(self) -> date:
        """The last Monday."""
        return self.weeks[-1].monday

    @property
    def shown(self) -> list[date]:
        """The mandatory days in the picture."""
        until = self.last_week + rules.WEEK
        return [day for day in self.mandatory if self.window.since <= day < until]

    @property
    def elsewhere(self) -> list[tuple[date, Window]]:
        """The latest mandatory days that the picture does not show, each with one that does."""
        hidden = [day for day in self.mandatory if day not in self.shown and _is_sensible(day)]
        around = rules.YEAR
        return [(day, Window(day - around, day + around)) for day in hidden[-MOST_DAYS:]]

    @property
    def told(self) -> list[tuple[str, Week]]:
        """The weeks that are told in words: the present one, and each that follows a day on which
        the standard becomes mandatory.
        """
        found = []
        if current := next((w for w in reversed(self.weeks) if w.monday <= self.known_on), None):
            found.append((f"On Monday {format_date(current.monday)}", current))
        for day in self.shown[:MOST_DAYS]:
            if week := next((each for each in self.weeks if each.monday >= day), None):
                words = f"On Monday {format_date(week.monday)}, "
                found.append((f"{words}with the standard mandatory from {format_date(day)}", week))
        return [(f"{words}: {self.in_words(week)}", week) for words, week in found]

    def in_words(self, week: Week) -> str:
        """ "2 met, 1 not met"."""
        some = [
            f"{format_number(week.counts[each])} {each.label.lower()}"
            for each in self.progress
            if week.counts[each]
        ]
        return ", ".join(some) or "none"

    @property
    def picture(self) -> Markup:
        """The stacked picture, with what it shows in words for those who do not see it."""
        name = "Today" if self.is_now else "As known on"
        markers = [Marker(day, f"Mandatory from {format_date(day)}") for day in self.shown]
        markers.append(Marker(self.known_on, f"{name} {format_date(self.known_on)}", "now"))
        if self.on != self.known_on:
            markers.append(Marker(self.on, f"Asked about {format_date(self.on)}"))
        span = f"{format_date(self.window.since)} to {format_date(self.last_week)}"
        told = ". ".join(words for words, _ in self.told)
        return stacked_svg.draw(
            [Area(each, [week.counts[each] for week in self.weeks]) for each in self.progress],
            days=[week.monday for week in self.weeks],
            until=self.last_week + rules.WEEK,
            markers=markers,
            title=f"Burn-down of {self.standard.code}: {format_plural(self.products, 'product')}",
            description=f"Every Monday, {span}. {told}. All numbers are in the table.",
            id="burn-down",
        )


def _is_sensible(day: date) -> bool:
    """Whether there is an address of a window around it: "9999-12-31" is nobody's plan."""
    return 1950 <= day.year <= 2190


def burn_down(
    standard: Standard,
    user,
    *,
    scopes: Iterable[StandardScope],
    on: date,
    known_at: datetime | None,
    today: date,
    weeks: tuple[date | None, date | None],
) -> BurnDown:
    """Count the listed products of a standard; `weeks` are the ends asked for. One query."""
    scopes = list(scopes)
    mandatory = sorted({scope.required.lower for scope in scopes if scope.required.lower})
    window = rules.chosen(*weeks, on=on, mandatory=mandatory)
    return BurnDown(
        standard=standard,
        window=window,
        weeks=selectors.burn_down(
            standard, pages.listed_products(user), window=window, known_at=known_at
        ),
        mandatory=mandatory,
        advisory=not scopes,
        on=on,
        known_on=civil_date(known_at) if known_at else today,
        is_now=known_at is None,
    )


def table(found: BurnDown, *, known_at: datetime) -> list[list]:
    """The rows of the CSV file, the heading first: dates and numbers only.

    A file is passed on without its address: each row says which day was asked about, and what was
    known of it when.
    """
    head = ["week", "forecast", *[each.value for each in Progress], "products", "as_of", "known_at"]
    asked = [found.on.isoformat(), known_at.isoformat()]
    return [head] + [
        [
            week.monday.isoformat(),
            "yes" if found.is_forecast(week) else "no",
            *[week.counts[each] for each in Progress],
            found.products,
            *asked,
        ]
        for week in found.weeks
    ]
