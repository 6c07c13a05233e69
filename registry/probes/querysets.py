"""Sets of endpoints, and of proofs that suppliers control their hosts."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from registry.catalogue.models import Product
from registry.catalogue.selectors import suppliers_of
from registry.probes.enums import Control, ControlState


class EndpointQuerySet(models.QuerySet):
    """Endpoints that somebody may see, or that are owed a visit."""

    def visible_to(self, user) -> "EndpointQuerySet":
        """Whoever may see the product may see its endpoints."""
        return self.filter(product__in=Product.objects.visible_to(user).values("pk"))

    def in_service_on(self, day: date) -> "EndpointQuerySet":
        """Endpoints that are in service on `day`."""
        return self.filter(in_service__contains=day)

    def unproved(self) -> "EndpointQuerySet":
        """Endpoints that wait for somebody to know who controls their host, oldest first."""
        return self.filter(control=Control.UNPROVED).order_by("pk")

    def probed(self) -> "EndpointQuerySet":
        """Endpoints that may be visited: control of the host is known, and nobody paused them."""
        return self.filter(paused=False).exclude(control=Control.UNPROVED)

    def owed(self, *, now: datetime, on: date) -> "EndpointQuerySet":
        """Endpoints that are owed a visit and that nobody has claimed."""
        asked = Q(asked_at__isnull=False) & (
            Q(last_probed_at__isnull=True) | Q(asked_at__gt=F("last_probed_at"))
        )
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.probed().in_service_on(on).filter(Q(due_at__lte=now) | asked, free)


class HostControlQuerySet(models.QuerySet):
    """Proofs of control that somebody may see, or that must be looked for."""

    def visible_to(self, user) -> "HostControlQuerySet":
        """A supplier's people see its own, with what must be placed where; the team sees all."""
        if user.is_authenticated and user.is_national:
            return self.all()
        return self.filter(supplier__in=suppliers_of(user).order_by().values("pk"))

    def owed(self, *, now: datetime) -> "HostControlQuerySet":
        """Proofs that must be looked for, and that nobody has claimed."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.filter(free, due_at__lte=now).exclude(state=ControlState.WITHDRAWN)
