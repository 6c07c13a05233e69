"""Sets of phase-out cases."""

from django.db import models

from procurement.phaseout.enums import OPEN_STATES


class CaseQuerySet(models.QuerySet):
    """Cases that somebody may see, and by where they stand."""

    def visible_to(self, user) -> "CaseQuerySet":
        """The national team sees every case, in any role; nobody else sees one."""
        if user.is_authenticated and user.is_national:
            return self
        return self.none()

    def open(self) -> "CaseQuerySet":
        """Cases that still ask something of somebody."""
        return self.filter(state__in=OPEN_STATES)
