"""What suppliers submit to prove criteria, and what assessors decide on it."""

from registry.evidence.models.decisions import Decision, LeftOut
from registry.evidence.models.drafts import AlsoFor
from registry.evidence.models.files import EvidenceFile, StoredContent
from registry.evidence.models.interests import Interest
from registry.evidence.models.messages import Message, MessageFile
from registry.evidence.models.questionnaires import QuestionnaireAnswers
from registry.evidence.models.reports import MachineReport
from registry.evidence.models.submissions import Submission, SubmissionCriterion

__all__ = [
    "AlsoFor",
    "Decision",
    "EvidenceFile",
    "QuestionnaireAnswers",
    "Interest",
    "LeftOut",
    "Message",
    "MessageFile",
    "MachineReport",
    "StoredContent",
    "Submission",
    "SubmissionCriterion",
]
