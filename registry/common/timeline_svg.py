"""The timeline picture: one row a standard, one bar a spell, time from left to right.

An SVG of our own with CSS classes only, since the content security policy allows no
inline style. A status is told apart by colour, by pattern and by word. The picture is
a summary: `templates/components/timeline.html` puts the same dates beneath as a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date

from markupsafe import Markup

from registry.common.formatting import format_date, format_period

WIDTH = 960
LABELS = 250
TOP = 52
# A picture of more rows than this is drawn dense, one line a label.
MANY = 12
# Statuses with a pattern and colour of their own; any other is drawn neutral.
DRAWN = ("met", "exempt", "not_met", "not_required")
# How many years from its day a picture reaches, at most.
FARTHEST = 80
# What the name of a year takes, with air.
YEAR = 48
# What fits into a bar of a given width, in units of the picture.
LETTER = 7.2


@dataclass(frozen=True)
class Spell:
    """A status over the half-open period `[since, until)`; `None` is unbounded."""

    status: object
    since: date | None = None
    until: date | None = None

    @property
    def period(self) -> tuple[date | None, date | None]:
        return self.since, self.until


@dataclass(frozen=True)
class Row:
    """A row of the picture and of its table; `href` is used by the table."""

    label: str
    spells: list[Spell] = field(default_factory=list)
    href: str = ""


@dataclass(frozen=True)
class _Size:
    """Heights in units of the picture: of a row, its bar, and the pattern in the bar's foot."""

    row: int
    bar: int
    strip: int
    label_lines: int


_ROOMY = _Size(row=44, bar=28, strip=8, label_lines=2)
_DENSE = _Size(row=26, bar=20, strip=4, label_lines=1)


@dataclass(frozen=True)
class _Scale:
    """Days to units: `since` is the left edge of the plot, `until` the right one."""

    since: date
    until: date

    def x(self, day: date) -> float:
        share = (day - self.since).days / (self.until - self.since).days
        return round(LABELS + (WIDTH - LABELS) * min(max(share, 0), 1), 1)

    def clip(self, spell: Spell) -> tuple[float, float] | None:
        """Left and right edge of the spell's bar, `None` when it lies outside."""
        since, until = spell.since or self.since, spell.until or self.until
        if until <= self.since or since >= self.until:
            return None
        return self.x(since), self.x(until)


def draw(
    rows: list[Row],
    *,
    on: date,
    title: str,
    id: str = "timeline",
    since: date | None = None,
    until: date | None = None,
) -> Markup:
    """The `<svg>` of `rows` with a line at the day `on`.

    The window is whole years: two before `on` to three after it, unless given.
    `id` makes the picture's own ids unique on the page.
    """
    scale = _Scale(since or date(on.year - 2, 1, 1), until or date(on.year + 4, 1, 1))
    size = _DENSE if len(rows) > MANY else _ROOMY
    height = TOP + size.row * len(rows) + 8
    body = [
        *_axis(scale, height),
        *[part for index, row in enumerate(rows) for part in _row(scale, size, row, index, id)],
        *_marker(scale, on, height),
    ]
    return Markup(
        '<svg class="registry-timeline__picture" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="{id}-title {id}-desc" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>{}{}</svg>'
    ).format(
        WIDTH, height, title, _description(rows, on, scale), _patterns(id),
        Markup("").join(body), id=id,
    )  # fmt: skip


def window_of(days: Iterable[date], *, on: date, after: int) -> tuple[date, date]:
    """Whole years around `days` and `on`: from the year before them to `after` years later.

    Days more than a lifetime from `on` stay outside: "9999-12-31" is how some write "open", and
    a picture of eight thousand years shows nothing.
    """
    years = [day.year for day in days if abs(day.year - on.year) <= FARTHEST] + [on.year]
    since, until = max(min(years) - 1, MINYEAR), min(max(years) + after, MAXYEAR)
    return date(since, 1, 1), date(until, 1, 1)


def status_on(row: Row, day: date) -> object | None:
    """The status that holds in `row` on `day`."""
    for spell in row.spells:
        after_start = spell.since is None or spell.since <= day
        if after_start and (spell.until is None or day < spell.until):
            return spell.status
    return None


