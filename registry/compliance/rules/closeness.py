"""How far each version of a standard is from being met on a day."""

from dataclasses import dataclass
from datetime import date

from registry.compliance.rules.facts import CriterionFact, PairFacts, VersionFact
from registry.compliance.rules.reasons import Reason, version_reason
from registry.compliance.rules.statuses import proved


@dataclass(frozen=True, slots=True)
class Distance:
    """A version on a day: why it would not count, if so, and its MUST criteria unproved."""

    version: VersionFact
    reason: Reason | None
    missing: tuple[CriterionFact, ...]

    @property
    def met(self) -> bool:
        """Whether nothing is in the way."""
        return self.reason is None and not self.missing

    @property
    def order(self) -> tuple:
        """The closest version sorts first.

        A version that does not count on the day has one more in its way, and one without a MUST
        criterion can never be met. Among equals the one that counts, then the newest.
        """
        start = self.version.accepted.lower or date.min
        return (
            not self.version.musts,
            len(self.missing) + (self.reason is not None),
            self.reason is not None,
            -start.toordinal(),
            self.version.name,
        )


def distances(facts: PairFacts, day: date, seen: date | None = None) -> list[Distance]:
    """Every version, the closest to being met on `day` first; told as on the day `seen`."""
    found = [
        Distance(
            version=version,
            reason=version_reason(version, day, seen),
            missing=tuple(each for each in version.musts if not proved(facts, each, day)),
        )
        for version in facts.versions
    ]
    return sorted(found, key=lambda each: each.order)
