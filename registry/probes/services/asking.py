"""Asking for a visit now, and how often that may be done."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.selectors import acts_for
from registry.common import locks
from registry.common.errors import NotPermitted, RuleBroken
from registry.common.formatting import format_datetime
from registry.probes.enums import Control
from registry.probes.models import Ask, Endpoint
from registry.probes.rules.limits import Limit
from registry.probes.selectors.quiet import held_until, is_paused, quiet
from registry.probes.services.endpoints import VOUCHERS

# How often somebody may ask for a visit of one endpoint.
ASK_AGAIN_AFTER = timedelta(minutes=10)
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


class NotProbed(RuleBroken):
    """Nobody visits this endpoint now: control of its host is not proved, it is paused or in
    maintenance, or its host asked to be left alone."""


class AskedTooSoon(RuleBroken):
    """Visits were asked for too often."""


@transaction.atomic
def probe_now(*, endpoint: Endpoint, by: User, now: datetime) -> Endpoint:
    """Ask for a visit now. What it finds counts for a pass, never towards a failure.

    The auditor changes nothing and the administrator looks after accounts (product.md): neither
    may.
    """
    if not (by.has_role(*VOUCHERS) or acts_for(by, endpoint.product.supplier)):
        raise NotPermitted("Only the supplier and the team’s officers may ask for a probe.")
    # Everybody takes them in this order: the host's, the person's, the endpoint's row.
    locks.advisory(f"probes asked of {endpoint.host}")
    locks.advisory(f"probes asked by {by.pk}")
    endpoint = (
        Endpoint.objects.select_related("product")
        .select_for_update(of=("self",))
        .get(pk=endpoint.pk)
    )
    _refuse_what_is_not_visited(endpoint, now)
    if endpoint.asked_at and now - endpoint.asked_at < ASK_AGAIN_AFTER:
        minutes = int(ASK_AGAIN_AFTER.total_seconds() // 60)
        raise AskedTooSoon(
            f"A probe can be asked for once in {minutes} minutes. "
            f"Try again at {_clock(endpoint.asked_at + ASK_AGAIN_AFTER)}."
        )
    _refuse(_of_a_host(), Ask.objects.filter(host=endpoint.host), now)
    _refuse(_of_a_person(), Ask.objects.filter(by=by), now)
    endpoint.asked_at = now
    endpoint.save(update_fields=["asked_at"])
    Ask.objects.create(endpoint=endpoint, host=endpoint.host, by=by, at=now)
    audit.record(actor=by, action="probes.asked_now", subject=endpoint, now=now)
    return endpoint


def refuse_quiet_host(host: str, *, now: datetime) -> None:
    """`NotProbed` while an officer has paused the host, or it has asked to be left alone.

    For whatever asks something of a host that no endpoint is registered at.
    """
    if is_paused(host, now=now):
        raise NotProbed(f"An officer has paused {host}: nothing is asked of it until that ends.")
    if until := held_until(host, now=now):
        raise NotProbed(f"{host} asked to be left alone. Ask again at {_clock(until)}.")


def _refuse_what_is_not_visited(endpoint: Endpoint, now: datetime) -> None:
    if endpoint.control == Control.UNPROVED:
        raise NotProbed("This endpoint is not probed until control of its host is known.")
    found = quiet(endpoint, now=now)
    if found.pauses:
        raise NotProbed("Probing of this endpoint is paused.")
    if found.open_now:
        until = _clock(found.open_now.until)
        raise NotProbed(f"Maintenance of this endpoint is announced. Ask again at {until}.")
    if found.held_until:
        until = _clock(found.held_until)
        raise NotProbed(f"The host asked to be left alone. Ask again at {until}.")


def _clock(moment: datetime) -> str:
    """The first whole minute at which it is no longer too soon."""
    return format_datetime(moment + _MINUTE - timedelta(microseconds=1))


def _refuse(limit: Limit, asked: QuerySet[Ask], now: datetime) -> None:
    """`AskedTooSoon` while `limit` is reached by what was `asked`."""
    if limit.most <= 0:
        raise AskedTooSoon("Probes cannot be asked for at present.")
    lately = asked.filter(at__gt=now - limit.within).order_by("-at")
    if wait := limit.wait(lately.values_list("at", flat=True)[: limit.most], now=now):
        raise AskedTooSoon(f"{limit.words} Try again at {_clock(now + wait)}.")


def _of_a_host() -> Limit:
    most = settings.PROBE_ASKS_OF_A_HOST_A_MINUTE
    return Limit(most, _MINUTE, f"At most {most} probes of one host can be asked for in a minute.")


def _of_a_person() -> Limit:
    most = settings.PROBE_ASKS_OF_A_PERSON_AN_HOUR
    return Limit(most, _HOUR, f"You can ask for at most {most} probes in an hour.")
