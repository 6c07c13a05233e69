"""What the phase-out room does when a bell rings below it."""

from datetime import datetime

from django.dispatch import receiver

from procurement.phaseout import services
from registry.common import bells
from registry.common.periods import civil_date


@receiver(bells.spells_changed, dispatch_uid="phaseout.flag")
def flag_changed(*, product_ids: list[int], now: datetime, **_) -> None:
    """New spells may be cause for a case; it stands or falls with what changed them."""
    services.flag(on=civil_date(now), now=now, product_ids=product_ids)
