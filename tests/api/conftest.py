"""The API, at noon on 1 July 2026, about the small market."""

from copy import deepcopy

import pytest

from tests.conftest import NOON
from tests.market import standing_market


@pytest.fixture(autouse=True)
def noon(now, time_machine):
    """The clock that the API reads stands still."""
    time_machine.move_to(now, tick=False)


@pytest.fixture(scope="module")
def market_of_the_file(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing_market(NOON) as market:
        yield market


@pytest.fixture
def market(market_of_the_file, db):
    return deepcopy(market_of_the_file)


@pytest.fixture
def ask(client, market):
    """The JSON at an address under /api/v1/."""

    def read(address: str, *, status: int = 200):
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/json"
        return response.json()

    return read
