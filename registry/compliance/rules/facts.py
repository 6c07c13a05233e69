"""The facts that the timeline of one product and one standard rests on (compliance.md).

Periods are `DateRange`s with bounds "[)"; `None` ends are open.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from psycopg2.extras import DateRange

from registry.common.periods import holds


@dataclass(frozen=True, slots=True)
class CriterionFact:
    """One requirement of a version. `profiles` are those that its check speaks of."""

    id: int
    code: str
    level: str
    text: str = ""
    forms: tuple[str, ...] = ()
    # What people call each of `forms`, in the same order; empty where nobody was asked.
    form_titles: tuple[str, ...] = ()
    check_id: str = ""
    # What people call the check; a check that nobody knows has its id alone.
    check_title: str = ""
    profiles: frozenset[str] = frozenset()

    @property
    def check_name(self) -> str:
        """The check in a sentence: “The certificate is valid” rather than tls.certificate."""
        return f"“{self.check_title}”" if self.check_title else self.check_id


@dataclass(frozen=True, slots=True)
class VersionFact:
    """An edition, and when meeting it counts."""

    id: int
    name: str
    accepted: DateRange
    criteria: tuple[CriterionFact, ...] = ()

    @property
    def musts(self) -> tuple[CriterionFact, ...]:
        """The criteria that decide."""
        return tuple(criterion for criterion in self.criteria if criterion.level == "MUST")


@dataclass(frozen=True, slots=True)
class ProofFact:
    """Evidence that was submitted; it proves only what was accepted, until it is revoked."""

    id: int
    ref: str
    state: str
    criteria: frozenset[int]
    valid: DateRange | None = None
    revoked_from: date | None = None
    form: str = ""
    # When it was returned, or submitted and not yet decided.
    dated: date | None = None

    @property
    def end(self) -> date | None:
        """The first day after `valid.lower` on which it proves nothing; `None` is never.

        What nobody decided on may have been asked for without any days.
        """
        upper = self.valid.upper if self.valid is not None else None
        ends = [day for day in (upper, self.revoked_from) if day is not None]
        return min(ends, default=None)

    @property
    def was_revoked(self) -> bool:
        """Whether it ends by revocation rather than by its date."""
        return self.revoked_from is not None and self.end == self.revoked_from

    def proves_on(self, day: date) -> bool:
        """Whether it proves its criteria on `day`."""
        if self.state != "accepted" or not holds(self.valid, day):
            return False
        return self.revoked_from is None or day < self.revoked_from


@dataclass(frozen=True, slots=True)
class CheckSpellFact:
    """A confirmed result (pass, fail, unknown) of one check over a period."""

    check_id: str
    result: str
    period: DateRange


@dataclass(frozen=True)
class EndpointFact:
    """An address of the product, when it was in service, and what checks found."""

    id: int
    url: str
    profile: str
    in_service: DateRange
    spells: tuple[CheckSpellFact, ...] = ()

    def spell_on(self, check_id: str, day: date) -> CheckSpellFact | None:
        """The confirmed result of a check on a day."""
        of_check = self.spells_of(check_id)
        return next((spell for spell in of_check if holds(spell.period, day)), None)

    def spells_of(self, check_id: str) -> list[CheckSpellFact]:
        """The confirmed results of a check."""
        return self._by_check.get(check_id, [])

    @cached_property
    def _by_check(self) -> dict[str, list[CheckSpellFact]]:
        found: dict[str, list[CheckSpellFact]] = {}
        for spell in self.spells:
            found.setdefault(spell.check_id, []).append(spell)
        return found


@dataclass(frozen=True, slots=True)
class RequirementFact:
    """A scope row. `capability` is its name, `None` for every product; `claimed` is when."""

    required: DateRange
    capability: str | None = None
    claimed: tuple[DateRange, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether it requires the standard of the product on `day`."""
        if not holds(self.required, day):
            return False
        return self.capability is None or any(holds(span, day) for span in self.claimed)


@dataclass(frozen=True, slots=True)
class ExcuseFact:
    """A dispensation."""

    id: int
    period: DateRange
    reason: str = ""


@dataclass(frozen=True)
class PairFacts:
    """Everything that decides one pair. `proofs` are those that speak to its criteria.

    Proofs and endpoints are sorted by what they speak of once, so that a pair with hundreds of
    criteria and thousands of proofs takes time in proportion to their sum, not their product.
    """

    versions: tuple[VersionFact, ...] = ()
    requirements: tuple[RequirementFact, ...] = ()
    proofs: tuple[ProofFact, ...] = ()
    endpoints: tuple[EndpointFact, ...] = ()
    excuses: tuple[ExcuseFact, ...] = field(default=())

    def proofs_of(self, criterion: CriterionFact) -> list[ProofFact]:
        """The evidence that speaks to a criterion."""
        return self._proofs_by_criterion.get(criterion.id, [])

    def endpoints_of(self, criterion: CriterionFact) -> list[EndpointFact]:
        """The endpoints that the criterion's check speaks of, in service or not."""
        found = [each for name in criterion.profiles for each in self._by_profile.get(name, ())]
        return found if len(criterion.profiles) < 2 else sorted(found, key=lambda each: each.id)

    @cached_property
    def criterion_ids(self) -> frozenset[int]:
        """The criteria of all versions, of every level."""
        return frozenset(each.id for version in self.versions for each in version.criteria)

    @cached_property
    def _proofs_by_criterion(self) -> dict[int, list[ProofFact]]:
        found = {each: [] for each in self.criterion_ids}
        for proof in self.proofs:
            for criterion_id in proof.criteria & found.keys():
                found[criterion_id].append(proof)
        return found

    @cached_property
    def _by_profile(self) -> dict[str, list[EndpointFact]]:
        found: dict[str, list[EndpointFact]] = {}
        for endpoint in self.endpoints:
            found.setdefault(endpoint.profile, []).append(endpoint)
        return found
