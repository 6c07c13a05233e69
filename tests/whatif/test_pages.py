"""The pages of editors: drawing up, looking ahead, comparing, taking away, deciding."""

import csv
from datetime import date
from io import StringIO

import pytest

from procurement.buyers.models import Succession
from procurement.whatif import presenters, services
from procurement.whatif.enums import DraftState
from procurement.whatif.models import Draft
from registry.standards.models import StandardScope
from tests import factories
from tests.market import IDENTITY_FROM
from tests.whatif.conftest import TERM
from tests.whatif.stories import add, every_row, page_text, scope_wanted

pytestmark = pytest.mark.usefixtures("at_noon")

OCTOBER = date(2026, 10, 1)
OTHERS = ["assessor", "case_officer", "approver", "auditor", "administrator", "outsider", "buyer"]


@pytest.fixture
def sooner(market, held, draft, standards_editor, now):
    """The draft with identity half a year sooner."""
    moved = scope_wanted(market.identity, (OCTOBER, None), was=(IDENTITY_FROM, None))
    add(draft, moved, by=standards_editor, now=now)
    return draft


def test_the_page_tells_what_would_happen(market, sooner, editor_client):
    page = page_text(editor_client.get(f"/what-if/{sooner.pk}/"))
    for words in (
        "If it were published today, 1 July 2026.",
        "<dt>Products that would turn not met</dt><dd>6</dd>",
        "<dt>First day</dt><dd>1 October 2026</dd>",
        "<dt>Contracts with such days</dt><dd>3</dd>",
        "<dt>Their value</dt><dd>£1,000,000</dd>",
        "<dt>Buyers who answer for them</dt><dd>1</dd>",
        "<dt>Phase-out cases that would open</dt><dd>4</dd>",
        "3 of 6 products would become non-compliant; 3 would be so anyway",
        "Not listed in the catalogue: 2 products of these.",
        "The value of 1 contract is not in the total: it is not known, or not in pounds.",
        "0 products would have fewer days that are not met. "
        "For 0 products no day from today on changes.",
        "1 October 2026, because of the draft until 31 March 2027",
        'href="/contracts/C-2/"',
        "NHS Humber and North Yorkshire ICB",
    ):
        assert words in page, words
    assert page.index("C-2") < page.index("C-1") < page.index("C-3")
    assert "C-4" not in page


def test_a_draft_that_no_longer_fits_says_so_instead(market, sooner, editor_client):
    StandardScope.objects.filter(standard=market.identity).delete()
    page = editor_client.get(f"/what-if/{sooner.pk}/")
    assert page.status_code == 200
    assert "The draft cannot be applied to the register as it stands." in page_text(page)
    assert "DCB3051 is no longer mandatory for every product from 1 April 2027." in page_text(page)
    assert "Propose for publication" not in page_text(page)
    assert editor_client.post(f"/what-if/{sooner.pk}/propose/").status_code == 409
    assert editor_client.get(f"/what-if/{sooner.pk}/products.csv").status_code == 409
    assert Draft.objects.get().state == DraftState.DRAFT


def test_lists_are_paged(market, icb, sooner, editor_client):
    for number in range(30):
        factories.make_contract(icb, market.notes, ref=f"D-{number:02}", value="5.00")
    first = page_text(editor_client.get(f"/what-if/{sooner.pk}/"))
    second = page_text(editor_client.get(f"/what-if/{sooner.pk}/?contracts=2"))
    assert "C-2" in first
    assert "C-2" not in second
    assert "D-29" not in first
    assert "D-29" in second
    for strange in ("contracts=0", "contracts=x", "contracts=99999999999999", "products=²"):
        assert editor_client.get(f"/what-if/{sooner.pk}/?{strange}").status_code == 200


def test_two_drafts_side_by_side(market, sooner, standards_editor, editor_client, now):
    editor_client.post(f"/what-if/{sooner.pk}/copy/")
    copy = Draft.objects.exclude(pk=sooner.pk).get()
    services.remove_change(
        draft=copy, change_id=copy.changes.get().pk, by=standards_editor, now=now
    )
    narrower = scope_wanted(market.identity, (date(2026, 12, 1), None), capability=market.records)
    add(copy, narrower, by=standards_editor, now=now)
    page = page_text(editor_client.get(f"/what-if/{sooner.pk}/compare/?with={copy.pk}"))
    for words in (
        f"Draft {sooner.pk}: Bring identity forward",
        "products with “Patient Information Maintenance” from 1 December 2026.",
        "6 products would turn not met under one of the drafts only, or on another day.",
        "0 products would turn on the same day under both.",
        "3 contracts would turn not met under one of the drafts only, or on another day.",
        "not at all",
        "1 December 2026",
    ):
        assert words in page, words
    sheet = editor_client.get(f"/what-if/{sooner.pk}/compare.csv?with={copy.pk}")
    rows = list(csv.reader(StringIO(sheet.content.decode())))
    assert rows[0][-1] == "If published on"
    assert rows[1] == [
        "Product", "aldermoor-record", "Aldermoor Record", "1000000.00", "2026-10-01", "2026-12-01",
        "2026-07-01",
    ]  # fmt: skip
    assert [row[1] for row in rows if row[5] == ""] == [
        "aldermoor-rota",
        "brackenfell-draft",
        "brackenfell-letters",
        "brackenfell-old",
    ]


