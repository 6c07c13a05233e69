"""How often something may be asked for, and when it may be asked for again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within any span of `within`. `words` says what was reached."""

    most: int
    within: timedelta
    words: str

    def wait(self, newest: Sequence[datetime], *, now: datetime) -> timedelta:
        """How long to wait before asking again; none while there is room.

        `newest` are the moments of the span that ends at `now`, the newest first; `most` of
        them are enough.
        """
        if not self.most:
            return self.within
        if len(newest) < self.most:
            return timedelta()
        return max(newest[self.most - 1] + self.within - now, timedelta())
