"""One product: its verdict, why, whether a term holds, and on what that rests."""

from datetime import date, timedelta

import pytest

from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission, SubmissionCriterion
from tests import factories
from tests.catalogue_pages.conftest import words

RECORD = "/products/aldermoor-record/"
ROTA = "/products/aldermoor-rota/"


@pytest.fixture(autouse=True)
def _market(market):
    return market


def test_the_verdict_says_since_when_until_when_and_what_comes_after(page):
    assert "Compliant on 1 July 2026 Since 1 January 2024, until 31 December 2026." in page(RECORD)
    assert "From 1 January 2027 it is non-compliant: DCB0129." in page(RECORD)
    assert "Non-compliant on 1 July 2026 Since 2 May 2018, with no end known." in page(ROTA)


def test_what_ends_next_is_said_by_its_last_day(page):
    assert "31 December 2026 is the last day on which it meets DCB0129" in page(RECORD)
    assert "31 December 2026 is the last day on which it is excused from DCB0129" in page(
        "/products/brackenfell-letters/"
    )


def test_a_standard_that_is_not_met_is_explained(page):
    text = page(ROTA)
    assert "Why it is not compliant DCB0129 Clinical risk management" in text
    assert "CSCR The supplier shows CSCR. No evidence has been accepted." in text
    # What is only a SHOULD decides nothing.
    assert "NICE" not in text


def test_a_lapse_is_named_on_the_day_it_happens(page):
    text = page(f"{RECORD}?as_of=2027-01-01")
    assert "Evidence safety-case expires after 31 December 2026." in text


def test_evidence_that_waits_for_a_decision_is_for_insiders_alone(
    client, market, supplier_editor, rival_editor, assessor
):
    submission = Submission.objects.create(
        ref="rota-case",
        product=market.rota,
        form="document",
        state=SubmissionState.SUBMITTED,
        created_by=supplier_editor,
        created_at=market.now,
        submitted_at=market.now,
    )
    submission.criteria.add(market.safety_case)
    for person, told in [
        (None, False),
        (rival_editor, False),
        (supplier_editor, True),
        (assessor, True),
    ]:
        if person:
            client.force_login(person)
        text = words(client.get(ROTA))
        assert ("rota-case" in text) is told
        assert told or "No evidence has been accepted." in text


@pytest.mark.parametrize(
    ("product", "term", "answer"),
    [
        (
            RECORD,
            "compliant_from=2026-07-01&compliant_until=2027-01-01",
            "Yes. It is compliant on every day from 1 July 2026 to 31 December 2026",
        ),
        (
            RECORD,
            "compliant_from=2026-07-01&compliant_until=2029-07-01",
            "No. Asked for 1 July 2026 to 30 June 2029: the first day on which it is not is"
            " 1 January 2027, because it does not meet DCB0129 on that day.",
        ),
        (
            "/products/brackenfell-notes/",
            "compliant_from=2026-07-01",
            "Until 31 March 2027. Compliant from 1 July 2026 until 31 March 2027; not on"
            " 1 April 2027, because it does not meet DCB3051 on that day.",
        ),
        (
            "/products/brackenfell-letters/",
            "compliant_from=2026-07-01&compliant_until=2026-08-01",
            "because it is excused from DCB0129 on that day.",
        ),
        (
            "/products/brackenfell-letters/",
            "compliant_from=2026-07-01&compliant_until=2026-08-01&allow_exempt=on",
            "Yes. It is compliant or excused on every day",
        ),
        (
            RECORD,
            "compliant_from=2018-05-01&compliant_until=2018-06-01",
            "1 May 2018, because no standard is required of it on that day, which proves nothing.",
        ),
    ],
)
def test_the_term_checker_answers_with_the_first_day_that_fails(page, product, term, answer):
    assert answer in page(f"{product}?{term}")


@pytest.mark.parametrize("allow_exempt", ["", "&allow_exempt=on"])
def test_the_checker_and_the_search_agree(client, market, allow_exempt):
    start = date(2018, 5, 1)
    for product in (market.record, market.rota, market.notes, market.letters):
        for months in (0, 60, 70, 92, 98, 104, 108):
            first = start + timedelta(days=30 * months)
            term = (
                f"compliant_from={first}&compliant_until={first + timedelta(days=200)}"
                f"{allow_exempt}"
            )
            answer = words(client.get(f"/products/{product.ref}/?{term}"))
            found = client.get(f"/products/?{term}").content.decode()
            assert (" Yes. " in answer) is (f'href="/products/{product.ref}/' in found), term


def test_the_timeline_stands_as_a_picture_and_as_a_table(client):
    html = client.get(RECORD).content.decode()
    assert 'role="img"' in html
    text = words(client.get(RECORD))
    assert "Met 1 January 2024 31 December 2026 Not met 1 January 2027 no end" in text


def test_what_is_public_of_evidence_is_the_fact_issuer_dates_and_decision(page, market):
    Submission.objects.filter(pk=market.proof.pk).update(issuer="Tollgate", reference="T-17")
    text = page(RECORD)
    assert (
        "Evidence Document For DCB0129 CSCR Issued by Tollgate "
        "Accepted for 1 Jan 2024 to 31 Dec 2026"
    ) in text
    assert "T-17" not in text


def test_lapsed_evidence_is_kept_apart(page):
    assert "1 piece of evidence that does not count on this day" in page(
        f"{RECORD}?as_of=2027-01-01"
    )


def test_endpoints_and_claims_are_shown(page):
    text = page(RECORD)
    assert "https://fhir.example.test/r4 In service from 1 January 2023. Not visited yet." in text
    assert "Patient Information Maintenance C13 always" in text


