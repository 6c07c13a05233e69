"""Sets of contracts."""

from datetime import date

from django.db import models


class ContractQuerySet(models.QuerySet):
    """Contracts that somebody may see, and by day."""

    def visible_to(self, user) -> "ContractQuerySet":
        """The national team sees all; a buyer their organisation's; a supplier their own."""
        if not user.is_authenticated:
            return self.none()
        if user.is_national:
            return self
        return self.filter(
            models.Q(buyer__memberships__user=user) | models.Q(supplier__memberships__user=user)
        ).distinct()

    def not_over(self, on: date) -> "ContractQuerySet":
        """Contracts with a day left, `on` or later."""
        return self.exclude(term__fully_lt=(on, None))
