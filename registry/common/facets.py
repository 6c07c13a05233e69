"""What a facet is: a filter's possible values with how many results each would leave."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


class Facet(NamedTuple):
    """One value of a facet group; `count` is the results it holds, `None` to show none."""

    value: str
    label: str
    count: int | None = None
    selected: bool = False


@dataclass(frozen=True)
class FacetGroup:
    """A group of checkboxes (or radios) under one query parameter `name`."""

    name: str
    legend: str
    options: list[Facet] = field(default_factory=list)
    open: bool = True
    multiple: bool = True

    @cached_property
    def chosen(self) -> list[Facet]:
        return [option for option in self.options if option.selected]
