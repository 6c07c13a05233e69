"""Sections that rooms above add to a page of a room below.

The page knows the place ("product") and nothing of who adds to it. A room registers its
panel when it starts (`AppConfig.ready`); the page prints what `drawn` answers:

    {% for panel in panels %}{{ panel }}{% endfor %}
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from registry.common.periods import civil_date

# reader(subject, *, user, on, known_at, today) -> the template's context, or None: nothing to
# show. What the user may see is asked of `today`, whatever day `on` the page is about.
Reader = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A section that a room adds to the pages of one place."""

    order: int
    template: str
    reader: Reader


_panels: dict[str, dict[str, Panel]] = {}


def register(place: str, *, order: int, reader: Reader, template: str) -> None:
    """Add a panel to `place`, lowest order first. Doing it again replaces it."""
    _panels.setdefault(place, {})[template] = Panel(order=order, template=template, reader=reader)


def read(
    place: str, subject, *, user, on: date, known_at: datetime | None, today: date
) -> list[tuple[str, dict[str, Any]]]:
    """Template and context of each panel of `place` that has something to show `user`."""
    panels = sorted(_panels.get(place, {}).values(), key=lambda one: (one.order, one.template))
    answers = [
        (panel.template, panel.reader(subject, user=user, on=on, known_at=known_at, today=today))
        for panel in panels
    ]
    return [(template, context) for template, context in answers if context is not None]


def drawn(
    place: str, subject, *, request: HttpRequest, on: date, known_at: datetime | None
) -> list[SafeString]:
    """The same as HTML, for the person of the request; templates escape what they print."""
    today = civil_date(timezone.now())
    sections = read(place, subject, user=request.user, on=on, known_at=known_at, today=today)
    return [
        mark_safe(render_to_string(template, context, request))  # noqa: S308
        for template, context in sections
    ]
