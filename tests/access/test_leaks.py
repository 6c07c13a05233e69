"""What is not public shows through no filter, no count and no error message."""

import re

import pytest

NOT_THEIRS = ["nobody", "outsider", "buyer", "rival_editor"]


def _answer(visitors, role: str, path: str, typed: str) -> tuple[int, str]:
    """The answer without what was typed, which it may say again, and its forms' tokens."""
    response = visitors.ask(role, "GET", path + typed)
    text = response.content.decode().replace(typed, "…")
    return response.status_code, re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)


@pytest.mark.parametrize("role", NOT_THEIRS)
@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("/api/v1/endpoints/?product=", "aldermoor-hush"),
        ("/api/v1/products/?supplier=", "corrowdale"),
        ("/products/?supplier=", "corrowdale"),
    ],
)
def test_a_filter_does_not_tell_what_is_hidden_from_what_is_not_there(
    world, visitors, role, path, hidden
):
    there, missing = (_answer(visitors, role, path, typed) for typed in (hidden, "nothing-here"))
    assert there == missing


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("supplier_editor", "/api/v1/endpoints/?product=aldermoor-hush"),
        ("assessor", "/api/v1/endpoints/?product=aldermoor-hush"),
        ("assessor", "/api/v1/products/?supplier=corrowdale&state=draft"),
        ("assessor", "/products/?supplier=corrowdale&state=draft"),
    ],
)
def test_those_who_may_see_it_may_ask_for_it(world, visitors, role, path):
    response = visitors.ask(role, "GET", path)
    assert response.status_code == 200
    assert "hush" in response.content.decode()
