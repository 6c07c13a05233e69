"""Every page that is about a day, or of a moment, is one that links lead to with both."""

import pytest

from config.middleware import OF_A_DAY, OF_A_MOMENT
from registry.history.selectors import last_moment
from tests.access.asking import address
from tests.access.table import TABLE
from tests.access.ways import OK

pytestmark = pytest.mark.usefixtures("undone")
# What the banners of templates/components say.
ABOUT_A_DAY, OF_THEN = "This page shows how things", "This page shows what the register knew on"
# About what was known, and only led to from pages of now.
NOT_LED_TO = {"evidence_report", "questionnaire_comparison"}


def test_every_page_of_a_day_or_a_moment_is_led_to_as_such(world, visitors):
    wrong, seen = [], set()
    moment = last_moment(now=world.now).isoformat()
    for way in TABLE:
        who = next((role for role, answer in way.get.items() if answer == OK), None)
        if who is None or "<" in way.name:
            continue
        page = visitors.ask(
            who, "get", address(way, world), {"as_of": "2026-06-30", "known_at": moment}
        )
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        text, place = page.content.decode(), None
        if ABOUT_A_DAY in text:
            place = OF_A_DAY
        elif OF_THEN in text:
            place = OF_A_MOMENT | NOT_LED_TO
        if place is not None:
            seen.add(way.name)
            wrong += [] if way.name in place else [way.name]
    assert wrong == []
    assert seen >= {"product", "standard", "product_changes", "endpoint"}, seen
