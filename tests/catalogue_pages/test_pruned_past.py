"""What was pruned takes no explanation with it."""

import re
from datetime import UTC, date, datetime

from django.db import connection

from registry.common.periods import period
from registry.probes.rules.months import Keeping
from registry.probes.services.pruning import prune
from tests import factories

NOW = datetime(2031, 9, 15, 12, tzinfo=UTC)
KEEPING = Keeping(successes=100, failures=730)


def test_the_explanation_of_an_old_day_is_the_same_afterwards(client, market):
    """The page says why, what was found and when: years later as on the day."""
    spell = market.endpoint.check_spells.get()
    spell.result, spell.period = "fail", period(date(2026, 6, 1), None)
    spell.save()
    for hour, message in ((9, "The server offers TLS 1.0"), (15, "It still does")):
        factories.make_visit(
            market.endpoint,
            datetime(2026, 6, 1, hour, tzinfo=UTC),
            captures={"metadata": {"sha256": "0123456789abcdef" * 4}},
            findings=[{"check": "tls.version", "result": "fail", "message": message}],
        )
    factories.make_visit(market.endpoint, datetime(2026, 6, 20, tzinfo=UTC))
    factories.make_visit(market.endpoint, NOW)
    market.refresh(market.now)
    page = "/products/aldermoor-record/standards/RFC8996/?as_of=2026-06-15"
    before = client.get(page)
    assert "It still does" in before.content.decode()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    pruned = prune(now=NOW, keeping=KEEPING)

    assert pruned.visits == 1
    assert _lasting(client.get(page)) == _lasting(before)


def _lasting(response) -> str:
    """The page without the nonce and the token of one answer."""
    text = response.content.decode()
    return re.sub(r'(nonce|value|csrf[^=]*|hx-headers)="[^"]*"', "", text)
