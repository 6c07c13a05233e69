"""What is known already of bodies, findings and servers, so that it is not worked out again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection

from registry.probes.models import CaptureBody, OlderTlsRefusal
from registry.probes.rules.observation import Observation
from registry.probes.rules.urls import origin_of
from registry.probes.services.judging import Kept

_KEPT = """
SELECT endpoint_id, check_id, basis, finding::text, finding ->> 'result', finding ->> 'known_end'
FROM probes_checkstate
WHERE endpoint_id = ANY (%s) AND finding <> '{}'
"""


def recognise_bodies(visits: Sequence[Observation]) -> None:
    """Tell exchanges whose body came in the very same octets before under which hash it is kept."""
    sent = [exchange for seen in visits for exchange in seen.exchanges.values() if exchange.body]
    hashes = {exchange.sent_sha256 for exchange in sent}
    rows = CaptureBody.objects.filter(sent_sha256__in=hashes)
    known = dict(rows.values_list("sent_sha256", "pk"))
    for exchange in sent:
        if exchange.sent_sha256 in known:
            exchange.known_as(known[exchange.sent_sha256])


def kept_findings(endpoint_ids: Sequence[int]) -> dict[int, dict[str, Kept]]:
    """What stands with the states of these endpoints, by endpoint and check."""
    found: dict[int, dict[str, Kept]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [list(endpoint_ids)])
        for endpoint_id, check_id, *rest in cursor.fetchall():
            found[endpoint_id][check_id] = Kept(*rest)
    return found


def remember_refusals(visits: Iterable[Observation]) -> None:
    """Keep which servers refused older TLS at these visits, the newest answer of each."""
    found: dict[str, OlderTlsRefusal] = {}
    gone: set[str] = set()
    for seen in visits:
        legacy, origin = seen.legacy, origin_of(seen.url)
        if not legacy.asked or legacy.asked_at is not None:
            continue
        if legacy.accepted:
            gone.add(origin)
        elif seen.tls is not None and seen.tls.chain:
            found[origin] = OlderTlsRefusal(
                origin=origin,
                asked_at=seen.at,
                detail=legacy.detail[:300],
                certificate=seen.tls.chain[0].sha256,
            )
    if gone:
        OlderTlsRefusal.objects.filter(pk__in=gone).delete()
    OlderTlsRefusal.objects.bulk_create(
        [found[origin] for origin in sorted(found.keys() - gone)],
        update_conflicts=True,
        unique_fields=["origin"],
        update_fields=["asked_at", "detail", "certificate"],
    )
