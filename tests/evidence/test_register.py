"""Proofs that come with a register file: accepted, decided by the officer, safe to load twice."""

from dataclasses import replace
from datetime import date

import pytest

from registry.common.periods import period
from registry.evidence import services
from registry.evidence.enums import Outcome, SubmissionState
from registry.evidence.models import Decision, Submission, SubmissionCriterion
from registry.evidence.services import ProofFacts, ProofRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def fact(product, accessible):
    return ProofFacts(
        ref="aldermoor-audit-1",
        product_id=product.pk,
        form="test_report",
        criteria=frozenset([accessible.pk]),
        valid=period(date(2024, 6, 1), date(2025, 6, 1)),
        issuer="Fellside Test House",
        reference="FTH-1",
    )


def load(facts, by, now):
    put = services.put_proofs(rows=facts, by=by, now=now)
    return len(put.added), len(put.changed)


def test_a_line_becomes_accepted_evidence(fact, accessible, standards_editor, now):
    assert load([fact], standards_editor, now) == (1, 0)
    row = Submission.objects.get()
    assert (row.state, row.valid, row.issuer) == (
        SubmissionState.ACCEPTED,
        fact.valid,
        "Fellside Test House",
    )
    assert list(row.criteria.all()) == [accessible]
    decision = row.decisions.get()
    assert (decision.outcome, decision.decided_by, decision.valid) == (
        Outcome.ACCEPTED,
        standards_editor,
        fact.valid,
    )


def test_loading_twice_changes_nothing(fact, standards_editor, now):
    facts = [fact, replace(fact, ref="open", valid=period(None, None))]
    assert load(facts, standards_editor, now) == (2, 0)
    assert load(facts, standards_editor, now) == (0, 0)
    assert Decision.objects.count() == 2


def test_what_changed_is_decided_anew(fact, safe, accessible, standards_editor, now):
    load([fact], standards_editor, now)
    changed = replace(
        fact,
        criteria=frozenset([safe.pk, accessible.pk]),
        valid=period(date(2024, 6, 1), None),
        revoked_from=date(2025, 1, 1),
    )
    assert load([changed], standards_editor, now) == (0, 1)
    row = Submission.objects.get()
    assert (row.valid, row.revoked_from) == (changed.valid, date(2025, 1, 1))
    assert set(row.criteria.all()) == {safe, accessible}
    assert [each.outcome for each in row.decisions.all()] == ["accepted", "accepted", "revoked"]
    assert load([fact], standards_editor, now) == (0, 1)
    assert set(Submission.objects.get().criteria.all()) == {accessible}


def test_a_line_supersedes_another_wherever_it_stands(fact, standards_editor, now):
    newer = replace(fact, ref="aldermoor-audit-2", supersedes="aldermoor-audit-1")
    assert load([newer, fact], standards_editor, now) == (2, 0)
    assert Submission.objects.get(ref="aldermoor-audit-2").supersedes.ref == "aldermoor-audit-1"
    assert load([newer, fact], standards_editor, now) == (0, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"form": "certificate"}, "form"),
        ({"criteria": frozenset()}, "criteria"),
        ({"criteria": frozenset([999_999])}, "criteria"),
        ({"supersedes": "nothing"}, "supersedes"),
        ({"supersedes": "second"}, "supersedes"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_kept(fact, standards_editor, now, change, field):
    bad = replace(fact, ref="second", **change)
    with pytest.raises(ProofRefused) as refusal:
        load([fact, bad], standards_editor, now)
    assert (refusal.value.index, refusal.value.field) == (1, field)
    assert Submission.objects.count() == 0


def test_a_reference_of_a_draft_is_not_taken(draft, fact, standards_editor, now):
    with pytest.raises(ProofRefused, match="not accepted"):
        load([replace(fact, ref=draft.ref)], standards_editor, now)
    assert Decision.objects.count() == 0


def test_a_load_takes_the_same_queries_for_one_as_for_fifty(
    fact, standards_editor, now, django_assert_num_queries
):
    load([replace(fact, ref="warm")], standards_editor, now)
    with django_assert_num_queries(8):
        load([replace(fact, ref="one")], standards_editor, now)
    with django_assert_num_queries(8):
        load([replace(fact, ref=f"many-{n}") for n in range(50)], standards_editor, now)
    assert SubmissionCriterion.objects.count() == 52
