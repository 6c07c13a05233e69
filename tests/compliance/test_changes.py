"""What a refresh changed, told as history: typed causes, permanent, on page, feed and API."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from registry.common.causes import Cause, CauseKind
from registry.compliance import selectors, services
from registry.compliance.models import Change, Revision, VerdictChange
from tests import factories
from tests.catalogue_pages.conftest import words
from tests.factories import A_STORY

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
FROM, UNTIL = date(2026, 6, 1), date(2027, 6, 1)
PAGE = "/products/aldermoor-record/changes/"


@pytest.fixture(autouse=True)
def later(now, time_machine):
    """The pages are read three hours after the story began."""
    time_machine.move_to(now + 3 * HOUR, tick=False)


@pytest.fixture
def product():
    return factories.make_product(name="Aldermoor Record")


@pytest.fixture
def proof(product, now):
    """Accepted evidence for a year of the only standard; learned at `now`."""
    standard = factories.make_standard(required=(None, None))
    criterion = factories.make_criterion(factories.make_version(standard))
    proof = factories.make_proof(product, criterion, valid=(FROM, UNTIL), ref="record-safety")
    services.refresh(product_ids=None, now=now, cause=Cause(CauseKind.EVIDENCE_ACCEPTED, proof.ref))
    return proof


@pytest.fixture
def revoked(proof, now):
    """It is revoked from 1 January 2027; learned an hour later."""
    type(proof).objects.filter(pk=proof.pk).update(revoked_from=date(2027, 1, 1))
    cause = Cause(CauseKind.EVIDENCE_REVOKED, proof.ref)
    services.refresh(product_ids=None, now=now + HOUR, cause=cause)
    return proof


def told(revision):
    changes = revision.changes.order_by("period")
    return [(c.from_status, c.to_status, c.period.lower, c.period.upper) for c in changes]


def test_only_the_days_that_turn_are_told(product, revoked, now):
    latest, first = selectors.changes_of(product, known_at=None)
    assert (latest.recorded_at, latest.why) == (
        now + HOUR,
        [Cause(CauseKind.EVIDENCE_REVOKED, "record-safety")],
    )
    assert told(latest) == [("met", "not_met", date(2027, 1, 1), UNTIL)]
    (verdict,) = latest.verdict_changes.all()
    assert (verdict.from_verdict, verdict.to_verdict) == ("compliant", "non_compliant")
    assert told(first) == [
        ("not_required", "not_met", None, FROM),
        ("not_required", "met", FROM, UNTIL),
        ("not_required", "not_met", UNTIL, None),
    ]


def test_a_wrong_decision_that_is_corrected_stands_as_both(product, revoked, now):
    type(revoked).objects.filter(pk=revoked.pk).update(revoked_from=None)
    services.refresh(product_ids=None, now=now + 2 * HOUR, cause=A_STORY)
    back, away, _ = selectors.changes_of(product, known_at=None)
    days = (date(2027, 1, 1), UNTIL)
    assert (told(away), told(back)) == ([("met", "not_met", *days)], [("not_met", "met", *days)])
    assert len(selectors.changes_of(product, known_at=now + HOUR)) == 2
    assert len(selectors.changes_of(product, known_at=now - HOUR)) == 0


def test_a_second_refresh_tells_nothing(product, proof, now):
    services.refresh(product_ids=None, now=now + HOUR, cause=A_STORY)
    assert product.revisions.count() == 1


@pytest.mark.parametrize("model", [Revision, Change, VerdictChange])
def test_nothing_learned_is_changed_or_removed(proof, model):
    row = model.objects.first()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(id=row.pk + 1000)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")


def test_a_cause_is_never_free_text(product, proof, now):
    with pytest.raises(TypeError, match="not text"):
        services.refresh(product_ids=None, now=now, cause="because")
    with pytest.raises(ValueError, match="whim"):
        Cause("whim")


def test_the_page_tells_it_in_sentences(client, revoked):
    text = words(client.get(PAGE))
    assert "1 July 2026 at 1:00pm The register learned, because evidence record-safety" in text
    assert "DCB0129 turns from met to not met, from 1 January 2027 to 31 May 2027" in text
    assert "the product turns from compliant to non-compliant, from 1 January 2027" in text
    assert text.index("was revoked") < text.index("was accepted")
    assert "Latest changes" in words(client.get("/products/aldermoor-record/"))


def test_the_page_can_be_asked_what_was_known(client, revoked, now):
    text = words(client.get(f"{PAGE}?known_at=2026-07-01T12:00"))
    assert "was accepted" in text
    assert "was revoked" not in text
    assert client.get(f"{PAGE}?known_at=2030-01-01").status_code == 400
    assert client.get(f"{PAGE}?standard=NOTHING").status_code == 400
    other = factories.make_standard("DCB0160", required=None)
    assert "Nothing was learned" in words(client.get(f"{PAGE}?standard={other.code}"))
    assert "DCB0129 turns" in words(client.get(f"{PAGE}?standard=DCB0129"))


def test_the_feed_is_atom(client, revoked):
    response = client.get("/products/aldermoor-record/changes.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    text = response.content.decode()
    assert text.count("<entry>") == 2
    assert "because evidence record-safety was revoked" in text


def test_the_api_is_read_on_from_where_one_left_off(client, revoked, product):
    first = client.get("/api/v1/changes/?page_size=1").json()
    assert [each["causes"][0]["kind"] for each in first["results"]] == ["evidence_accepted"]
    second = client.get(first["next"]).json()
    assert second["next"] is None
    assert second["results"][0]["standards"] == [
        {
            "standard": "DCB0129",
            "from_status": "met",
            "to_status": "not_met",
            "period": ["2027-01-01", "2027-06-01"],
        }
    ]
    nothing = client.get(f"/api/v1/changes/?after={second['last']}").json()
    assert nothing == {"next": None, "last": second["last"], "results": []}
    since = client.get("/api/v1/changes/?since=2026-07-01T12:30").json()
    assert [each["number"] for each in since["results"]] == [second["last"]]
    assert client.get("/api/v1/changes/?page=2").status_code == 400
    own = client.get("/api/v1/products/aldermoor-record/changes/").json()
    assert [each["number"] for each in own["results"]] == [second["last"], first["last"]]


def test_what_is_not_public_is_told_to_nobody(client, revoked, product):
    type(product).objects.filter(pk=product.pk).update(state="draft")
    assert client.get("/api/v1/changes/").json()["results"] == []
    for address in (PAGE, "/products/aldermoor-record/changes.atom"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("more", [1, 30])
def test_as_many_questions_for_thirty_as_for_one(
    client, product, proof, now, more, django_assert_num_queries
):
    for number in range(more):
        factories.make_criterion(
            factories.make_version(factories.make_standard(f"X{number:02}", required=(None, None)))
        )
        services.refresh(product_ids=None, now=now + number * timedelta(minutes=1), cause=A_STORY)
    with django_assert_num_queries(8):
        assert client.get(PAGE).status_code == 200
    with django_assert_num_queries(4):
        assert client.get("/api/v1/changes/").status_code == 200
