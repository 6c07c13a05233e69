"""One product and one standard on one day: status, reasons, what would do, and the way in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from registry.evidence.models import Decision, Submission
from tests import factories
from tests.catalogue_pages.conftest import words

RECORD = "/products/aldermoor-record/standards/DCB0129/"
ROTA = "/products/aldermoor-rota/standards/DCB0129/"
TRANSPORT = "/products/aldermoor-record/standards/RFC8996/"


@pytest.fixture(autouse=True)
def _market(market):
    return market


def submitted(market, product, state: str, ref: str) -> Submission:
    """Evidence for the safety case that is not accepted."""
    submission = Submission.objects.create(
        ref=ref,
        product=product,
        form="document",
        state=state,
        created_by=market.officer,
        created_at=market.now,
        submitted_at=market.now,
    )
    submission.criteria.add(market.safety_case)
    return submission


def test_what_is_met_and_by_what(page, client):
    text = page(RECORD)
    assert "Aldermoor Record DCB0129 Clinical risk management" in text
    assert "Met on 1 July 2026 Since 1 January 2024, until 31 December 2026." in text
    assert "Version met 4.2, which counts from 2 May 2018" in text
    assert (
        "CSCR The supplier shows CSCR. Level MUST On this day Proved By what, or why not Evidence "
        "safety-case, accepted from 1 January 2024 to 31 December 2026. See the evidence"
    ) in text
    assert "NICE The supplier shows NICE. Level SHOULD On this day Not proved" in text
    assert "What would prove it Document" in text
    assert "The least" not in text
    assert 'href="/evidence/safety-case/"' in client.get(RECORD).content.decode()


def test_one_walks_from_change_to_change(client, page):
    text = page(RECORD)
    assert "Before: Not met until 31 December 2023 Next: Not met from 1 January 2027" in text
    html = client.get(RECORD).content.decode()
    assert 'rel="prev" href="?as_of=2023-12-31"' in html
    assert 'rel="next" href="?as_of=2027-01-01"' in html
    last = page(f"{RECORD}?as_of=2027-01-01")
    assert "Not met on 1 January 2027 Since 1 January 2027, with no end known." in last
    assert "Before: Met until 31 December 2026" in last
    assert "Next:" not in last
    assert "Not required on 1 May 2018 Always so far, until 1 May 2018." in page(
        f"{RECORD}?as_of=2018-05-01"
    )


def test_a_day_to_come_is_told_as_one_and_a_past_one_too(page):
    text = page(f"{RECORD}?as_of=2027-01-01")
    assert "Evidence safety-case expires after 31 December 2026." in text
    assert (
        "Done by 1 January 2027, this is enough to meet version 4.2 from that day: Renew evidence "
        "safety-case for CSCR: it is valid only until 31 December 2026. See the evidence"
    ) in text
    past = page(f"{RECORD}?as_of=2023-06-01")
    assert "That day is past. This would have been enough to meet version 4.2:" in past
    today = page(ROTA)
    assert (
        "This is enough to meet version 4.2 from the day on which it is done: Submit new evidence "
        "for CSCR. The cheapest form: document."
    ) in today


def test_a_moment_is_kept_while_walking(client):
    html = client.get(f"{RECORD}?known_at=2026-07-01T11:59:59Z").content.decode()
    assert "known_at=2026-07-01T11%3A59%3A59%2B00%3A00&amp;as_of=2026" not in html  # nothing held
    html = client.get(f"{RECORD}?known_at=2026-07-01T12:00:00").content.decode()
    assert "as_of=2027-01-01" in html
    assert html.count("known_at=2026-07-01T12%3A00%3A00%2B01%3A00") >= 3


def test_what_the_register_held_is_shown_with_the_reasons_of_then(page, market, time_machine):
    later = market.now + timedelta(days=1)
    Submission.objects.filter(pk=market.proof.pk).update(revoked_from=date(2026, 7, 2))
    market.refresh(later)
    time_machine.move_to(later + timedelta(hours=1), tick=False)
    then = page(f"{RECORD}?as_of=2026-07-02&known_at=2026-07-02T10:00")
    assert "Met on 2 July 2026" in then
    assert "The facts have changed since" not in then
    assert "revoked" not in then
    assert "Evidence safety-case was revoked on 2 July 2026." in page(RECORD)


def test_the_exempt_have_their_reason(page):
    text = page("/products/brackenfell-letters/standards/DCB0129/")
    assert "Dispensation 1 January 2026 to 31 December 2026: A replacement is being built." in text
    assert "Exempt on 1 July 2026" in text
    assert "Submit new evidence for CSCR" in text


def test_a_pair_without_a_timeline_is_not_required(page):
    text = page("/products/aldermoor-rota/standards/RFC8996/")
    assert "Not required on 1 July 2026 Always so far, with no end known." in text
    assert "Nothing requires it on this day." in text
    assert "Register an endpoint (FHIR, any release) that passes the check" in text


def test_the_finding_behind_a_failing_check(client, market):
    spell = market.endpoint.check_spells.get()
    spell.result, spell.period = "fail", factories.period(date(2026, 6, 1), None)
    spell.save()
    sha256 = "0123456789abcdef" * 4
    for day, message in ((1, "The server offers TLS 1.0"), (3, "Seen later")):
        factories.make_visit(
            market.endpoint,
            datetime(2026, 6, day, 9, tzinfo=UTC),
            captures={"metadata": {"sha256": sha256}, "root": {"sha256": ""}},
            findings=[
                {"check": "other", "result": "fail", "message": "Another matter"},
                {
                    "check": "tls.version",
                    "result": "fail",
                    "message": message,
                    "expected": "TLS 1.2",
                    "actual": "TLS 1.0",
                },
            ],
        )
    market.refresh(market.now)
    response = client.get(TRANSPORT)
    text = words(response)
    assert "fails at https://fhir.example.test/r4 since 1 June 2026. See what was found" in text
    assert "Found on 1 June 2026 at 10:00am: The server offers TLS 1.0" in text
    assert "The server offers TLS 1.0 Expected: TLS 1.2. Found: TLS 1.0." in text
    assert "What was fetched: metadata 0123456789ab." in text
    assert "Seen later" not in text
    assert "Another matter" not in text
    assert "Mend https://fhir.example.test/r4, so that the check" in text
    assert f'href="/endpoints/{market.endpoint.pk}/#checks"' in response.content.decode()


def test_why_evidence_was_revoked_is_public(page, market, assessor):
    Submission.objects.filter(pk=market.proof.pk).update(revoked_from=date(2026, 6, 1))
    _decide(market.proof, "revoked", "The report was forged.", assessor)
    market.refresh(market.now)
    text = page(RECORD)
    assert "Evidence safety-case was revoked on 1 June 2026. See the evidence" in text
    assert "Decided on 30 June 2026 at midday: The report was forged." in text


def _decide(submission, outcome: str, reason: str, by, what_would_do: str = "") -> None:
    Decision.objects.create(
        submission=submission,
        outcome=outcome,
        reason=reason,
        what_would_do=what_would_do,
        decided_by=by,
        decided_at=datetime(2026, 6, 30, 11, tzinfo=UTC),
    )


@pytest.mark.parametrize("who", ["nobody", "rival_editor", "supplier_editor", "assessor"])
def test_what_was_said_when_returning_is_for_insiders(client, request, market, assessor, who):
    returned = submitted(market, market.rota, "returned", "rota-back")
    _decide(returned, "returned", "It is unsigned.", assessor, "A signed one.")
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    response = client.get(ROTA)
    text, html = words(response), response.content.decode()
    insider = who in ("supplier_editor", "assessor")
    assert "Evidence rota-back was returned on 30 June 2026." in text
    assert "Answer the return of evidence rota-back" in text
    assert ("It is unsigned." in text) is insider
    assert ("What would do: A signed one." in text) is insider
    assert ('href="/evidence/rota-back/"' in html) is insider


@pytest.mark.parametrize(
    "who", ["nobody", "rival_editor", "supplier_editor", "assessor", "auditor"]
)
def test_what_waits_is_for_insiders_and_the_assessor_may_begin(client, request, market, who):
    submitted(market, market.rota, "submitted", "rota-waits")
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    response = client.get(ROTA)
    text, html = words(response), response.content.decode()
    insider = who in ("supplier_editor", "assessor", "auditor")
    assert ("rota-waits" in html) is insider
    assert ("Accept evidence rota-waits for CSCR." in text) is insider
    assert ("Submit new evidence for CSCR." in text) is not insider
    assert ('href="/assessment/rota-waits/"' in html) is (who == "assessor")


def test_the_supplier_is_led_to_where_it_acts(client, market, supplier_editor):
    client.force_login(supplier_editor)
    html = client.get(ROTA).content.decode()
    assert (
        f'href="/evidence/submit/?product=aldermoor-rota&amp;criterion={market.safety_case.pk}"'
    ) in html
    html = client.get("/products/aldermoor-rota/standards/RFC8996/").content.decode()
    assert 'href="/products/aldermoor-rota/endpoints/new/"' in html


def test_other_versions_and_how_far_they_are(page, market):
    coming = factories.make_version(market.safety, "5", (date(2027, 1, 1), None))
    for code in ("A", "B"):
        factories.make_criterion(coming, code)
    factories.make_version(market.safety, "6", (date(2020, 1, 1), None))
    market.refresh(market.now)
    text = page(ROTA)
    assert "Version 5 How far" not in text
    assert "5 Version 5 counts from 1 January 2027. 2 of 2 MUST criteria not proved." in text
    assert "6 Version 6 has no MUST criterion, so nothing can meet it." in text


def test_another_boards_code_is_the_same_page(client):
    response = client.get("/products/aldermoor-record/standards/DAPB0129/?as_of=2027-01-01")
    assert response.status_code == 301
    assert response["Location"] == f"{RECORD}?as_of=2027-01-01"


def test_a_permanent_link_and_another_day(client):
    html = client.get(f"{RECORD}?as_of=2027-01-01").content.decode()
    assert "This page shows how things are set to stand" in html
    assert "?as_of=2027-01-01&amp;known_at=2026-07-01T" in html


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?as_of=1947-12-31", "The day must have a year from 1948 to 2199"),
        ("?as_of=2200-01-01", "The day must have a year from 1948 to 2199"),
        ("?known_at=2026-07-02", "Nothing can be known yet of a moment in the future"),
    ],
)
def test_what_is_not_understood_is_refused(page, query, message):
    assert message in page(f"{RECORD}{query}", status=400)


@pytest.mark.parametrize("day", ["1948-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_that_can_be_asked_for(page, market, day):
    market.safety.versions.update(accepted=factories.period(None, None))
    factories.make_proof(market.rota, market.safety_case, valid=(None, date(1948, 1, 1)))
    factories.make_proof(market.rota, market.safety_case, valid=(date(2199, 12, 31), None))
    market.refresh(market.now)
    text = page(f"{ROTA}?as_of={day}")
    # The change before 1948 lies outside of what can be asked for.
    assert ("Before: Met until 31 December 1947" in text) is (day == "1948-01-01")
    assert "as_of=1947" not in text


def test_what_is_not_there_is_not_found(client):
    assert client.get("/products/nothing/standards/DCB0129/").status_code == 404
    assert client.get("/products/aldermoor-record/standards/NOTHING/").status_code == 404
    assert client.get("/products/brackenfell-draft/standards/DCB0129/").status_code == 404


@pytest.mark.parametrize("more", [1, 50])
def test_fifty_of_everything_asks_no_more_questions(
    client, market, more, django_assert_num_queries, assessor
):
    tls = factories.make_criterion(market.safety.versions.get(), "TLS", check_id="tls.version")
    for number in range(more):
        since = date(2026, 1, 1) + timedelta(days=number)
        revoked = factories.make_proof(market.rota, market.safety_case, revoked_from=since)
        _decide(revoked, "revoked", "No.", assessor)
        endpoint = factories.make_endpoint(market.rota, f"https://{number}.example.test/r4")
        factories.make_check_spell(endpoint, (since, None), result="fail")
        factories.make_version(market.safety, f"V{number}")
        factories.make_proof(market.rota, tls, valid=(None, since))
    market.refresh(market.now + timedelta(minutes=1))
    with django_assert_num_queries(16):
        assert client.get(ROTA).status_code == 200


def test_two_hundred_pieces_of_evidence_are_five_sentences(page, market):
    for number in range(200):
        factories.make_proof(
            market.rota,
            market.safety_case,
            valid=(date(2020, 1, 1), date(2027, 1, 1) + timedelta(days=number)),
            ref=f"many-{number:03}",
        )
    market.refresh(market.now)
    text = page(ROTA)
    assert "Evidence many-199, accepted from 1 January 2020 to 18 July 2027." in text
    assert text.count("Evidence many-") == 5
    assert "And 195 more pieces of proof." in text
    expired = page(f"{ROTA}?as_of=2028-01-01")
    assert "Evidence many-199 expires after 18 July 2027." in expired
    assert expired.count("many-199") == 2
    assert "many-198" not in expired


def test_two_hundred_endpoints_that_fail_are_five_sentences(page, market):
    for number in range(200):
        endpoint = factories.make_endpoint(market.record, f"https://{number:03}.example.test/r4")
        factories.make_check_spell(endpoint, (date(2026, 6, 1), None), result="fail")
    market.refresh(market.now)
    text = page(TRANSPORT)
    assert text.count("fails at https://") == 5
    assert "And 195 more reasons." in text
