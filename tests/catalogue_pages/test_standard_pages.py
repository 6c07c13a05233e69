"""What a standard demands and from when, and who meets it."""

import re

import pytest

from registry.standards import views as standards_views
from tests.catalogue_pages.conftest import words
from tests.market import add_products


@pytest.fixture(autouse=True)
def _market(market):
    return market


def codes(response) -> list[str]:
    return re.findall(r'<h3[^>]*><a href="/standards/([^/]+)/"', response.content.decode())


def test_every_standard_is_listed_with_how_it_stands(client):
    response = client.get("/standards/")
    assert codes(response) == ["DCB0129", "DCB3051", "RFC8996"]
    text = words(response)
    assert "DCB0129 Clinical risk management Mandatory" in text
    assert "DCB3051 Identity verification Becoming mandatory from 1 April 2027" in text
    assert "RFC8996 Safe transport Mandatory Unverified" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?standing=mandatory", ["DCB0129", "RFC8996"]),
        ("?standing=coming&standing=advisory", ["DCB3051"]),
        ("?class=security", ["RFC8996"]),
        ("?class=security&standing=coming", []),
        ("?q=clinical", ["DCB0129"]),
        ("?q=DAPB3051", ["DCB3051"]),
        ("?q=dcb", ["DCB0129", "DCB3051"]),
        ("?q=", ["DCB0129", "DCB3051", "RFC8996"]),
    ],
)
def test_the_list_narrows(client, query, found):
    assert codes(client.get(f"/standards/{query}")) == found


def test_an_unknown_filter_is_refused(client):
    response = client.get("/standards/?class=purple")
    assert response.status_code == 400
    assert "There is no class “purple”" in response.content.decode()
    assert codes(response) == []


def test_the_page_says_who_must_meet_it_in_words(page):
    assert "Required of every product, from 2 May 2018." in page("/standards/DCB0129/")
    assert "Required of every product that handles patient data, from 25 March 2021." in page(
        "/standards/RFC8996/"
    )


def test_the_page_shows_editions_criteria_and_their_proofs(client):
    response = client.get("/standards/RFC8996/")
    text = words(response)
    assert "TLS 1.2 Accepted" in text
    row = "Criterion TLS Level MUST Requirement The supplier shows TLS. Proved by any one of "
    assert f"{row}automated check tls.version" in text
    assert 'href="/about-probing/#tls.version"' in response.content.decode()
    assert "Source of these facts background" in text
    assert "Unverified" in text


def test_those_who_do_not_meet_it_are_named_first(page):
    text = page("/standards/DCB0129/")
    assert "Met (2) Not met (1) Exempt (1)" in text
    assert "Aldermoor Rota Aldermoor Health Systems 2 May 2018 no end" in text
    assert "Aldermoor Record" not in text
    assert "Aldermoor Record" in page("/standards/DCB0129/?show=met")
    assert "Brackenfell Letters" in page("/standards/DCB0129/?show=exempt")


def test_counts_are_those_of_the_day_asked_about(page):
    assert "Met (1) Not met (3) Exempt (0)" in page("/standards/DCB0129/?as_of=2027-01-01")


def test_before_the_register_knew_of_it_there_was_no_such_standard(client):
    response = client.get("/standards/DCB0129/?as_of=2026-07-01&known_at=2026-06-30")
    assert response.status_code == 404
    assert "This page shows what the register knew on" in response.content.decode()
    assert 'href="?as_of=2026-07-01"' in response.content.decode()


@pytest.mark.parametrize("other", ["DAPB0129", "dcb0129", "ISB0129", "SCCI0129"])
def test_another_boards_code_leads_to_the_one_that_is_held(client, other):
    response = client.get(f"/standards/{other}/?as_of=2020-01-01")
    assert response.status_code == 301
    assert response["Location"] == "/standards/DCB0129/?as_of=2020-01-01"


@pytest.mark.parametrize("code", ["DCB9999", "NOTHING", "0129", "%00"])
def test_an_unknown_code_is_not_found(client, code):
    assert client.get(f"/standards/{code}/").status_code == 404


def test_a_day_that_is_none_is_said_to_be(client):
    response = client.get("/standards/DCB0129/?as_of=2026-02-30")
    assert response.status_code == 400
    assert "The day must be a real date" in words(response)


@pytest.mark.parametrize("more", [1, 50])
def test_the_page_asks_as_many_questions_for_fifty_products_as_for_one(
    client, market, more, django_assert_num_queries
):
    add_products(market, more)
    with django_assert_num_queries(12):
        assert client.get("/standards/DCB0129/").status_code == 200


def test_the_front_page_counts_what_is_true(page):
    text = page("/")
    assert "products listed, by 2 suppliers 4" in text
    assert "of them compliant today 2" in text
    assert "standards mandatory today 2" in text
    assert "DCB3051 Identity verification 1 April 2027" in text


def test_the_front_page_has_a_search_box_and_three_doors(client):
    html = client.get("/").content.decode()
    assert 'action="/products/"' in html
    for desk in ("/buyer/", "/supplier/", "/worklist/"):
        assert f'href="{desk}"' in html


def test_a_long_list_of_standards_is_paged(client, monkeypatch):
    monkeypatch.setattr(standards_views, "PER_PAGE", 2)
    assert codes(client.get("/standards/")) == ["DCB0129", "DCB3051"]
    second = client.get("/standards/?page=2")
    assert codes(second) == ["RFC8996"]
    assert "3 standards" in words(second)
    missing = client.get("/standards/?page=3")
    assert missing.status_code == 404
