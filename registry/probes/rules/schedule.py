"""When an endpoint is visited next."""

from datetime import datetime, timedelta

from registry.probes.rules.confirmation import QUICK_RETRY

# A visit comes up to so much of its interval earlier or later, so that endpoints registered
# together do not stay together.
JITTER = 0.1
# What a visit was told it was told so long after the moment it is dated by, at most: that is the
# whole minute in which it began, and it takes less than half a minute.
DATED_WITHIN = timedelta(seconds=90)
# A server that refuses TLS 1.0 and 1.1 is asked again after this.
OLDER_TLS_ASKED_EVERY = timedelta(days=1)


def next_due(
    *, at: datetime, interval: int, quick: bool, retry_after: int | None, chance: float
) -> datetime:
    """The moment of the next visit after one at `at`.

    `interval` and `retry_after` are in seconds; `chance` is a random number in [0, 1).
    A host that asked for a longer pause gets it.
    """
    pause = QUICK_RETRY if quick else timedelta(seconds=interval)
    pause *= 1 - JITTER + 2 * JITTER * chance
    return at + max(pause, timedelta(seconds=retry_after or 0))


def peace_until(*, at: datetime, retry_after: int, chance: float) -> datetime:
    """Until when a host is left alone that asked for `retry_after` seconds at a visit at `at`.

    Up to a minute more, so that we do not come back at the very moment with everybody else.
    """
    return at + DATED_WITHIN + timedelta(seconds=retry_after + 60 * chance)


def first_due(*, at: datetime, chance: float) -> datetime:
    """The first visit: soon, but many endpoints registered at once do not come at once."""
    return at + timedelta(seconds=60 * chance)
