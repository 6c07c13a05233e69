"""What could replace a product, in the API."""

import pytest

from tests import factories
from tests.market import add_products

REPLACE = "products/aldermoor-record/replacements/"


def test_each_says_what_it_covers_lacks_and_adds(ask, market):
    factories.make_claim(market.record, factories.make_capability("C5", "Appointments"))
    factories.make_claim(market.notes, factories.make_capability("C9", "Scanning"))
    answer = ask(REPLACE)
    assert answer["count"] == 1
    assert answer["results"] == [
        {
            "url": "http://testserver/api/v1/products/brackenfell-notes/",
            "page": "http://testserver/products/brackenfell-notes/",
            "ref": "brackenfell-notes",
            "supplier": "brackenfell",
            "supplier_name": "Brackenfell Software",
            "name": "Brackenfell Notes",
            "overlap": 1,
            "wanted": 2,
            "shared": ["C13"],
            "lost": ["C5"],
            "gained": ["C9"],
            "traits_lost": ["T-PATIENT-DATA"],
            "standards_lost": ["RFC8996"],
            "verdict": "compliant",
            "stays": {
                "compliant_from": "2026-07-01",
                "throughout": True,
                "fails_on": "2027-04-01",
                "because": ["DCB3051"],
                "resumes": None,
            },
            "as_of": "2026-07-01",
            "known_at": None,
        }
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?compliant_from=2026-07-01&compliant_until=2027-04-01", 1),
        ("?compliant_from=2026-07-01&compliant_until=2027-04-02", 0),
        ("?compliant_from=2026-07-01", 0),
        ("?compliant_from=2026-07-01&only=all", 1),
        ("?as_of=2027-04-01", 0),
        ("?known_at=2026-07-01T12:00", 1),
        ("?known_at=2026-07-01T12:00&only=all", 1),
    ],
)
def test_the_api_and_the_page_find_the_same(ask, client, query, count):
    assert ask(f"{REPLACE}{query}")["count"] == count
    html = client.get(f"/{REPLACE}{query}").content.decode()
    assert ('<h3 class="nhsuk-heading-s nhsuk-u-margin-bottom-1">' in html) is bool(count)


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("?only=some", "only", "cannot be chosen here"),
        ("?verdict=compliant", "verdict", "There is no parameter “verdict” here"),
        ("?compliant_from=x", "compliant_from", "must be a real date"),
        ("?compliant_until=2027-01-01", "compliant_from", "Enter the first day"),
        ("?page_size=0", "page_size", "a number from 1 to 500"),
        ("?known_at=2026-07-02", "known_at", "in the future"),
    ],
)
def test_what_is_not_understood_is_named(ask, query, field, words):
    answer = ask(f"{REPLACE}{query}", status=400)
    assert list(answer) == [field]
    assert words in answer[field][0]


@pytest.mark.parametrize(
    "address",
    [
        "products/nothing/replacements/",
        "products/brackenfell-draft/replacements/",
        f"{REPLACE}?page=2",
    ],
)
def test_what_is_not_there_is_not_found(ask, address):
    assert set(ask(address, status=404)) == {"detail"}


@pytest.mark.parametrize("more", [1, 50])
def test_fifty_rows_take_as_many_questions_as_one(ask, market, more, django_assert_num_queries):
    add_products(market, more)
    with django_assert_num_queries(9):
        answer = ask(f"{REPLACE}?only=all&page_size=500")
    assert answer["count"] == more + 1
