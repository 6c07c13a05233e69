"""Addresses of questionnaires: the supplier answers, the national team reads."""

from tests.access.ways import READ_ONLY, TEAM, UNSEEN, Way, answers, ref
from tests.access.world import MEMBERS, NATIONAL, World

_OWN = answers(MEMBERS, otherwise=UNSEEN)
_OWN_SENT = answers(MEMBERS, told=NATIONAL, otherwise=UNSEEN)
_READ = answers(TEAM, otherwise=UNSEEN)


def _section(thing: str):
    return lambda world: {"ref": world.things[thing].ref, "code": "b"}


def _answer(world: World) -> dict:
    return {"shown": ["B2"], "b2": "Something else.", "then": "later"}


QUESTIONNAIRES = [
    Way("questionnaire", _OWN, READ_ONLY, "draft", kwargs=ref("questionnaire_draft")),
    Way("questionnaire", _OWN_SENT, READ_ONLY, "sent", kwargs=ref("questionnaire_sent")),
    Way(
        "questionnaire_section",
        _OWN,
        _OWN,
        "draft",
        kwargs=_section("questionnaire_draft"),
        data=_answer,
        writes=True,
    ),
    # What was sent is shown instead, and nothing is written.
    Way(
        "questionnaire_section",
        _OWN_SENT,
        _OWN_SENT,
        "sent",
        kwargs=_section("questionnaire_sent"),
        data=_answer,
    ),
    *[
        Way(name, let_in, READ_ONLY, about, kwargs=ref(thing))
        for name in (
            "questionnaire_answers",
            "questionnaire_comparison",
            "questionnaire_download",
        )
        for about, thing, let_in in (
            ("draft", "questionnaire_draft", _OWN),
            ("sent", "questionnaire_sent", _READ),
        )
    ],
]
