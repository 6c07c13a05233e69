"""Sets of contracts."""

from datetime import date

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value

from procurement.buyers.models import Organisation
from registry.common import periods

_RANGE = DateRangeField()


class ContractQuerySet(models.QuerySet):
    """Contracts that somebody may see, and by day."""

    def visible_to(self, user, *, on: date) -> "ContractQuerySet":
        """The national team sees all; a supplier its own; a buyer their organisation's.

        A buyer's organisation answers for the contracts of those that it has followed by
        the day `on`. Always one query, however many organisations that are.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_national:
            return self
        supplied = self.model.objects.filter(supplier__memberships__user=user)
        return self.filter(
            Q(buyer__in=Organisation.objects.answered_for_by(user, on=on).values("pk"))
            | Q(pk__in=supplied.values("pk"))
        )

    def bought_by(self, user, *, on: date) -> "ContractQuerySet":
        """Contracts that a buyer answers for: their organisations' and those it followed."""
        return self.filter(buyer__in=Organisation.objects.answered_for_by(user, on=on).values("pk"))

    def not_over(self, *, on: date) -> "ContractQuerySet":
        """Contracts with a day left, `on` or later."""
        return self.filter(term__overlap=periods.period(on, None))

    def over(self, *, on: date) -> "ContractQuerySet":
        """Contracts whose last day is before `on`."""
        return self.exclude(term__overlap=periods.period(on, None))

    def with_rest(self, *, on: date) -> "ContractQuerySet":
        """Annotates `.rest`: the days of the term from `on` on; empty when it is over."""
        return self.annotate(rest=rest_of_term("term", on=on))


def rest_of_term(term: str, *, on: date) -> Func:
    """The days of the term in the column `term` from `on` on, as an SQL expression."""
    return Func(
        F(term),
        Value(periods.period(on, None), output_field=_RANGE),
        template="(%(expressions)s)",
        arg_joiner=" * ",
        output_field=_RANGE,
    )
