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


class StretchQuerySet(models.QuerySet):
    """Stretches, by the day asked about."""

    def ended(self, today: date) -> "StretchQuerySet":
        """Those that do not hold `today`."""
        return self.exclude(days__contains=today)
