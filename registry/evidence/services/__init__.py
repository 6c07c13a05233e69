"""Writes of the evidence room: each is a sentence (house.md, rule 4)."""

from registry.evidence.services.asking import answer, ask
from registry.evidence.services.assessment import accept, return_
from registry.evidence.services.choosing import choose
from registry.evidence.services.claiming import (
    ClaimOver,
    NothingToTakeUp,
    TakenUp,
    keep_longer,
    put_back,
    take_up,
)
from registry.evidence.services.drafts import (
    Answers,
    discard_draft,
    save_links,
    save_submission,
    start_again,
    start_submission,
)
from registry.evidence.services.files import FileRefused, attach_file, remove_file, sweep_files
from registry.evidence.services.interests import declare_interest, end_interest
from registry.evidence.services.questionnaire import AnswersRefused, answer_section
from registry.evidence.services.register import ProofFacts, ProofRefused, put_proofs
from registry.evidence.services.reminding import remind
from registry.evidence.services.reports import Sent, attach_to_draft, send_report
from registry.evidence.services.revoking import revoke
from registry.evidence.services.scanning import scan_next
from registry.evidence.services.sending import Incomplete, submit, withdraw, withdraw_together
from registry.evidence.services.together import (
    accept_together,
    return_together,
    take_up_next,
    take_up_together,
)

__all__ = [
    "Answers",
    "AnswersRefused",
    "ClaimOver",
    "FileRefused",
    "Incomplete",
    "NothingToTakeUp",
    "ProofFacts",
    "ProofRefused",
    "TakenUp",
    "Sent",
    "accept",
    "accept_together",
    "answer_section",
    "answer",
    "ask",
    "attach_file",
    "attach_to_draft",
    "choose",
    "declare_interest",
    "discard_draft",
    "end_interest",
    "keep_longer",
    "put_proofs",
    "put_back",
    "remind",
    "remove_file",
    "return_",
    "return_together",
    "revoke",
    "save_links",
    "save_submission",
    "scan_next",
    "send_report",
    "start_again",
    "start_submission",
    "submit",
    "sweep_files",
    "take_up",
    "take_up_next",
    "take_up_together",
    "withdraw",
    "withdraw_together",
]
