"""Products in the API: the filters of the page, verdicts by day, timelines."""

from datetime import date, timedelta

import pytest

from registry.evidence.models import Submission
from tests.market import add_products


def refs(answer: dict) -> list[str]:
    return [row["ref"] for row in answer["results"]]


def test_a_product_carries_the_names_of_the_register_format(ask):
    row = ask("products/?q=aldermoor+record")["results"][0]
    assert row == {
        "url": "http://testserver/api/v1/products/aldermoor-record/",
        "page": "http://testserver/products/aldermoor-record/",
        "timeline": "http://testserver/api/v1/products/aldermoor-record/timeline/",
        "ref": "aldermoor-record",
        "supplier": "aldermoor",
        "supplier_name": "Aldermoor Health Systems",
        "name": "Aldermoor Record",
        "summary": "Problems, medicines and letters of a practice.",
        "state": "listed",
        "hosting": "public_cloud",
        "capabilities": ["C13", "T-PATIENT-DATA"],
        "as_of": "2026-07-01",
        "known_at": None,
        "verdict": "compliant",
        "not_met_from": "2027-01-01",
        "not_met": ["DCB0129"],
        "stays": None,
        "stops_being_compliant": "2027-01-01",
        "becomes": "non_compliant",
        "stops_because": ["DCB0129"],
        "starts_being_compliant": None,
    }


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?verdict=compliant",
        "?standard=DAPB0129&supplier=brackenfell",
        "?compliant_from=2026-07-01&compliant_until=2027-01-01",
        "?compliant_from=2026-07-01&compliant_until=2026-08-01&allow_exempt=true",
        "?as_of=2027-01-01&verdict=non_compliant",
        "?state=withdrawn",
        "?sort=longest",
        "?sort=soonest",
        "?stops_before=2027-01-02",
    ],
)
def test_the_list_and_the_page_find_the_same(client, ask, query):
    found = refs(ask(f"products/{query}"))
    html = client.get(f"/products/{query.replace('=true', '=on')}").content.decode()
    places = [html.find(f'href="/products/{ref}/') for ref in found]
    assert found
    assert all(place > 0 for place in places)
    assert places == sorted(places)
    assert ask(f"products/{query}")["count"] == len(found)


def test_a_detail_says_how_each_standard_stands_and_why(ask):
    answer = ask("products/aldermoor-record/?as_of=2027-01-01")
    assert answer["verdict"] == "non_compliant"
    assert answer["verdict_period"] == ["2027-01-01", None]
    assert answer["claims"] == [
        {"capability": "C13", "claimed": [None, None]},
        {"capability": "T-PATIENT-DATA", "claimed": [None, None]},
    ]
    stands = {row["standard"]: row for row in answer["standards"]}
    assert stands["DCB0129"] == {
        "standard": "DCB0129",
        "status": "not_met",
        "period": ["2027-01-01", None],
        "why": [
            {
                "criterion": "CSCR",
                "reasons": ["Evidence safety-case expires after 31 December 2026."],
            }
        ],
    }
    assert stands["RFC8996"]["status"] == "met"


def test_the_timeline_is_what_the_command_prints(ask, market):
    answer = ask("products/aldermoor-record/timeline/")
    assert answer[0] == {
        "product": "aldermoor-record",
        "standard": "DCB0129",
        "spells": [
            {"status": "not_required", "from": None, "until": "2018-05-02"},
            {"status": "not_met", "from": "2018-05-02", "until": "2024-01-01"},
            {"status": "met", "from": "2024-01-01", "until": "2027-01-01"},
            {"status": "not_met", "from": "2027-01-01", "until": None},
        ],
    }
    assert [row["standard"] for row in answer] == ["DCB0129", "DCB3051", "RFC8996"]


def test_an_answer_given_once_can_be_given_again(ask, market, time_machine):
    before = ask("products/aldermoor-record/timeline/")
    later = market.now + timedelta(days=1)
    Submission.objects.filter(pk=market.proof.pk).update(revoked_from=date(2024, 1, 1))
    market.refresh(later)
    time_machine.move_to(later + timedelta(hours=1), tick=False)

    assert ask("products/aldermoor-record/timeline/") != before
    assert ask("products/aldermoor-record/timeline/?known_at=2026-07-01T13:00:00Z") == before
    assert ask("products/aldermoor-record/")["verdict"] == "non_compliant"
    then = ask("products/aldermoor-record/?known_at=2026-07-01T13:00:00%2B01:00")
    assert then["verdict"] == "compliant"
    assert then["known_at"] == "2026-07-01T13:00:00+01:00"


