"""What people do about control of a host: begin to prove it, ask for a check, withdraw it.

What then follows for endpoints, and in which order everybody takes locks, is in following.py.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from registry.accounts.models import User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.catalogue.models import Supplier
from registry.catalogue.selectors import acts_for, require_acts_for
from registry.common import locks
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.probes.enums import ControlState
from registry.probes.models import Endpoint, HostControl
from registry.probes.outfitting import allowed_networks
from registry.probes.rules.reproof import ASK_AGAIN_AFTER, FIRST_LOOK_AFTER
from registry.probes.rules.urls import UrlRefused, parse_authority
from registry.probes.services.asking import refuse_quiet_host
from registry.probes.services.endpoints import VOUCHERS
from registry.probes.services.following import bring_into_line, hold

# A supplier cannot have us knock at one door after the other: so many may be unproved at once.
MOST_UNPROVED = 20
GIVE_UP_AFTER = timedelta(days=1)
GIVEN_UP_FROM = (ControlState.WAITING, ControlState.LOST)
_TOKEN_BYTES = 20


class AddressRefused(RuleBroken):
    """Control of this address cannot be proved."""


class CheckRefused(RuleBroken):
    """The proof is not looked for now."""


@transaction.atomic
def start(*, supplier: Supplier, address: str, by: User, now: datetime) -> HostControl:
    """A supplier begins to prove that it controls the host (and port) of `address`.

    One that was begun already is given back as it stands.
    """
    require_acts_for(by, supplier)
    try:
        authority = parse_authority(address, allowed=allowed_networks())
    except UrlRefused as refused:
        raise AddressRefused(str(refused), field="address") from refused
    return _begin(supplier, authority, by, now)


@transaction.atomic
def start_at(*, endpoint: Endpoint, by: User, now: datetime) -> HostControl:
    """The same for the host of an endpoint that is registered: it was judged then."""
    require_acts_for(by, endpoint.product.supplier)
    return _begin(endpoint.product.supplier, endpoint.authority, by, now)


def _begin(supplier: Supplier, authority: str, by: User, now: datetime) -> HostControl:
    # One at a time for a supplier, so that the limit is kept by two at once too.
    locks.advisory(f"controls of {supplier.pk}")
    known = HostControl.objects.filter(supplier=supplier, authority=authority).first()
    if known:
        return known
    unproved = HostControl.objects.filter(supplier=supplier, state=ControlState.WAITING)
    if unproved.count() >= MOST_UNPROVED:
        raise AddressRefused(
            f"{supplier.name} has {MOST_UNPROVED} addresses that are not proved yet. "
            "Prove one of them, or give one up, before you add another.",
            field="address",
        )
    row = HostControl.objects.create(
        supplier=supplier,
        authority=authority,
        token=secrets.token_hex(_TOKEN_BYTES),
        started_by=by,
        started_at=now,
        due_at=now + FIRST_LOOK_AFTER,
    )
    _record("probes.control_started", row, by, now)
    return row


@transaction.atomic
def check_now(*, control: HostControl, by: User, now: datetime) -> HostControl:
    """Ask for the proof to be looked for now: by the supplier, or by an officer."""
    if not (by.has_role(*VOUCHERS) or acts_for(by, control.supplier)):
        raise NotPermitted("Only the supplier and the team’s officers may ask for a check.")
    row = _locked(control)
    if row.state == ControlState.WITHDRAWN:
        raise CheckRefused("An officer has withdrawn this: only an officer may open it again.")
    if row.asked_at and now - row.asked_at < ASK_AGAIN_AFTER:
        raise CheckRefused("A check can be asked for once in a minute. Wait a little.")
    refuse_quiet_host(row.host, now=now)
    row.asked_at = row.due_at = now
    row.save(update_fields=["asked_at", "due_at"])
    _record("probes.control_check_asked", row, by, now)
    return row


@transaction.atomic
def give_up(*, control: HostControl, by: User, now: datetime) -> None:
    """A supplier no longer wants to prove what is not proved; its token is worth nothing then.

    Not on the day on which it was begun, or the limit of how many doors we knock at were none.
    """
    require_acts_for(by, control.supplier)
    row = _locked(control)
    if row.state not in GIVEN_UP_FROM:
        raise Conflict("Only an address that is not proved can be given up.")
    if not may_give_up(row, now=now):
        raise Conflict("An address can be given up from a day after it was begun.")
    # Before it is recorded, so that it is known from that moment; the row keeps its number.
    HostControl.objects.filter(pk=row.pk).delete()
    _record("probes.control_given_up", row, by, now)


def may_give_up(row: HostControl, *, now: datetime) -> bool:
    """Whether it is not proved, and was begun long enough ago."""
    return row.state in GIVEN_UP_FROM and now - row.started_at >= GIVE_UP_AFTER


@transaction.atomic
def withdraw(*, control: HostControl, by: User, reason: str, now: datetime) -> HostControl:
    """An officer no longer believes a proof: visits that rest on it stop at once.

    Only an officer may open it again. What another officer vouched for stays vouched for.
    """
    _require_officer(control, by)
    reason = _given(reason, "Say why this proof is not to be believed.")
    hold(control.supplier_id, control.authority)
    row = _locked(control)
    if row.state == ControlState.WITHDRAWN:
        raise Conflict("This was withdrawn already.")
    row.state = ControlState.WITHDRAWN
    row.due_at = row.claim = row.claimed_until = None
    _decide(row, by, reason, now)
    stopped = bring_into_line(row.supplier_id, row.authority, state=row.state, now=now)
    _record("probes.control_withdrawn", row, by, now, reason=reason, endpoints=stopped)
    return row


@transaction.atomic
def reopen(*, control: HostControl, by: User, reason: str, now: datetime) -> HostControl:
    """An officer lets a withdrawn control be proved anew, with a token that nobody has seen."""
    _require_officer(control, by)
    reason = _given(reason, "Say why it may be proved again.")
    row = _locked(control)
    if row.state != ControlState.WITHDRAWN:
        raise Conflict("This is not withdrawn.")
    row.state, row.method, row.token = ControlState.WAITING, "", secrets.token_hex(_TOKEN_BYTES)
    row.proved_at = row.failing_since = row.asked_at = None
    row.file_words = row.dns_words = ""
    row.due_at = now + FIRST_LOOK_AFTER
    _decide(row, by, reason, now)
    _record("probes.control_reopened", row, by, now, reason=reason)
    return row


def _locked(control: HostControl) -> HostControl:
    rows = HostControl.objects.select_related("supplier").select_for_update(of=("self",))
    row = rows.filter(pk=control.pk).first()
    if row is None:
        raise Conflict("This was given up meanwhile.")
    return row


def _require_officer(control: HostControl, by: User) -> None:
    """An officer, and not one who acts for the supplier (product.md)."""
    require_role(by, *VOUCHERS)
    if acts_for(by, control.supplier):
        name = control.supplier.name
        raise NotPermitted(f"You act for {name}, so somebody else must decide this.")


def _given(reason: str, words: str) -> str:
    if not reason.strip():
        raise RuleBroken(words, field="reason")
    return reason.strip()


def _decide(row: HostControl, by: User, reason: str, now: datetime) -> None:
    row.decided_by, row.decided_at, row.reason = by, now, reason
    row.save()


def _record(action: str, row: HostControl, by: User, now: datetime, **detail) -> None:
    said = {"supplier": row.supplier.ref, "authority": row.authority}
    audit.record(actor=by, action=action, subject=row, now=now, detail=said | detail)
