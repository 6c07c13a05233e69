"""Which questions are asked, given the answers: the form's skip logic.

Routes lead forward within a section or out of it, never back (tests hold the data to it), so
sections are walked one by one.
"""

from collections.abc import Mapping

from registry.evidence.rules.questionnaire.replies import Reply
from registry.evidence.rules.questionnaire.shape import Question, Questionnaire, Section

Replies = Mapping[str, Reply]


def follow(section: Section, question: Question, target: str = "") -> Question | None:
    """Where a route to `target` leads from `question`; `None` out of the section.

    Without a target that is the question below.
    """
    if target:
        return section.question(target)
    at = section.questions.index(question) + 1
    return section.questions[at] if at < len(section.questions) else None


def asked(section: Section, replies: Replies) -> list[Question]:
    """The questions on the way, up to the first whose answer decides how it goes on."""
    found, at = [], section.questions[0]
    while at is not None:
        found.append(at)
        ways = _ways(section, at, replies)
        if len(ways) > 1:
            break
        at = ways[0]
    return found


def shown(section: Section, replies: Replies) -> list[Question]:
    """The questions that are asked whatever the open ones are answered: those of the page."""
    return _certain(section, section.questions[0], replies)


def _certain(section: Section, at: Question | None, replies: Replies) -> list[Question]:
    if at is None:
        return []
    each = [_certain(section, way, replies) for way in _ways(section, at, replies)]
    return [at, *(one for one in each[0] if all(one in others for others in each))]


def _ways(section: Section, at: Question, replies: Replies) -> list[Question | None]:
    """Where it may go on from here: one way once it is answered, or where all answers agree."""
    reply = replies.get(at.code)
    chosen = at.option(reply.answer) if reply else None
    options = [chosen] if chosen else list(at.options)
    targets = [each.next or at.next for each in options] or [at.next]
    return list(dict.fromkeys(follow(section, at, target) for target in targets))


def no_longer_asked(form: Questionnaire, replies: Replies) -> list[Question]:
    """What was answered and is skipped by now: kept, not counted."""
    skipped = []
    for section in form.sections:
        now = shown(section, replies)
        skipped += [q for q in section.questions if q not in now and replies.get(q.code)]
    return skipped
