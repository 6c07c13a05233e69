"""Which evidence proves a criterion, and what testing tools call it, changes by two editors."""

import json

import pytest

from procurement.whatif.models import Draft, DraftChange
from registry.compliance.models import RefreshRun, Spell
from registry.standards.models import Criterion
from tests.whatif.stories import page_text, publish

pytestmark = pytest.mark.usefixtures("at_noon")

IDS = ["hl7.fhir.uv.example_1.0.0@7", "example_suite-example_test"]


def _here(draft: Draft, of: str, standard: str = "DCB0129") -> str:
    return f"/what-if/{draft.pk}/change/?kind=change-ways&standard={standard}&of={of}"


def test_an_editor_sets_what_testing_tools_call_a_criterion(
    market, draft, standards_editor, second_editor, editor_client, client, now
):
    of = str(market.safety_case.pk)
    chosen = page_text(editor_client.get(_here(draft, "")))
    assert "Edition 4.2, CSCR: The supplier shows CSCR." in chosen
    page = page_text(editor_client.get(_here(draft, of)))
    assert 'value="document" checked' in page
    assert "No automated check proves it." in page

    typed = {
        "proofs": ["document", "machine_report"],
        "requirements": f" {IDS[0]} \r\n\r\n{IDS[1]}",
    }
    assert editor_client.post(_here(draft, of), typed).status_code == 302
    words = (
        "What proves CSCR of edition 4.2 of DCB0129 changes. Also accepted: Machine report. "
        "Testing tools also call it example_suite-example_test, hl7.fhir.uv.example_1.0.0@7."
    )
    page = page_text(editor_client.get(f"/what-if/{draft.pk}/"))
    assert words in page
    assert "For 6 products no day from today on changes." in page
    # The public page says nothing of it until a second editor has published it.
    assert IDS[0] not in page_text(client.get("/standards/DCB0129/"))

    spells, runs = Spell.objects.count(), RefreshRun.objects.count()
    publish(draft, first=standards_editor, second=second_editor, now=now)
    market.safety_case.refresh_from_db()
    assert market.safety_case.proofs == ["document", "machine_report"]
    assert market.safety_case.requirements == sorted(IDS)
    assert (Spell.objects.count(), RefreshRun.objects.count()) == (spells, runs)
    for page in ("/standards/DCB0129/", "/about-machine-reports/"):
        assert all(each in page_text(client.get(page)) for each in IDS), page
    listed = json.loads(client.get("/api/v1/standards/").content)["results"]
    [safety] = [each for each in listed if each["code"] == "DCB0129"]
    [cscr, _] = safety["versions"][0]["criteria"]
    assert (cscr["proofs"], cscr["requirements"]) == (["document", "machine_report"], sorted(IDS))


def test_the_criteria_of_an_edition_that_the_draft_adds_are_changed_with_it(
    market, draft, standards_editor, second_editor, editor_client, now
):
    version = market.safety.versions.get()
    added = f"/what-if/{draft.pk}/change/?kind=add-version&standard=DCB0129&of={version.pk}"
    days = {"first_day_day": 1, "first_day_month": 4, "first_day_year": 2027}
    editor_client.post(added, {"version": "5"} | days)
    change = DraftChange.objects.get()

    assert "Edition 5, CSCR" in page_text(editor_client.get(_here(draft, "")))
    of = f"{change.pk}-{market.safety_case.pk}"
    typed = {"proofs": ["machine_report"], "requirements": IDS[0]}
    assert editor_client.post(_here(draft, of), typed).status_code == 302
    again = page_text(editor_client.post(_here(draft, of), typed))
    assert "The draft changes this already. Remove that change first." in again

    publish(draft, first=standards_editor, second=second_editor, now=now)
    said = Criterion.objects.filter(code="CSCR").values_list(
        "version__version", "proofs", "requirements"
    )
    assert {(name, *proofs, *ids) for name, proofs, ids in said} == {
        ("4.2", "document"),
        ("5", "machine_report", IDS[0]),
    }


REFUSED = {
    "a blank inside": (["machine_report"], "a b", "Enter one id on each line. “a b” has a space"),
    "one id twice": (["machine_report"], "a\nb\na", "Enter each id once. “a” is there twice"),
    "one that is too long": (["machine_report"], "x" * 201, "must be 200 characters or fewer"),
    "too many": (
        ["machine_report"],
        "\n".join(f"x{number}" for number in range(101)),
        "Enter 100 ids or fewer. There are 101",
    ),
    "no id for a report": (["machine_report"], "", "without an id no report proves it"),
    "ids that nothing is compared with": (["document"], "a", "Accept machine reports, or remove"),
    "nothing that proves it": ([], "", "no automated check proves this, so nobody could"),
    "a form that proofs are of": (["certificate"], "", "notes-safety-case is a document that was"),
    "what it is": (["document"], "", "This is what proves it already."),
}


def test_what_no_report_could_match_is_refused_in_words(market, draft, editor_client):
    here = _here(draft, str(market.safety_case.pk))
    for what, (proofs, ids, words) in REFUSED.items():
        page = page_text(editor_client.post(here, {"proofs": proofs, "requirements": ids}))
        assert words in page, what
    assert not DraftChange.objects.exists()


def test_who_comes_second_is_told(market, draft, editor_client, standards_editor):
    of = str(market.tls.pk)
    typed = {"proofs": ["machine_report"], "requirements": IDS[0]}
    # An automated check proves it, so evidence need not.
    page = page_text(editor_client.get(_here(draft, of, "RFC8996")))
    assert "proves it too, whatever is selected here" in page
    assert editor_client.post(_here(draft, of, "RFC8996"), typed).status_code == 302
    Criterion.objects.filter(pk=market.tls.pk).update(proofs=["certificate"])

    page = page_text(editor_client.get(f"/what-if/{draft.pk}/"))
    words = "Which evidence proves TLS of edition TLS 1.2 of RFC8996 was changed since"
    assert words in page
