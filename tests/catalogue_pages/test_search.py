"""A buyer finds a product, by words, facets and the term of a contract."""

import re

import pytest

from tests.market import add_products

ADDRESS = "/products/"


def names(response) -> list[str]:
    """The products of a page of results, in order."""
    results = response.content.decode().partition('id="results"')[2]
    return re.findall(r'<h3[^>]*><a href="/products/[^"]*">([^<]+)</a>', results)


def counts(response, group: str) -> dict[str, int]:
    """What the page says each choice of a facet would leave."""
    html = response.content.decode()
    boxes = re.findall(
        rf'name="{group}" type="checkbox" value="([^"]+)".*?\(([\d,]+)\)', html, re.DOTALL
    )
    return {value: int(count) for value, count in boxes}


@pytest.fixture
def search(client, market):
    def ask(query: str = ""):
        response = client.get(f"{ADDRESS}{query}")
        assert response.status_code == 200, response.content.decode()
        return response

    return ask


def test_without_a_question_every_listed_product_stands_by_name(search):
    assert names(search()) == [
        "Aldermoor Record",
        "Aldermoor Rota",
        "Brackenfell Letters",
        "Brackenfell Notes",
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("medicines", ["Aldermoor Record"]),
        ("medicine", ["Aldermoor Record"]),
        ('"letters of a practice"', ["Aldermoor Record"]),
        ("aldermor record", ["Aldermoor Record"]),
        ("brack", ["Brackenfell Letters", "Brackenfell Notes"]),
        ("health systems", ["Aldermoor Record", "Aldermoor Rota"]),
        ("xylophone", []),
        ("the", []),
        ("(((&|!", []),
    ],
)
def test_words_are_found_as_stems_phrases_beginnings_and_with_typing_errors(search, typed, found):
    assert sorted(names(search(f"?q={typed.replace('&', '%26')}"))) == found


def test_what_is_in_the_name_stands_before_what_is_in_the_description(search):
    assert names(search("?q=letters"))[0] == "Brackenfell Letters"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?verdict=compliant", ["Aldermoor Record", "Brackenfell Notes"]),
        ("?verdict=exempt", ["Brackenfell Letters"]),
        (
            "?verdict=exempt&verdict=non_compliant",
            ["Aldermoor Rota", "Brackenfell Letters"],
        ),
        ("?standard=DCB0129", ["Aldermoor Record", "Brackenfell Notes"]),
        ("?standard=DCB0129&standard=RFC8996", ["Aldermoor Record"]),
        ("?standard=DAPB0129", ["Aldermoor Record", "Brackenfell Notes"]),
        ("?capability=C13", ["Aldermoor Record", "Brackenfell Notes"]),
        ("?capability=C13&capability=T-PATIENT-DATA", ["Aldermoor Record"]),
        ("?hosting=hybrid", ["Aldermoor Rota", "Brackenfell Notes"]),
        ("?supplier=brackenfell", ["Brackenfell Letters", "Brackenfell Notes"]),
        ("?state=withdrawn", ["Brackenfell Old"]),
        ("?verdict=compliant&supplier=aldermoor&capability=C13", ["Aldermoor Record"]),
    ],
)
def test_facets_narrow(search, query, found):
    assert names(search(query)) == found


def test_another_day_has_other_verdicts(search):
    assert names(search("?verdict=compliant&as_of=2023-12-31")) == ["Brackenfell Notes"]
    assert names(search("?verdict=compliant&as_of=2027-01-01")) == ["Brackenfell Notes"]
    assert names(search("?verdict=compliant&as_of=2027-04-01")) == []
    assert names(search("?verdict=nothing_required&as_of=2018-05-01")) == names(
        search("?as_of=2018-05-01")
    )


def test_what_the_register_did_not_know_yet_counts_for_nothing(search):
    assert names(search("?verdict=compliant&known_at=2026-06-30")) == []


@pytest.mark.parametrize(
    ("term", "found"),
    [
        # The proof ends with 2026: its last day passes, the next does not.
        ("compliant_from=2026-07-01&compliant_until=2027-01-01", ["Aldermoor Record"]),
        ("compliant_from=2026-07-01&compliant_until=2027-01-02", []),
        ("compliant_from=2024-01-01&compliant_until=2027-01-01", ["Aldermoor Record"]),
        ("compliant_from=2023-12-31&compliant_until=2027-01-01", []),
    ],
)
def test_the_term_filter_counts_every_day(search, term, found):
    assert [name for name in names(search(f"?{term}")) if name != "Brackenfell Notes"] == found


def test_a_term_without_an_end_is_for_ever(search):
    assert names(search("?compliant_from=2026-07-01")) == []


