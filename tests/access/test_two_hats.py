"""Somebody of the national team who also acts for a supplier decides nothing about it."""

import pytest

from registry.accounts.models import Role, RoleGrant
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import SupplierMembership
from tests import factories
from tests.access.asking import address, changed, checksum
from tests.access.working_ways import ENDPOINTS, EVIDENCE, HOSTS

pytestmark = pytest.mark.usefixtures("undone")

DECISIONS = (
    "assessment_",
    "evidence_revoke",
    "endpoint_pause",
    "endpoint_vouch",
    "host_pause",
    "host_reopen",
    "host_withdraw",
)
WAYS = [
    way for way in (*ENDPOINTS, *EVIDENCE, *HOSTS) if way.name.startswith(DECISIONS) and way.writes
]


@pytest.fixture
def two_hats(world):
    """An assessor and case officer who owns Aldermoor's account too."""
    person = factories.make_user("two.hats@example.test", role=Role.ASSESSOR)
    RoleGrant.objects.create(user=person, role=Role.CASE_OFFICER, granted_at=world.now)
    SupplierMembership.objects.create(
        user=person, supplier=world.supplier, role=SupplierRole.OWNER, since=world.now
    )
    return person


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_nobody_decides_on_their_own_supplier(world, client, two_hats, way):
    client.force_login(two_hats)
    before = checksum()
    assert client.post(address(way, world), way.data(world)).status_code == 403
    assert changed(before, checksum()) == []


def test_the_page_offers_no_vouching_to_them(world, client, two_hats):
    client.force_login(two_hats)
    page = client.get(f"/endpoints/{world.unproved.pk}/").content.decode()
    assert f"/endpoints/{world.unproved.pk}/vouch/" not in page


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_no_probe_is_offered_to_those_who_change_nothing(world, visitors, role):
    page = visitors.ask(role, "GET", f"/endpoints/{world.endpoint.pk}/").content.decode()
    assert "Probe now" not in page
    officer = visitors.ask("assessor", "GET", f"/endpoints/{world.endpoint.pk}/").content.decode()
    assert "Probe now" in officer
