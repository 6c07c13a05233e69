"""Asking for a pre-check: who may, and how often."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.models import Product, Supplier
from registry.catalogue.selectors import acts_for
from registry.common import locks
from registry.common.errors import NotPermitted, RuleBroken, TooOften
from registry.common.formatting import format_plural
from registry.probes.models import Precheck
from registry.probes.outfitting import allowed_networks
from registry.probes.querysets import PrecheckQuerySet
from registry.probes.rules.limits import Limit
from registry.probes.rules.profiles import Profile
from registry.probes.rules.urls import Target, UrlRefused, parse_target
from registry.probes.services.asking import refuse_quiet_host
from registry.probes.services.endpoints import VOUCHERS

# A visit ends within 20 seconds; one that has just begun is waited for a little longer.
RUNNING_WAIT = timedelta(seconds=30)
# What a box of a date holds, at the most, and how many boxes a form of two dates has.
TYPED_LENGTH, TYPED_BOXES = 20, 8


class PrecheckRefused(RuleBroken):
    """There is nothing to visit under what was asked."""


class HostBusy(TooOften):
    """A pre-check of this host has not ended."""


def require_may_ask(by: User, supplier: Supplier) -> None:
    """Raise `NotPermitted` unless `by` acts for `supplier` or is an officer of the team."""
    if not (by.has_role(*VOUCHERS) or acts_for(by, supplier)):
        raise NotPermitted(
            f"Only people who act for {supplier.name} and the team’s officers may ask for a "
            "pre-check."
        )


@transaction.atomic
def ask(
    *,
    supplier: Supplier,
    url: str,
    profile: str,
    by: User,
    now: datetime,
    product: Product | None = None,
    typed: Mapping[str, str] | None = None,
) -> Precheck:
    """Ask what a visit to `url` would find. `typed` are the days that the form held, kept for it.

    The supplier's members and the team's officers may, and only so often: every ask waits its
    turn here, so that the limits hold however many ask at once.
    """
    require_may_ask(by, supplier)
    target = _target(url, profile)
    if product is not None and product.supplier_id != supplier.pk:
        raise PrecheckRefused(f"{product.name} is not a product of {supplier.name}.")
    refuse_quiet_host(target.host, now=now)
    locks.advisory("probes prechecks")
    _refuse_too_often(supplier, target.host, by, now)
    precheck = Precheck.objects.create(
        supplier=supplier,
        product=product,
        asked_by=by,
        url=target.url,
        host=target.host,
        profile=profile,
        typed=_kept(typed or {}),
        asked_at=now,
    )
    audit.record(
        actor=by,
        action="probes.precheck_asked",
        subject=precheck,
        now=now,
        detail={"supplier": supplier.ref, "url": target.url, "profile": profile},
    )
    return precheck


def ask_again(*, precheck: Precheck, by: User, now: datetime) -> Precheck:
    """Ask the same once more: a new pre-check beside the old one."""
    return ask(
        supplier=precheck.supplier,
        product=precheck.product,
        url=precheck.url,
        profile=precheck.profile,
        typed=precheck.typed,
        by=by,
        now=now,
    )


def _target(url: str, profile: str) -> Target:
    if profile not in set(Profile):
        raise PrecheckRefused(f"“{profile}” is not a kind of endpoint.", field="profile")
    try:
        return parse_target(url, allowed=allowed_networks())
    except UrlRefused as refused:
        raise PrecheckRefused(str(refused), field="url") from refused


def _refuse_too_often(supplier: Supplier, host: str, by: User, now: datetime) -> None:
    of_host = Precheck.objects.filter(host=host)
    counted = [
        (_a_person(), Precheck.objects.filter(asked_by=by)),
        (_a_host(host), of_host),
        (_a_supplier(supplier), Precheck.objects.of_supplier(supplier)),
    ]
    waits = {limit.words: _wait(limit, rows, now) for limit, rows in counted}
    words = max(waits, key=waits.get)
    if waits[words]:
        raise TooOften(f"{words} Try again {_in(waits[words])}.", wait=waits[words])
    if of_host.unfinished().exists():
        raise HostBusy(
            f"A pre-check of {host} is running already. Try again {_in(RUNNING_WAIT)}.",
            wait=RUNNING_WAIT,
        )


def _wait(limit: Limit, rows: PrecheckQuerySet, now: datetime) -> timedelta:
    newest = rows.asked_within(limit.within, now=now)[: limit.most]
    return limit.wait(newest.values_list("asked_at", flat=True), now=now)


def _a_person() -> Limit:
    most = settings.PRECHECKS_OF_A_PERSON_AN_HOUR
    asked = format_plural(most, "pre-check")
    return Limit(most, timedelta(hours=1), f"You have asked for {asked} within an hour.")


def _a_host(host: str) -> Limit:
    most = settings.PRECHECKS_OF_A_HOST_IN_TEN_MINUTES
    asked = format_plural(most, "pre-check")
    words = f"{host} has had {asked} within 10 minutes, whoever asked for them."
    return Limit(most, timedelta(minutes=10), words)


def _a_supplier(supplier: Supplier) -> Limit:
    most = settings.PRECHECKS_OF_A_SUPPLIER_A_DAY
    asked = format_plural(most, "pre-check")
    words = f"{supplier.name} has had {asked} within 24 hours."
    return Limit(most, timedelta(hours=24), words)


def _in(wait: timedelta) -> str:
    """ "in 12 minutes": never sooner than it is true."""
    seconds = -(-wait // timedelta(seconds=1))
    if seconds < 60:
        return f"in {format_plural(seconds, 'second')}"
    minutes = -(-seconds // 60)
    if minutes < 120:
        return f"in {format_plural(minutes, 'minute')}"
    return f"in {format_plural(-(-minutes // 60), 'hour')}"


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as far as PostgreSQL keeps it and a box of a date can hold it."""
    boxes: Iterable[tuple[str, str]] = list(typed.items())[:TYPED_BOXES]
    return {name: value[:TYPED_LENGTH].replace("\x00", "") for name, value in boxes}
