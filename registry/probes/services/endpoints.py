"""What people do with endpoints: register, vouch for, ask for a visit now."""

import random
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.catalogue.models import Product
from registry.catalogue.selectors import acts_for, require_acts_for
from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.common.periods import period
from registry.probes.enums import Control, ControlState
from registry.probes.models import Endpoint
from registry.probes.outfitting import allowed_networks
from registry.probes.rules.profiles import Profile
from registry.probes.rules.schedule import first_due
from registry.probes.rules.urls import Target, UrlRefused, parse_target
from registry.probes.services.following import hold, state_of

# The officers who may say that a supplier controls a host; an auditor changes nothing.
VOUCHERS = (Role.CASE_OFFICER, Role.ASSESSOR, Role.APPROVER, Role.STANDARDS_EDITOR)
# How often somebody may ask for a visit of one endpoint.
ASK_AGAIN_AFTER = timedelta(minutes=10)


class EndpointRefused(RuleBroken):
    """The endpoint cannot be registered."""


class NotProbed(RuleBroken):
    """Nobody visits this endpoint: control of its host is not proved, or it is paused."""


class AskedTooSoon(RuleBroken):
    """A visit was asked for a moment ago."""


@transaction.atomic
def register(
    *,
    product: Product,
    url: str,
    profile: str,
    in_service_from: date,
    in_service_until: date | None,
    by: User,
    now: datetime,
) -> Endpoint:
    """A supplier registers an endpoint. It is visited once control of its host is known.

    Where the supplier has proved that already, it is known at once.
    """
    require_acts_for(by, product.supplier)
    try:
        target = parse_target(url, allowed=allowed_networks())
    except UrlRefused as refused:
        raise EndpointRefused(str(refused), field="url") from refused
    if profile not in set(Profile):
        raise EndpointRefused(f"“{profile}” is not a kind of endpoint.", field="profile")
    try:
        days = period(in_service_from, in_service_until)
    except ValueError as error:
        raise EndpointRefused(
            "The last day in service must be after the first.", field="in_service_until"
        ) from error
    endpoint = _create(product, target, profile=profile, days=days, now=now)
    audit.record(
        actor=by,
        action="probes.endpoint_registered",
        subject=endpoint,
        now=now,
        detail={"product": product.ref, "profile": profile},
    )
    # An endpoint in service that no check has passed yet is one more thing to prove.
    why = Cause(CauseKind.ENDPOINT_CHANGED, endpoint.url)
    bells.ring(bells.facts_changed, product_ids=[product.pk], now=now, cause=why)
    return endpoint


def _create(product: Product, target: Target, *, profile: str, days, now) -> Endpoint:
    # A proof that lands meanwhile sees this endpoint, or this sees that proof.
    hold(product.supplier_id, target.authority)
    proved = state_of(product.supplier_id, target.authority) == ControlState.PROVED
    try:
        with transaction.atomic():
            return Endpoint.objects.create(
                product=product,
                url=target.url,
                host=target.host,
                authority=target.authority,
                profile=profile,
                in_service=days,
                control=Control.PROVED if proved else Control.UNPROVED,
                due_at=first_due(at=now, chance=random.random()),  # noqa: S311 - spreads load
            )
    except IntegrityError as error:
        raise EndpointRefused(
            "This address is registered for this product already.", field="url"
        ) from error


@transaction.atomic
def vouch(*, endpoint: Endpoint, by: User, reason: str, now: datetime) -> Endpoint:
    """An officer says that the supplier controls the host; visits start at once.

    Not an officer who acts for the supplier: who proposes a thing never approves it (product.md).
    """
    require_role(by, *VOUCHERS)
    supplier = endpoint.product.supplier
    if acts_for(by, supplier):
        raise NotPermitted(f"You act for {supplier.name}, so somebody else must vouch for this.")
    if not reason.strip():
        raise RuleBroken("Say how you know that the supplier controls the host.", field="reason")
    vouched = Endpoint.objects.filter(pk=endpoint.pk, control=Control.UNPROVED).update(
        control=Control.VOUCHED,
        vouched_by=by,
        vouch_reason=reason.strip(),
        vouched_at=now,
        due_at=now,
    )
    if not vouched:
        raise Conflict("Control of this host is known already.")
    endpoint.refresh_from_db()
    audit.record(
        actor=by,
        action="probes.vouched",
        subject=endpoint,
        now=now,
        detail={"reason": reason.strip()},
    )
    return endpoint


@transaction.atomic
def probe_now(*, endpoint: Endpoint, by: User, now: datetime) -> Endpoint:
    """Ask for a visit now. What it finds counts for a pass, never towards a failure.

    The auditor changes nothing and the administrator looks after accounts (product.md): neither
    may.
    """
    if not (by.has_role(*VOUCHERS) or acts_for(by, endpoint.product.supplier)):
        raise NotPermitted("Only the supplier and the team’s officers may ask for a probe.")
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    if endpoint.control == Control.UNPROVED:
        raise NotProbed("This endpoint is not probed until control of its host is known.")
    if endpoint.paused:
        raise NotProbed("Probing of this endpoint is paused.")
    if endpoint.asked_at and now - endpoint.asked_at < ASK_AGAIN_AFTER:
        minutes = int(ASK_AGAIN_AFTER.total_seconds() // 60)
        raise AskedTooSoon(f"A probe can be asked for once in {minutes} minutes.")
    endpoint.asked_at = now
    endpoint.save(update_fields=["asked_at"])
    audit.record(actor=by, action="probes.asked_now", subject=endpoint, now=now)
    return endpoint