@pytest.mark.parametrize("query", ["", "?with=", "?with=x", "?with=999999", "?with=%00"])
def test_a_comparison_asks_for_the_other(market, sooner, editor_client, query):
    assert editor_client.get(f"/what-if/{sooner.pk}/compare/{query}").status_code == 200
    assert editor_client.get(f"/what-if/{sooner.pk}/compare.csv{query}").status_code == 400


def test_a_draft_is_not_compared_with_itself_or_a_decided_one(
    market, sooner, standards_editor, editor_client, now
):
    other = services.copy_draft(draft=sooner, by=standards_editor, now=now)
    services.discard(draft=other, reason="", by=standards_editor, now=now)
    for pk in (sooner.pk, other.pk):
        page = page_text(editor_client.get(f"/what-if/{sooner.pk}/compare/?with={pk}"))
        assert "Select a draft that is not decided" in page


def test_spreadsheets_hold_every_row_and_no_formula(market, icb, sooner, editor_client):
    market.notes.name = '=HYPERLINK("https://evil.example")'
    market.notes.save()
    ccg = factories.make_organisation("02Y", "@East Riding CCG")
    Succession.objects.create(predecessor=ccg, successor=icb, on=date(2022, 7, 1))
    factories.make_contract(
        ccg, market.notes, ref="-1+2", title="+44 1482", value="9000000.00", term=TERM
    )
    sheet = editor_client.get(f"/what-if/{sooner.pk}/products.csv")
    assert sheet["Content-Type"] == "text/csv; charset=utf-8"
    assert sheet["Content-Disposition"] == (
        f'attachment; filename="what-if-{sooner.pk}-products-2026-07-01.csv"'
    )
    rows = list(csv.reader(StringIO(sheet.content.decode())))
    assert len(rows) == 7
    assert rows[1] == [
        '\'=HYPERLINK("https://evil.example")', "brackenfell-notes", "Brackenfell Software",
        "Listed", "DCB3051", "2026-10-01", "2027-03-31", "Compliant", "3", "9600000.00",
        "2026-07-01",
    ]  # fmt: skip
    sheet = editor_client.get(f"/what-if/{sooner.pk}/contracts.csv")
    rows = list(csv.reader(StringIO(sheet.content.decode())))
    assert rows[1] == [
        "'-1+2", "'+44 1482", "'@East Riding CCG", "02Y", "NHS Humber and North Yorkshire ICB",
        "Brackenfell Software", '\'=HYPERLINK("https://evil.example")', "2026-10-01",
        "2025-04-01", "2030-03-31", "9000000.00", "GBP", "2026-07-01",
    ]  # fmt: skip
    assert [row[0] for row in rows[2:]] == ["C-2", "C-1", "C-3"]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\ta", "\ra"])
def test_a_cell_that_would_run_is_held(cell):
    assert presenters.safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["1-2", "a=b", "", "'=1"])
def test_a_cell_that_runs_nothing_stays(cell):
    assert presenters.safe_cell(cell) == cell


def test_two_editors_publish_by_the_pages(market, sooner, client, standards_editor, second_editor):
    here = f"/what-if/{sooner.pk}/"
    client.force_login(standards_editor)
    assert client.post(f"{here}propose/").status_code == 302
    page = page_text(client.get(here))
    assert "You proposed this draft, so another standards editor has to decide on it." in page
    assert "Approve and publish" not in page
    # The address of the form leads back, and its own post is refused.
    assert client.get(f"{here}publish/")["Location"] == here
    why = {"reason": "The programme needs it."}
    refused = client.post(f"{here}publish/", {"seen": Draft.objects.get().proposed_as} | why)
    assert refused.status_code == 403
    assert Draft.objects.get().state == DraftState.PROPOSED

    client.force_login(second_editor)
    assert "Approve and publish" in page_text(client.get(here))
    form = client.get(f"{here}publish/")
    assert "It cannot be undone" in page_text(form)
    seen = Draft.objects.get().proposed_as
    assert seen in form.content.decode()
    silent = client.post(f"{here}publish/", {"seen": seen, "reason": " "})
    assert "Enter the reason" in page_text(silent)
    assert client.post(f"{here}publish/", {"seen": "stale"} | why).status_code == 409
    assert client.post(f"{here}publish/", {"seen": seen} | why)["Location"] == here
    page = page_text(client.get(here))
    assert "Published" in page
    assert "What would happen" not in page
    assert StandardScope.objects.get(standard=market.identity).required.lower == OCTOBER
    # Twice is told.
    assert client.post(f"{here}publish/", {"seen": seen} | why).status_code == 409


