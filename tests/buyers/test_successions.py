"""Organisations follow each other: dated, many to many, and on and on."""

from datetime import date

import pytest

from procurement.buyers import selectors, services
from procurement.buyers.models import BuyerMembership, Organisation, Succession
from registry.audit.models import Event
from registry.common.errors import NotPermitted
from registry.common.periods import period
from tests import factories

TODAY = date(2026, 7, 1)


@pytest.fixture
def england(db):
    """Six organisations of north and south, by code."""
    return {
        ods: factories.make_organisation(ods, open=period(None, None))
        for ods in ("00C", "00D", "16C", "QHM", "QM7", "D7T5G", "S1Y5D")
    }


@pytest.fixture
def follow(england):
    def follow(predecessor: str, successor: str, on: date) -> None:
        Succession.objects.create(
            predecessor=england[predecessor], successor=england[successor], on=on
        )

    return follow


def _codes(found: dict, organisation: Organisation) -> set[str]:
    return {other.ods for other in found.get(organisation.pk, [])}


def test_a_ccg_is_found_under_its_icb_over_several_steps(england, follow):
    follow("00C", "16C", date(2020, 4, 1))
    follow("16C", "QHM", date(2022, 7, 1))
    ccg, icb = england["00C"], england["QHM"]
    assert _codes(selectors.successors_of([ccg.pk], on=TODAY), ccg) == {"16C", "QHM"}
    assert _codes(selectors.predecessors_of([icb.pk], on=TODAY), icb) == {"00C", "16C"}
    assert _codes(selectors.holders_of([ccg.pk], on=TODAY), ccg) == {"QHM"}


@pytest.mark.parametrize(
    ("on", "successors", "holders"),
    [
        (date(2020, 3, 31), set(), set()),
        (date(2020, 4, 1), {"16C"}, {"16C"}),
        (date(2022, 6, 30), {"16C"}, {"16C"}),
        (date(2022, 7, 1), {"16C", "QHM"}, {"QHM"}),
    ],
)
def test_a_succession_holds_from_its_day_on(england, follow, on, successors, holders):
    follow("00C", "16C", date(2020, 4, 1))
    follow("16C", "QHM", date(2022, 7, 1))
    ccg = england["00C"]
    assert _codes(selectors.successors_of([ccg.pk], on=on), ccg) == successors
    assert _codes(selectors.holders_of([ccg.pk], on=on), ccg) == holders


def test_many_follow_one_and_one_follows_many(england, follow):
    for predecessor, successor in (("QM7", "D7T5G"), ("QM7", "S1Y5D"), ("00D", "S1Y5D")):
        follow(predecessor, successor, date(2026, 4, 1))
    split, merged = england["QM7"], england["S1Y5D"]
    assert _codes(selectors.holders_of([split.pk], on=TODAY), split) == {"D7T5G", "S1Y5D"}
    assert _codes(selectors.predecessors_of([merged.pk], on=TODAY), merged) == {"QM7", "00D"}


def test_what_came_later_did_not_move_on_earlier(england, follow):
    """A part of 16C went to QHM in 2015; what 00C brought in 2020 stayed with 16C."""
    follow("16C", "QHM", date(2015, 4, 1))
    follow("00C", "16C", date(2020, 4, 1))
    ccg, icb = england["00C"], england["QHM"]
    assert _codes(selectors.successors_of([ccg.pk], on=TODAY), ccg) == {"16C"}
    assert _codes(selectors.holders_of([ccg.pk], on=TODAY), ccg) == {"16C"}
    assert _codes(selectors.predecessors_of([icb.pk], on=TODAY), icb) == {"16C"}


def test_a_circle_ends(england, follow):
    follow("00C", "00D", date(2020, 4, 1))
    follow("00D", "00C", date(2020, 4, 1))
    one = england["00C"]
    assert _codes(selectors.successors_of([one.pk], on=TODAY), one) == {"00D"}
    assert _codes(selectors.predecessors_of([one.pk], on=TODAY), one) == {"00D"}


def test_who_was_never_followed_is_left_out(england):
    assert selectors.successors_of([england["QHM"].pk], on=TODAY) == {}
    assert selectors.holders_of([], on=TODAY) == {}


def test_a_long_chain_takes_two_queries(db, django_assert_num_queries):
    chain = [factories.make_organisation(f"X{n:03}") for n in range(40)]
    for before, after in zip(chain, chain[1:], strict=False):
        Succession.objects.create(predecessor=before, successor=after, on=date(2020, 1, 1))
    with django_assert_num_queries(2):
        found = selectors.successors_of([each.pk for each in chain], on=TODAY)
    assert len(found[chain[0].pk]) == 39
    assert [other.ods for other in found[chain[38].pk]] == ["X039"]


# Members


def test_a_member_answers_for_those_their_organisation_followed(england, follow):
    follow("00C", "16C", date(2020, 4, 1))
    follow("16C", "QHM", date(2022, 7, 1))
    buyer = factories.make_buyer(england["QHM"])

    def codes(on):
        found = Organisation.objects.answered_for_by(buyer, on=on)
        return set(found.values_list("ods", flat=True))

    assert codes(date(2022, 6, 30)) == {"QHM"}
    assert codes(TODAY) == {"00C", "16C", "QHM"}


def test_a_member_of_a_predecessor_does_not_answer_for_its_successor(england, follow):
    follow("00C", "16C", date(2020, 4, 1))
    buyer = factories.make_buyer(england["00C"])
    assert list(Organisation.objects.answered_for_by(buyer, on=TODAY)) == [england["00C"]]


def test_adding_a_member_twice_adds_one(england, administrator, outsider, now):
    facts = {"user": outsider, "organisation": england["QHM"], "by": administrator, "now": now}
    assert services.add_member(**facts) is True
    assert services.add_member(**facts) is False
    membership = BuyerMembership.objects.get()
    assert (membership.user, membership.since) == (outsider, now)
    event = Event.objects.get()
    assert (event.action, event.actor) == ("buyers.member_added", administrator)
    assert event.detail == {"user": outsider.email, "organisation": "QHM"}


def test_removing_a_member_ends_what_they_see(england, administrator, outsider, now):
    facts = {"user": outsider, "organisation": england["QHM"], "by": administrator, "now": now}
    services.add_member(**facts)
    assert services.remove_member(**facts) is True
    assert services.remove_member(**facts) is False
    assert not Organisation.objects.of_member(outsider).exists()
    assert Event.objects.last().action == "buyers.member_removed"


def test_who_buys_for_nobody_has_no_desk(outsider, buyer, icb):
    assert selectors.require_buyer(buyer) == [icb]
    with pytest.raises(NotPermitted):
        selectors.require_buyer(outsider)
    with pytest.raises(NotPermitted):
        selectors.require_buys_for(outsider, icb)
