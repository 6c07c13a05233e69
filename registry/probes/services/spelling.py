"""Keeping check states and confirmed spells in step."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from registry.common.causes import Cause, CauseKind
from registry.common.periods import as_pair
from registry.probes.checks import title_of
from registry.probes.models import CheckSpell, CheckState, Endpoint
from registry.probes.rules.confirmation import Held, State, Step
from registry.probes.rules.results import Finding
from registry.probes.rules.spells import (
    Changes,
    Standing,
    first_day_without,
    held_on,
    standing_on,
    turn,
)


def state_of(row: CheckState) -> State:
    """The stored state, as the rules want it."""
    return State(
        held=Held(row.result),
        failures=row.failures,
        failing_since=row.failing_since,
        last_conclusive_at=row.last_conclusive_at,
        known_end=row.known_end,
        recent=row.recent,
    )


def write_state(row: CheckState, step: Step, *, day: date, finding: Finding | None) -> None:
    """Put a step's state into the row, unsaved."""
    state = step.state
    if row.result != state.held.value:
        row.since = day
    row.result = state.held.value
    row.failures = state.failures
    row.failing_since = state.failing_since
    row.last_conclusive_at = state.last_conclusive_at
    row.known_end = state.known_end
    row.recent = state.recent
    if finding is not None:
        row.finding = finding.as_dict()


class SpellBook:
    """The spells of some endpoints that reach `day`, and what turning does to them."""

    def __init__(self, endpoint_ids: Iterable[int], *, day: date):
        self._day = day
        self._spells: dict[tuple[int, str], list[Standing]] = defaultdict(list)
        self._changes: dict[tuple[int, str], Changes] = {}
        self._held: dict[tuple[int, str], Held] = {}
        reaching = Q(period__endswith__isnull=True) | Q(period__endswith__gte=day)
        rows = CheckSpell.objects.filter(reaching, endpoint__in=list(endpoint_ids))
        for pk, endpoint_id, check_id, result, span in rows.values_list(
            "pk", "endpoint_id", "check_id", "result", "period"
        ):
            self._spells[endpoint_id, check_id].append(Standing(pk, result, span))

    def first_state(self, endpoint_id: int, check_id: str) -> State:
        """The state of a check that we never ran here: what a loaded spell says of today."""
        return State(held=held_on(self._spells[endpoint_id, check_id], self._day))

    def held_since(self, endpoint_id: int, check_id: str) -> date:
        """The first day of what `first_state` holds; without a beginning, or a spell, today."""
        standing = standing_on(self._spells[endpoint_id, check_id], self._day)
        return (standing.period.lower if standing else None) or self._day

    def turn(self, endpoint_id: int, check_id: str, state: State) -> None:
        """From today on, what `state` holds."""
        key = (endpoint_id, check_id)
        self._held[key] = state.held
        until = first_day_without(state.known_end) if state.held is Held.PASS else None
        self._changes[key] = turn(self._spells[key], held=state.held, day=self._day, until=until)

    def write(self) -> dict[int, list[dict]]:
        """Write every change. Returns by endpoint, in words for the audit, what was changed."""
        changes = {key: change for key, change in self._changes.items() if _matters(change)}
        gone = [pk for change in changes.values() for pk in change.delete]
        if gone:
            CheckSpell.objects.filter(pk__in=gone).delete()
        resized = {pk: span for change in changes.values() for pk, span in change.resize.items()}
        if resized:
            rows = [CheckSpell(pk=pk, period=span) for pk, span in sorted(resized.items())]
            CheckSpell.objects.bulk_update(rows, ["period"])
        CheckSpell.objects.bulk_create(
            CheckSpell(
                endpoint_id=key[0],
                check_id=key[1],
                result=change.create[0],
                period=change.create[1],
            )
            for key, change in changes.items()
            if change.create
        )
        return self._in_words(changes)

    def causes(self, endpoints: Iterable[Endpoint]) -> dict[int, list[Cause]]:
        """By product of `endpoints`: each check whose spells changed, and how it turned."""
        found: dict[int, list[Cause]] = defaultdict(list)
        known = {endpoint.pk: endpoint for endpoint in endpoints}
        for (endpoint_id, check_id), change in sorted(self._changes.items()):
            if _matters(change):
                endpoint = known[endpoint_id]
                kind = _CAUSES[self._held[endpoint_id, check_id]]
                about = f"{title_of(check_id)} at {endpoint.url}"
                found[endpoint.product_id].append(Cause(kind, about))
        return dict(found)

    def _in_words(self, changes: dict[tuple[int, str], Changes]) -> dict[int, list[dict]]:
        words: dict[int, list[dict]] = defaultdict(list)
        for (endpoint_id, check_id), change in sorted(changes.items()):
            word = {"check": check_id, "day": self._day.isoformat()}
            if change.create:
                word |= {"result": change.create[0], "period": as_pair(change.create[1])}
            words[endpoint_id].append(word)
        return dict(words)


_CAUSES = {
    Held.PASS: CauseKind.CHECK_PASSING,
    Held.FAIL: CauseKind.CHECK_FAILING,
    Held.UNKNOWN: CauseKind.CHECK_UNVERIFIED,
}


def _matters(change: Changes) -> bool:
    return bool(change.delete or change.resize or change.create)
