"""Addresses of assessment: the queue's next, claims, threads and interests."""

from tests.access.ways import (
    ASSESSOR,
    READ_ONLY,
    READ_ONLY_PUBLIC,
    TEAM,
    UNSEEN,
    Things,
    Way,
    answers,
    day,
    pk,
    ref,
)
from tests.access.world import MEMBERS, NATIONAL, World

_READS = answers(TEAM, otherwise=UNSEEN)
_MAY_READ = answers(ASSESSOR | {"auditor", "administrator"})


def _said_file(thing: str) -> Things:
    def kwargs(world: World) -> dict:
        question = world.things[thing]
        return {"ref": question.submission.ref, "file_id": question.files.get().pk}

    return kwargs


def _text(world: World) -> dict:
    return {"text": "Which release is meant?"}


def _interest(world: World) -> dict:
    days = day("since", 2026, 7, 1)
    return {"supplier": "brackenfell", "reason": "I hold shares.", **days}


ASSESSMENT = [
    Way("assessment_next", READ_ONLY, answers(ASSESSOR), writes=True),
    Way(
        "assessment_keep",
        READ_ONLY,
        answers(ASSESSOR, told=TEAM, otherwise=UNSEEN),
        kwargs=ref("asked"),
        writes=True,
    ),
    Way(
        "assessment_ask",
        READ_ONLY,
        answers(ASSESSOR),
        kwargs=ref("claimed"),
        data=_text,
        writes=True,
    ),
    Way(
        "evidence_answer",
        READ_ONLY,
        answers(MEMBERS, told=NATIONAL, otherwise=UNSEEN),
        kwargs=ref("asked"),
        data=_text,
        writes=True,
    ),
    Way(
        "evidence",
        answers(TEAM, otherwise=UNSEEN, nobody=UNSEEN),
        READ_ONLY_PUBLIC,
        "asked",
        kwargs=ref("asked"),
    ),
    Way("evidence_history", _READS, READ_ONLY, kwargs=ref("asked")),
    Way("evidence_said_file", _READS, READ_ONLY, kwargs=_said_file("question")),
    Way("interests", _MAY_READ, answers(ASSESSOR), data=_interest, writes=True),
    Way(
        "interest_end",
        READ_ONLY,
        answers(ASSESSOR),
        kwargs=pk("interest"),
        writes=True,
    ),
]
