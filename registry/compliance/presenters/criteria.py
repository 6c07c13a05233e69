"""The criteria of the closest version: proved by what, or not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from registry.common.formatting import format_date, format_datetime, format_period
from registry.compliance.presenters.readers import Action, Reader
from registry.compliance.presenters.why import NOTHING_ACCEPTED
from registry.compliance.rules import CriterionFact, Explanation, Kind, Link, PairFacts, Reason
from registry.compliance.rules.explaining import CriterionState
from registry.compliance.selectors.behind import (
    Failure,
    Found,
    decisions_behind,
    failures_found,
)
from registry.evidence.enums import Outcome
from registry.evidence.models import Decision


@dataclass(frozen=True)
class Told:
    """One sentence, what lies behind it, and where to look."""

    words: str
    action: Action | None = None
    # The finding of a visit, or the decision and its reason.
    behind: tuple[str, ...] = ()
    kind: str = ""
    since: date | None = None


@dataclass(frozen=True)
class CriterionLine:
    """A criterion: what proves it, or every reason why it is not proved."""

    criterion: CriterionFact
    proved: bool
    told: tuple[Told, ...]
    # How many more proofs or reasons there are than are told.
    more: int

    @property
    def accepts(self) -> str:
        """What would prove it, in words."""
        ways = list(self.criterion.form_titles)
        if self.criterion.check_id:
            ways.append(f"our check {self.criterion.check_name}")
        return ", or ".join(ways)


def criterion_lines(
    facts: PairFacts, explanation: Explanation, reader: Reader, *, known_at: datetime | None
) -> list[CriterionLine]:
    """The criteria of the closest version, MUST first. Two queries, whatever their number."""
    readable = {
        state.criterion.id: [each for each in state.reasons if reader.may_read(each)]
        for state in explanation.criteria
    }
    shown = {key: reasons[: settings.REASONS_SHOWN] for key, reasons in readable.items()}
    behind = _Behind(explanation.criteria, shown, reader, known_at)
    return [
        _proved(state, facts, reader)
        if state.proved
        else _unproved(state, readable[state.criterion.id], behind, reader)
        for state in explanation.criteria
    ]


def _proved(state: CriterionState, facts: PairFacts, reader: Reader) -> CriterionLine:
    links = state.proved_by[: settings.REASONS_SHOWN]
    told = tuple(Told(_proof_words(link, facts), reader.open(link)) for link in links)
    return CriterionLine(state.criterion, True, told, len(state.proved_by) - len(told))


def _proof_words(link: Link, facts: PairFacts) -> str:
    if link.kind == "endpoint":
        url = next(each.url for each in facts.endpoints if str(each.id) == link.key)
        return f"The check passes at {url}."
    proof = next(each for each in facts.proofs if each.ref == link.key)
    cut = f", revoked from {format_date(proof.revoked_from)}" if proof.revoked_from else ""
    return f"Evidence {proof.ref}, accepted {_always(format_period(proof.valid))}{cut}."


def _always(words: str) -> str:
    """ "from 1 July 2026 to …" where a period begins with its day."""
    return f"from {words}" if words[:1].isdigit() else words


def _unproved(
    state: CriterionState, readable: list[Reason], behind: "_Behind", reader: Reader
) -> CriterionLine:
    reasons = readable or [Reason(Kind.NEVER_PROVED, NOTHING_ACCEPTED)]
    told = tuple(
        Told(
            words=reason.words,
            action=reader.look_at(reason),
            behind=behind.of(reason, state.criterion),
            kind=reason.kind.value,
            since=reason.since,
        )
        for reason in reasons[: settings.REASONS_SHOWN]
    )
    return CriterionLine(state.criterion, False, told, len(reasons) - len(told))


class _Behind:
    """What lies behind the reasons that are told, read at once."""

    def __init__(
        self,
        states: Iterable[CriterionState],
        shown: dict[int, list[Reason]],
        reader: Reader,
        known_at: datetime | None,
    ):
        self.insider = reader.insider
        failures, refs = set(), set()
        for state in states:
            for reason in shown[state.criterion.id]:
                if failure := _failure(reason, state.criterion):
                    failures.add(failure)
                elif reason.kind in (Kind.RETURNED, Kind.REVOKED):
                    refs.add(reason.link.key)
        self.found = failures_found(failures, known_at=known_at)
        self.decisions = decisions_behind(refs, known_at=known_at)

    def of(self, reason: Reason, criterion: CriterionFact) -> tuple[str, ...]:
        """Sentences about what lies behind a reason, as far as this reader may know."""
        if found := self.found.get(_failure(reason, criterion)):
            return _finding_words(found)
        if reason.kind in (Kind.RETURNED, Kind.REVOKED):
            decision = self.decisions.get(reason.link.key)
            return _decision_words(decision, self.insider) if decision else ()
        return ()


def _failure(reason: Reason, criterion: CriterionFact) -> Failure | None:
    if reason.kind is not Kind.CHECK_FAILING or reason.since is None:
        return None
    return int(reason.link.key), criterion.check_id, reason.since


def _finding_words(found: Found) -> tuple[str, ...]:
    words = [f"Found on {format_datetime(found.at)}: {found.message}"]
    if found.expected or found.actual:
        expected, actual = found.expected or "nothing", found.actual or "nothing"
        words.append(f"Expected: {expected}. Found: {actual}.")
    if found.captures:
        captures = ", ".join(f"{name} {sha256[:12]}" for name, sha256 in found.captures)
        words.append(f"What was fetched: {captures}.")
    return tuple(words)


def _decision_words(decision: Decision, insider: bool) -> tuple[str, ...]:
    """Why evidence was revoked is public; what was said when returning it is not (product.md)."""
    if decision.outcome == Outcome.RETURNED and not insider:
        return ()
    words = [f"Decided on {format_datetime(decision.decided_at)}: {decision.reason}"]
    if decision.what_would_do:
        words.append(f"What would do: {decision.what_would_do}")
    return tuple(words)
