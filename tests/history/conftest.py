"""A small market, contracts on it and open cases, at noon on 1 July 2026."""

from types import SimpleNamespace

import pytest

from procurement.phaseout import services as phaseout
from procurement.phaseout.models import Case
from registry.accounts.models import Role
from registry.catalogue.enums import SupplierRole
from registry.history.services import tick
from tests import factories
from tests.market import open_market


@pytest.fixture
def market(db, now, on, time_machine) -> SimpleNamespace:
    """The market of the other stories, with people who look at it from every side."""
    time_machine.move_to(now, tick=False)
    market = open_market(now)
    market.icb = factories.make_organisation("QOQ", "NHS Humber and North Yorkshire ICB")
    market.contract = factories.make_contract(market.icb, market.record, market.rota, ref="QOQ-1")
    market.buyer = factories.make_buyer(market.icb, "buyer@icb.test")
    market.officer_of_cases = factories.make_user(role=Role.CASE_OFFICER)
    market.assessor = factories.make_user(role=Role.ASSESSOR)
    market.editor = factories.make_member(
        market.record.supplier, "editor@aldermoor.test", SupplierRole.EDITOR
    )
    market.case = Case.objects.get(product=market.rota)
    phaseout.start_triage(case=market.case, by=market.officer_of_cases, now=now)
    tick(now=now)
    return market
