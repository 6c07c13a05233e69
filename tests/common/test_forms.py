"""What is refused is refused in words that say what to do."""

import html

import pytest
from django.forms import BaseForm
from django.urls import get_resolver

from tests import factories


def _forms(kind=BaseForm):
    for each in kind.__subclasses__():
        yield each
        yield from _forms(each)


def test_what_cannot_be_chosen_is_refused_in_our_words():
    """Of every form of ours that a class declares, filters of lists among them."""
    get_resolver().url_patterns  # noqa: B018 - every room's forms are there
    fields = [
        (f"{form.__module__}.{form.__name__}.{name}", field)
        for form in _forms()
        if form.__module__.startswith(("registry.", "procurement."))
        for name, field in getattr(form, "base_fields", {}).items()
    ]
    assert len(fields) > 100
    wrong = [
        name
        for name, field in fields
        if "valid choice" in " ".join(map(str, field.error_messages.values()))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "address", ["/products/?sort=banana", "/products/record/replacements/?only=banana"]
)
def test_an_address_is_told_so_too(client, supplier, address):
    factories.make_product("record", supplier=supplier)
    page = client.get(address)
    assert page.status_code == 400
    assert "“banana” cannot be chosen here. Choose from the list" in html.unescape(
        page.content.decode()
    )


@pytest.mark.parametrize("name", ["as_of", "known_at"])
@pytest.mark.parametrize("where", ["/", "/products/", "/standards/", "/api/v1/products/"])
def test_what_is_said_twice_and_differently_is_not_understood(client, db, where, name):
    """Taking the last would answer another question than the first."""
    twice = client.get(f"{where}?{name}=2026-01-01&{name}=2026-02-01")
    assert twice.status_code == 400
    assert "Say it once" in twice.content.decode()
    assert client.get(f"{where}?{name}=2026-01-01&{name}=2026-01-01").status_code < 400


@pytest.mark.parametrize("where", ["/products/", "/api/v1/products/"])
def test_what_is_left_empty_is_not_asked(client, db, where):
    """Forms send their empty boxes too, and the address of a page is the API's."""
    answer = client.get(f"{where}?as_of=&known_at=&compliant_from=&until_when=&sort=&standard=")
    # The search leads to its shortest address.
    assert answer.status_code in (200, 302)


def test_boxes_of_a_date_said_twice_are_refused(client, db):
    page = client.get("/products/?as_of_day=1&as_of_day=2&as_of_month=6&as_of_year=2027")
    assert page.status_code == 400
    assert "Say it once" in page.content.decode()


@pytest.mark.parametrize("query", ["sort=name&sort_day=1", "q=x&q_day=2", "_day=1", "as_of_day="])
def test_what_only_looks_like_the_box_of_a_date_breaks_nothing(client, db, query):
    for where in ("/products/", "/standards/", "/api/v1/products/"):
        assert client.get(f"{where}?{query}").status_code in (200, 302, 400)