def test_a_draft_is_rejected_or_discarded_for_a_reason(
    market, sooner, client, standards_editor, second_editor, now
):
    here = f"/what-if/{sooner.pk}/"
    client.force_login(standards_editor)
    client.post(f"{here}propose/")
    client.post(f"{here}take-back/")
    assert Draft.objects.get().state == DraftState.DRAFT
    record = page_text(client.get(here)).partition("Record")[2]
    for step in ("Drawn up", "Change added", "Proposed", "Taken back"):
        assert step in record, "whoever proposed it stays on record"
    client.post(f"{here}propose/")
    client.force_login(second_editor)
    assert "Enter the reason" in page_text(client.post(f"{here}reject/", {"reason": ""}))
    client.post(f"{here}reject/", {"reason": "Too soon."})
    assert "Too soon." in page_text(client.get(here))
    client.post(f"{here}copy/")
    copy = Draft.objects.get(state="draft")
    assert "Nothing will come of the draft" in page_text(client.get(f"/what-if/{copy.pk}/discard/"))
    client.post(f"/what-if/{copy.pk}/discard/", {"reason": ""})
    assert Draft.objects.get(pk=copy.pk).state == DraftState.DISCARDED
    listed = page_text(client.get("/what-if/"))
    for words in ("Rejected", "Discarded", "1 change", "Bring identity forward (copy)"):
        assert words in listed


@pytest.mark.parametrize("who", OTHERS)
def test_others_are_told_nothing(request, market, sooner, client, who):
    client.force_login(request.getfixturevalue(who))
    before = every_row()
    for name in ("", "compare/", "products.csv", "contracts.csv", "change/", "publish/"):
        for pk in (sooner.pk, 999999):
            answer = client.get(f"/what-if/{pk}/{name}")
            assert answer.status_code == 403
            assert "identity forward" not in answer.content.decode()
    for name in ("propose/", "publish/", "reject/", "discard/", "copy/", "take-back/", "change/"):
        assert client.post(f"/what-if/{sooner.pk}/{name}", {"reason": "x"}).status_code == 403
    assert client.get("/what-if/").status_code == 403
    assert client.get("/what-if/new/").status_code == 403
    standard = client.get("/standards/DCB3051/")
    assert "What if" not in standard.content.decode()
    changed = {table for table, rows in every_row().items() if rows != before[table]}
    assert changed <= {"django_session"}


def test_an_editor_finds_drafts_from_the_menu_and_from_the_standard(market, sooner, editor_client):
    assert "What if" in page_text(editor_client.get("/"))
    page = page_text(editor_client.get("/standards/DCB3051/"))
    assert f'href="/what-if/{sooner.pk}/"' in page
    assert "No draft would change DCB0129." in page_text(editor_client.get("/standards/DCB0129/"))


@pytest.mark.parametrize("name", ["", "compare/", "products.csv", "change/", "publish/"])
def test_a_draft_is_not_asked_about_the_past(market, sooner, editor_client, name):
    page = editor_client.get(f"/what-if/{sooner.pk}/{name}?known_at=2026-06-01T12:00")
    assert page.status_code == 409
    assert "A draft is about the register as it is now" in page_text(page)


def test_a_standards_page_about_another_day_offers_no_draft(market, sooner, editor_client):
    for asked in ("as_of=2027-01-01", "known_at=2026-07-01T11:00:00Z"):
        page = page_text(editor_client.get(f"/standards/DCB3051/?{asked}"))
        assert "What if it changed?" not in page


def test_there_is_no_such_draft(market, editor_client):
    assert editor_client.get("/what-if/999999/").status_code == 404
    assert editor_client.get("/what-if/999999/compare/").status_code == 404


def test_the_list_asks_as_often_for_many(
    market, sooner, standards_editor, editor_client, now, django_assert_num_queries
):
    editor_client.get("/what-if/")
    with django_assert_num_queries(LIST_QUESTIONS):
        editor_client.get("/what-if/")
    for _ in range(29):
        services.copy_draft(draft=sooner, by=standards_editor, now=now)
    with django_assert_num_queries(LIST_QUESTIONS):
        assert page_text(editor_client.get("/what-if/")).count("(copy)") == 29


LIST_QUESTIONS = 8


def test_a_change_of_another_draft_is_not_there(
    market, sooner, standards_editor, editor_client, now
):
    """What is gone already stays gone; what was never there is told so."""
    other = services.copy_draft(draft=sooner, by=standards_editor, now=now)
    [change] = sooner.changes.all()
    answer = editor_client.post(f"/what-if/{other.pk}/changes/{change.pk}/remove/")
    assert answer.status_code == 404
    assert (sooner.changes.count(), other.changes.count()) == (1, 1)
    assert editor_client.post(f"/what-if/{sooner.pk}/changes/999999/remove/").status_code == 302


def test_a_draft_is_shown_for_today_alone(sooner, editor_client):
    here = f"/what-if/{sooner.pk}/"
    assert editor_client.get(f"{here}?as_of=2026-07-01").status_code == 200
    for query in ("as_of=2026-07-02", "known_at=2026-06-30", "as_of=soon"):
        refused = editor_client.get(f"{here}?{query}")
        assert refused.status_code == 409
        assert "A draft is about the register as it is now" in page_text(refused)
        assert "makes no difference" not in page_text(refused)
