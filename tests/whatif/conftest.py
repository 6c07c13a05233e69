"""A small market under contract, two standards editors, and a draft between them."""

from copy import deepcopy
from datetime import date

import pytest

from procurement.whatif import services
from registry.accounts.models import Role
from tests import factories
from tests.conftest import NOON
from tests.market import standing_market

APRIL = date(2027, 4, 1)
TERM = (date(2025, 4, 1), date(2030, 4, 1))


@pytest.fixture
def second_editor(db):
    """Edits standards too."""
    return factories.make_user("editor2@national.test", role=Role.STANDARDS_EDITOR)


@pytest.fixture(scope="module")
def market_of_the_file(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing_market(NOON) as market:
        yield market


@pytest.fixture
def market(market_of_the_file, db):
    """tests/market.py on 1 July 2026."""
    return deepcopy(market_of_the_file)


@pytest.fixture
def held(market, icb):
    """Contracts: Record alone, Record with Notes, Notes of unknown worth, and one that is over."""
    return [
        factories.make_contract(icb, market.record, ref="C-1", value="400000.00", term=TERM),
        factories.make_contract(
            icb, market.record, market.notes, ref="C-2", value="600000.00", term=TERM
        ),
        factories.make_contract(icb, market.notes, ref="C-3", value=None, term=TERM),
        factories.make_contract(
            icb, market.notes, ref="C-4", value="1.00", term=(date(2024, 1, 1), date(2026, 1, 1))
        ),
    ]


@pytest.fixture
def draft(db, standards_editor, now):
    """Empty, and drawn up by the first editor."""
    return services.start_draft(
        title="Bring identity forward", reason="Patients ask for it.", by=standards_editor, now=now
    )


@pytest.fixture
def at_noon(now, time_machine):
    """The pages read the clock: it stands at `now`."""
    time_machine.move_to(now, tick=False)


@pytest.fixture
def editor_client(client, standards_editor):
    """The first editor's browser."""
    client.force_login(standards_editor)
    return client
