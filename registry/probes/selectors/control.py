"""Questions about who controls which host, and how that is proved."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from registry.operations.backlogs import Backlog
from registry.probes.client import ProofJob
from registry.probes.enums import Control, ControlState
from registry.probes.models import Endpoint, HostControl

# While these hold, endpoints that were proved stay proved.
_STANDING = (ControlState.PROVED, ControlState.MISSING)


def proof_jobs(*, ids: Iterable[int], claim: UUID) -> list[ProofJob]:
    """What a worker holding `claim` has to look for; nothing when the claim is no longer its."""
    rows = HostControl.objects.filter(pk__in=list(ids), claim=claim).order_by("pk")
    return [ProofJob(*row) for row in rows.values_list("pk", "authority", "token")]


def disagreeing(*, most: int) -> list[tuple[int, str]]:
    """Supplier and authority where endpoints say otherwise than the proof does."""
    proofs = HostControl.objects.filter(
        supplier=OuterRef("product__supplier"), authority=OuterRef("authority")
    )
    rows = Endpoint.objects.exclude(control=Control.VOUCHED).alias(
        proof=Subquery(proofs.values("state")[:1])
    )
    stopped = Q(control=Control.PROVED) & (Q(proof__isnull=True) | ~Q(proof__in=_STANDING))
    begun = Q(control=Control.UNPROVED, proof=ControlState.PROVED)
    pairs = rows.filter(stopped | begun).values_list("product__supplier", "authority")
    return list(pairs.order_by("product__supplier", "authority").distinct()[:most])


def proofs_backlog(*, now: datetime) -> Backlog:
    """How many proofs must be looked for, and since when the oldest of them."""
    owed = HostControl.objects.owed(now=now)
    return Backlog(owed=owed.count(), oldest=owed.aggregate(oldest=Min("due_at"))["oldest"])


def controls_visible_to(user) -> QuerySet[HostControl]:
    """The proofs that `user` may see, by supplier and address, each with its endpoints counted."""
    there = Endpoint.objects.filter(
        product__supplier=OuterRef("supplier"), authority=OuterRef("authority")
    )
    counted = there.order_by().values("authority").annotate(number=Count("pk")).values("number")
    rows = HostControl.objects.visible_to(user).select_related("supplier", "decided_by")
    return rows.annotate(endpoints=Subquery(counted)).order_by("supplier__name", "authority")


def visible_control(user, pk: int) -> HostControl | None:
    """The proof, if `user` may see it."""
    return controls_visible_to(user).filter(pk=pk).first()


def control_of(endpoint: Endpoint) -> HostControl | None:
    """How its supplier stands with proving the endpoint's host."""
    return HostControl.objects.filter(
        supplier=endpoint.product.supplier_id, authority=endpoint.authority
    ).first()


def proofs_of(endpoints: Iterable[Endpoint]) -> dict[int, HostControl]:
    """What proves the hosts of endpoints that are proved, by endpoint, in one query."""
    proved = {
        each.pk: (each.product.supplier_id, each.authority)
        for each in endpoints
        if each.control == Control.PROVED
    }
    rows = HostControl.objects.filter(
        supplier__in={supplier for supplier, _ in proved.values()},
        authority__in={authority for _, authority in proved.values()},
        state__in=_STANDING,
    )
    held = {(row.supplier_id, row.authority): row for row in rows}
    return {pk: held[place] for pk, place in proved.items() if place in held}


def endpoints_there(control: HostControl) -> list[Endpoint]:
    """The supplier's endpoints at that authority, by product and address."""
    rows = Endpoint.objects.filter(
        product__supplier=control.supplier_id, authority=control.authority
    )
    return list(rows.select_related("product").order_by("product__name", "url"))


def under_way(rows: QuerySet[Endpoint]) -> QuerySet[Endpoint]:
    """The same endpoints, each with the proof of its host that its supplier has begun, if any."""
    begun = HostControl.objects.filter(
        supplier=OuterRef("product__supplier"), authority=OuterRef("authority")
    )
    return rows.annotate(
        proof_id=Subquery(begun.values("pk")[:1]),
        proof=Subquery(begun.values("state")[:1]),
    )


def proofs_gone(supplier_id: int) -> list[HostControl]:
    """The supplier's proofs that are gone from their hosts, the longest gone first."""
    gone = (ControlState.MISSING, ControlState.LOST)
    rows = HostControl.objects.filter(supplier=supplier_id, state__in=gone)
    return list(rows.order_by("failing_since", "pk"))


def demonstration_tokens() -> tuple[str, ...]:
    """What the simulated servers publish, as the suppliers of the demonstration would."""
    rows = HostControl.objects.filter(supplier__demonstration=True).order_by("pk")
    return tuple(rows.values_list("token", flat=True))