def _description(rows: list[Row], on: date, scale: _Scale) -> str:
    told = [(row.label, status_on(row, on)) for row in rows]
    states = "; ".join(f"{label}: {_word(status)}" for label, status in told if status)
    window = f"{format_date(scale.since)} to {format_date(scale.until)}"
    return f"{window}. On {format_date(on)}: {states or 'nothing recorded'}. Dates in the table."


def _patterns(id: str) -> Markup:
    """The lower strip of a bar: plain for met, slanted for not met, dotted for exempt."""
    pattern = Markup(
        '<pattern id="{}-{}" width="8" height="8" patternUnits="userSpaceOnUse"{}>{}</pattern>'
    )
    slanted = pattern.format(
        id, "not_met", Markup(' patternTransform="rotate(45)"'),
        Markup('<rect class="registry-timeline__mark" width="4" height="8"/>'),
    )  # fmt: skip
    dotted = pattern.format(
        id,
        "exempt",
        "",
        Markup('<circle class="registry-timeline__mark--exempt" cx="4" cy="4" r="2"/>'),
    )
    return Markup("<defs>{}{}</defs>").format(slanted, dotted)


def _axis(scale: _Scale, height: int) -> list[Markup]:
    line = Markup('<line class="registry-timeline__year" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>')
    text = Markup('<text class="registry-timeline__tick" x="{}" y="{}">{}</text>')
    parts = []
    # Over many years only some are named, so that the names do not run into each other.
    every = -(-(scale.until.year - scale.since.year) * YEAR // (WIDTH - LABELS)) or 1
    for year in range(scale.since.year, scale.until.year + 1):
        day = date(year, 1, 1)
        if scale.since <= day < scale.until:
            parts.append(line.format(scale.x(day), TOP - 12, height))
            if year % every == 0:
                parts.append(text.format(scale.x(day) + 4, TOP - 6, year))
    return parts


def _row(scale: _Scale, size: _Size, row: Row, index: int, id: str) -> list[Markup]:
    top = TOP + size.row * index + (size.row - size.bar) / 2
    lines = _wrap(row.label, size.label_lines)
    text = Markup('<text class="registry-timeline__label" x="0" y="{}">{}</text>')
    first = top + size.bar / 2 + 5 - 8 * (len(lines) - 1)
    parts = [text.format(first + 16 * number, line) for number, line in enumerate(lines)]
    for spell in row.spells:
        if edges := scale.clip(spell):
            parts.append(_bar(spell, edges, top, size, row.label, id))
    return parts


def _bar(spell: Spell, edges: tuple, top: float, size: _Size, label: str, id: str) -> Markup:
    left, right = edges
    value = str(getattr(spell.status, "value", spell.status))
    value = value if value in DRAWN else "other"
    width = round(max(right - left - 1, 1), 1)
    word = _word(spell.status)
    whole = Markup('<rect class="registry-timeline__bar" x="{}" y="{}" width="{}" height="{}"/>')
    parts = [whole.format(left, top, width, size.bar)]
    if value in ("exempt", "not_met"):
        foot = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="url(#{}-{})"/>')
        parts.append(foot.format(left, top + size.bar - size.strip, width, size.strip, id, value))
    if width > len(word) * LETTER + 10:
        shown = Markup('<text class="registry-timeline__word" x="{}" y="{}">{}</text>')
        parts.append(shown.format(left + 6, top + (size.bar - size.strip) / 2 + 5, word))
    return Markup('<g class="registry-timeline__spell--{}"><title>{}</title>{}</g>').format(
        value, f"{label}: {word}, {format_period(spell.period)}", Markup("").join(parts)
    )


def _marker(scale: _Scale, on: date, height: int) -> list[Markup]:
    if not scale.since <= on < scale.until:
        return []
    x = scale.x(on)
    line = Markup('<line class="registry-timeline__now" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>')
    text = Markup('<text class="registry-timeline__today" x="{}" y="14" text-anchor="{}">{}</text>')
    anchor = "end" if x > WIDTH - 120 else "middle"
    return [line.format(x, 20, height), text.format(x, anchor, format_date(on))]


def _word(status: object) -> str:
    return str(getattr(status, "label", status))


def _wrap(label: str, most: int, letters: int = 30) -> list[str]:
    """At most `most` lines; what does not fit ends in an ellipsis (the table has it all)."""
    lines = [""]
    for word in label.split():
        if len(lines[-1]) + len(word) + 1 > letters and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > most:
        last = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], f"{last[: letters - 1].rstrip()}…"]
    return lines
