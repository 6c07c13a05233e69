"""Sets of organisations, and how one follows another (many to many, dated, transitive).

A way from an organisation to its successors never goes back in time: what moved from A to B
in 2022 did not move on when a part of B went to C in 2015. `UNION` ends circles.
"""

from datetime import date

from django.db import models
from django.db.models.expressions import RawSQL

# From each of %(ids)s towards those that follow it, by successions up to %(on)s.
FORWARDS = """
    WITH RECURSIVE reach(start_id, id, since) AS (
        SELECT given.id, given.id, NULL::date FROM unnest(%s::bigint[]) AS given(id)
        UNION
        SELECT reach.start_id, step.successor_id, step."on"
        FROM reach JOIN buyers_succession step ON step.predecessor_id = reach.id
        WHERE step."on" <= %s AND (reach.since IS NULL OR step."on" >= reach.since)
    )
"""

# From each of %(ids)s back to those that it follows, by successions up to %(on)s.
BACKWARDS = """
    WITH RECURSIVE reach(start_id, id, before) AS (
        SELECT given.id, given.id, %s::date FROM {given} AS given(id)
        UNION
        SELECT reach.start_id, step.predecessor_id, step."on"
        FROM reach JOIN buyers_succession step ON step.successor_id = reach.id
        WHERE step."on" <= reach.before
    )
"""

_MEMBERSHIPS = "(SELECT organisation_id FROM buyers_buyermembership WHERE user_id = %s)"


class OrganisationQuerySet(models.QuerySet):
    """Organisations by who acts for them and whom they follow."""

    def of_member(self, user) -> "OrganisationQuerySet":
        """The organisations that `user` buys for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)

    def answered_for_by(self, user, *, on: date) -> "OrganisationQuerySet":
        """Those that `user` buys for, and all that these have followed by the day `on`."""
        if not user.is_authenticated:
            return self.none()
        sql = BACKWARDS.format(given=_MEMBERSHIPS) + "SELECT id FROM reach"
        return self.filter(pk__in=RawSQL(sql, [on, user.pk]))
