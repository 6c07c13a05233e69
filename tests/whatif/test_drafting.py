"""Drawing up changes: what cannot be applied is refused in words, and changes nothing."""

from datetime import date

import pytest
from django.db import InternalError, transaction

from procurement.whatif import rules, selectors, services
from procurement.whatif.enums import DraftState
from procurement.whatif.models import Draft, DraftChange
from procurement.whatif.services import DraftMoved
from registry.audit.models import Event
from registry.common.errors import NotPermitted, RuleBroken
from registry.standards.models import StandardScope
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
YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def _words(draft) -> list[str]:
    return [rules.describe(change.facts) for change in selectors.changes_of(draft)]


def test_changes_are_told_as_sentences(market, draft, standards_editor, now):
    add(
        draft,
        version_wanted(market.safety, "5", "4.2", (APRIL, None)),
        accepted_wanted(market.safety, "4.2", (SAFETY_FROM, None), (SAFETY_FROM, APRIL)),
        scope_wanted(market.identity, (OCTOBER, APRIL)),
        scope_wanted(market.identity, (OCTOBER, None), capability=market.records),
        scope_wanted(market.safety, (OCTOBER, None), was=(SAFETY_FROM, None)),
        excuse_wanted(market.letters, market.safety, YEAR, (YEAR[0], OCTOBER)),
        by=standards_editor,
        now=now,
    )
    assert _words(draft) == [
        "DCB0129 gets edition 5, with the criteria of edition 4.2. It counts from 1 April 2027.",
        "Edition 4.2 of DCB0129 counts from 2 May 2018 to 31 March 2027, instead of from "
        "2 May 2018.",
        "DCB3051 is also mandatory for every product from 1 October 2026 to 31 March 2027.",
        "DCB3051 is also mandatory for products with “Patient Information Maintenance” from "
        "1 October 2026.",
        "DCB0129 is mandatory for every product from 1 October 2026, instead of from 2 May 2018.",
        "Brackenfell Letters is excused from DCB0129 until 30 September 2026, instead of "
        "31 December 2026.",
    ]


