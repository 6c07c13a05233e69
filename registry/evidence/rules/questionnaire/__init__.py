"""Questionnaires: what they ask, of whom, what is missing, and what the answers mean.

The questions are data (registry/evidence/data); nothing here names one. Answers are `Reply`s by
code, and belong to the version of the form that they were given to.
"""

from registry.evidence.rules.questionnaire.comparing import Difference, compare
from registry.evidence.rules.questionnaire.judging import Finding, Result, failing, judge, judge_all
from registry.evidence.rules.questionnaire.lacking import Lack, Progress, lacking, progress
from registry.evidence.rules.questionnaire.replies import (
    Reply,
    from_json,
    is_web_address,
    to_json,
    wrong_with,
)
from registry.evidence.rules.questionnaire.shape import (
    CURRENT,
    Detail,
    Judged,
    Option,
    Question,
    Questionnaire,
    Section,
    form_of,
    versions,
)
from registry.evidence.rules.questionnaire.walk import asked, no_longer_asked, shown

__all__ = [
    "CURRENT",
    "Detail",
    "Difference",
    "Finding",
    "Judged",
    "Lack",
    "Option",
    "Progress",
    "Question",
    "Questionnaire",
    "Reply",
    "Result",
    "Section",
    "asked",
    "compare",
    "failing",
    "form_of",
    "from_json",
    "is_web_address",
    "judge",
    "judge_all",
    "lacking",
    "no_longer_asked",
    "progress",
    "shown",
    "to_json",
    "versions",
    "wrong_with",
]
