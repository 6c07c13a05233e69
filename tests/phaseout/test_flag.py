"""The machine flags: one open case per listed product and mandatory standard."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from procurement.phaseout import services, tasks
from procurement.phaseout.enums import CaseState, StepKind
from procurement.phaseout.models import Case, CaseStep
from procurement.phaseout.services import flagging
from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.audit.models import Event
from registry.audit.selectors import first_break
from registry.catalogue.enums import ProductState
from registry.common import bells
from registry.common.periods import period
from registry.compliance.models import Spell
from registry.operations.models import Heartbeat
from tests import factories
from tests.factories import A_STORY
from tests.phaseout import stories


@pytest.fixture
def standard(db):
    return stories.make_document_standard()


@pytest.fixture
def product(db):
    return factories.make_product()


def _lapsing(product, standard, day, now):
    stories.make_proved(product, standard, valid=(None, day))
    stories.refresh(product, now=now)


def test_a_product_that_shows_nothing_is_flagged_with_its_cause(product, standard, now, on):
    stories.refresh(product, now=now)
    case = Case.objects.get()
    assert (case.product, case.standard, case.state) == (product, standard, CaseState.FLAGGED)
    assert case.not_met_from == date(2018, 5, 2)
    assert case.triage_due == date(2026, 7, 8)
    assert case.flagged_at == now
    spell = Spell.objects.current().get(status="not_met")
    assert list(case.causes.all()) == [spell]
    [sentence] = case.explanation
    assert sentence.startswith("DOC: ")
    step = case.steps.get()
    assert (step.kind, step.from_state, step.to_state) == (StepKind.FLAGGED, "", CaseState.FLAGGED)
    assert step.by == system_user(name="phase-out flag")
    assert step.reason == sentence
    event = Event.objects.get(action="phaseout.flagged")
    assert event.subject == f"phaseout.case:{case.pk}"
    assert event.detail["spells"] == [spell.pk]


@pytest.mark.parametrize(("days", "flagged"), [(0, 1), (1, 1), (180, 1), (181, 0), (182, 0)])
def test_the_horizon_is_180_days(product, standard, now, on, days, flagged):
    _lapsing(product, standard, on + timedelta(days=days), now)
    assert Case.objects.count() == flagged


@pytest.mark.parametrize(("today", "flagged"), [(date(2028, 2, 28), 0), (date(2028, 2, 29), 1)])
def test_the_horizon_counts_29_february(product, standard, now, today, flagged):
    lapses = date(2028, 2, 29) + timedelta(days=180)
    _lapsing(product, standard, lapses, now)
    services.flag(on=today, now=now)
    assert Case.objects.count() == flagged


def test_passing_time_brings_a_pair_inside_the_horizon(product, standard, now, on):
    lapses = on + timedelta(days=181)
    _lapsing(product, standard, lapses, now)
    assert services.flag(on=on, now=now) == []
    tomorrow = now + timedelta(days=1)
    [case] = services.flag(on=on + timedelta(days=1), now=tomorrow)
    assert (case.not_met_from, case.flagged_at) == (lapses, tomorrow)


def test_a_second_run_opens_nothing(product, standard, now, on):
    stories.refresh(product, now=now)
    before = list(Case.objects.values())
    assert services.flag(on=on, now=now) == []
    assert services.flag(on=on, now=now, product_ids=[product.pk]) == []
    assert list(Case.objects.values()) == before
    assert (CaseStep.objects.count(), Event.objects.count()) == (1, 1)


def test_only_the_products_asked_about_are_flagged(product, standard, now, on):
    other = factories.make_product("aldermoor-triage")
    with stories.nobody_flags():
        stories.refresh(product, other, now=now)
    [case] = services.flag(on=on, now=now, product_ids=[other.pk])
    assert case.product == other
    assert services.flag(on=on, now=now, product_ids=[]) == []
    [case] = services.flag(on=on, now=now)
    assert case.product == product


@pytest.mark.parametrize("state", [ProductState.DRAFT, ProductState.WITHDRAWN])
def test_a_product_that_is_not_listed_is_not_flagged(standard, now, state):
    product = factories.make_product(state=state)
    stories.refresh(product, now=now)
    assert Spell.objects.filter(status="not_met").exists()
    assert not Case.objects.exists()


def test_an_advisory_standard_flags_nothing(product, now):
    stories.make_document_standard("NICE-ESF", required=None)
    stories.refresh(product, now=now)
    assert not Case.objects.exists()


def test_an_excused_pair_is_flagged_when_the_excuse_runs_out(product, standard, now, on, approver):
    excused = (date(2018, 5, 2), on + timedelta(days=100))
    factories.make_dispensation(product, standard, excused, by=approver)
    stories.refresh(product, now=now)
    assert Case.objects.get().not_met_from == excused[1]


def test_a_case_carries_every_spell_inside_the_horizon(product, standard, now, on):
    stories.make_proved(product, standard, valid=(None, on + timedelta(days=10)))
    later = on + timedelta(days=30), on + timedelta(days=60)
    stories.make_proved(product, standard, valid=later)
    stories.refresh(product, now=now)
    case = Case.objects.get()
    starts = [spell.period.lower for spell in case.causes.order_by("period")]
    assert starts == [on + timedelta(days=10), on + timedelta(days=60)]
    assert case.not_met_from == on + timedelta(days=10)


def test_a_need_without_first_day_has_a_case_without_one(product, now):
    stories.make_document_standard("HL7", required=factories.ALWAYS)
    stories.refresh(product, now=now)
    assert Case.objects.get().not_met_from is None


def test_the_flag_falls_with_what_rang_the_bell(product, standard, now):
    with transaction.atomic():
        stories.refresh(product, now=now)
        assert Case.objects.exists()
        transaction.set_rollback(True)
    assert not Case.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_open_one_case(now, on):
    standard = stories.make_document_standard()
    products = [factories.make_product(f"aldermoor-{n}") for n in range(3)]
    with stories.nobody_flags():
        stories.refresh(*products, now=now)
    assert not Case.objects.exists()

    orders = [[x.pk for x in products], [x.pk for x in reversed(products)], None]
    answers = stories.at_once(
        20, lambda n: services.flag(on=on, now=now, product_ids=orders[n % 3])
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sum(len(answer) for answer in answers) == 3
    assert Case.objects.filter(standard=standard).count() == 3
    assert CaseStep.objects.count() == 3
    assert Event.objects.filter(action="phaseout.flagged").count() == 3
    assert first_break() is None


def test_the_database_refuses_a_second_open_case(product, standard, now):
    stories.refresh(product, now=now)
    case = Case.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            product=product, standard=standard, flagged_at=now, triage_due=case.triage_due
        )


def test_the_database_refuses_an_illegal_step(product, standard, now):
    stories.refresh(product, now=now)
    with pytest.raises(InternalError), transaction.atomic():
        Case.objects.update(state=CaseState.DISMISSED, ended_at=now)
    assert Case.objects.get().state == CaseState.FLAGGED


def test_the_database_keeps_the_steps(product, standard, now):
    stories.refresh(product, now=now)
    with pytest.raises(InternalError), transaction.atomic():
        CaseStep.objects.update(reason="Nothing happened.")
    with pytest.raises(InternalError), transaction.atomic():
        CaseStep.objects.all().delete()
    assert CaseStep.objects.get().reason != "Nothing happened."


# Dismissed, and then? (ADR 0030)


@pytest.fixture
def dismissed(product, standard, now, case_officer):
    stories.refresh(product, now=now)
    case = Case.objects.get()
    services.start_triage(case=case, by=case_officer, now=now)
    return services.dismiss(case=case, reason="It is leaving the market.", by=case_officer, now=now)


def test_the_same_cause_is_not_flagged_again(dismissed, now, on):
    for days in (0, 1, 400):
        later = now + timedelta(days=days)
        assert services.flag(on=on + timedelta(days=days), now=later) == []
    assert Case.objects.get() == dismissed


def test_a_change_that_leaves_the_cause_alone_does_not_flag_again(
    dismissed, product, standard, now, on
):
    """Evidence for a later year shortens the spell: another row, the same cause."""
    old = Spell.objects.current().get(status="not_met")
    stories.make_proved(product, standard, valid=(on + timedelta(days=300), None))
    stories.refresh(product, now=now + timedelta(hours=1))
    new = Spell.objects.current().get(status="not_met")
    assert new != old
    assert Case.objects.get() == dismissed


def test_a_lapse_after_new_evidence_is_a_new_cause(dismissed, product, standard, now, on):
    stories.make_proved(product, standard, valid=(on, on + timedelta(days=365)))
    stories.refresh(product, now=now + timedelta(hours=1))
    assert Case.objects.count() == 1
    [case] = services.flag(on=on + timedelta(days=200), now=now + timedelta(days=200))
    assert case.not_met_from == on + timedelta(days=365)


def test_a_relapse_is_a_new_cause_even_when_it_began_on_the_same_day(
    dismissed, product, standard, now, on
):
    proof = stories.make_proved(product, standard, valid=(on, None))
    stories.refresh(product, now=now + timedelta(hours=1))
    proof.revoked_from = on
    proof.save()
    stories.refresh(product, now=now + timedelta(hours=2))
    case = Case.objects.exclude(pk=dismissed.pk).get()
    assert case.not_met_from == dismissed.not_met_from
    assert case.state == CaseState.FLAGGED


def test_another_standard_of_the_product_is_flagged_all_the_same(dismissed, product, now):
    other = stories.make_document_standard("DCB3051")
    stories.refresh(product, now=now + timedelta(hours=1))
    assert Case.objects.open().get().standard == other


# The schedule


def test_the_task_flags_and_leaves_a_heartbeat(product, standard, now, time_machine):
    stories.make_proved(product, standard, valid=(None, date(2027, 1, 1)))
    stories.refresh(product, now=now)
    assert not Case.objects.exists()
    time_machine.move_to(now + timedelta(days=90), tick=False)
    tasks.flag_due()
    assert Case.objects.get().not_met_from == date(2027, 1, 1)
    heartbeat = Heartbeat.objects.get(task="phaseout.flag_due")
    assert (heartbeat.beat_at, heartbeat.detail) == (now + timedelta(days=90), {"opened": 1})


def test_just_after_midnight_in_summer_it_is_the_new_day_in_london(
    product, standard, now, on, time_machine
):
    stories.make_proved(product, standard, valid=(None, on + timedelta(days=181)))
    stories.refresh(product, now=now)
    # 00:30 on 2 July in London is 23:30 on 1 July in UTC.
    time_machine.move_to(now.replace(hour=0, minute=30) + timedelta(days=1), tick=False)
    tasks.flag_due()
    assert Case.objects.count() == 1


def test_the_period_of_a_cause_is_that_of_the_register(product, standard, now):
    stories.refresh(product, now=now)
    assert Case.objects.get().causes.get().period == period(date(2018, 5, 2), None)


# Beside the others


@pytest.mark.django_db(transaction=True)
def test_a_flag_never_waits_in_a_circle_with_an_assessor(now, on):
    """Some record first and then change facts, others refresh first: nobody is shot as victim."""
    standard = stories.make_document_standard()
    product = factories.make_product()
    assessor = factories.make_user(role="assessor")

    def work(number):
        if number % 3 == 0:
            return services.flag(on=on, now=now)
        if number % 3 == 1:
            return stories.refresh(product, now=now)
        with transaction.atomic():
            audit.record(actor=assessor, action="a.decision", subject=product, now=now)
            bells.ring(bells.facts_changed, product_ids=[product.pk], now=now, cause=A_STORY)

    answers = stories.at_once(12, work)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Case.objects.get().standard == standard
    assert first_break() is None


@pytest.mark.parametrize("count", [1, 50])
def test_the_flag_explains_many_at_once(standard, now, on, count):
    products = [factories.make_product(f"aldermoor-{n}") for n in range(count)]
    with stories.nobody_flags():
        stories.refresh(*products, now=now)
    system_user(name="phase-out flag")
    with CaptureQueriesContext(connection) as captured:
        assert len(services.flag(on=on, now=now)) == count
    # What grows is the audit: one event a case.
    audits = ("audit_event", "pg_advisory", "SAVEPOINT", "history.tick")
    others = [x for x in captured if not any(word in x["sql"] for word in audits)]
    assert len(others) <= 40


def test_a_mass_of_due_pairs_is_flagged_a_batch_at_a_time(standard, now, on, monkeypatch):
    lapses = on + timedelta(days=181)
    for number in range(5):
        product = factories.make_product(f"aldermoor-{number}")
        _lapsing(product, standard, lapses, now)
    monkeypatch.setattr(flagging, "BATCH", 2)
    tomorrow = on + timedelta(days=1)

    one_batch = services.flag(on=tomorrow, now=now, most=2)
    assert [case.product.ref for case in one_batch] == ["aldermoor-0", "aldermoor-1"]
    assert services.flag_due(on=tomorrow, now=now) == 3
    assert services.flag_due(on=tomorrow, now=now) == 0
    assert Case.objects.count() == 5