REFUSED = {
    "an edition that is there": (
        lambda m: version_wanted(m.safety, "4.2", "4.2", (APRIL, None)),
        "DCB0129 has an edition 4.2 already.",
    ),
    "an edition copied from nothing": (
        lambda m: version_wanted(m.safety, "5", "3", (APRIL, None)),
        "DCB0129 has no edition 3.",
    ),
    "an edition with other dates by now": (
        lambda m: accepted_wanted(m.safety, "4.2", (APRIL, None), (SAFETY_FROM, APRIL)),
        "Edition 4.2 of DCB0129 no longer counts from 1 April 2027: it counts from 2 May 2018.",
    ),
    "dates that it has": (
        lambda m: accepted_wanted(m.safety, "4.2", (SAFETY_FROM, None), (SAFETY_FROM, None)),
        "These are the dates that it has already.",
    ),
    "a scope from the same day": (
        lambda m: scope_wanted(m.identity, (IDENTITY_FROM, None)),
        "DCB3051 is mandatory for every product from that first day already: change that "
        "period instead.",
    ),
    "a scope that is not there": (
        lambda m: scope_wanted(m.identity, (APRIL, None), was=(OCTOBER, None)),
        "DCB3051 is no longer mandatory for every product from 1 October 2026.",
    ),
    "a scope of another capability": (
        lambda m: scope_wanted(
            m.identity, (OCTOBER, None), was=(IDENTITY_FROM, None), capability=m.records
        ),
        "DCB3051 is no longer mandatory for Patient Information Maintenance from 1 April 2027.",
    ),
    "a dispensation that is not there": (
        lambda m: excuse_wanted(m.record, m.safety, YEAR, (YEAR[0], OCTOBER)),
        "Aldermoor Record is no longer excused from DCB0129 1 January 2026 to 31 December 2026.",
    ),
    "a dispensation made longer": (
        lambda m: excuse_wanted(m.letters, m.safety, YEAR, (YEAR[0], APRIL)),
        "A dispensation can only end earlier here. An approver grants a longer one.",
    ),
    "a dispensation that begins later": (
        lambda m: excuse_wanted(m.letters, m.safety, YEAR, (OCTOBER, YEAR[1])),
        "A dispensation can only end earlier here. An approver grants a longer one.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_applied_is_refused(market, draft, standards_editor, now, what):
    wanted, words = REFUSED[what]
    before = every_row()
    with pytest.raises(RuleBroken) as refusal:
        add(draft, wanted(market), by=standards_editor, now=now)
    assert refusal.value.message == words
    assert every_row() == before


def test_a_period_without_a_day_cannot_even_be_said(market):
    with pytest.raises(ValueError):
        scope_wanted(market.identity, (APRIL, APRIL))


def test_a_thing_is_changed_once_in_a_draft(market, draft, standards_editor, now):
    was = (IDENTITY_FROM, None)
    add(
        draft, scope_wanted(market.identity, (OCTOBER, None), was=was), by=standards_editor, now=now
    )
    for days in ((APRIL, date(2030, 1, 1)), (OCTOBER, None)):
        again = scope_wanted(market.identity, days, was=was)
        with pytest.raises(RuleBroken, match="changes this already"):
            services.add_change(draft=draft, wanted=again, by=standards_editor, now=now)
    assert DraftChange.objects.count() == 1


def test_two_changes_that_do_not_go_together_are_refused(market, draft, standards_editor, now):
    moved = scope_wanted(market.identity, (OCTOBER, None), was=(IDENTITY_FROM, None))
    add(draft, moved, by=standards_editor, now=now)
    with pytest.raises(RuleBroken, match="from that first day already"):
        add(draft, scope_wanted(market.identity, (OCTOBER, APRIL)), by=standards_editor, now=now)
    assert len(_words(draft)) == 1


def test_a_draft_holds_so_many_changes(market, draft, standards_editor, now, monkeypatch):
    monkeypatch.setattr(rules, "MAX_CHANGES", 1)
    add(draft, scope_wanted(market.identity, (OCTOBER, None)), by=standards_editor, now=now)
    with pytest.raises(RuleBroken, match="at most 1 changes"):
        add(draft, scope_wanted(market.safety, (OCTOBER, None)), by=standards_editor, now=now)


def test_a_change_is_taken_out_again(market, draft, standards_editor, now, on):
    [change] = add(
        draft, scope_wanted(market.identity, (OCTOBER, None)), by=standards_editor, now=now
    )
    services.remove_change(draft=draft, change_id=change.pk, by=standards_editor, now=now)
    services.remove_change(draft=draft, change_id=change.pk, by=standards_editor, now=now)
    assert _words(draft) == []
    assert [event.action for event in Event.objects.order_by("pk")][-3:] == [
        "whatif.drafted",
        "whatif.change_added",
        "whatif.change_removed",
    ]


def test_drafting_changes_nothing_of_the_register(market, draft, standards_editor, now):
    before = every_row()
    add(draft, scope_wanted(market.identity, (OCTOBER, None)), by=standards_editor, now=now)
    after = every_row()
    assert {table for table in before if before[table] != after[table]} == {
        "whatif_draftchange",
        "audit_event",
    }


def test_facts_that_move_meanwhile_are_told_and_not_foreseen(
    market, draft, standards_editor, now, on
):
    moved = scope_wanted(market.identity, (OCTOBER, None), was=(IDENTITY_FROM, None))
    add(draft, moved, by=standards_editor, now=now)
    StandardScope.objects.filter(standard=market.identity).delete()
    with pytest.raises(RuleBroken, match="is no longer mandatory for every product from 1 April"):
        look(draft, on=on)
    with pytest.raises(RuleBroken, match="is no longer mandatory"):
        services.propose(draft=draft, by=standards_editor, now=now)
    assert Draft.objects.get().state == DraftState.DRAFT


def test_a_copy_has_the_same_changes_and_its_own_life(
    market, draft, standards_editor, second_editor, now
):
    add(draft, scope_wanted(market.identity, (OCTOBER, None)), by=standards_editor, now=now)
    copy = services.copy_draft(draft=draft, by=second_editor, now=now)
    assert (copy.title, copy.created_by) == ("Bring identity forward (copy)", second_editor)
    assert _words(copy) == _words(draft)
    services.discard(draft=draft, reason="The copy is better.", by=standards_editor, now=now)
    assert Draft.objects.get(pk=copy.pk).state == DraftState.DRAFT
    with pytest.raises(DraftMoved, match="now “discarded”: editor@national.test was first"):
        services.add_change(
            draft=draft,
            wanted=scope_wanted(market.safety, (OCTOBER, None)),
            by=second_editor,
            now=now,
        )


def test_what_was_discarded_stays_to_be_read(market, draft, standards_editor, now):
    services.discard(draft=draft, reason="", by=standards_editor, now=now)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        Draft.objects.all().delete()
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        Draft.objects.update(title="Another")


@pytest.mark.parametrize(
    "who",
    ["assessor", "case_officer", "approver", "auditor", "administrator", "outsider", "buyer"],
)
def test_only_standards_editors_draft(request, market, draft, now, who):
    person = request.getfixturevalue(who)
    before = every_row()
    asked = {"by": person, "now": now}
    wanted = scope_wanted(market.identity, (OCTOBER, None))
    for step in (
        lambda: services.start_draft(title="Mine", reason="Mine.", **asked),
        lambda: services.add_change(draft=draft, wanted=wanted, **asked),
        lambda: services.remove_change(draft=draft, change_id=1, **asked),
        lambda: services.copy_draft(draft=draft, **asked),
        lambda: services.propose(draft=draft, **asked),
        lambda: services.discard(draft=draft, reason="", **asked),
        lambda: services.publish(draft=draft, seen="", reason="", **asked),
    ):
        with pytest.raises(NotPermitted):
            step()
    assert every_row() == before
    assert not Draft.objects.visible_to(person).exists()
    assert selectors.draft_seen_by(person, draft.pk) is None
