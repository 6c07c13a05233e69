"""The stacked picture: how many of a whole stand how, step by step from left to right.

Like the timeline picture an SVG of our own with CSS classes only. What is counted is told apart
by colour, by pattern and by word. The picture is a summary: whoever shows it puts the same
numbers beneath as a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from registry.common.formatting import format_date, format_number

WIDTH, LEFT, RIGHT = 760, 52, 12
PLOT, FOOT = 240, 26
# A row of the names of markers, and how many there may be.
NAME, NAMES = 18, 3
LETTER = 7.2
# Areas with a pattern of their own.
PATTERNED = ("exempt", "not_met", "not_yet")


@dataclass(frozen=True)
class Area:
    """One part of the whole: a status with `.value` and `.label`, and its number at each step."""

    status: object
    counts: list[int]


@dataclass(frozen=True)
class Marker:
    """A day that is pointed out. `kind` is "now" or "date"."""

    day: date
    label: str
    kind: str = "date"


@dataclass(frozen=True)
class _Frame:
    """Days and numbers to units; the steps begin on `days` and the last ends on `until`."""

    days: list[date]
    until: date
    most: int
    top: int

    def x(self, day: date) -> float:
        share = (day - self.days[0]).days / (self.until - self.days[0]).days
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0), 1), 1)

    def y(self, number: int) -> float:
        return round(self.top + PLOT * (1 - number / self.most), 1)

    @property
    def edges(self) -> list[float]:
        """Where each step begins, and where the last ends."""
        return [*map(self.x, self.days), self.x(self.until)]


def draw(
    areas: list[Area],
    *,
    days: list[date],
    until: date,
    markers: Iterable[Marker],
    title: str,
    description: str,
    id: str = "stacked",
) -> Markup:
    """The `<svg>` of `areas`, the first at the bottom, each with a number for each of `days`."""
    rows = _named(markers, days[0], until)
    top = 10 + NAME * (max((row for _, row in rows if row is not None), default=-1) + 1)
    whole = max(map(sum, zip(*[area.counts for area in areas], strict=True)), default=0)
    frame = _Frame(days, until, max(whole, 1), top)
    height = top + PLOT + FOOT
    body = [*_stack(areas, frame, id), *_axes(frame), *_markers(rows, frame)]
    return Markup(
        '<svg class="registry-stacked__picture" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="{id}-title {id}-desc" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>{}{}</svg>'
    ).format(WIDTH, height, title, description, _patterns(id), Markup("").join(body), id=id)


def _patterns(id: str) -> Markup:
    """Dots for exempt, slanted lines for not met, upright ones for not yet."""
    pattern = Markup(
        '<pattern id="{}-{}" width="10" height="10" patternUnits="userSpaceOnUse"{}>'
        '<{} class="registry-stacked__mark--{}" {}/></pattern>'
    )
    shapes = {
        "exempt": ("", "circle", 'cx="5" cy="5" r="1.6"'),
        "not_met": (' patternTransform="rotate(45)"', "rect", 'width="2" height="10"'),
        "not_yet": ("", "rect", 'width="1.5" height="10"'),
    }
    drawn = [
        pattern.format(id, value, Markup(turned), Markup(shape), value, Markup(where))
        for value, (turned, shape, where) in shapes.items()
    ]
    return Markup("<defs>{}</defs>").format(Markup("").join(drawn))


def _stack(areas: list[Area], frame: _Frame, id: str) -> list[Markup]:
    floors = [0] * len(frame.days)
    parts = []
    for area in areas:
        tops = [floor + count for floor, count in zip(floors, area.counts, strict=True)]
        if any(area.counts):
            parts.append(_area(area, floors, tops, frame, id))
        floors = tops
    return parts


def _area(area: Area, floors: list[int], tops: list[int], frame: _Frame, id: str) -> Markup:
    value = str(getattr(area.status, "value", area.status))
    path = _outline(floors, tops, frame)
    shapes = Markup('<path class="registry-stacked__area" d="{}"/>').format(path)
    if value in PATTERNED:
        shapes += Markup('<path d="{}" fill="url(#{}-{})"/>').format(path, id, value)
    return Markup('<g class="registry-stacked__area--{}"><title>{}</title>{}{}</g>').format(
        value, area.status.label, shapes, _word(area.status.label, floors, tops, frame)
    )


def _outline(floors: list[int], tops: list[int], frame: _Frame) -> str:
    """Along the tops to the right, back along the floors; a corner where a number changes."""
    edges = frame.edges
    there = [
        f"H{edges[step]}V{frame.y(tops[step])}"
        for step in range(1, len(tops))
        if tops[step] != tops[step - 1]
    ]
    back = [
        f"H{edges[step]}V{frame.y(floors[step - 1])}"
        for step in range(len(floors) - 1, 0, -1)
        if floors[step] != floors[step - 1]
    ]
    start = f"M{edges[0]},{frame.y(tops[0])}"
    turn = f"H{edges[-1]}V{frame.y(floors[-1])}"
    return "".join([start, *there, turn, *back, f"H{edges[0]}Z"])


def _word(word: str, floors: list[int], tops: list[int], frame: _Frame) -> Markup:
    """The name of an area in its longest even stretch, if it fits into that."""
    edges, step, stretches = frame.edges, 0, []
    for level, run in groupby(zip(floors, tops, strict=True)):
        length = len(list(run))
        stretches.append((edges[step + length] - edges[step], edges[step], level))
        step += length
    roomy = [
        each
        for each in stretches
        if each[0] > len(word) * LETTER + 16 and frame.y(each[2][0]) - frame.y(each[2][1]) > 20
    ]
    if not roomy:
        return Markup("")
    width, left, (floor, top) = max(roomy)
    text = Markup(
        '<text class="registry-stacked__word" x="{}" y="{}" text-anchor="middle">{}</text>'
    )
    middle = (frame.y(floor) + frame.y(top)) / 2 + 4
    return text.format(round(left + width / 2, 1), round(middle, 1), word)


def _axes(frame: _Frame) -> list[Markup]:
    line = Markup('<line class="registry-stacked__line" x1="{}" x2="{}" y1="{}" y2="{}"/>')
    name = Markup('<text class="registry-stacked__tick" x="{}" y="{}" text-anchor="{}">{}</text>')
    parts = []
    for number in range(0, frame.most + 1, _stride(frame.most)):
        y = frame.y(number)
        parts.append(line.format(LEFT, WIDTH - RIGHT, y, y))
        parts.append(name.format(LEFT - 6, y + 4, "end", format_number(number)))
    foot = frame.top + PLOT
    for day in _ticks(frame.days[0], frame.until):
        x = frame.x(day)
        parts.append(line.format(x, x, foot, foot + 5))
        if x < WIDTH - 56:
            parts.append(name.format(x, foot + 20, "start", f"{day:%b} {day.year}"))
    return parts


def _stride(most: int) -> int:
    """1, 2 or 5 times a power of ten, so that there are at most five lines."""
    powers = (10**power for power in range(len(str(most)) + 1))
    return next(
        step * power for power in powers for step in (1, 2, 5) if most // (step * power) <= 4
    )


def _ticks(since: date, until: date) -> list[date]:
    """First days of months, as many as can be named side by side."""
    months = range(since.year * 12 + since.month, until.year * 12 + until.month)
    firsts = [date(month // 12, month % 12 + 1, 1) for month in months if month // 12 <= 9999]
    firsts = [day for day in firsts if since <= day < until]
    every = next((step for step in (1, 3, 6, 12) if len(firsts) <= 9 * step), 12)
    return [day for day in firsts if (day.month - 1) % every == 0]


def _named(markers: Iterable[Marker], since: date, until: date) -> list[tuple[Marker, int | None]]:
    """The markers in the picture, each with the row of its name; `None` where none is free."""
    rows, ends = [], [-1.0] * NAMES
    scale = _Frame([since], until, 1, 0)
    for marker in sorted(markers, key=lambda each: each.day):
        if since <= marker.day < until:
            left, right = _reach(marker, scale)
            row = next((row for row, end in enumerate(ends) if end < left), None)
            if row is not None:
                ends[row] = right + LETTER
            rows.append((marker, row))
    return rows


def _reach(marker: Marker, frame: _Frame) -> tuple[float, float]:
    """Left and right edge of a marker's name: to the right of its line where there is room."""
    x, width = frame.x(marker.day), len(marker.label) * LETTER + 4
    return (x, x + width) if x + width < WIDTH else (x - width, x)


def _markers(rows: list[tuple[Marker, int | None]], frame: _Frame) -> list[Markup]:
    line = Markup(
        '<line class="registry-stacked__marker registry-stacked__marker--{kind}" '
        'x1="{x}" x2="{x}" y1="{}" y2="{}"><title>{}</title></line>'
    )
    text = Markup('<text class="registry-stacked__name" x="{}" y="{}" text-anchor="{}">{}</text>')
    parts = []
    for marker, row in rows:
        x = frame.x(marker.day)
        head = frame.top if row is None else 6 + NAME * row
        words = f"{marker.label}, {format_date(marker.day)}"
        parts.append(line.format(head, frame.top + PLOT, words, kind=marker.kind, x=x))
        if row is not None:
            right = _reach(marker, frame)[0] == x
            place = (x + 4, "start") if right else (x - 4, "end")
            parts.append(text.format(place[0], 16 + NAME * row, place[1], marker.label))
    return parts
