"""The page around every page: title, menu, messages, refusals, headers."""

import re

import pytest
from django.test import Client

from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.pages.gallery")]


def html(response) -> str:
    return response.content.decode()


def test_every_component_renders_within_the_page(client):
    response = client.get("/gallery/")
    page = html(response)
    assert response.status_code == 200
    assert "<title>Every component – Procurement compliance registry</title>" in page
    assert 'href="#maincontent"' in page
    assert 'id="maincontent"' in page
    assert "Non-compliant" in page
    assert "nhsuk-tag--red" in page
    assert page.count("<h1") == 1


def test_nothing_in_the_page_needs_the_policy_to_be_weakened(client):
    page = html(client.get("/gallery/"))
    assert not re.search(r"\sstyle=|<style|\son\w+=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)


def test_the_headers_are_strict(client):
    headers = client.get("/gallery/").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_signed_in_page_is_kept_out_of_caches(client):
    assert "Cache-Control" not in client.get("/gallery/").headers
    client.force_login(make_user())
    assert client.get("/gallery/").headers["Cache-Control"] == "no-store, private"


def test_the_demonstration_notice_follows_the_setting(client, settings):
    words = "suppliers and products are fictional"
    settings.DEMONSTRATION = True
    assert words in html(client.get("/gallery/"))
    settings.DEMONSTRATION = False
    assert words not in html(client.get("/gallery/"))


def test_messages_are_shown_once_and_escaped(client):
    page = html(client.get("/gallery/?say=success&say=error&say=info"))
    assert "A success &lt;message&gt;" in page
    assert "<message>" not in page
    assert 'role="alert"' in page
    assert "A success" not in html(client.get("/gallery/"))


def test_a_broken_rule_is_a_conflict_in_words(client):
    response = client.get("/broken/")
    assert response.status_code == 409
    assert "The evidence was already assessed." in html(response)


def test_a_refusal_says_who_may(client):
    response = client.get("/forbidden/")
    assert response.status_code == 403
    assert "Only an assessor may do this." in html(response)
    assert "/accounts/login/?next=/forbidden/" in html(response)


def test_what_is_not_there_is_said_in_our_page(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert '<h1 class="nhsuk-heading-l">Page not found</h1>' in html(response)


def test_our_own_mistake_is_said_without_a_database(client):
    client.raise_request_exception = False
    response = client.get("/failing/")
    assert response.status_code == 500
    assert "There is a problem with the service" in html(response)


def test_a_stale_form_is_refused_in_words(client):
    response = Client(enforce_csrf_checks=True).post("/gallery/", {})
    assert response.status_code == 403
    assert "This form is out of date" in html(response)
