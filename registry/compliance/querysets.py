"""Sets of spells."""

from datetime import date, datetime

from django.db import models


class SpellQuerySet(models.QuerySet):
    """Spells, of pairs or of products, by what was known and by the day asked about."""

    def current(self) -> "SpellQuerySet":
        """What the register holds true now."""
        return self.filter(recorded__upper_inf=True)

    def known_at(self, moment: datetime | None) -> "SpellQuerySet":
        """What the register held true at `moment`; `None` is now."""
        return self.current() if moment is None else self.filter(recorded__contains=moment)

    def on(self, day: date) -> "SpellQuerySet":
        """Spells that hold `day`."""
        return self.filter(period__contains=day)

    def touching(self, start: date | None, until: date | None) -> "SpellQuerySet":
        """Spells that share a day with `[start, until)`."""
        return self.filter(period__overlap=(start, until))


class RevisionQuerySet(models.QuerySet):
    """Revisions of what the register holds."""

    def known_at(self, moment: datetime | None) -> "RevisionQuerySet":
        """What had been learned by `moment`; `None` is by now."""
        return self if moment is None else self.filter(recorded_at__lte=moment)

    def newest_first(self) -> "RevisionQuerySet":
        """By the moment at which the register learned it, the latest first."""
        return self.order_by("-recorded_at", "-pk")

    def with_changes(self) -> "RevisionQuerySet":
        """With product, changes and standards read along: four queries whatever the number."""
        # By standard, then in order of days; PostgreSQL sorts an open start first.
        changes = self._related("changes").select_related("standard")
        changes = models.Prefetch("changes", changes.order_by("standard__code", "period"))
        verdicts = models.Prefetch(
            "verdict_changes", self._related("verdict_changes").order_by("period")
        )
        return self.select_related("product__supplier").prefetch_related(changes, verdicts)

    def _related(self, name: str) -> models.QuerySet:
        return self.model._meta.get_field(name).related_model.objects.all()


class StretchQuerySet(models.QuerySet):
    """Stretches, by the day asked about."""

    def ended(self, today: date) -> "StretchQuerySet":
        """Those that do not hold `today`."""
        return self.exclude(days__contains=today)
