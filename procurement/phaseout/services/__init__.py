"""Writes to phase-out cases: the machine's flag, the officers' steps, the notices."""

from procurement.phaseout.services.flagging import flag, flag_due
from procurement.phaseout.services.notices import issue_notice, propose_notice, reject_notice
from procurement.phaseout.services.steps import close_compliant, dismiss, start_triage

__all__ = [
    "close_compliant",
    "dismiss",
    "flag",
    "flag_due",
    "issue_notice",
    "propose_notice",
    "reject_notice",
    "start_triage",
]
