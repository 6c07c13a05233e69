"""Who declares an interest in a supplier assesses nothing of it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from registry.accounts.services import system_user
from registry.catalogue.enums import SupplierRole
from registry.catalogue.services.members import add_member, remove_member
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.evidence import services
from registry.evidence.models import Interest
from registry.evidence.selectors import assessment_queue
from registry.evidence.services.checks import ConflictOfInterest
from tests.evidence.asking import address, page, text
from tests.evidence.conftest import ASKED, standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def declare(supplier, assessor, now, on):
    def act(**changed):
        facts = {"supplier": supplier, "reason": "Shares.", "since": on, "last_day": None}
        return services.declare_interest(**{**facts, "by": assessor, "now": now, **changed})

    return act


def test_it_bars_from_everything_even_what_one_holds(claimed, declare, assessor, now):
    declare()
    before = standing(claimed)
    acts = {
        "accept": {"valid": ASKED, "reason": "x"},
        "return_": {"reason": "x", "what_would_do": "y"},
        "take_up": {},
        "ask": {"text": "x"},
    }
    for name, facts in acts.items():
        with pytest.raises(ConflictOfInterest, match="You declared an interest in Aldermoor"):
            getattr(services, name)(submission=claimed, by=assessor, now=now, **facts)
    assert standing(claimed) == before


def test_who_left_the_supplier_waits_a_year(
    claimed, supplier, assessor, supplier_owner, client, now
):
    """It ends a claim that was made before; the queue and the bench say so as well."""
    left = now - timedelta(days=366)
    roles = {"role": SupplierRole.EDITOR, "by": system_user(name="enrol")}
    add_member(user=assessor, supplier=supplier, now=left - timedelta(days=99), **roles)
    remove_member(user=assessor, supplier=supplier, by=supplier_owner, now=left)
    earlier = now - timedelta(seconds=1)
    with pytest.raises(ConflictOfInterest, match="until lately"):
        services.ask(submission=claimed, text="What of it?", by=assessor, now=earlier)
    assert assessment_queue(assessor, now=earlier).get().conflicted
    assert not assessment_queue(assessor, now=now).get().conflicted
    services.ask(submission=claimed, text="What of it?", by=assessor, now=now)
    add_member(user=assessor, supplier=supplier, now=now - timedelta(days=9), **roles)
    remove_member(user=assessor, supplier=supplier, by=assessor, now=now - timedelta(days=3))
    client.force_login(assessor)
    shown = text(client.get(address("assessment", claimed)))
    assert f"You acted for {supplier.name} until lately" in shown


def test_what_one_may_no_longer_decide_is_put_back(client, claimed, declare, assessor, now):
    declare()
    shown = text(page(client, assessor, address("assessment", claimed)))
    assert "You declared an interest" in shown
    assert "Put it back" in shown
    assert "Keep it longer" not in shown
    client.post(address("assessment_put_back", claimed))
    claimed.refresh_from_db()
    assert (claimed.state, claimed.assessor) == ("submitted", None)


def test_it_bars_from_revoking(accepted, declare, assessor, now):
    declare()
    with pytest.raises(ConflictOfInterest):
        services.revoke(
            submission=accepted, from_=date(2026, 9, 1), reason="x", by=assessor, now=now
        )


def test_it_bars_on_its_days_alone(submitted, declare, assessor, now, on):
    declare(since=on - timedelta(days=9), last_day=on - timedelta(days=1))
    declare(since=on + timedelta(days=1))
    services.take_up(submission=submitted, by=assessor, now=now)


def test_it_is_ended_and_stays_on_record(declare, submitted, assessor, second_assessor, now):
    row = declare()
    with pytest.raises(NotPermitted):
        services.end_interest(interest=row, by=second_assessor, now=now)
    services.end_interest(interest=row, by=assessor, now=now)
    with pytest.raises(Conflict, match="has an end already"):
        services.end_interest(interest=row, by=assessor, now=now)
    with pytest.raises(ConflictOfInterest):
        services.take_up(submission=submitted, by=assessor, now=now)
    services.take_up(submission=submitted, by=assessor, now=now + timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_only_an_assessor_declares_once_and_with_a_reason(declare, supplier_owner, case_officer):
    for person in (supplier_owner, case_officer):
        with pytest.raises(NotPermitted):
            declare(by=person)
    with pytest.raises(RuleBroken, match="Enter what your interest is"):
        declare(reason=" ")
    with pytest.raises(RuleBroken, match="must not be before"):
        declare(last_day=date(2020, 1, 1))
    declare()
    with pytest.raises(RuleBroken, match="for these days already"):
        declare()
    assert Interest.objects.count() == 1


def test_the_page_declares_and_shows(
    client, supplier, submitted, assessor, second_assessor, auditor, administrator
):
    url = reverse("interests")
    client.force_login(assessor)
    typed = {"supplier": "aldermoor", "reason": "My sister leads it.", "since": "2026-07-01"}
    assert client.post(url, {**typed, "reason": ""}).status_code == 400
    client.post(url, typed)
    shown = text(client.get(address("assessment", submitted)))
    assert "You declared an interest in Aldermoor Health Systems" in shown
    for person, sees in ((auditor, 1), (administrator, 1), (assessor, 1), (second_assessor, 0)):
        assert text(page(client, person, url)).count("My sister leads it.") == sees
    client.force_login(assessor)
    client.post(reverse("interest_end", kwargs={"id": Interest.objects.get().pk}))
    assert "1 July 2026" in text(client.get(url))
