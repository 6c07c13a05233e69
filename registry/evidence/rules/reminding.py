"""On which day a supplier is reminded that evidence ends. Pure.

product.md: "Reminders 90, 30 and 7 days before an accepted proof ends"; its lapse is told on the
day itself. A period is half-open: `end` is the first day on which it proves nothing.
"""

from datetime import date, timedelta

# Days before the end, and 0: it has ended.
STEPS = (90, 30, 7, 0)
HORIZON = timedelta(days=STEPS[0])
# A lapse is told this much later where nothing ran; what lapsed longer ago is no news.
LATE = timedelta(days=7)


def step_due(*, end: date, on: date) -> int | None:
    """The one reminder that `on` calls for: the nearest step that the days left are within.

    Evidence accepted with 20 days left is told of once, by the step of 30, and again by that of
    7. Where nothing ran for weeks, what was missed is not made up for: one reminder is enough.
    `None`: too early, or too late to be news.
    """
    left = (end - on).days
    if left <= 0:
        return 0 if -left <= LATE.days else None
    return min((step for step in STEPS if step >= left), default=None)


def key(*, ref: str, end: date, step: int) -> str:
    """Says which reminder it is: evidence that is given another end is reminded of anew."""
    return f"evidence {ref} ends {end.isoformat()} {step}"
