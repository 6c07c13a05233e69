"""An approver excuses a product for a time, for a reason."""

from datetime import date

import pytest

from registry.audit.models import Event
from registry.common.errors import NotPermitted
from registry.common.periods import period
from registry.compliance import selectors, services
from registry.compliance.models import Dispensation
from registry.compliance.services.dispensations import DispensationRefused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(approver, now):
    """What a well-formed request says."""
    return {
        "product": factories.make_product(),
        "standard": factories.make_standard(),
        "period": period(date(2026, 6, 1), date(2026, 9, 1)),
        "reason": "A replacement is being built.",
        "by": approver,
        "now": now,
    }


def test_an_approver_excuses_and_the_verdict_follows(asked, now, on):
    granted = services.grant_dispensation(**asked)
    assert (granted.decided_by, granted.decided_at) == (asked["by"], now)
    verdict = selectors.verdicts(product_ids=[asked["product"].pk], on=on, known_at=None)
    assert verdict == {asked["product"].pk: "exempt"}
    event = Event.objects.get(action="compliance.dispensation_granted")
    assert event.actor == asked["by"]
    assert event.detail["period"] == ["2026-06-01", "2026-09-01"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"reason": "  "}, "reason"), ({"period": period(date(2026, 6, 1), None)}, "period")],
)
def test_it_needs_a_reason_and_an_end(asked, change, field):
    with pytest.raises(DispensationRefused) as refused:
        services.grant_dispensation(**asked | change)
    assert refused.value.field == field
    assert not Dispensation.objects.exists()


def test_two_do_not_overlap_but_one_may_follow_another(asked):
    services.grant_dispensation(**asked)
    with pytest.raises(DispensationRefused, match="already"):
        services.grant_dispensation(
            **asked | {"period": period(date(2026, 8, 31), date(2026, 12, 1))}
        )
    services.grant_dispensation(**asked | {"period": period(date(2026, 9, 1), date(2026, 12, 1))})
    assert Dispensation.objects.count() == 2


@pytest.mark.parametrize("who", ["case_officer", "standards_editor", "buyer", "outsider"])
def test_nobody_else_excuses(asked, who, request):
    with pytest.raises(NotPermitted):
        services.grant_dispensation(**asked | {"by": request.getfixturevalue(who)})
    assert not Dispensation.objects.exists()
    assert not Event.objects.exists()
