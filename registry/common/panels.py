"""Sections that rooms above add to a page of a room below.

The page knows the place ("product") and nothing of who adds to it. A room registers its
panel when it starts (`AppConfig.ready`); the page asks for what is to be shown and includes
each template, which reads its facts as `panel.facts`:

    {% for panel in panels %}{% include panel.template %}{% endfor %}
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

# reader(subject, *, user, on, known_at) -> facts for the template, or None: nothing to show
Reader = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A section that a room adds to the pages of one place."""

    order: int
    template: str
    reader: Reader


@dataclass(frozen=True)
class Shown:
    """A panel with the facts that this person may see of this subject."""

    template: str
    facts: dict[str, Any]


_panels: dict[str, dict[str, Panel]] = {}


def register(place: str, *, order: int, reader: Reader, template: str) -> None:
    """Add a panel to `place`, lowest order first. Doing it again replaces it."""
    _panels.setdefault(place, {})[template] = Panel(order=order, template=template, reader=reader)


def shown(place: str, subject, *, user, on: date, known_at: datetime | None) -> list[Shown]:
    """The panels of `place` that have something to show `user` about `subject`, in order."""
    panels = sorted(_panels.get(place, {}).values(), key=lambda panel: (panel.order, panel.template))
    answers = [
        (panel, panel.reader(subject, user=user, on=on, known_at=known_at)) for panel in panels
    ]
    return [Shown(panel.template, facts) for panel, facts in answers if facts is not None]
