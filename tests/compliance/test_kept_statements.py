"""A kept statement asks every question just as one that was built for it alone."""

import random
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from registry.accounts.models import Role
from registry.compliance.filters import ProductFilter, facets, statements
from registry.compliance.selectors.statement import Bound
from tests import factories

WORDS = ["record", "a 50% board's", "{plan} %s", "<b>"]
MANY = {"verdict": 0.2, "state": 0.2, "hosting": 0.2, "standard": 0.1, "capability": 0.1}
VALUES = {
    "verdict": ["compliant", "nothing_required"],
    "state": ["listed", "draft", "withdrawn"],
    "hosting": ["hybrid"],
    "standard": ["DCB0129", "DCB0160"],
    "capability": ["C13", "C14"],
}


@pytest.fixture
def people(supplier_editor, rival_editor):
    """One of each kind of reader, and two of those who see what others do not."""
    officer = factories.make_user("officer@nhs.test", role=Role.CASE_OFFICER)
    return [AnonymousUser(), supplier_editor, rival_editor, officer]


@pytest.fixture
def things(db):
    for code, ref in zip(VALUES["standard"], VALUES["capability"], strict=True):
        factories.make_standard(code)
        factories.make_capability(ref)


def asked_at_random(chance: random.Random, now) -> ProductFilter:
    address = QueryDict(mutable=True)
    for name, often in MANY.items():
        address.setlist(name, [each for each in VALUES[name] if chance.random() < often])
    if chance.random() < 0.6:
        address["q"] = chance.choice(WORDS)
    if chance.random() < 0.6:
        start = a_day(chance)
        address["compliant_from"] = start.isoformat()
        end = chance.choice(["none", "until", "when"])
        if end == "until":
            address["compliant_until"] = (
                start + timedelta(days=chance.randint(1, 999))
            ).isoformat()
        if end == "when":
            address["until_when"] = "on"
        if chance.random() < 0.2:
            address["allow_exempt"] = "on"
    for name in ("stops_before", "as_of"):
        if chance.random() < 0.1:
            address[name] = a_day(chance).isoformat()
    if chance.random() < 0.1:
        address["known_at"] = now.isoformat()
    if chance.random() < 0.4:
        address["sort"] = chance.choice(["relevance", "name", "longest", "soonest"])
    filters = ProductFilter(address, now=now)
    assert filters.is_valid(), filters.errors
    return filters


def a_day(chance: random.Random) -> date:
    return date(2026, 1, 1) + timedelta(days=chance.randrange(900))


def test_a_kept_statement_asks_what_a_fresh_one_asks(people, things, now):
    chance = random.Random(4)
    for number in range(200):
        filters, user = asked_at_random(chance, now), chance.choice(people)
        text, given = statements.question(filters, user)
        fresh = statements.build(filters, user)
        assert text == fresh.text
        for name, value in fresh.given.items():
            assert given[name] == (value.value if isinstance(value, Bound) else value), name
        if number % 20 == 0:
            facets.tally(filters, user=user, limit=5)


def test_other_words_and_days_are_asked_by_the_same_statement(db, now):
    texts = []
    for words, until in (("record", "2029-07-01"), ("100% boards", "2031-01-01")):
        address = QueryDict(f"compliant_from=2026-07-01&compliant_until={until}", mutable=True)
        address["q"] = words
        text, given = statements.question(ProductFilter(address, now=now), AnonymousUser())
        texts.append(text)
        assert words in given.values()
        assert date.fromisoformat(until) in given.values()
    assert texts[0] is texts[1]


def test_drafts_stay_with_their_suppliers(people, supplier, things, now):
    factories.make_product(supplier=supplier, state="draft")
    address = QueryDict("state=draft")
    for _ in range(2):
        seen = [
            facets.tally(ProductFilter(address, now=now), user=user, limit=5).total
            for user in people
        ]
        assert seen == [0, 1, 0, 1]
