"""Moving the states of checks on by what a batch of visits found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import orjson

from registry.probes.checks import get_check
from registry.probes.models import CheckState
from registry.probes.rules.confirmation import REMEMBERED_RESULTS, Step, advance
from registry.probes.services.judging import Judged
from registry.probes.services.rows import Key, Row, pass_again, put_findings
from registry.probes.services.spelling import SpellBook, state_of, write_state


@dataclass
class Advanced:
    """Which endpoints want a quick retry, and the spells that turned, if any."""

    quick: set[int] = field(default_factory=set)
    book: SpellBook | None = None


def advance_states(rows: Sequence[Row], *, day: date) -> Advanced:
    """Move every check's state on; what passes as it passed before is one statement for all."""
    steady = pass_again(
        (
            (row.endpoint_id, judged, row.seen.at)
            for row in rows
            for judged in row.judged
            if judged.result.passes
        ),
        remembered=REMEMBERED_RESULTS,
    )
    put_findings(
        (row.endpoint_id, judged)
        for row in rows
        for judged in row.judged
        if not judged.same and (row.endpoint_id, judged.check) in steady
    )
    others = [
        (row, judged)
        for row in rows
        for judged in row.judged
        if (row.endpoint_id, judged.check) not in steady
    ]
    return _each(others, day) if others else Advanced()


def _each(others: Sequence[tuple[Row, Judged]], day: date) -> Advanced:
    ids = {row.endpoint_id for row, _ in others}
    wanted = CheckState.objects.filter(endpoint__in=ids).order_by("pk")
    locked = wanted.defer("finding").select_for_update(of=("self",))
    states = {(state.endpoint_id, state.check_id): state for state in locked}
    done = Advanced(book=SpellBook(ids, day=day))
    touched = [
        state
        for row, judged in others
        if (state := _one(row, judged, states, done, day)) is not None
    ]
    _write(touched)
    return done


def _one(
    row: Row, judged: Judged, states: dict[Key, CheckState], done: Advanced, day: date
) -> CheckState | None:
    """The state that must be written, or `None`."""
    key, book = (row.endpoint_id, judged.check), done.book
    state = states.get(key)
    before = state_of(state) if state else book.first_state(*key)
    step = _step(before, row, judged)
    if step.first_failure:
        done.quick.add(row.endpoint_id)
    if step.turned:
        book.turn(*key, step.state)
    if state and judged.same and step.state == before:
        return None
    state = state or CheckState(
        endpoint_id=key[0], check_id=key[1], result=before.held.value, since=book.held_since(*key)
    )
    write_state(state, step, day=day, finding=None)
    state.finding, state.basis = orjson.loads(judged.text), judged.basis
    return state


def _step(before, row: Row, judged: Judged) -> Step:
    return advance(
        before,
        result=judged.result,
        at=row.seen.at,
        scheduled=row.scheduled,
        confirmation=get_check(judged.check).confirmation,
        known_end=judged.known_end,
    )


def _write(states: list[CheckState]) -> None:
    CheckState.objects.bulk_create(
        states,
        update_conflicts=True,
        unique_fields=["endpoint", "check_id"],
        update_fields=[
            "result",
            "since",
            "last_conclusive_at",
            "failing_since",
            "failures",
            "known_end",
            "recent",
            "finding",
            "basis",
        ],
    )
