"""Sets of drafts."""

from django.db import models

from procurement.whatif.enums import LIVE_STATES
from registry.accounts.models import Role


class DraftQuerySet(models.QuerySet):
    """Drafts that somebody may see, and by where they stand."""

    def visible_to(self, user) -> "DraftQuerySet":
        """Standards editors see every draft; nobody else sees one, whatever they may see else."""
        if user.is_authenticated and user.has_role(Role.STANDARDS_EDITOR):
            return self
        return self.none()

    def live(self) -> "DraftQuerySet":
        """Drafts that something can still come of."""
        return self.filter(state__in=LIVE_STATES)
