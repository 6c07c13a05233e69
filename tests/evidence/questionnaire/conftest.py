"""Aldermoor answers DTAC 2.0 for release 4.2 of its record."""

import pytest

from registry.evidence import services
from registry.evidence.rules import questionnaire
from registry.evidence.services import Answers
from registry.standards.enums import StandardClass
from registry.standards.models import Standard
from tests import factories
from tests.evidence.questionnaire.sheets import passing


def make_criterion(version="2.0"):
    known = Standard.objects.filter(code="DTAC").first()
    standard = known or factories.make_standard("DTAC", standard_class=StandardClass.PRINCIPLE)
    return factories.make_criterion(
        factories.make_version(standard, version), "FORM", proofs=("questionnaire",)
    )


def answer(draft, replies, by, now):
    """Answer every section of the draft."""
    for section in questionnaire.form_of("2.0").sections:
        given = {q.code: replies[q.code] for q in section.questions if q.code in replies}
        services.answer_section(
            submission=draft, section=section.code, replies=given, uploads={}, by=by, now=now
        )


def make_draft(product, criteria, by, now):
    """A draft that lacks nothing but its answers."""
    draft = services.start_submission(
        product=product, form="questionnaire", criteria=[c.pk for c in criteria], by=by, now=now
    )
    about = Answers(
        criteria=[c.pk for c in criteria],
        issuer="Aldermoor Health Systems",
        issued_on=now.date(),
        release="4.2",
    )
    return services.save_submission(submission=draft, answers=about, by=by, now=now)


@pytest.fixture
def form(db):
    return make_criterion()


@pytest.fixture
def empty(product, form, supplier_editor, now):
    return make_draft(product, [form], supplier_editor, now)


@pytest.fixture
def whole(empty, supplier_editor, now):
    """A draft with every answer."""
    answer(empty, passing(), supplier_editor, now)
    return empty


@pytest.fixture
def sent(whole, supplier_editor, now):
    return services.submit(submission=whole, by=supplier_editor, now=now)
