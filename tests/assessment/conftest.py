"""Submissions that wait, written directly; and the services' own where the story needs them."""

from datetime import timedelta

import pytest
import time_machine

from registry.common.periods import period
from registry.compliance import services as compliance
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission, SubmissionCriterion
from tests import factories
from tests.factories import A_STORY


@pytest.fixture
def today(now):
    """It is `now` for the interfaces too."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def safety(db):
    """A criterion of a standard that is required of every product."""
    standard = factories.make_standard("DCB0129", name="Clinical risk management")
    return factories.make_criterion(factories.make_version(standard, "4.2"), "CSCR")


@pytest.fixture
def waits(now, supplier_editor):
    """`waits(product, criterion, …)`: a submission that was sent some days ago."""

    def make(product, *criteria, age=0, ref="") -> Submission:
        sent = now - timedelta(days=age)
        row = Submission.objects.create(
            ref=ref or f"waits-{product.ref}-{age}",
            product=product,
            form="document",
            state=SubmissionState.SUBMITTED,
            valid=period(now.date(), None),
            created_by=supplier_editor,
            created_at=sent,
            submitted_by=supplier_editor,
            submitted_at=sent,
        )
        SubmissionCriterion.objects.bulk_create(
            SubmissionCriterion(submission=row, criterion=criterion) for criterion in criteria
        )
        return row

    return make


@pytest.fixture
def refreshed(now):
    """Compute the timelines of all that stands there."""
    return lambda: compliance.refresh(product_ids=None, now=now, cause=A_STORY)
