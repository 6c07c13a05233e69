"""Writes of the evidence room: each is a sentence (house.md, rule 4)."""

from registry.evidence.services.assessment import accept, put_back, return_, revoke, take_up
from registry.evidence.services.choosing import choose
from registry.evidence.services.drafts import (
    Answers,
    discard_draft,
    save_submission,
    start_again,
    start_submission,
)
from registry.evidence.services.files import FileRefused, attach_file, remove_file, sweep_files
from registry.evidence.services.register import ProofFacts, ProofRefused, put_proofs
from registry.evidence.services.reports import Sent, attach_to_draft, send_report
from registry.evidence.services.scanning import scan_next
from registry.evidence.services.sending import Incomplete, submit, withdraw, withdraw_together

__all__ = [
    "Answers",
    "FileRefused",
    "Incomplete",
    "ProofFacts",
    "ProofRefused",
    "Sent",
    "accept",
    "attach_file",
    "attach_to_draft",
    "choose",
    "discard_draft",
    "put_proofs",
    "put_back",
    "remove_file",
    "return_",
    "revoke",
    "save_submission",
    "scan_next",
    "send_report",
    "start_again",
    "start_submission",
    "submit",
    "sweep_files",
    "take_up",
    "withdraw",
    "withdraw_together",
]
