"""Signing in: nothing leads away, nothing tells who exists, nothing slips past the second step."""

from uuid import uuid4

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.urls import reverse

from registry.accounts import services
from registry.accounts.middleware import OPEN
from tests.access.asking import address, changed, checksum
from tests.access.table import TABLE
from tests.access.world import NATIONAL, PASSWORD

pytestmark = pytest.mark.usefixtures("undone")

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
    "/%0d%0aLocation:%20https://evil.example/",
]


@pytest.fixture(autouse=True)
def counts_of_its_own(settings):
    """Guesses of one story are no business of the next."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.mark.parametrize("there", ELSEWHERE)
def test_no_door_leads_to_another_site(world, client, there):
    person = world.people["outsider"]
    enter = {"login": person.email, "password": PASSWORD, "next": there}
    doors = [client.post(reverse("account_login"), enter)]
    doors += [client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": there})]
    doors += [client.get(reverse("account_login"), {"next": there})]
    doors += [client.post(reverse("account_logout"), {"next": there})]
    for answer in doors:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))


def test_a_wrong_password_takes_as_long_for_whom_there_is_not(world, client, monkeypatch):
    """The same number of hashes, so the time tells nothing."""
    machine = services.system_user(name="prober")
    hashed = []
    real = hashers.PBKDF2PasswordHasher.encode

    def encode(self, password, salt, iterations=None):
        hashed.append(password)
        return real(self, password, salt, iterations)

    monkeypatch.setattr(hashers.PBKDF2PasswordHasher, "encode", encode)
    counts = {}
    for who in (world.people["assessor"].email, "nobody.at.all@example.test", machine.email):
        hashed.clear()
        client.post(reverse("account_login"), {"login": who, "password": "wrong words"})
        counts[who] = len(hashed)
    assert len(set(counts.values())) == 1, counts
    assert 0 not in counts.values()


@pytest.mark.parametrize(
    "disguise",
    [
        lambda n: {"headers": {"x-forwarded-for": f"198.51.100.{n}"}},
        lambda n: {"headers": {"forwarded": f"for=198.51.100.{n}", "x-real-ip": f"198.51.100.{n}"}},
    ],
)
def test_guesses_are_counted_whatever_the_guesser_claims_to_be(world, client, disguise):
    page = ""
    for number in range(12):
        entry = {"login": f"guess{number}@example.test", "password": "wrong words"}
        page = client.post(reverse("account_login"), entry, **disguise(number)).content.decode()
    assert "Too many failed login attempts" in page


def test_guesses_are_counted_whatever_the_case_of_the_address(world, client):
    email = world.people["assessor"].email
    for number in range(5):
        typed = email[:number] + email[number].upper() + email[number + 1 :]
        client.post(reverse("account_login"), {"login": typed, "password": "wrong words"})
    entry = {"login": email, "password": PASSWORD}
    page = client.post(reverse("account_login"), entry).content.decode()
    assert "Too many failed login attempts" in page


def test_a_forwarded_host_is_not_believed(world, client):
    lie = {"headers": {"x-forwarded-host": "evil.example"}}
    client.post(reverse("account_reset_password"), {"email": world.people["outsider"].email}, **lie)
    assert [letter for letter in mail.outbox if "evil.example" in letter.body] == []
    assert len(mail.outbox) == 1
    assert "evil.example" not in client.get("/api/v1/products/", **lie).content.decode()


def test_another_host_is_refused(world, client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("role", sorted(NATIONAL))
def test_without_the_second_step_the_team_reaches_nothing(world, visitors, settings, role):
    """Whatever the address and the method, but what sets it up, and the way out."""
    settings.MFA_REQUIRED_FOR_NATIONAL_TEAM = True
    before, reached = checksum(), {}
    for way in TABLE:
        if way.name in OPEN:
            continue
        for method in ("GET", "POST"):
            answer = visitors.ask(role, method, address(way, world), way.data(world))
            held = answer.status_code == 302 and answer["Location"] == reverse("mfa_activate_totp")
            if not (held or (way.name.startswith("api") and answer.status_code == 403)):
                reached[way.id, method] = answer.status_code
    assert reached == {}
    assert changed(before, checksum()) == []


def test_a_session_ends_with_the_account(world, client):
    person = world.people["outsider"]
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/accounts/").status_code == 200
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert client.get("/accounts/").status_code == 302
    person.is_active = True