@pytest.mark.parametrize(
    ("address", "field", "words"),
    [
        ("products/?as_of=2026-13-01", "as_of", "must be a real date"),
        ("products/?known_at=2026-07-01T12:00:01Z", "known_at", "in the future"),
        ("products/?known_at=then", "known_at", "must be a real date and time"),
        ("products/?compliant_from=x", "compliant_from", "must be a real date"),
        ("products/?compliant_until=2026-01-01", "compliant_from", "Enter the first day"),
        (
            "products/?compliant_from=2026-02-01&compliant_until=2026-02-01",
            "compliant_until",
            "must be after 1 February 2026",
        ),
        ("products/?verdict=green", "verdict", "There is no verdict “green”"),
        ("products/?standard=NONE", "standard", "There is no standard “NONE”"),
        ("products/?capability=C999", "capability", "There is no capability “C999”"),
        ("products/?hosting=moon", "hosting", "There is no hosting “moon”"),
        ("products/?standrad=DCB0129", "standrad", "There is no parameter “standrad” here"),
        ("products/?allow_exempt=maybe", "allow_exempt", "neither true nor false"),
        ("products/?page_size=0", "page_size", "a number from 1 to 500"),
        ("products/?page_size=501", "page_size", "a number from 1 to 500"),
        ("products/?page_size=ten", "page_size", "a number from 1 to 500"),
        ("products/aldermoor-record/?as_of=x", "as_of", "must be a real date"),
        ("products/aldermoor-record/?verdict=met", "verdict", "There is no parameter"),
        ("products/aldermoor-record/timeline/?known_at=x", "known_at", "must be a real date"),
        ("products/aldermoor-record/timeline/?page=2", "page", "no parameter"),
    ],
)
def test_what_is_not_understood_is_named(ask, address, field, words):
    answer = ask(address, status=400)
    assert list(answer) == [field]
    assert words in answer[field][0]


@pytest.mark.parametrize(
    "address",
    [
        "products/nothing/",
        "products/nothing/timeline/",
        "products/brackenfell-draft/",
        "products/brackenfell-draft/timeline/",
        "products/%00/",
        "products/?page=2",
        "nothing/",
    ],
)
def test_what_is_not_there_is_not_found_in_json(ask, address):
    assert set(ask(address, status=404)) == {"detail"}


def test_a_draft_is_there_for_its_supplier(client, market, rival_editor):
    client.force_login(rival_editor)
    assert client.get("/api/v1/products/brackenfell-draft/").status_code == 200
    answer = client.get("/api/v1/products/?state=draft").json()
    assert refs(answer) == ["brackenfell-draft"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, market, method, administrator):
    client.force_login(administrator)
    answer = getattr(client, method)("/api/v1/products/aldermoor-record/")
    assert answer.status_code == 405


@pytest.mark.parametrize("more", [1, 50])
@pytest.mark.parametrize(
    ("address", "questions"),
    [
        ("products/?supplier=cawthorne&page_size=500", 7),
        ("products/cawthorne-00/", 16),
        ("products/cawthorne-00/timeline/", 3),
        ("suppliers/", 4),
        ("standards/", 7),
    ],
)
def test_fifty_rows_take_as_many_questions_as_one(
    client, market, more, address, questions, django_assert_num_queries
):
    add_products(market, more)
    with django_assert_num_queries(questions):
        assert client.get(f"/api/v1/{address}").status_code == 200


def test_a_list_asked_until_when_says_how_long_each_stays_compliant(ask):
    rows = ask("products/?compliant_from=2026-07-01&until_when=true")["results"]
    assert [(row["ref"], row["stays"]) for row in rows] == [
        (ref, {"compliant_from": "2026-07-01", "throughout": False, **stays})
        for ref, stays in [
            (
                "brackenfell-notes",
                {"fails_on": "2027-04-01", "because": ["DCB3051"], "resumes": None},
            ),
            (
                "aldermoor-record",
                {"fails_on": "2027-01-01", "because": ["DCB0129"], "resumes": None},
            ),
            (
                "aldermoor-rota",
                {"fails_on": "2026-07-01", "because": ["DCB0129"], "resumes": None},
            ),
            (
                "brackenfell-letters",
                {"fails_on": "2026-07-01", "because": ["DCB0129"], "resumes": None},
            ),
        ]
    ]


def test_a_detail_answers_a_term_too(ask):
    asked = "products/aldermoor-record/?compliant_from=2026-07-01"
    assert ask(asked)["stays"]["throughout"] is False
    assert ask(f"{asked}&compliant_until=2027-01-01")["stays"] == {
        "compliant_from": "2026-07-01",
        "throughout": True,
        "fails_on": "2027-01-01",
        "because": ["DCB0129"],
        "resumes": None,
    }
    assert ask("products/aldermoor-record/")["stays"] is None
    refused = ask("products/aldermoor-record/?compliant_until=2027-01-01", status=400)
    assert refused == {"compliant_from": ["Enter the first day of the term"]}
