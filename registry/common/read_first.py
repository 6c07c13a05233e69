"""A set that is read first, for a condition that an index can then answer."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


class _First(ArraySubquery):
    template = "(ARRAY(%(subquery)s))"


class AmongFirst(Func):
    """`field = ANY (ARRAY (SELECT …))`: `field` is one of what `queryset` of one column finds.

    Says the same as `field__in=queryset`. PostgreSQL reads the queryset once and then goes
    through the index of `field` in order; within an OR it can still use the other indexes.
    For sets that are small beside the table, or that narrow it most.
    """

    template = "%(expressions)s"
    arg_joiner = " = ANY "
    output_field = BooleanField()

    def __init__(self, field: str, queryset: QuerySet):
        super().__init__(F(field), _First(queryset))
