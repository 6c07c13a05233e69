"""A row of small bars, one a probe: tall passes, short fails, a dot is unknown."""

from markupsafe import Markup

STEP = 6
HEIGHT = 24
_WORDS = {True: "passed", False: "failed", None: "unknown"}
_KINDS = {True: ("pass", 22), False: ("fail", 10), None: ("unknown", 3)}


def draw(points: list[bool | None], *, title: str) -> Markup:
    """The `<svg>` of `points`, oldest first; its name gives the counts."""
    bars = [
        Markup('<rect class="registry-sparkline__{}" x="{}" y="{}" width="4" height="{}"/>')
        .format(kind, index * STEP, HEIGHT - height, height)
        for index, (kind, height) in enumerate(_KINDS[point] for point in points)
    ]  # fmt: skip
    return Markup(
        '<svg class="registry-sparkline" viewBox="0 0 {0} {1}" width="{0}" height="{1}" '
        'role="img" aria-label="{2}" xmlns="http://www.w3.org/2000/svg">{3}</svg>'
    ).format(max(len(points), 1) * STEP, HEIGHT, describe(points, title), Markup("").join(bars))


def describe(points: list[bool | None], title: str) -> str:
    """ "Last 30 days: 27 passed, 2 failed, 1 unknown"."""
    counts = [(points.count(kind), word) for kind, word in _WORDS.items()]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{title}: {told or 'no results'}"


def draw_values(values: list[float | None], *, title: str) -> Markup:
    """The `<svg>` of measured values, oldest first, as bars up to the largest of them.

    `None` is a dot. `title` says in words what the bars show, which is all that is read out.
    """
    largest = max((value for value in values if value is not None), default=0) or 1
    bars = [
        Markup('<rect class="registry-sparkline__{}" x="{}" y="{}" width="4" height="{}"/>')
        .format(kind, index * STEP, HEIGHT - height, height)
        for index, (kind, height) in enumerate(_bar(value, largest) for value in values)
    ]  # fmt: skip
    return Markup(
        '<svg class="registry-sparkline" viewBox="0 0 {0} {1}" width="{0}" height="{1}" '
        'role="img" aria-label="{2}" xmlns="http://www.w3.org/2000/svg">{3}</svg>'
    ).format(max(len(values), 1) * STEP, HEIGHT, title, Markup("").join(bars))


def _bar(value: float | None, largest: float) -> tuple[str, int]:
    if value is None:
        return _KINDS[None]
    return "value", max(2, round(value / largest * (HEIGHT - 2)))
