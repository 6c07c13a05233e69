"""What people do with endpoints: register, vouch for."""

import random
from datetime import date, datetime

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


class EndpointRefused(RuleBroken):
    """The endpoint cannot be registered."""


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
