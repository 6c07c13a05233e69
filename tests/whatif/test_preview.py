"""Looking ahead: what would turn not met, from when, for whom, and nothing of it kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import InternalError, connection, transaction

from procurement.buyers.models import Succession
from procurement.whatif.services import previewing
from registry.common.causes import Cause, CauseKind
from registry.common.errors import RuleBroken
from registry.compliance import services as compliance
from registry.compliance.enums import Verdict
from registry.compliance.models import RefreshOwed
from registry.standards.models import StandardScope
from tests import factories
from tests.market import IDENTITY_FROM, SAFETY_FROM
from tests.whatif.conftest import APRIL
from tests.whatif.stories import (
    accepted_wanted,
    add,
    every_row,
    excuse_wanted,
    look,
    scope_wanted,
    version_wanted,
)

OCTOBER = date(2026, 10, 1)


def _identity_sooner(market):
    return scope_wanted(market.identity, (OCTOBER, None), was=(IDENTITY_FROM, None))


def test_a_sooner_mandatory_day_turns_the_days_between(
    market, held, draft, standards_editor, now, on
):
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    ahead = look(draft, on=on)
    assert [(row.name, row.first_day, row.until) for row in ahead.products] == [
        ("Aldermoor Record", OCTOBER, APRIL),
        ("Brackenfell Notes", OCTOBER, APRIL),
        ("Aldermoor Rota", OCTOBER, APRIL),
        ("Brackenfell Draft", OCTOBER, APRIL),
        ("Brackenfell Letters", OCTOBER, APRIL),
        ("Brackenfell Old", OCTOBER, APRIL),
    ]
    assert [row.standards for row in ahead.products] == [["DCB3051"]] * 6
    assert [(row.contract.ref, row.products, row.first_day) for row in ahead.contracts] == [
        ("C-2", ["Aldermoor Record", "Brackenfell Notes"], OCTOBER),
        ("C-1", ["Aldermoor Record"], OCTOBER),
        ("C-3", ["Brackenfell Notes"], OCTOBER),
    ]
    summary = ahead.summary
    assert (summary.products, summary.listed, summary.first_day) == (6, 4, OCTOBER)
    # Each contract counts once, whose value is unknown is said, and what is over does not count.
    assert (summary.contracts, summary.value, summary.uncounted) == (3, Decimal("1000000.00"), 1)
    # Until the end of 2026 Record is compliant, Notes for ever, Letters exempt; the others are
    # non-compliant already.
    assert summary.newly_non_compliant == 3
    assert (summary.healed, summary.unchanged) == (0, 0)
    verdicts = {row.name: row.verdict for row in ahead.products}
    assert verdicts["Brackenfell Notes"] == Verdict.COMPLIANT
    assert verdicts["Brackenfell Letters"] == Verdict.EXEMPT
    assert verdicts["Aldermoor Rota"] == Verdict.NON_COMPLIANT


def test_what_is_at_stake_is_said_of_each_product(market, held, draft, standards_editor, now, on):
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    rows = {row.name: row for row in look(draft, on=on).products}
    record, notes = rows["Aldermoor Record"], rows["Brackenfell Notes"]
    assert (record.contracts, record.value) == (2, Decimal("1000000.00"))
    assert (notes.contracts, notes.value) == (2, Decimal("600000.00"))
    assert (rows["Aldermoor Rota"].contracts, rows["Aldermoor Rota"].value) == (0, None)


def test_who_answers_is_who_followed_the_buyer(market, icb, draft, standards_editor, now, on):
    ccg = factories.make_organisation("02Y", "NHS East Riding CCG")
    factories.make_contract(ccg, market.record, ref="OLD-1", value="250000.00")
    factories.make_contract(icb, market.record, ref="NEW-1", value=None)
    Succession.objects.create(predecessor=ccg, successor=icb, on=date(2022, 7, 1))
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    ahead = look(draft, on=on)
    assert [
        (row.organisation.ods, row.contracts, row.value, row.uncounted) for row in ahead.buyers
    ] == [("QOQ", 2, Decimal("250000.00"), 1)]
    assert ahead.summary.buyers == 1
    assert [[holder.ods for holder in row.holders] for row in ahead.contracts] == [["QOQ"], []]


def test_a_contract_that_ends_before_the_days_is_not_touched(
    market, icb, draft, standards_editor, now, on
):
    factories.make_contract(icb, market.notes, ref="ENDS", term=(date(2026, 1, 1), OCTOBER))
    factories.make_contract(
        icb, market.notes, ref="LASTS", term=(date(2026, 1, 1), date(2026, 10, 2))
    )
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    assert [row.contract.ref for row in look(draft, on=on).contracts] == ["LASTS"]


def test_a_contract_in_another_currency_is_not_counted(
    market, icb, draft, standards_editor, now, on
):
    factories.make_contract(icb, market.notes, ref="EURO", value="900000.00", currency="EUR")
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    summary = look(draft, on=on).summary
    assert (summary.contracts, summary.value, summary.uncounted) == (1, None, 1)


def test_a_retired_edition_is_met_by_nobody_from_then_on(
    market, held, draft, standards_editor, now, on
):
    retire = accepted_wanted(market.safety, "4.2", (SAFETY_FROM, None), (SAFETY_FROM, OCTOBER))
    add(draft, retire, by=standards_editor, now=now)
    ahead = look(draft, on=on)
    # Record's proof ends with 2026 anyway: only the days until then turn.
    assert {row.name: (row.first_day, row.until) for row in ahead.products} == {
        "Aldermoor Record": (OCTOBER, date(2027, 1, 1)),
        "Brackenfell Notes": (OCTOBER, None),
    }


def test_a_new_edition_in_place_of_the_old_is_unproved_but_for_checks(
    market, draft, standards_editor, now, on
):
    always = (None, None)
    replaced = [
        version_wanted(market.transport, "TLS 1.3", "TLS 1.2", (OCTOBER, None)),
        accepted_wanted(market.transport, "TLS 1.2", always, (None, OCTOBER)),
        version_wanted(market.safety, "5", "4.2", (OCTOBER, None)),
        accepted_wanted(market.safety, "4.2", (SAFETY_FROM, None), (SAFETY_FROM, OCTOBER)),
    ]
    add(draft, *replaced, by=standards_editor, now=now)
    ahead = look(draft, on=on)
    # The check of TLS 1.2 was copied, and Record's endpoint passes it still.
    assert {row.name: row.standards for row in ahead.products} == {
        "Aldermoor Record": ["DCB0129"],
        "Brackenfell Notes": ["DCB0129"],
    }


def test_a_dispensation_that_ends_sooner_turns_its_last_days(
    market, draft, standards_editor, now, on
):
    year = (date(2026, 1, 1), date(2027, 1, 1))
    shorter = excuse_wanted(market.letters, market.safety, year, (year[0], OCTOBER))
    add(draft, shorter, by=standards_editor, now=now)
    [row] = look(draft, on=on).products
    assert (row.name, row.first_day, row.until) == ("Brackenfell Letters", OCTOBER, year[1])
    assert row.verdict == Verdict.EXEMPT


def test_days_that_heal_are_only_counted(market, held, draft, standards_editor, now, on):
    later = scope_wanted(market.identity, (date(2028, 4, 1), None), was=(IDENTITY_FROM, None))
    add(draft, later, by=standards_editor, now=now)
    ahead = look(draft, on=on)
    assert (ahead.products, ahead.contracts, ahead.buyers) == ([], [], [])
    summary = ahead.summary
    assert (summary.products, summary.healed, summary.unchanged) == (0, 6, 0)
    assert (summary.contracts, summary.value, summary.first_day) == (0, None, None)


def test_days_that_are_past_do_not_count(market, draft, standards_editor, now, on):
    past = (date(2024, 1, 1), date(2025, 1, 1))
    add(draft, scope_wanted(market.identity, past), by=standards_editor, now=now)
    summary = look(draft, on=on).summary
    assert (summary.products, summary.unchanged) == (0, 6)


def test_a_scope_of_a_capability_touches_those_that_claim_it(
    market, draft, standards_editor, now, on
):
    wanted = scope_wanted(market.identity, (OCTOBER, None), capability=market.records)
    add(draft, wanted, by=standards_editor, now=now)
    assert [row.name for row in look(draft, on=on).products] == [
        "Aldermoor Record",
        "Brackenfell Notes",
    ]


def test_refreshes_that_are_owed_are_said(market, draft, standards_editor, now, on):
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    assert look(draft, on=on).summary.owed == 0
    compliance.owe_refresh(
        product_ids=[market.rota.pk], now=now, cause=Cause(CauseKind.RECOMPUTED, "a story")
    )
    assert RefreshOwed.objects.count() == look(draft, on=on).summary.owed == 1


def test_nothing_of_a_preview_is_kept(market, held, draft, standards_editor, now, on):
    add(
        draft,
        _identity_sooner(market),
        version_wanted(market.safety, "5", "4.2", (OCTOBER, None)),
        by=standards_editor,
        now=now,
    )
    before = every_row()
    first, second = look(draft, on=on), look(draft, on=on)
    assert first == second
    assert every_row() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'")
        assert cursor.fetchone() == (0,)


def test_within_a_supposition_the_register_itself_cannot_be_written(market):
    before = every_row()
    with compliance.hypothetical():
        assert StandardScope.objects.filter(standard=market.identity).delete()[0] == 1
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            market.record.save()
        assert not StandardScope.objects.filter(standard=market.identity).exists()
    assert every_row() == before
    market.record.save()


def test_an_error_within_a_supposition_undoes_it_too(market):
    before = every_row()

    def fail() -> None:
        with compliance.hypothetical():
            StandardScope.objects.all().delete()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert every_row() == before


def test_a_draft_that_takes_too_long_says_so(market, draft, standards_editor, now, on, monkeypatch):
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    monkeypatch.setattr(previewing, "_BOUND", "SET LOCAL statement_timeout = '1ms'")
    before = every_row()
    with pytest.raises(RuleBroken, match="reaches too far to be computed while you wait"):
        look(draft, on=on)
    assert every_row() == before


def test_the_number_of_questions_does_not_grow(
    market, icb, draft, standards_editor, now, on, django_assert_num_queries
):
    factories.make_contract(icb, market.record, ref="C-1")
    add(draft, _identity_sooner(market), by=standards_editor, now=now)
    with django_assert_num_queries(QUESTIONS):
        look(draft, on=on)
    supplier = factories.make_supplier("cawthorne", "Cawthorne Clinical")
    products = [factories.make_product(f"cawthorne-{n:02}", supplier=supplier) for n in range(60)]
    for number, product in enumerate(products):
        factories.make_contract(icb, product, ref=f"D-{number:02}")
    market.refresh(now)
    with django_assert_num_queries(QUESTIONS):
        ahead = look(draft, on=on)
    assert (len(ahead.products), len(ahead.contracts)) == (25, 25)
    assert ahead.summary.products == 66
    with django_assert_num_queries(QUESTIONS):
        further = look(draft, on=on, products_page=3, contracts_page=3)
    assert (len(further.products), len(further.contracts)) == (16, 11)


QUESTIONS = 34
