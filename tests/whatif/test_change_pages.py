"""The forms of a draft: drawing it up step by step, and what is wrong said beside the field."""

from datetime import date

import pytest

from procurement.whatif.models import Draft, DraftChange
from registry.standards.models import StandardScope
from tests.market import IDENTITY_FROM
from tests.whatif.stories import every_row, page_text

pytestmark = pytest.mark.usefixtures("at_noon")

OCTOBER = date(2026, 10, 1)


def _days(name: str, day: date) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def test_a_draft_is_drawn_up_step_by_step(market, editor_client):
    page = editor_client.post("/what-if/new/", {"title": "Identity sooner", "reason": "Patients."})
    draft = Draft.objects.get()
    assert page["Location"] == f"/what-if/{draft.pk}/"
    assert "No changes yet" in page_text(editor_client.get(f"/what-if/{draft.pk}/"))

    here = f"/what-if/{draft.pk}/change/"
    assert "What is to change?" in page_text(editor_client.get(here))
    chosen = {"kind": "change-required", "standard": "DCB3051"}
    assert "For whom is it mandatory so far?" in page_text(editor_client.get(here, chosen))
    scope = StandardScope.objects.get(standard=market.identity)
    query = f"?kind=change-required&standard=DCB3051&of={scope.pk}"
    page = page_text(editor_client.get(here + query))
    assert "Every product: from 1 April 2027." in page
    assert 'value="2027"' in page

    answer = editor_client.post(here + query, _days("first_day", OCTOBER))
    assert answer["Location"] == f"/what-if/{draft.pk}/"
    change = DraftChange.objects.get()
    assert (change.kind, change.was.lower, change.period.lower) == (
        "change-required",
        IDENTITY_FROM,
        OCTOBER,
    )
    words = "DCB3051 is mandatory for every product from 1 October 2026, instead of from 1 April"
    assert words in page_text(editor_client.get(f"/what-if/{draft.pk}/"))

    remove = f"/what-if/{draft.pk}/changes/{change.pk}/remove/"
    assert editor_client.post(remove).status_code == 302
    assert not DraftChange.objects.exists()


@pytest.mark.parametrize(
    ("query", "data", "change"),
    [
        (
            "kind=add-version&standard=DCB0129&of={version}",
            {"version": "5"} | _days("first_day", OCTOBER) | _days("last_day", IDENTITY_FROM),
            {"version": "5", "copied_from": "4.2"},
        ),
        (
            "kind=change-accepted&standard=DCB0129&of={version}",
            _days("first_day", date(2018, 5, 2)) | _days("last_day", date(2026, 9, 30)),
            {"version": "4.2"},
        ),
        (
            "kind=add-scope&standard=DCB3051",
            {"capability": "C13"} | _days("first_day", OCTOBER),
            {"capability__ref": "C13"},
        ),
        (
            "kind=add-scope&standard=DCB3051",
            {"capability": ""} | _days("first_day", OCTOBER),
            {"capability": None},
        ),
        (
            "kind=shorten-dispensation&standard=DCB0129&of={excuse}",
            _days("last_day", date(2026, 9, 30)),
            {"product__ref": "brackenfell-letters"},
        ),
    ],
)
def test_every_kind_of_change_has_its_form(market, draft, editor_client, query, data, change):
    things = {
        "version": market.safety.versions.get().pk,
        "excuse": market.letters.dispensations.get().pk,
    }
    here = f"/what-if/{draft.pk}/change/?{query.format(**things)}"
    assert editor_client.get(here).status_code == 200
    assert editor_client.post(here, data).status_code == 302
    assert DraftChange.objects.filter(**change).count() == 1


@pytest.mark.parametrize(
    ("query", "data", "words"),
    [
        ("kind=add-scope&standard=DCB3051", {}, "Enter the first day"),
        (
            "kind=add-scope&standard=DCB3051",
            _days("first_day", OCTOBER) | _days("last_day", date(2026, 9, 1)),
            "The last day must not be before the first day",
        ),
        (
            "kind=add-scope&standard=DCB3051",
            _days("first_day", IDENTITY_FROM),
            "mandatory for every product from that first day already",
        ),
        (
            "kind=add-version&standard=DCB0129&of={version}",
            {"version": "4.2"} | _days("first_day", OCTOBER),
            "DCB0129 has an edition 4.2 already.",
        ),
        (
            "kind=shorten-dispensation&standard=DCB0129&of={excuse}",
            _days("last_day", date(2025, 12, 31)),
            "The last day must not be before the first day",
        ),
        (
            "kind=shorten-dispensation&standard=DCB0129&of={excuse}",
            _days("last_day", date(2027, 12, 31)),
            "A dispensation can only end earlier here.",
        ),
        (
            "kind=change-accepted&standard=DCB0129&of={version}",
            _days("first_day", date(2018, 5, 2)),
            "These are the dates that it has already.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(market, draft, editor_client, query, data, words):
    things = {
        "version": market.safety.versions.get().pk,
        "excuse": market.letters.dispensations.get().pk,
    }
    before = every_row()
    page = editor_client.post(f"/what-if/{draft.pk}/change/?{query.format(**things)}", data)
    assert page.status_code == 200
    assert words in page_text(page)
    assert "There is a problem" in page_text(page)
    assert {table for table, rows in every_row().items() if rows != before[table]} == set()


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense&standard=DCB3051",
        "kind=add-scope&standard=NONE",
        "kind=add-scope",
        "kind=change-accepted&standard=DCB0129&of=999999",
        "kind=change-accepted&standard=DCB0129&of=x",
        "kind=shorten-dispensation&standard=DCB3051",
        "kind=add-scope&standard=%00",
    ],
)
def test_strange_addresses_of_a_change_are_taken_without_breaking(
    market, draft, editor_client, query
):
    page = editor_client.get(f"/what-if/{draft.pk}/change/?{query}")
    assert page.status_code == 200
