"""Of a host that an officer has paused, or that asked for peace, nothing at all is asked."""

from datetime import datetime, timedelta

import pytest

from registry.audit.models import Event
from registry.probes.models import Ask, Endpoint, Host, HostControl, Precheck
from registry.probes.rules.months import Keeping
from registry.probes.services import controls
from registry.probes.services.asking import NotProbed, probe_now
from registry.probes.services.prechecking import claim_owed as claim_prechecks
from registry.probes.services.proving import claim_owed as claim_proofs
from registry.probes.services.pruning import prune
from tests import factories
from tests.probes.prechecking import asked
from tests.probes.proving import make_control

pytestmark = pytest.mark.django_db
HOST, ELSEWHERE = "fhir.aldermoor.example", "other.aldermoor.example"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(params=["paused", "asked for peace"])
def quiet(request, now) -> datetime:
    """Until when the host is left alone."""
    until = now + HOUR
    if request.param == "paused":
        factories.make_pause(host=HOST, since=now - MINUTE, until=until)
    else:
        Host.objects.create(name=HOST, not_before=until)
    return until


def test_a_pre_check_is_refused_and_says_why(supplier, supplier_editor, quiet, now):
    events = Event.objects.count()
    with pytest.raises(NotProbed, match=f"{HOST}.*(until that ends|Ask again at)"):
        asked(supplier, supplier_editor, now, f"https://{HOST}/r4")
    assert (Precheck.objects.count(), Event.objects.count()) == (0, events)

    asked(supplier, supplier_editor, now, f"https://{ELSEWHERE}/r4")
    asked(supplier, supplier_editor, quiet, f"https://{HOST}/r4")


def test_a_pre_check_asked_for_before_waits(supplier, supplier_editor, now):
    before = asked(supplier, supplier_editor, now - HOUR, f"https://{HOST}/r4")
    factories.make_pause(host=HOST, since=now - MINUTE, until=now + HOUR)
    assert claim_prechecks(now=now).jobs == ()
    assert [job.key for job in claim_prechecks(now=now + HOUR).jobs] == [before.pk]


def test_a_proof_is_not_looked_for_at_any_port(supplier, supplier_editor, quiet, now):
    for authority in (HOST, f"{HOST}:8443", ELSEWHERE):
        make_control(supplier, authority, by=supplier_editor, due_at=now)
    free = HostControl.objects.get(authority=ELSEWHERE)
    assert claim_proofs(now=now).ids == (free.pk,)
    assert len(claim_proofs(now=quiet).ids) == 3  # the first claim has lapsed too


def test_a_proof_cannot_be_asked_for(supplier, supplier_editor, quiet, now):
    control = make_control(supplier, f"{HOST}:8443", by=supplier_editor, due_at=None)
    events = Event.objects.count()
    with pytest.raises(NotProbed, match=HOST):
        controls.check_now(control=control, by=supplier_editor, now=now)
    control.refresh_from_db()
    assert (control.due_at, control.asked_at, Event.objects.count()) == (None, None, events)

    controls.check_now(control=control, by=supplier_editor, now=quiet)
    control.refresh_from_db()
    assert control.due_at == quiet


def test_what_was_asked_for_is_forgotten_after_a_day(supplier_editor, supplier, now):
    endpoint = factories.make_endpoint(factories.make_product(supplier=supplier), f"https://{HOST}")
    for days in (2, 0):
        probe_now(endpoint=endpoint, by=supplier_editor, now=now - timedelta(days=days))
    prune(now=now, keeping=Keeping(100, 100))
    assert [ask.at for ask in Ask.objects.all()] == [now]
    assert Endpoint.objects.get().asked_at == now
