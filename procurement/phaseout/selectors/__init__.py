"""Reads of the phase-out room."""

from procurement.phaseout.selectors.due import Due, unanswered
from procurement.phaseout.selectors.standing import (
    Outlook,
    Touched,
    actions,
    case_seen_by,
    clock_of,
    may_know_of_cases,
    notice_of,
    offered,
    open_cases,
    outlook,
    outlooks,
    reasons,
    reasons_now,
    touched_by,
    triage_backlog,
    waiting_notice,
)

__all__ = [
    "Due",
    "Outlook",
    "Touched",
    "actions",
    "case_seen_by",
    "clock_of",
    "may_know_of_cases",
    "notice_of",
    "offered",
    "open_cases",
    "outlook",
    "outlooks",
    "reasons",
    "reasons_now",
    "touched_by",
    "triage_backlog",
    "unanswered",
    "waiting_notice",
]
