"""Every bell of the house. A room below rings, a room above answers in `receivers.py`.

A bell is rung inside the writer's transaction, so what answers it stands or falls with
what rang it.
"""

from django.dispatch import Signal

# Facts that timelines rest on have changed.
#   product_ids: list of int, or None for "any product"; now: datetime; cause: str
facts_changed = Signal()

# The compliance timelines of these products were rewritten.
#   product_ids: list of int; now: datetime
spells_changed = Signal()


def ring(bell: Signal, **facts) -> None:
    """Ring `bell`; an answer that fails fails the writer too."""
    bell.send(sender=None, **facts)
