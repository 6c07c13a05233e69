"""Telling a supplier's members that a proof of control is gone from its host."""

from datetime import datetime

from django.urls import reverse

from registry.catalogue.selectors import members_of
from registry.common.formatting import format_datetime
from registry.notifications.enums import Kind
from registry.notifications.services import notify
from registry.probes.enums import ControlState
from registry.probes.models import HostControl


def tell_of_loss(*, control: HostControl, now: datetime) -> None:
    """Once when the proof is missing, and once when visits stop for it; otherwise nothing."""
    if control.state == ControlState.MISSING:
        what, since = "the proof of control is missing", format_datetime(control.visits_stop_at)
        follows = f"Visits of your endpoints there stop at {since} unless it is back by then."
    elif control.state == ControlState.LOST:
        what = "visits have stopped"
        follows = "The proof of control was not put back. Prove the host again to be visited."
    else:
        return
    notify(
        to=members_of({control.supplier_id}).get(control.supplier_id, []),
        kind=Kind.CONTROL,
        subject=f"{control.authority}: {what}",
        body=[
            f"We found the proof that {control.supplier} controls {control.authority} neither in "
            "the file on the host nor in its DNS record.",
            follows,
            "An endpoint that is not visited is proved by nothing that it answers.",
        ],
        link=reverse("host", kwargs={"id": control.pk}),
        key=f"control {control.pk} {control.state} {control.failing_since.isoformat()}",
        now=now,
    )
