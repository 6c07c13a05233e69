"""Writes of the evidence room: each is a sentence (house.md, rule 4)."""

from registry.evidence.services.assessment import accept, put_back, return_, revoke, take_up
from registry.evidence.services.choosing import choose
from registry.evidence.services.drafts import (
    Answers,
    discard_draft,
    save_link,
    save_submission,
    start_again,
    start_submission,
)
from registry.evidence.services.files import FileRefused, attach_file, remove_file, sweep_files
from registry.evidence.services.questionnaire import AnswersRefused, answer_section
from registry.evidence.services.register import ProofFacts, ProofRefused, put_proofs
from registry.evidence.services.reminding import remind
from registry.evidence.services.sending import Incomplete, submit, withdraw, withdraw_together
from registry.evidence.services.telling import tell_question

__all__ = [
    "Answers",
    "AnswersRefused",
    "FileRefused",
    "Incomplete",
    "ProofFacts",
    "ProofRefused",
    "accept",
    "answer_section",
    "attach_file",
    "choose",
    "discard_draft",
    "put_proofs",
    "put_back",
    "remind",
    "remove_file",
    "return_",
    "revoke",
    "save_link",
    "save_submission",
    "start_again",
    "start_submission",
    "submit",
    "sweep_files",
    "take_up",
    "tell_question",
    "withdraw",
    "withdraw_together",
]
