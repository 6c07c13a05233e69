"""Publishing by two: facts, audit, timelines and cases in one transaction, once."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from procurement.phaseout.models import Case
from procurement.whatif import services
from procurement.whatif.enums import DraftState
from procurement.whatif.models import Draft, DraftChange
from procurement.whatif.services import DraftMoved, FactsMoved
from registry.accounts.models import Role
from registry.audit.models import Event
from registry.common.causes import CauseKind
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.compliance.models import Dispensation, RefreshOwed, RefreshRun, Revision, Spell
from registry.standards.models import Criterion, StandardScope, StandardVersion
from tests import factories
from tests.market import IDENTITY_FROM, SAFETY_FROM, open_market
from tests.phaseout.stories import at_once
from tests.whatif.conftest import APRIL
from tests.whatif.stories import (
    accepted_wanted,
    add,
    every_row,
    excuse_wanted,
    look,
    page_text,
    publish,
    scope_wanted,
    version_wanted,
)

OCTOBER = date(2026, 10, 1)
LATER = timedelta(hours=1)


@pytest.fixture
def market(db, now):
    """Each story its own: some of these commit what they publish."""
    return open_market(now)


@pytest.fixture
def proposed(market, draft, standards_editor, now):
    """Identity is mandatory half a year sooner; the first editor proposed it."""
    sooner = scope_wanted(market.identity, (OCTOBER, None), was=(IDENTITY_FROM, None))
    add(draft, sooner, by=standards_editor, now=now)
    return services.propose(draft=draft, by=standards_editor, now=now)


def _publish(draft, by, now):
    return services.publish(
        draft=draft, seen=draft.proposed_as, reason="It is time.", by=by, now=now
    )


def test_nothing_is_published_without_a_reason(proposed, second_editor, now):
    with pytest.raises(RuleBroken, match="Enter why the draft is published"):
        services.publish(
            draft=proposed, seen=proposed.proposed_as, reason=" ", by=second_editor, now=now
        )
    proposed.refresh_from_db()
    assert proposed.state == DraftState.PROPOSED


def test_a_second_editor_publishes(market, proposed, second_editor, now, on):
    ahead = look(proposed, on=on)
    done = _publish(proposed, second_editor, now + LATER)
    assert (done.state, done.decided_by, done.decided_at, done.decision_reason) == (
        DraftState.PUBLISHED,
        second_editor,
        now + LATER,
        "It is time.",
    )
    [scope] = StandardScope.objects.filter(standard=market.identity)
    assert (scope.required.lower, scope.required.upper) == (OCTOBER, None)
    # Timelines, and what they ask for, stand in the same transaction.
    turned = Spell.objects.current().filter(standard=market.identity, status="not_met")
    assert {spell.period.lower for spell in turned} == {OCTOBER}
    cases = Case.objects.filter(standard=market.identity)
    assert cases.count() == ahead.summary.cases == 4
    event = Event.objects.get(action="whatif.published")
    assert (event.actor, event.subject) == (second_editor, f"whatif.draft:{proposed.pk}")
    assert event.detail == {
        "changes": [
            "DCB3051 is mandatory for every product from 1 October 2026, instead of from "
            "1 April 2027."
        ],
        "reason": "It is time.",
    }
    # What was foreseen has happened, and is no longer ahead.
    before = Spell.objects.known_at(now).filter(standard=market.identity, status="not_met")
    assert {spell.period.lower for spell in before} == {IDENTITY_FROM}


def test_every_kind_of_change_is_published(market, draft, standards_editor, second_editor, now):
    year = (date(2026, 1, 1), date(2027, 1, 1))
    add(
        draft,
        version_wanted(market.safety, "5", "4.2", (OCTOBER, None)),
        accepted_wanted(market.safety, "4.2", (SAFETY_FROM, None), (SAFETY_FROM, APRIL)),
        scope_wanted(market.transport, (OCTOBER, APRIL)),
        excuse_wanted(market.letters, market.safety, year, (year[0], OCTOBER)),
        by=standards_editor,
        now=now,
    )
    publish(draft, first=standards_editor, second=second_editor, now=now)
    periods = {
        row.version: (row.accepted.lower, row.accepted.upper)
        for row in StandardVersion.objects.filter(standard=market.safety)
    }
    assert periods == {"5": (OCTOBER, None), "4.2": (SAFETY_FROM, APRIL)}
    copied = Criterion.objects.filter(version__version="5").order_by("code")
    assert [(row.code, row.level, row.proofs) for row in copied] == [
        ("CSCR", "MUST", ["document"]),
        ("NICE", "SHOULD", ["document"]),
    ]
    assert StandardScope.objects.filter(standard=market.transport).count() == 2
    assert Dispensation.objects.get().period.upper == OCTOBER


def test_a_dispensation_alone_is_told_as_what_it_is(
    market, draft, standards_editor, second_editor, now
):
    year = (date(2026, 1, 1), date(2027, 1, 1))
    excuse = excuse_wanted(market.letters, market.safety, year, (year[0], OCTOBER))
    add(draft, excuse, by=standards_editor, now=now)
    publish(draft, first=standards_editor, second=second_editor, now=now + LATER)
    revision = Revision.objects.filter(product=market.letters).latest("pk")
    assert revision.causes == [{"kind": "dispensation_ended", "about": "DCB0129"}]


def test_each_product_is_told_of_what_turned_its_own_standards(
    market, draft, standards_editor, second_editor, client, now
):
    """A dispensation of one product ends, and another standard changes for all, in one draft."""
    year = (date(2026, 1, 1), date(2027, 1, 1))
    add(
        draft,
        excuse_wanted(market.letters, market.safety, year, (year[0], OCTOBER)),
        scope_wanted(market.identity, (OCTOBER, None), was=(IDENTITY_FROM, None)),
        by=standards_editor,
        now=now,
    )
    publish(draft, first=standards_editor, second=second_editor, now=now + LATER)
    revisions = list(Revision.objects.filter(recorded_at__gte=now + LATER))
    assert len(revisions) > 1
    for revision in revisions:
        turned = {change.standard.code for change in revision.changes.all()}
        assert {cause.about for cause in revision.why} == turned, revision.product
    ended = {
        revision.product.ref
        for revision in revisions
        if CauseKind.DISPENSATION_ENDED in {cause.kind for cause in revision.why}
    }
    assert ended == {"brackenfell-letters"}
    page = re.sub("<[^>]+>", "", page_text(client.get("/products/aldermoor-record/changes/")))
    assert f"a change of standard {market.identity.code} was published" in page
    assert "a dispensation from" not in page
    # Of one standard, its own causes alone; the feed follows the same.
    here = "/products/brackenfell-letters/changes"
    assert "a dispensation from" in re.sub("<[^>]+>", "", page_text(client.get(f"{here}/")))
    for address in (f"{here}/", f"{here}.atom"):
        filtered = client.get(f"{address}?standard={market.identity.code}").content.decode()
        assert f"{market.identity.code} turns" in re.sub("<[^>]+>", "", filtered)
        assert "a dispensation from" not in filtered


def test_who_proposed_does_not_publish_or_reject(proposed, standards_editor, now):
    before = every_row()
    with pytest.raises(NotPermitted, match="Who proposed a draft may not decide on it"):
        _publish(proposed, standards_editor, now)
    with pytest.raises(NotPermitted, match="A second editor has to"):
        services.reject(draft=proposed, reason="No.", by=standards_editor, now=now)
    assert every_row() == before


def test_the_database_holds_the_second_editor_too(proposed, standards_editor, second_editor, now):
    decided = {"state": "published", "decided_at": now}
    with pytest.raises(IntegrityError, match="whatif_second_editor"), transaction.atomic():
        Draft.objects.update(decided_by=standards_editor, **decided)
    with pytest.raises(IntegrityError, match="whatif_draft_state"), transaction.atomic():
        Draft.objects.update(**decided)
    assert Draft.objects.get().state == DraftState.PROPOSED


def test_what_is_proposed_or_published_does_not_change(
    market, proposed, standards_editor, second_editor, now
):
    wanted = scope_wanted(market.safety, (OCTOBER, None))
    with pytest.raises(DraftMoved, match="waiting for a second editor"):
        add(proposed, wanted, by=second_editor, now=now)
    change = DraftChange.objects.get()
    for write in (
        change.delete,
        change.save,
        lambda: DraftChange.objects.create(
            draft=proposed,
            kind="add-scope",
            standard=market.safety,
            period=change.period,
            added_by=second_editor,
            added_at=now,
        ),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            write()
    _publish(proposed, second_editor, now)
    for changed in ({"title": "Other"}, {"state": "draft"}, {"decision_reason": "Other"}):
        with pytest.raises(InternalError), transaction.atomic():
            Draft.objects.update(**changed)


def test_a_draft_moves_only_as_it_may(draft):
    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        Draft.objects.update(state="published")


def test_an_empty_draft_is_not_proposed(draft, standards_editor, now):
    with pytest.raises(RuleBroken, match="no changes yet"):
        services.propose(draft=draft, by=standards_editor, now=now)


def test_taken_back_it_can_be_changed_and_is_looked_at_anew(
    market, proposed, standards_editor, second_editor, now
):
    seen = proposed.proposed_as
    services.take_back(draft=proposed, by=standards_editor, now=now)
    add(proposed, scope_wanted(market.safety, (OCTOBER, None)), by=standards_editor, now=now)
    again = services.propose(draft=proposed, by=standards_editor, now=now)
    before = every_row()
    with pytest.raises(FactsMoved, match="proposed again after you looked at it"):
        services.publish(draft=again, seen=seen, reason="Yes.", by=second_editor, now=now)
    assert every_row() == before


def test_a_fact_that_moved_stops_publication(market, proposed, second_editor, now):
    StandardScope.objects.filter(standard=market.identity).delete()
    before = every_row()
    with pytest.raises(RuleBroken, match="no longer mandatory for every product from 1 April 2027"):
        _publish(proposed, second_editor, now)
    assert every_row() == before


def test_criteria_that_moved_stop_the_publication_of_their_copy(
    market, draft, standards_editor, second_editor, now
):
    wanted = version_wanted(market.safety, "5", "4.2", (OCTOBER, None))
    add(draft, wanted, by=standards_editor, now=now)
    proposed = services.propose(draft=draft, by=standards_editor, now=now)
    Criterion.objects.filter(pk=market.safety_case.pk).update(text="Another demand.")
    before = every_row()
    with pytest.raises(FactsMoved, match="What a new edition would demand has changed"):
        _publish(proposed, second_editor, now)
    assert every_row() == before


def test_a_rejected_draft_publishes_nothing(market, proposed, second_editor, now):
    with pytest.raises(RuleBroken, match="Enter why the draft is rejected"):
        services.reject(draft=proposed, reason=" ", by=second_editor, now=now)
    done = services.reject(draft=proposed, reason="Too soon.", by=second_editor, now=now)
    assert (done.state, done.decision_reason) == (DraftState.REJECTED, "Too soon.")
    [scope] = StandardScope.objects.filter(standard=market.identity)
    assert scope.required.lower == IDENTITY_FROM
    with pytest.raises(DraftMoved, match="now “rejected”: editor2@national.test was first"):
        _publish(proposed, second_editor, now)


def test_a_large_register_is_refreshed_from_rows(market, proposed, second_editor, now, settings):
    settings.REFRESH_AT_ONCE_MAX_PRODUCTS = 5
    _publish(proposed, second_editor, now)
    assert RefreshOwed.objects.count() == 6
    [run] = RefreshRun.objects.all()
    assert [cause.words for cause in run.why] == ["a change of standard DCB3051 was published"]
    # The facts are new, and the timelines follow.
    assert StandardScope.objects.get(standard=market.identity).required.lower == OCTOBER


def test_a_publication_that_fails_half_way_leaves_nothing(
    market, proposed, second_editor, now, monkeypatch
):
    from registry.common import bells

    def fail(sender, **_):
        raise ZeroDivisionError

    bells.spells_changed.connect(fail, dispatch_uid="fail")
    before = every_row()
    try:
        with pytest.raises(ZeroDivisionError):
            _publish(proposed, second_editor, now)
    finally:
        bells.spells_changed.disconnect(dispatch_uid="fail")
    assert every_row() == before


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_at_once_one_wins(now):
    market = open_market(now)
    first = factories.make_user("first@national.test", role=Role.STANDARDS_EDITOR)
    crowd = [factories.make_user(role=Role.STANDARDS_EDITOR) for _ in range(8)]
    draft = services.start_draft(title="Once", reason="Once.", by=first, now=now)
    wanted = version_wanted(market.safety, "5", "4.2", (OCTOBER, None))
    services.add_change(draft=draft, wanted=wanted, by=first, now=now)
    proposed = services.propose(draft=draft, by=first, now=now)

    def decide(number: int):
        if number % 4 == 3:
            return services.reject(draft=proposed, reason="No.", by=crowd[number], now=now)
        return _publish(proposed, crowd[number], now)

    said = at_once(len(crowd), decide)
    won = [answer for answer in said if isinstance(answer, Draft)]
    assert len(won) == 1
    lost = [answer for answer in said if isinstance(answer, Conflict)]
    assert len(lost) == len(crowd) - 1
    assert {f"{won[0].decided_by} was first" in answer.message for answer in lost} == {True}
    published = won[0].state == DraftState.PUBLISHED
    assert StandardVersion.objects.filter(version="5").count() == published
    assert Event.objects.filter(action__in=["whatif.published", "whatif.rejected"]).count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_of_the_same_thing_one_is_published(now):
    market = open_market(now)
    first = factories.make_user("first@national.test", role=Role.STANDARDS_EDITOR)
    second = factories.make_user("second@national.test", role=Role.STANDARDS_EDITOR)
    proposed = []
    for day in (OCTOBER, date(2026, 11, 1)):
        draft = services.start_draft(title=f"{day}", reason="Once.", by=first, now=now)
        wanted = scope_wanted(market.identity, (day, None), was=(IDENTITY_FROM, None))
        services.add_change(draft=draft, wanted=wanted, by=first, now=now)
        proposed.append(services.propose(draft=draft, by=first, now=now))
    said = at_once(2, lambda number: _publish(proposed[number], second, now))
    assert sorted(isinstance(answer, Draft) for answer in said) == [False, True]
    [refusal] = [answer for answer in said if not isinstance(answer, Draft)]
    assert isinstance(refusal, RuleBroken)
    assert "no longer mandatory for every product from 1 April 2027" in refusal.message
    assert StandardScope.objects.filter(standard=market.identity).count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_looking_ahead_waits_for_nobody(now, on):
    """Somebody holds what would change; the preview reads past them, and locks nothing."""
    market = open_market(now)
    first = factories.make_user("first@national.test", role=Role.STANDARDS_EDITOR)
    draft = services.start_draft(title="Look", reason="Look.", by=first, now=now)
    wanted = scope_wanted(market.identity, (OCTOBER, None), was=(IDENTITY_FROM, None))
    services.add_change(draft=draft, wanted=wanted, by=first, now=now)
    with transaction.atomic():
        StandardScope.objects.filter(standard=market.identity).update(required=(APRIL, None))
        said = at_once(2, lambda _: look(draft, on=on).summary.products)
        transaction.set_rollback(True)
    assert said == [6, 6]
