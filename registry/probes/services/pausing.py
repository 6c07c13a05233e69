"""Pausing the visits of an endpoint or of a whole host, and lifting that again."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from psycopg2.extras import DateTimeTZRange

from registry.accounts.models import User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.catalogue.selectors import suppliers_of
from registry.common import locks
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.probes.models import Endpoint, Pause
from registry.probes.services.endpoints import VOUCHERS

# The shortest that a range of time can be: two machines' clocks differ a little.
_TICK = timedelta(microseconds=1)


class NothingToPause(RuleBroken):
    """No endpoint is registered at this host."""


class NotPaused(Conflict):
    """There is no pause to lift: somebody else did, or it ended."""


@transaction.atomic
def pause_endpoint(
    *, endpoint: Endpoint, reason: str, until: datetime | None, by: User, now: datetime
) -> Pause:
    """An officer stops the visits of one endpoint, until it is lifted or `until` has come.

    What passed until then goes stale as it does wherever nobody looks (services/sweeping.py).
    """
    _require_officer(by, Endpoint.objects.filter(pk=endpoint.pk))
    pause = _pause(by, reason, until, now, endpoint=endpoint)
    _record("probes.endpoint_paused", pause, endpoint, reason, now=now)
    return pause


@transaction.atomic
def pause_host(*, host: str, reason: str, until: datetime | None, by: User, now: datetime) -> Pause:
    """An officer stops the visits of every endpoint at a host, those to come included."""
    concerned = Endpoint.objects.filter(host=host)
    _require_officer(by, concerned)
    if not concerned.exists():
        raise NothingToPause(f"No endpoint is registered at {host}.")
    pause = _pause(by, reason, until, now, host=host)
    _record("probes.host_paused", pause, pause, reason, now=now)
    return pause


@transaction.atomic
def resume_endpoint(*, endpoint: Endpoint, reason: str, by: User, now: datetime) -> Pause:
    """An officer lifts the pause of an endpoint; a visit that is owed is made at once."""
    require_role(by, *VOUCHERS)
    pause = _lift(Pause.objects.filter(endpoint=endpoint), reason, by, now)
    _record("probes.endpoint_resumed", pause, endpoint, reason, now=now)
    return pause


@transaction.atomic
def resume_host(*, host: str, reason: str, by: User, now: datetime) -> Pause:
    """An officer lifts the pause of a host; pauses of single endpoints stand."""
    require_role(by, *VOUCHERS)
    pause = _lift(Pause.objects.filter(host=host), reason, by, now)
    _record("probes.host_resumed", pause, pause, reason, now=now)
    return pause


def _require_officer(by: User, concerned) -> None:
    require_role(by, *VOUCHERS)
    # Who is not visited cannot be found to fail: nobody may see to that for themselves.
    own = suppliers_of(by).filter(products__endpoints__in=concerned).first()
    if own is not None:
        raise NotPermitted(f"You act for {own.name}, so somebody else must pause this.")


def _pause(
    by: User, reason: str, until: datetime | None, now: datetime, **target: Endpoint | str
) -> Pause:
    if not reason.strip():
        raise RuleBroken("Say why the visits are paused.", field="reason")
    if until is not None and until <= now:
        raise RuleBroken("The pause must end in the future. Give a later time.", field="until")
    # Two at once would wait for each other in the constraint that forbids them both.
    locks.advisory(f"probes pause {target}")
    try:
        with transaction.atomic():
            return Pause.objects.create(
                during=DateTimeTZRange(now, until, "[)"),
                paused_by=by,
                reason=reason.strip(),
                **target,
            )
    except IntegrityError as error:
        raise Conflict(
            "It is paused already. Lift that pause first if this one is to replace it."
        ) from error


def _lift(pauses, reason: str, by: User, now: datetime) -> Pause:
    if not reason.strip():
        raise RuleBroken("Say why the pause is lifted.", field="reason")
    pause = pauses.open_at(now).select_for_update(of=("self",)).first()
    if pause is None or pause.lifted_at is not None:
        raise NotPaused("It is not paused any more: somebody lifted it, or it ended by itself.")
    pause.during = DateTimeTZRange(pause.during.lower, max(now, pause.during.lower + _TICK), "[)")
    pause.lifted_by, pause.lifted_at, pause.lift_reason = by, now, reason.strip()
    pause.save(update_fields=["during", "lifted_by", "lifted_at", "lift_reason"])
    return pause


def _record(action: str, pause: Pause, subject, reason: str, *, now: datetime) -> None:
    until = pause.during.upper
    audit.record(
        actor=pause.lifted_by or pause.paused_by,
        action=action,
        subject=subject,
        now=now,
        detail={"reason": reason.strip(), "until": until and until.isoformat()},
    )
