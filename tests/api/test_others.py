"""Standards, suppliers and organisations in the API."""

from datetime import date

import pytest

from procurement.buyers.models import Succession
from registry.common.periods import period
from tests import factories


def test_a_standard_carries_the_names_of_the_register_format(ask):
    assert ask("standards/RFC8996/") == {
        "url": "http://testserver/api/v1/standards/RFC8996/",
        "page": "http://testserver/standards/RFC8996/",
        "code": "RFC8996",
        "name": "Safe transport",
        "class": "security",
        "owner": "",
        "summary": "",
        "standing": "mandatory",
        "next_mandatory": None,
        "legal_basis": "",
        "legal_basis_in_force": None,
        "superseded_by": None,
        "verified": False,
        "basis": "background",
        "scope": [{"capability": "T-PATIENT-DATA", "required": ["2021-03-25", None]}],
        "versions": [
            {
                "version": "TLS 1.2",
                "accepted": [None, None],
                "published": None,
                "note": "",
                "verified": True,
                "criteria": [
                    {
                        "code": "TLS",
                        "level": "MUST",
                        "text": "The supplier shows TLS.",
                        "proofs": [],
                        "check": {"id": "tls.version", "params": {"minimum": "1.2"}},
                        "requirements": [],
                    }
                ],
            }
        ],
    }


def test_another_boards_code_finds_the_standard_that_is_held(ask):
    assert ask("standards/DAPB0129/")["code"] == "DCB0129"
    assert ask("standards/NONE/", status=404) == {
        "detail": "There is no standard “NONE” in the register."
    }


def test_standards_narrow_as_on_their_page(ask):
    assert [row["code"] for row in ask("standards/?standing=coming")["results"]] == ["DCB3051"]
    assert ask("standards/?standing=coming")["results"][0]["next_mandatory"] == "2027-04-01"
    assert [row["code"] for row in ask("standards/?class=security")["results"]] == ["RFC8996"]
    assert "There is no standing “x”" in ask("standards/?standing=x", status=400)["standing"][0]


def test_a_supplier_shows_its_public_products(client, ask, market, rival_editor):
    answer = ask("suppliers/brackenfell/")
    assert answer["products"] == ["brackenfell-letters", "brackenfell-notes", "brackenfell-old"]
    assert [row["ref"] for row in ask("suppliers/?q=aldermor")["results"]] == ["aldermoor"]
    client.force_login(rival_editor)
    assert "brackenfell-draft" in ask("suppliers/brackenfell/")["products"]


def test_a_supplier_without_anything_public_is_not_shown(ask):
    factories.make_supplier("quiet")
    assert ask("suppliers/quiet/", status=404)
    assert [row["ref"] for row in ask("suppliers/")["results"]] == ["aldermoor", "brackenfell"]


@pytest.fixture
def succeeded(db):
    old = factories.make_organisation(
        "03F", "NHS Hull CCG", type="CCG", open=period(date(2013, 4, 1), date(2022, 7, 1))
    )
    new = factories.make_organisation("QOQ", "NHS Humber and North Yorkshire ICB")
    Succession.objects.create(predecessor=old, successor=new, on=date(2022, 7, 1))


def test_an_organisation_knows_those_before_and_after_it(ask, succeeded):
    after = ask("organisations/03F/")
    assert after["open"] == ["2013-04-01", "2022-07-01"]
    assert after["successors"] == [{"ods": "QOQ", "on": "2022-07-01"}]
    assert ask("organisations/QOQ/")["predecessors"] == [{"ods": "03F", "on": "2022-07-01"}]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["03F", "QOQ"]),
        ("?q=hull", ["03F"]),
        ("?q=qoq", ["QOQ"]),
        ("?type=ICB", ["QOQ"]),
        ("?open_on=2022-06-30", ["03F"]),
        ("?open_on=2022-07-01", ["QOQ"]),
    ],
)
def test_organisations_narrow(ask, succeeded, query, found):
    assert [row["ods"] for row in ask(f"organisations/{query}")["results"]] == found


def test_a_day_that_is_none_is_refused(ask, succeeded):
    assert "must be a real date" in ask("organisations/?open_on=x", status=400)["open_on"][0]


@pytest.mark.parametrize("more", [1, 50])
def test_fifty_organisations_take_as_many_questions_as_one(
    client, succeeded, more, django_assert_num_queries
):
    for number in range(more):
        factories.make_organisation(f"X{number:02}")
    with django_assert_num_queries(5):
        assert client.get("/api/v1/organisations/?page_size=500").status_code == 200
