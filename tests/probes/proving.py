"""Hosts that prove who controls them, and what a worker does to find out."""

from contextlib import contextmanager
from datetime import datetime

from registry.audit.models import Event
from registry.probes.models import Endpoint, HostControl
from registry.probes.outfitting import name_servers, proving_outfit, visitor
from registry.probes.rules.proofs import WELL_KNOWN_PATH
from registry.probes.services import controls
from registry.probes.services.proving import check_claimed, claim_owed
from tests import factories
from tests.probes.hostile import Client, HostileServer


class Host:
    """A real server whose file of proof can be changed while it runs."""

    def __init__(self, pem) -> None:
        self.file: bytes | None = None
        self.headers: tuple[str, ...] = ("Content-Type: text/plain",)
        self.status = "200 OK"
        self._server = HostileServer(self._script, pem)

    @property
    def authority(self) -> str:
        """By name, so that the DNS can speak for it too."""
        return f"localhost:{self._server.port}"

    def _script(self, client: Client) -> None:
        while request := client.request():
            asked = request.split(b" ", 2)[1].decode()
            if asked != WELL_KNOWN_PATH or self.file is None:
                client.answer(b"Not found", status="404 Not Found")
            else:
                client.answer(self.file, *self.headers, status=self.status)

    def __enter__(self) -> "Host":
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)


@contextmanager
def host(authority):
    """A running host with a certificate that verifies."""
    with Host(authority.server_file("good")) as running:
        yield running


def look(at: datetime) -> int:
    """What beat and worker do about proofs at a moment; how many were answered."""
    claimed = claim_owed(now=at)
    return check(claimed, at) if claimed else 0


def check(claimed, at: datetime) -> int:
    """What a worker does with what was claimed."""
    return check_claimed(
        visitor=visitor(proving_outfit()),
        servers=name_servers(),
        ids=claimed.ids,
        claim=claimed.claim,
        now=at,
    )


def make_control(supplier, authority: str, *, by=None, **fields) -> HostControl:
    """A proof that `supplier` has begun, due at once."""
    fields.setdefault("due_at", factories.LONG_AGO)
    fields.setdefault("token", f"token-of-{supplier.ref}-at-{authority}"[:64])
    return HostControl.objects.create(
        supplier=supplier,
        authority=authority,
        started_by=by or factories.make_user(),
        started_at=factories.LONG_AGO,
        **fields,
    )


def start(supplier, address: str, by, now: datetime) -> HostControl:
    """A supplier begins to prove that it controls the host of an address."""
    return controls.start(supplier=supplier, address=address, by=by, now=now)


def controls_of(*endpoints) -> list[str]:
    """How control of each endpoint's host is known now."""
    return [Endpoint.objects.get(pk=endpoint.pk).control for endpoint in endpoints]


def actions() -> list[str]:
    """What the audit says was done, in order."""
    return list(Event.objects.order_by("pk").values_list("action", flat=True))
