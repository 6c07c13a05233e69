"""The only way to write the audit."""

import json
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from registry.accounts.models import User
from registry.audit.models import Event
from registry.audit.rules import chain_hash
from registry.common import locks
from registry.history import services as history


class UnnamedActor(Exception):
    """Nothing is done by nobody."""


def take_turn() -> None:
    """Wait for the audit's other writers now, rather than at the first `record`.

    For a service that writes rows which others may wait for *before* it records: taken first,
    the audit's lock cannot close a circle of waiting.
    """
    locks.advisory("audit chain")


@transaction.atomic
def record(
    *,
    actor: User | None,
    action: str,
    subject: models.Model,
    now: datetime,
    detail: dict | None = None,
) -> Event:
    """Append one event in the caller's transaction.

    What the transaction has written so far is known from here on (registry/history).
    `UnnamedActor` when `actor` is missing or anonymous. Writers wait for each other here
    until they commit: a chain has one end.
    """
    if actor is None or not actor.pk:
        raise UnnamedActor(f"{action} needs a named actor")
    detail = json.loads(json.dumps(detail or {}, cls=DjangoJSONEncoder))
    name = f"{subject._meta.label_lower}:{subject.pk}"
    take_turn()
    history.tick(now=now)
    previous = Event.objects.order_by("-pk").values_list("hash", flat=True).first() or ""
    return Event.objects.create(
        at=now,
        actor=actor,
        action=action,
        subject=name,
        subject_name=str(subject)[:300],
        detail=detail,
        previous_hash=previous,
        hash=chain_hash(
            previous=previous,
            at=now,
            actor=actor.email,
            action=action,
            subject=name,
            detail=detail,
        ),
    )
