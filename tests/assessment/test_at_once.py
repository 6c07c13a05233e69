"""Fifty assessors ask for the next at the same moment (figure R6)."""

import pytest

from procurement.assessment import services
from registry.accounts.models import Role
from registry.audit.models import Event
from registry.audit.selectors import first_break
from registry.evidence.models import Submission
from registry.evidence.services import NothingToTakeUp
from tests import factories
from tests.evidence.test_all_at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CROWD = 50


def test_each_of_fifty_gets_another_and_the_fifty_first_is_told(supplier, safety, waits, now):
    product = factories.make_product("aldermoor-record", supplier=supplier)
    for number in range(CROWD):
        waits(product, safety, age=number)
    crowd = [factories.make_user(role=Role.ASSESSOR) for _ in range(CROWD + 1)]

    said = at_once(*[lambda by=by: services.take_next(by=by, now=now) for by in crowd])

    taken = [each for each in said if isinstance(each, Submission)]
    assert len({each.pk for each in taken}) == CROWD
    assert [type(each) for each in said if each not in taken] == [NothingToTakeUp]
    assert len(set(Submission.objects.values_list("assessor", flat=True))) == CROWD
    assert Event.objects.filter(action="evidence.taken_up").count() == CROWD
    assert first_break() is None
