"""What evidence would change, said before it is sent, is what accepting it then changes."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extras import DateRange

from registry.common.periods import period
from registry.compliance.presenters.previewing import change
from registry.compliance.presenters.words import stages_words
from registry.compliance.selectors import computed_timelines
from registry.compliance.selectors.drafted import SupposedProof
from registry.compliance.services import preview
from registry.evidence.models import AlsoFor, Submission, SubmissionCriterion
from tests import factories
from tests.compliance.test_worlds import generated, in_a_world
from tests.compliance.worlds import build, spans, worlds

pytestmark = pytest.mark.django_db
ON = date(2026, 7, 1)
YEAR = period(ON, date(2027, 7, 1))


@pytest.fixture
def safety(db):
    """A standard with two MUST criteria and a recommended one."""
    version = factories.make_version(factories.make_standard("DCB0129"), "4.2")
    factories.make_criterion(version, "MAYBE", level="SHOULD")
    return [factories.make_criterion(version, code) for code in ("CSCR", "HAZARD-LOG")]


@pytest.fixture
def rota(db):
    return factories.make_product("aldermoor-rota", name="Aldermoor Rota")


def a_draft(product, criteria, valid=YEAR, now=factories.LONG_AGO):
    row = Submission.objects.create(
        ref="EV-AAAA-BBBB",
        product=product,
        form="document",
        valid=valid,
        created_by=factories.make_user(),
        created_at=now,
    )
    for criterion in criteria:
        SubmissionCriterion.objects.create(submission=row, criterion=criterion)
    return row


def told(found):
    return [
        (
            each.product.ref,
            each.changed,
            [(line.standard.code, stages_words(line.after), line.missing) for line in each.lines],
        )
        for each in found.products
    ]


def test_half_of_what_is_asked_changes_nothing_and_says_what_is_left(rota, safety):
    found = change(a_draft(rota, safety[:1]), on=ON)
    assert told(found) == [("aldermoor-rota", False, [("DCB0129", "Not met", ["HAZARD-LOG"])])]
    assert not found.products[0].lines[0].changed


def test_all_of_it_makes_the_product_compliant_for_as_long_as_it_lasts(rota, safety):
    found = change(a_draft(rota, safety), on=ON)
    [each] = found.products
    assert stages_words(each.before) == "Non-compliant"
    assert stages_words(each.after) == "Compliant until 30 June 2027, then non-compliant"
    assert told(found)[0][2] == [
        ("DCB0129", "Met until 30 June 2027, then not met", ["CSCR", "HAZARD-LOG"])
    ]
    assert (found.first, found.last, found.assumed) == (ON, date(2027, 6, 30), False)


def test_a_draft_without_dates_is_taken_to_be_issued_today(rota, safety):
    found = change(a_draft(rota, safety, valid=None), on=ON)
    # A document on DCB0129 lasts a year unless somebody says otherwise.
    assert (found.assumed, found.first, found.last) == (True, ON, date(2027, 6, 30))


def test_each_product_of_a_draft_is_told(rota, safety):
    scan = factories.make_product("aldermoor-scan", supplier=rota.supplier, name="Aldermoor Scan")
    factories.make_proof(scan, safety[1])
    draft = a_draft(rota, safety[:1])
    AlsoFor.objects.create(draft=draft, product=scan).criteria.set(safety[:1])
    assert [(ref, changed) for ref, changed, _ in told(change(draft, on=ON))] == [
        ("aldermoor-rota", False),
        ("aldermoor-scan", True),
    ]


def test_a_draft_that_proves_nothing_changes_nothing(rota):
    assert change(a_draft(rota, []), on=ON) is None


def test_nothing_of_a_preview_is_kept(rota, safety):
    before = list(Submission.objects.values())
    draft = a_draft(rota, safety)
    change(draft, on=ON)
    change(draft, on=ON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = 'evidence_submission'")
        # The table itself, and where the history and its view have theirs; nothing temporary.
        cursor.execute("SELECT to_regclass('pg_temp.evidence_submission')")
        assert cursor.fetchone() == (None,)
    assert list(Submission.objects.exclude(pk=draft.pk).values()) == before


@pytest.mark.parametrize("products", [1, 12])
def test_it_asks_no_more_for_many_products(products, rota, safety, django_assert_max_num_queries):
    draft = a_draft(rota, safety)
    for number in range(products - 1):
        other = factories.make_product(f"other-{number}", supplier=rota.supplier)
        AlsoFor.objects.create(draft=draft, product=other).criteria.set(safety)
    with django_assert_max_num_queries(24):
        assert len(change(draft, on=ON).products) == products


@given(spec=worlds, data=st.data())
@generated
def test_in_any_world_it_foretells_what_accepting_does(spec, data):
    """Whatever the facts are: the same timelines to the day, and verdicts."""

    def check():
        world = build(spec)
        chosen = data.draw(
            st.lists(st.sampled_from(world.criteria), min_size=1, unique_by=lambda one: one.pk)
            if world.criteria
            else st.just([])
        )
        if not chosen:
            return
        product, valid = world.products[0], period(*data.draw(spans()))
        proof = SupposedProof(product.pk, {one.pk for one in chosen}, valid)
        foretold = preview(proofs=[proof], on=ON)
        before = _spells(product)
        assert {pair: each.spells for pair, each in foretold.before.pairs.items()} == before
        _accept(product, chosen, valid)
        after = {pair: each.spells for pair, each in foretold.after.pairs.items()}
        assert after == _spells(product)

    in_a_world(check)


def _spells(product):
    return {
        (each.product_id, each.standard_id): each.spells
        for each in computed_timelines(product_ids=[product.pk])
    }


def _accept(product, criteria, valid: DateRange):
    factories.make_proof(product, *criteria, valid=(valid.lower, valid.upper))
