"""Decisions to excuse a product from a standard for a time."""

from datetime import datetime

from django.db import transaction
from psycopg2.extras import DateRange

from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.catalogue.models import Product
from registry.common import bells
from registry.common.causes import Cause, CauseKind
from registry.common.errors import RuleBroken
from registry.common.periods import as_pair
from registry.compliance.models import Dispensation
from registry.standards.models import Standard


class DispensationRefused(RuleBroken):
    """The dispensation would have no reason, no end, or stand beside another."""


@transaction.atomic
def grant_dispensation(
    *,
    product: Product,
    standard: Standard,
    period: DateRange,
    reason: str,
    by: User,
    now: datetime,
) -> Dispensation:
    """Excuse `product` from `standard` over `period`; an approver's decision.

    `DispensationRefused` without a reason, without an end (an excuse for ever is a change of
    scope), or where the pair is excused on some of these days already.
    """
    require_role(by, Role.APPROVER)
    if not reason.strip():
        raise DispensationRefused("Say why the product is excused.", field="reason")
    if period.isempty or period.upper is None:
        raise DispensationRefused("Say on which day the dispensation ends.", field="period")
    audit.take_turn()
    others = Dispensation.objects.filter(product=product, standard=standard)
    if others.filter(period__overlap=period).exists():
        raise DispensationRefused(
            "The product is excused from this standard on some of these days already.",
            field="period",
        )
    granted = Dispensation.objects.create(
        product=product,
        standard=standard,
        period=period,
        reason=reason.strip(),
        decided_by=by,
        decided_at=now,
    )
    audit.record(
        actor=by,
        action="compliance.dispensation_granted",
        subject=granted,
        now=now,
        detail={
            "product": product.ref,
            "standard": standard.code,
            "period": as_pair(period),
            "reason": granted.reason,
        },
    )
    why = Cause(CauseKind.DISPENSATION_GRANTED, standard.code)
    bells.ring(bells.facts_changed, product_ids=[product.pk], now=now, cause=why)
    return granted