def test_another_day_is_announced_and_linked_for_ever(client, market):
    response = client.get(f"{RECORD}?as_of=2023-06-01")
    html = response.content.decode()
    text = words(response)
    assert "This page shows how things stood on 1 June 2023" in text
    assert "Non-compliant on 1 June 2023" in text
    assert "known_at=2026-07-01T" in html


def test_what_the_register_held_then_is_shown_again(client, market, time_machine):
    later = market.now + timedelta(days=1)
    Submission.objects.filter(pk=market.proof.pk).update(revoked_from=date(2026, 7, 2))
    market.refresh(later)
    time_machine.move_to(later + timedelta(hours=1), tick=False)

    assert "Non-compliant on 2 July 2026" in words(client.get(RECORD))
    then = words(client.get(f"{RECORD}?as_of=2026-07-02&known_at=2026-07-02T10:00"))
    assert "Compliant on 2 July 2026" in then
    assert "as the register knew it on 2 July 2026" in then


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?as_of=2026-02-30", "The day must be a real date"),
        ("?known_at=2026-07-02", "Nothing can be known yet of a moment in the future"),
        ("?known_at=x", "must be a real date and time"),
        ("?compliant_from=2027-01-01&compliant_until=2026-01-01", "must be after 1 January 2027"),
        ("?compliant_until=2026-01-01", "Enter the first day of the term"),
        (
            "?compliant_from_day=1&compliant_from_month=4",
            "The start of the term must include a year",
        ),
    ],
)
def test_a_question_that_is_not_understood_is_said_to_be(client, query, message):
    response = client.get(f"{RECORD}{query}")
    assert response.status_code == 400
    assert message in words(response)
    assert "There is a problem" in words(response)
    # The page itself still answers for today, and no term is answered.
    assert "Compliant on 1 July 2026" in words(response)
    assert " Yes. " not in words(response)


def test_a_draft_is_there_for_its_supplier_and_the_national_team_only(
    client, market, rival_editor, supplier_editor, auditor
):
    address = "/products/brackenfell-draft/"
    assert client.get(address).status_code == 404
    client.force_login(supplier_editor)
    assert client.get(address).status_code == 404
    client.force_login(rival_editor)
    assert "Draft: this product is not listed for buying." in words(client.get(address))
    client.force_login(auditor)
    assert client.get(address).status_code == 200


def test_a_withdrawn_product_stays_but_says_so(page):
    assert "Withdrawn: this product is not listed for buying." in page("/products/brackenfell-old/")


def test_what_is_not_there_is_not_found(client):
    assert client.get("/products/nothing/").status_code == 404


@pytest.mark.parametrize("more", [1, 50])
def test_the_page_asks_as_many_questions_for_fifty_of_everything_as_for_one(
    client, market, more, now, django_assert_num_queries
):
    for number in range(more):
        standard = factories.make_standard(f"MORE-{number:02}")
        criterion = factories.make_criterion(factories.make_version(standard))
        factories.make_proof(market.rota, criterion, valid=(date(2020, 1, 1), date(2021, 1, 1)))
        endpoint = factories.make_endpoint(market.rota, f"https://{number}.example.test/r4")
        factories.make_visit(endpoint, now)
        factories.make_claim(market.rota, factories.make_capability(f"C{number + 100}", "More"))
    market.refresh(market.now + timedelta(minutes=1))
    with django_assert_num_queries(30):
        assert client.get(ROTA).status_code == 200


def test_its_own_supplier_finds_where_to_register_an_endpoint(client, market, page):
    link = 'href="/products/aldermoor-record/endpoints/new/"'
    assert link not in client.get(RECORD).content.decode()
    client.force_login(market.officer)
    assert link not in client.get(RECORD).content.decode()
    client.force_login(factories.make_member(market.proof.product.supplier))
    assert link in client.get(RECORD).content.decode()


def test_a_product_with_many_standards_folds_the_rest_away(page, market):
    for number in range(15):
        stated = factories.make_standard(f"X{number:02}", required=(date(2020, 1, 1), None))
        factories.make_criterion(factories.make_version(stated), "DOC")
    market.refresh(market.now)
    text = page(RECORD)
    assert "10 more standards" in text
    assert "X14" in text


class TestWhatWouldDo:
    """The first steps of the cheapest remedy stand beside the reasons."""

    def test_it_is_said_in_short_with_the_way_to_the_rest(self, client, page):
        assert "The least that would do: Submit new evidence for CSCR" in page(ROTA)
        html = client.get(f"{ROTA}?as_of=2027-01-01").content.decode()
        assert 'href="/products/aldermoor-rota/standards/DCB0129/?as_of=2027-01-01#remedy"' in html
        assert 'href="/products/aldermoor-rota/standards/DCB0129/?as_of=2027-01-01"' in html

    def test_outsiders_are_not_told_of_evidence_that_waits(self, client, market, supplier_editor):
        waiting = Submission.objects.create(
            ref="rota-case",
            product=market.rota,
            form="document",
            state=SubmissionState.SUBMITTED,
            created_by=supplier_editor,
            created_at=market.now,
            submitted_at=market.now,
        )
        SubmissionCriterion.objects.create(submission=waiting, criterion=market.safety_case)
        told = "The least that would do: Accept evidence rota-case for CSCR."
        client.force_login(market.officer)
        assert told in words(client.get(ROTA))
        client.logout()
        text = words(client.get(ROTA))
        assert "rota-case" not in text
        assert "The least that would do: Submit new evidence for CSCR" in text
