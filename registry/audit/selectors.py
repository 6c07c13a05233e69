"""Reading what was done to a thing, and checking the chain."""

from django.db import models

from registry.audit.models import Event
from registry.audit.rules import chain_hash


def events_of(subject: models.Model, *, prefix: str) -> list[Event]:
    """What was done to one thing, oldest first, of the actions that begin with `prefix`."""
    name = f"{subject._meta.label_lower}:{subject.pk}"
    found = Event.objects.filter(subject=name, action__startswith=prefix)
    return list(found.select_related("actor").order_by("pk"))


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
