"""The API, at noon on 1 July 2026, about the small market."""

import pytest

from tests.market import open_market


@pytest.fixture(autouse=True)
def noon(now, time_machine):
    """The clock that the API reads stands still."""
    time_machine.move_to(now, tick=False)


@pytest.fixture
def market(db, now):
    return open_market(now)


@pytest.fixture
def ask(client, market):
    """The JSON at an address under /api/v1/."""

    def read(address: str, *, status: int = 200):
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/json"
        return response.json()

    return read