def test_exempt_days_pass_only_when_they_are_let(search):
    term = "?compliant_from=2026-02-01&compliant_until=2026-12-01"
    assert names(search(term)) == ["Aldermoor Record", "Brackenfell Notes"]
    assert names(search(f"{term}&allow_exempt=on")) == [
        "Aldermoor Record",
        "Brackenfell Letters",
        "Brackenfell Notes",
    ]


def test_counts_say_what_a_choice_would_leave(search):
    page = search("?supplier=aldermoor")
    # A facet that widens leaves its own choice aside; the others respect it.
    assert counts(page, "supplier") == {"aldermoor": 2, "brackenfell": 2}
    assert counts(page, "verdict") == {"compliant": 1, "non_compliant": 1}
    assert counts(page, "standard") == {"DCB0129": 1, "RFC8996": 1}
    assert counts(page, "capability") == {"C13": 1, "T-PATIENT-DATA": 1}
    assert counts(page, "hosting") == {"public_cloud": 1, "hybrid": 1}


@pytest.mark.parametrize("group", ["standard", "capability", "verdict", "hosting", "supplier"])
def test_ticking_a_choice_leaves_what_its_count_said(search, group):
    before = search("?as_of=2026-07-01")
    for value, count in counts(before, group).items():
        assert len(names(search(f"?as_of=2026-07-01&{group}={value}"))) == count


def test_the_longest_compliant_stand_first_and_the_rest_behind(search):
    assert names(search("?sort=longest")) == [
        "Brackenfell Notes",
        "Aldermoor Record",
        "Brackenfell Letters",
        "Aldermoor Rota",
    ]


def test_a_row_says_until_when_and_why(search):
    html = " ".join(search("?q=aldermoor").content.decode().split())
    assert "until 31 December 2026; from then it no longer meets" in html
    assert "does not meet" in html


def test_a_form_sent_by_hand_becomes_a_short_address(client, market):
    typed = "?q=&compliant_from_day=1&compliant_from_month=April&compliant_from_year=2027&sort="
    response = client.get(f"{ADDRESS}{typed}")
    assert response.status_code == 302
    assert response["Location"] == "/products/?compliant_from=2027-04-01"


def test_a_live_facet_is_told_the_short_address(client, market):
    response = client.get(f"{ADDRESS}?q=&verdict=exempt", headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response["HX-Push-Url"] == "/products/?verdict=exempt"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?compliant_from=2026-13-01", "The start of the term must be a real date"),
        (
            "?compliant_from=2027-01-01&compliant_until=2026-01-01",
            "The end of the term must be after 1 January 2027",
        ),
        ("?compliant_until=2026-01-01", "Enter the first day of the term"),
        ("?verdict=green", "There is no verdict “green”"),
        ("?standard=DCB9999", "There is no standard “DCB9999”"),
        ("?supplier=nobody", "There is no supplier “nobody”"),
        ("?standrad=DCB0129", "There is no filter called “standrad”"),
        ("?as_of=yesterday", "The day must be a real date"),
        ("?known_at=2026-07-01T12:01", "Nothing can be known yet of a moment in the future"),
        ("?known_at=noon", "The moment must be a real date and time"),
        ("?sort=price", "cannot be chosen here"),
        ("?q=%00", "Null characters are not allowed"),
        ("?standard=%00", "There is no standard"),
        ("?supplier=%00", "There is no supplier"),
    ],
)
def test_what_was_not_understood_is_said_and_nothing_is_listed(client, market, query, message):
    response = client.get(f"{ADDRESS}{query}")
    html = response.content.decode()
    assert response.status_code == 400
    assert message in html
    assert "There is a problem" in html
    assert "<title>Error: " in html
    assert names(response) == []


def test_a_page_that_there_is_not_is_not_found(client, market):
    assert client.get(f"{ADDRESS}?page=2").status_code == 404
    assert client.get(f"{ADDRESS}?page=first").status_code == 404


def test_an_empty_answer_says_what_to_leave_out(search):
    page = search("?verdict=exempt&capability=C13")
    html = page.content.decode()
    assert names(page) == []
    assert "search without the verdict" in html
    assert 'href="/products/?capability=C13"' in html


def test_nobody_else_finds_a_draft(client, market, rival_editor, supplier_editor, auditor):
    address = f"{ADDRESS}?state=draft"
    assert names(client.get(address)) == []
    client.force_login(supplier_editor)
    assert names(client.get(address)) == []
    client.force_login(rival_editor)
    assert names(client.get(address)) == ["Brackenfell Draft"]
    client.force_login(auditor)
    assert names(client.get(address)) == ["Brackenfell Draft"]


@pytest.mark.parametrize("more", [1, 50])
def test_a_page_asks_as_many_questions_for_fifty_products_as_for_one(
    client, market, more, django_assert_num_queries
):
    add_products(market, more)
    with django_assert_num_queries(5):
        assert client.get(f"{ADDRESS}?q=cawthorne").status_code == 200
