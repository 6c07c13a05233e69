"""Maintenance in the words of the page."""

from datetime import datetime

from registry.common.formatting import format_date, format_datetime
from registry.probes.models import MaintenanceWindow


def pattern_words(window: MaintenanceWindow) -> str:
    """ "1 July 2026, 10:30pm to 11:30pm", "Every Sunday from 5 July 2026, 11pm to 1am the next
    day", as a clock in London shows it."""
    start = datetime.combine(window.first_day, window.starts)
    end = start + window.length
    day = format_date(window.first_day)
    when = f"Every {start:%A} from {day}" if window.weekly else day
    later = " the next day" if end.date() > start.date() else ""
    return f"{when}, {_clock(start)} to {_clock(end)}{later}"


def _clock(civil: datetime) -> str:
    return f"{civil.hour % 12 or 12}:{civil:%M}{'am' if civil.hour < 12 else 'pm'}"


def span_words(since: datetime, until: datetime) -> str:
    """ "1 July 2026 at 10:30pm to 2 July 2026 at 1:00am"."""
    return f"{format_datetime(since)} to {format_datetime(until)}"
