"""Simulated endpoints, and the pipeline run at a chosen moment."""

from dataclasses import replace
from datetime import datetime

import pytest

from registry.probes.client import Visitor
from registry.probes.models import Endpoint, HostControl
from registry.probes.outfitting import outfit, visitor
from registry.probes.services.claiming import claim_due
from registry.probes.services.visiting import visit_batch
from registry.probes.simulation import SimulatedEndpoint
from registry.probes.simulation.authority import Authority
from tests import factories
from tests.probes import proving
from tests.probes.name_server import NameServer


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    """Certificates made once for the whole run."""
    return Authority(tmp_path_factory.mktemp("simulate")).ensure()


@pytest.fixture
def simulated(authority):
    """A conformant simulated endpoint; `.switch()` makes it misbehave."""
    with SimulatedEndpoint("conformant", folder=authority.folder) as endpoint:
        yield endpoint


@pytest.fixture
def loopback(settings, authority):
    """The prober may visit loopback and trusts the simulation's authority."""
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.PROBE_EXTRA_CA = str(authority.ca_file)


@pytest.fixture
def probe(loopback):
    """Run the whole pipeline at a moment, as if every endpoint were due then."""

    def run(at: datetime) -> None:
        Endpoint.objects.filter(due_at__gt=at).update(due_at=at)
        for batch in claim_due(now=at):
            visit_batch(visitor=at_once(), ids=batch.ids, claim=batch.claim, now=at)

    return run


@pytest.fixture
def product(supplier):
    """Aldermoor Record."""
    return factories.make_product(supplier=supplier)


@pytest.fixture
def endpoint(product, simulated):
    """A vouched-for endpoint of Aldermoor Record, due at once."""
    return factories.make_endpoint(product, simulated.url)


def at_once() -> Visitor:
    """The visitor as it is fitted out, but for the pause that it owes to hosts of strangers."""
    kit = outfit()
    return visitor(replace(kit, limits=replace(kit.limits, host_pause=0.0)))


def visit(batches, at: datetime) -> list:
    """What a worker does with claimed batches; how each was stored."""
    return [
        visit_batch(visitor=at_once(), ids=batch.ids, claim=batch.claim, now=at)
        for batch in batches
    ]


@pytest.fixture
def host(authority, loopback):
    """A server of Aldermoor's whose file of proof can be changed."""
    with proving.host(authority) as running:
        yield running


@pytest.fixture
def resolver(settings):
    """The name server that is asked for proofs; it knows no name until it is told one."""
    with NameServer() as server:
        address, port = server.place
        settings.PROBE_DNS_SERVERS = [f"{address}:{port}"]
        yield server


@pytest.fixture
def begun(supplier, supplier_editor, host, resolver, now):
    """Aldermoor has begun to prove its host."""
    return proving.start(supplier, host.authority, supplier_editor, now)


@pytest.fixture
def unproved(product, host):
    """An endpoint of Aldermoor there, which nobody has vouched for."""
    return factories.make_endpoint(product, f"https://{host.authority}/r4", control="unproved")


@pytest.fixture
def proved(begun, unproved, host, now):
    """Aldermoor has proved its host, and its endpoint there is visited."""
    host.file = begun.token.encode()
    HostControl.objects.update(due_at=now)
    assert proving.look(now) == 1
    begun.refresh_from_db()
    return begun
