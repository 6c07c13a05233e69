"""Every address × every role × GET and POST × a thing that is there or not (figures.md, R4)."""

from collections import Counter

import pytest
from django.conf import settings
from django.test import Client

from tests.access.asking import Undone, address, body, changed, checksum, every_pattern, outcome
from tests.access.table import TABLE
from tests.access.ways import NO_METHOD, OK, REFUSED, SIGN_IN, UNNAMED, UNSEEN
from tests.access.world import EVERYBODY

ROLES = sorted(EVERYBODY)
ABOUT_A_THING = [way for way in TABLE if "<" in every_pattern().get(way.name, "")]
each_way = pytest.mark.parametrize("way", TABLE, ids=lambda way: way.id)
each_thing = pytest.mark.parametrize("way", ABOUT_A_THING, ids=lambda way: way.id)


def test_every_address_is_in_the_table():
    """A new page is not finished before it is said who may see it."""
    known = {way.name for way in TABLE}
    unclassified = {name: route for name, route in every_pattern().items() if name not in known}
    assert unclassified == {}, (
        "These addresses are not classified: say in tests/access/table.py who may GET and POST "
        f"them, and what the others are told: {unclassified}"
    )
    assert known - set(every_pattern()) == set(), "The table names addresses that are gone."


def test_every_way_is_told_apart_and_answers_every_role():
    assert [name for name, times in Counter(way.id for way in TABLE).items() if times > 1] == []
    assert [way.id for way in TABLE if {*way.get} != EVERYBODY or {*way.post} != EVERYBODY] == []


@each_way
def test_a_get_answers_each_role_as_it_should(world, visitors, way):
    """And changes nothing, tells nobody what is not theirs, and is kept in no shared cache."""
    path, before = address(way, world), checksum()
    answers, leaks, kept = {}, {}, []
    for role in ROLES:
        response = visitors.ask(role, "GET", path)
        answers[role] = outcome(response)
        leaks |= _leaks(world, way.bearer or role, path, response)
        if role != "nobody" and not _is_private(response):
            kept.append(role)
    assert _differences(way.get, answers) == {}
    assert leaks == {}
    assert kept == []
    assert changed(before, checksum()) == []


@each_way
def test_a_post_answers_each_role_as_it_should(world, visitors, way):
    """And whoever is not let in changes nothing, nor does anybody where nothing is written."""
    path, data, before = address(way, world), way.data(world), checksum()
    answers, leaks, written = {}, {}, {}

    def post(role: str) -> None:
        response = visitors.ask(role, "POST", path, data)
        answers[role] = outcome(response)
        leaks.update(_leaks(world, role, path, response))

    def post_alone(role: str) -> None:
        with Undone():
            post(role)
            if tables := changed(before, checksum()):
                written[role] = tables

    kept_out = [role for role in ROLES if way.post[role] != OK]
    with Undone():
        for role in kept_out:
            post(role)
        # What is refused unread cannot have written.
        read = any(answers[role] != NO_METHOD for role in kept_out)
        suspects = kept_out if read and changed(before, checksum()) else []
    # One of those who are kept out wrote: who?
    for role in [*suspects, *(role for role in ROLES if role not in kept_out)]:
        post_alone(role)
    assert _differences(way.post, answers) == {}
    assert leaks == {}
    assert set(written) == way.writers, written


@each_thing
def test_what_is_not_there_is_told_from_what_may_not_be_seen_by_nobody(world, visitors, way):
    """Whoever gets 404 for a thing that is there gets the same for one that is not."""
    path, before = address(way, world, missing=True), checksum()
    wrong = {}
    for method, expected in (("GET", way.get), ("POST", way.post)):
        for role in ROLES:
            answer = outcome(visitors.ask(role, method, path))
            if expected[role] in (SIGN_IN, UNSEEN, NO_METHOD, UNNAMED):
                right = {expected[role]}
            else:
                right = {UNSEEN, REFUSED}
            if answer not in right and way.name != "account_reset_password_from_key":
                wrong[method, role] = answer
    assert wrong == {}
    assert changed(before, checksum()) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_other_methods_change_nothing(world, visitors, method):
    before = checksum()
    for way in {way.name: way for way in TABLE}.values():
        for role in ("nobody", "supplier_owner"):
            status = visitors.ask(role, method, address(way, world)).status_code
            assert status < 500, (way.id, role)
    assert changed(before, checksum()) == []


def test_no_post_is_taken_without_the_forms_own_token(world):
    """CSRF: whoever may write at an address, another site's form may not do it for them."""
    taken = {}
    for way in TABLE:
        for role in sorted(role for role, answer in way.post.items() if answer == OK)[:1]:
            browser = Client(enforce_csrf_checks=True)
            if world.people[role]:
                browser.force_login(world.people[role], settings.AUTHENTICATION_BACKENDS[0])
            before = checksum()
            with Undone():
                status = browser.post(address(way, world), way.data(world)).status_code
                if status != 403 or changed(before, checksum()):
                    taken[way.id, role] = status
    assert taken == {}


def _differences(expected, answers: dict) -> dict:
    return {
        role: f"{answer}, not {expected[role]}"
        for role, answer in answers.items()
        if answer != expected[role]
    }


def _leaks(world, role: str, path: str, response) -> dict:
    """The words that `role` may not read, but for those that it typed itself."""
    text = body(response)
    return {
        (role, word): "is told"
        for word, readers in world.secrets.items()
        if role not in readers and word in text and word not in path
    }


def _is_private(response) -> bool:
    control = response.get("Cache-Control", "")
    return "no-store" in control or "private" in control
