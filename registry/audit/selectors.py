"""Checking the chain."""

from registry.audit.models import Event
from registry.audit.rules import chain_hash


def first_break() -> Event | None:
    """The first event that does not follow from the one before it; `None` when all do."""
    previous = ""
    for event in Event.objects.select_related("actor").order_by("pk").iterator(chunk_size=2000):
        expected = chain_hash(
            previous=previous,
            at=event.at,
            actor=event.actor.email,
            action=event.action,
            subject=event.subject,
            detail=event.detail,
        )
        if event.previous_hash != previous or event.hash != expected:
            return event
        previous = event.hash
    return None
