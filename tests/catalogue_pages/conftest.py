"""Every story is told at noon on 1 July 2026, about the same small market."""

import re
from copy import deepcopy

import pytest

from tests.conftest import NOON
from tests.market import standing_market


@pytest.fixture(autouse=True)
def noon(now, time_machine):
    """The clock that pages read stands still."""
    time_machine.move_to(now, tick=False)


@pytest.fixture(scope="module")
def market_of_the_file(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing_market(NOON) as market:
        yield market


@pytest.fixture
def market(market_of_the_file, db):
    return deepcopy(market_of_the_file)


@pytest.fixture
def page(client):
    """The page at an address, as the text that a person reads."""

    def read(address: str, *, status: int = 200) -> str:
        response = client.get(address)
        assert response.status_code == status, response.content.decode()
        return words(response)

    return read


def words(response) -> str:
    """A page as it is read out: no tags, one space between words, none before a stop."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    text = " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#39;", "'").split())
    return re.sub(r" ([.,:;)])", r"\1", text)
