"""How the prober is doing, as the status page tells it."""

from datetime import timedelta

from registry.common.formatting import format_datetime
from registry.probes.enums import Outcome
from registry.probes.models import Endpoint
from registry.probes.selectors import running
from tests import factories


def test_the_figures_count_endpoints_in_service(db, now, on):
    product = factories.make_product()
    made = [factories.make_endpoint(product, f"https://{n}.example.test") for n in range(4)]
    Endpoint.objects.update(due_at=now + timedelta(hours=1))
    Endpoint.objects.filter(pk=made[0].pk).update(
        last_probed_at=now - timedelta(minutes=59), last_outcome=Outcome.ANSWERED
    )
    Endpoint.objects.filter(pk=made[1].pk).update(
        last_probed_at=now - timedelta(minutes=61), last_outcome=Outcome.ANSWERED, due_at=now
    )
    Endpoint.objects.filter(pk=made[2].pk).update(due_at=now)
    factories.make_pause(endpoint=made[2], since=now)
    Endpoint.objects.filter(pk=made[3].pk).update(in_service=factories.period(None, on))
    for check in ("tls.version", "tls.certificate"):
        made[0].check_states.create(check_id=check, result="fail", since=on)
    made[1].check_states.create(check_id="tls.version", result="pass", since=on)

    assert {figure.label: figure.value for figure in running.figures(now=now)} == {
        "Endpoints in service": "3",
        "Paused by an officer": "1",
        "Left alone because their host asked for it": "0 endpoints of 0 hosts",
        "In announced maintenance": "0",
        "Due, but left alone for one of these": "1",
        "Due for a visit now": "1",
        "Oldest due since": format_datetime(now),
        "Lag": "0 minutes",
        "Visits stored in the last hour": "0",
        "Endpoints visited in the last hour": "1",
        "Of these answered": "1",
        "Claimed by workers now": "0 endpoints of 0 hosts, in 0 claims",
        "Claims that lapsed and are free again": "0",
        "Failing at least one check": "1",
    }
