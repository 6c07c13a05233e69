"""Every bell of the house. A room below rings, a room above answers in `receivers.py`.

A bell is rung inside the writer's transaction, so what answers it stands or falls with
what rang it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.dispatch import Signal

# Facts that timelines rest on have changed.
#   product_ids: list of int, or None for "any product"; now: datetime;
#   cause: registry.common.causes.Because, why, for all of them or for each its own
facts_changed = Signal()

# The compliance timelines of these products were rewritten.
#   product_ids: list of int; now: datetime;
#   revision_ids: list of int, the compliance.Revision of each, which says what changed and why
spells_changed = Signal()


# What is rung while a bell is held back, by the bell.
_held_back: ContextVar[dict[Signal, list[dict]] | None] = ContextVar("held_back", default=None)


def ring(bell: Signal, **facts) -> None:
    """Ring `bell`; an answer that fails fails the writer too."""
    held = (_held_back.get() or {}).get(bell)
    if held is not None:
        held.append(facts)
        return
    bell.send(sender=None, **facts)


@contextmanager
def held_back(bell: Signal) -> Iterator[list[dict]]:
    """Collect what `bell` would have been rung with, for whoever answers all of it at once.

    A load of many kinds of facts is one change: answered half-way, it would record timelines
    that were never true.
    """
    rung: list[dict] = []
    token = _held_back.set({**(_held_back.get() or {}), bell: rung})
    try:
        yield rung
    finally:
        _held_back.reset(token)
