"""Which criteria a report speaks of: by requirement ids that are the same, never by likeness."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.evidence.rules.reports.shape import PASS, Result


@dataclass
class Spoken:
    """A criterion, by its key, and every result that names one of its requirements."""

    criterion: int
    results: list[Result] = field(default_factory=list)

    @property
    def proved(self) -> bool:
        """Whether each of them passed. A test that was skipped or left out proves nothing."""
        return all(result.outcome == PASS for result in self.results)


@dataclass(frozen=True)
class Mapped:
    """The criteria that a report proves, those it speaks of and does not prove, and the rest."""

    proved: list[Spoken]
    failing: list[Spoken]
    unmapped: list[Result]


def mapped(results: Iterable[Result], known: Mapping[str, Sequence[int]]) -> Mapped:
    """`known`: requirement id to the keys of the criteria that name it."""
    spoken: dict[int, Spoken] = {}
    unmapped = []
    for result in results:
        criteria = {key for name in result.requirements for key in known.get(name, ())}
        for key in sorted(criteria):
            spoken.setdefault(key, Spoken(key)).results.append(result)
        if not criteria:
            unmapped.append(result)
    found = sorted(spoken.values(), key=lambda each: each.criterion)
    return Mapped(
        [each for each in found if each.proved],
        [each for each in found if not each.proved],
        unmapped,
    )
