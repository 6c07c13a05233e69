"""The assessors' queue: what does most harm while it waits stands first, and says why."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement.assessment import selectors
from procurement.assessment.rules import Harm
from procurement.buyers.models import Succession
from registry.evidence import selectors as evidence
from registry.evidence import services
from registry.evidence.models import Submission
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

QUEUE = reverse("assessment_queue")


def harms(user, now):
    rows = evidence.assessment_queue(user, now=now)
    found = selectors.in_order(rows, user=user, sort="harm", on=now.date())
    refs = dict(Submission.objects.values_list("pk", "ref"))
    return {refs[one.pk]: one.harm for one in found}


def product(ref, supplier):
    return factories.make_product(ref, supplier=supplier, name=ref.title())


def test_harm_is_the_day_the_buyers_and_the_value(
    supplier, safety, waits, refreshed, assessor, icb, now, on
):
    never, soon, held = (product(ref, supplier) for ref in ("never", "soon", "held"))
    for each in (soon, held):
        factories.make_proof(each, safety, valid=(date(2025, 1, 1), on + timedelta(days=12)))
    factories.make_proof(held, safety, valid=(on + timedelta(days=12), None))
    factories.make_contract(icb, soon, value="1200000.00")
    factories.make_contract(icb, soon, value=None)
    factories.make_contract(icb, soon, term=(date(2020, 1, 1), date(2026, 7, 1)))  # over
    for each in (held, soon, never):
        waits(each, safety)
    refreshed()

    assert harms(assessor, now) == {
        "waits-never-0": Harm(on, 0, None),
        "waits-soon-0": Harm(on + timedelta(days=12), 1, 1_200_000),
        "waits-held-0": Harm(None, 0, None),
    }
    assert list(harms(assessor, now)) == ["waits-never-0", "waits-soon-0", "waits-held-0"]


def test_a_criterion_that_is_proved_waits_though_another_is_not(
    supplier, safety, waits, refreshed, assessor, now, on
):
    """The standard is not met today, but not for want of what is being renewed."""
    log = factories.make_criterion(safety.version, "HAZARD-LOG")
    advice = factories.make_criterion(safety.version, "NICE", level="SHOULD")
    record = product("record", supplier)
    factories.make_proof(record, log, valid=(date(2025, 1, 1), date(2027, 1, 1)))
    waits(record, log, ref="renews")
    waits(record, safety, ref="missing")
    waits(record, advice, ref="advises")
    refreshed()

    days = {ref: harm.lapses_on for ref, harm in harms(assessor, now).items()}
    assert days == {"missing": on, "renews": date(2027, 1, 1), "advises": None}


def test_those_who_followed_a_buyer_are_counted_in_its_place(
    supplier, safety, waits, refreshed, assessor, icb, now
):
    first, second = (factories.make_organisation(ods) for ods in ("01A", "02B"))
    for gone in (first, second):
        Succession.objects.create(predecessor=gone, successor=icb, on=date(2022, 7, 1))
    record = product("record", supplier)
    for buyer in (first, second, icb):
        factories.make_contract(buyer, record, value="10.00")
    waits(record, safety)
    refreshed()
    assert harms(assessor, now)["waits-record-0"] == Harm(now.date(), 1, 30)


def test_the_page_says_why_and_counts(client, supplier, safety, waits, refreshed, assessor, icb):
    record = product("record", supplier)
    factories.make_contract(icb, record, value="1200000.00")
    waits(record, safety)
    refreshed()
    client.force_login(assessor)
    shown = client.get(QUEUE).content.decode()
    assert "Not met now, 1 buyer, £1,200,000" in shown
    for words in ("Everything (1)", "Free (1)", "Mine (0)", "With a question open (0)"):
        assert words in shown


def test_the_next_is_the_most_harmful_that_one_may_assess(
    client, supplier, rival, safety, waits, refreshed, assessor, icb, now, on
):
    mine, theirs = product("mine", rival), product("theirs", supplier)
    factories.make_contract(icb, mine, value="9000000.00")
    services.declare_interest(
        supplier=rival, reason="Shares.", since=on, last_day=None, by=assessor, now=now
    )
    waits(mine, safety)
    wanted = waits(theirs, safety)
    refreshed()

    client.force_login(assessor)
    answer = client.post(reverse("assessment_next"))
    assert answer["Location"] == reverse("assessment", kwargs={"ref": wanted.ref})
    wanted.refresh_from_db()
    assert wanted.assessor == assessor

    shown = client.get(QUEUE).content.decode()
    assert "On your desk" in shown
    assert "Yours until Monday 6 July 2026" in shown
    assert "You may not assess this supplier" in shown
    answer = client.post(reverse("assessment_next"), follow=True)
    assert "Nothing waits that you may take up." in answer.content.decode()


def test_filters_narrow_and_orders_turn(
    client, supplier, safety, waits, refreshed, assessor, second_assessor, now
):
    old = waits(product("old", supplier), safety, age=9)
    new = waits(product("new", supplier), safety)
    refreshed()
    services.take_up(submission=new, by=assessor, now=now)
    services.ask(submission=new, text="Which release?", by=assessor, now=now)

    def refs(**params):
        client.force_login(assessor)
        shown = client.get(QUEUE, params).content.decode().partition("Evidence to assess")[2]
        return [ref for ref in (old.ref, new.ref) if ref in shown]

    assert refs() == [old.ref, new.ref]
    assert refs(show="free") == [old.ref]
    assert refs(show="mine") == [new.ref]
    assert refs(show="open") == [new.ref]
    assert refs(show="answered") == []
    assert refs(q="old") == [old.ref]
    assert refs(q="DCB0129") == [old.ref, new.ref]
    assert refs(form="certificate") == []
    client.force_login(second_assessor)
    shown = client.get(QUEUE, {"order": "oldest"}).content.decode()
    assert shown.index(old.ref) < shown.index(new.ref)


def test_one_row_and_fifty_cost_the_same(client, supplier, safety, waits, refreshed, assessor, icb):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(QUEUE).status_code == 200
        return len(queries)

    def add(number):
        record = product(f"record-{number}", supplier)
        factories.make_contract(icb, record)
        waits(record, safety)

    client.force_login(assessor)
    add(0)
    refreshed()
    client.get(QUEUE)
    one = asked()
    for number in range(1, 50):
        add(number)
    refreshed()
    assert asked() == one
