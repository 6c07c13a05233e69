"""Aldermoor's record must be shown to be safe; a certificate must show that it is accessible."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.audit.models import Event
from registry.common import bells
from registry.common.periods import period
from registry.evidence import services
from registry.evidence.models import Decision, Submission
from registry.evidence.services import Answers
from registry.standards.enums import StandardClass
from tests import factories
from tests.evidence import files


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Every story has a store of its own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / "evidence"


@pytest.fixture
def product(supplier):
    return factories.make_product("aldermoor-record", supplier=supplier, name="Aldermoor Record")


@pytest.fixture
def accessible(db):
    """A criterion of a standard that one assessor decides on."""
    standard = factories.make_standard("WCAG", standard_class=StandardClass.ACCESSIBILITY)
    version = factories.make_version(standard, "2.2")
    return factories.make_criterion(version, "AUDIT", proofs=("test_report",))


@pytest.fixture
def safe(db):
    """A criterion of clinical safety, which two assessors decide on."""
    standard = factories.make_standard("DCB0129", standard_class=StandardClass.CLINICAL_SAFETY)
    version = factories.make_version(standard, "4.2")
    return factories.make_criterion(version, "CSCR", proofs=("document", "test_report"))


@pytest.fixture
def today(now):
    """It is `now` for the interfaces too."""
    with time_machine.travel(now, tick=False):
        yield


ASKED = period(date(2026, 6, 1), date(2027, 6, 1))
HALF = period(date(2026, 6, 1), date(2026, 12, 1))


@pytest.fixture
def answers(accessible):
    """What a supplier answers when nothing is missing."""
    return Answers(
        criteria=[accessible.pk],
        issuer="Fellside Test House",
        reference="FTH-1",
        issued_on=date(2026, 6, 1),
        valid_until=date(2027, 6, 1),
    )


@pytest.fixture
def draft(product, accessible, supplier_editor, answers, now):
    """A complete draft with one file."""
    return make_draft(product, [accessible], supplier_editor, answers, now)


def make_draft(product, criteria, by, answers, now, form="test_report"):
    draft = services.start_submission(
        product=product, form=form, criteria=[each.pk for each in criteria], by=by, now=now
    )
    services.attach_file(submission=draft, upload=upload("report.csv"), by=by, now=now)
    return services.save_submission(submission=draft, answers=answers, by=by, now=now)


def upload(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    """What a browser sends. Without content, a sound file of the name's type."""
    if content is None:
        content = files.SOUND[name.rpartition(".")[2].lower()]
    return SimpleUploadedFile(name, content)


@pytest.fixture
def submitted(draft, supplier_editor, now):
    return services.submit(submission=draft, by=supplier_editor, now=now)


@pytest.fixture
def claimed(submitted, assessor, now):
    """In assessment, with `assessor`."""
    return services.take_up(submission=submitted, by=assessor, now=now)


@pytest.fixture
def accepted(claimed, assessor, now):
    return services.accept(
        submission=claimed, valid=ASKED, reason="The report is sound.", by=assessor, now=now
    )


@pytest.fixture
def safety_case(product, safe, supplier_editor, assessor, answers, now):
    """A safety case, taken up by the first assessor."""
    about = replace(answers, criteria=[safe.pk])
    draft = make_draft(product, [safe], supplier_editor, about, now, form="document")
    sent = services.submit(submission=draft, by=supplier_editor, now=now)
    return services.take_up(submission=sent, by=assessor, now=now)


@pytest.fixture
def rung():
    """What was rung since the story began."""
    heard = []

    def listen(sender, **facts):
        heard.append((facts["product_ids"], facts["cause"].words))

    bells.facts_changed.connect(listen)
    yield heard
    bells.facts_changed.disconnect(listen)


def standing(submission):
    """All that a refusal must leave as it was."""
    row = Submission.objects.values().get(pk=submission.pk)
    return row, list(submission.files.values("content")), Decision.objects.count()


def actions():
    """What the audit holds of this room; rooms above may have answered the bell."""
    events = Event.objects.filter(action__startswith="evidence.").order_by("pk")
    return list(events.values_list("action", flat=True))
