"""The end of a dispensation, brought forward."""

from django.db import transaction
from psycopg2.extras import DateRange

from registry.catalogue.models import Product
from registry.common.errors import RuleBroken
from registry.common.formatting import format_period
from registry.compliance.models import Dispensation
from registry.standards.models import Standard


class ShorteningRefused(RuleBroken):
    """There is no such dispensation, or it would not end earlier than it does."""


@transaction.atomic
def shorten_dispensation(
    *, product: Product, standard: Standard, was: DateRange, period: DateRange
) -> Dispensation:
    """`product` is excused over `period` instead of `was`, which begins on the same day.

    A longer excuse is a new dispensation, which an approver grants. Whoever publishes the change
    holds the transaction, asks for the role, writes the audit event and rings the bell.
    """
    held = Dispensation.objects.filter(product=product, standard=standard, period=was)
    found = held.first()
    if found is None:
        raise ShorteningRefused(
            f"{product.name} is no longer excused from {standard.code} {format_period(was)}."
        )
    if period.isempty:
        raise ShorteningRefused("The dispensation would end before its first day.", field="period")
    later = period.upper is None or (was.upper is not None and period.upper > was.upper)
    if later or period.lower != was.lower:
        raise ShorteningRefused(
            "A dispensation can only end earlier here. An approver grants a longer one.",
            field="period",
        )
    if not held.update(period=period):
        raise ShorteningRefused("Somebody changed the dispensation meanwhile.")
    found.period = period
    return found
