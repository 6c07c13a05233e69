"""What compliance does when a bell rings."""

from datetime import datetime

from django.dispatch import receiver

from registry.common import bells
from registry.common.causes import Because
from registry.compliance import services


@receiver(bells.facts_changed, dispatch_uid="compliance.facts_changed")
def refresh_timelines(
    sender, *, product_ids: list[int] | None, now: datetime, cause: Because, **more
) -> None:
    """Facts that timelines rest on have changed."""
    services.answer_changed_facts(product_ids=product_ids, now=now, cause=cause)
