"""What could replace a product, and in which order (docs/adr/0067)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Place:
    """A product that shares some of the capabilities wanted.

    `overlap` is how many of them it claims; `fails_on` the first day, from the term's first day
    on, on which it is not compliant, `None` for never; `passes` whether the whole term passes.
    """

    product_id: int
    name: str
    overlap: int
    fails_on: date | None
    passes: bool


def in_order(places: Iterable[Place]) -> list[Place]:
    """Who covers most first, then who stays compliant longest; names decide between equals."""
    return sorted(
        places,
        key=lambda place: (
            -place.overlap,
            -(place.fails_on or date.max).toordinal(),
            place.name,
            place.product_id,
        ),
    )
