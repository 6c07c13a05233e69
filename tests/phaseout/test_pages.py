"""A case on its page: what each person sees, and what their buttons do."""

from datetime import date, timedelta

import pytest

from procurement.phaseout import services
from procurement.phaseout.enums import CaseState, NoticeBasis
from procurement.phaseout.models import Case, CaseStep, Notice
from tests import factories
from tests.phaseout import stories

pytestmark = pytest.mark.usefixtures("at_noon")

TERM = (date(2026, 1, 1), date(2029, 1, 1))
NATIONAL = ["assessor", "case_officer", "approver", "standards_editor", "auditor", "administrator"]
OTHERS = ["supplier_owner", "supplier_editor", "rival_editor", "buyer", "outsider"]


@pytest.fixture
def at_noon(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def case(db, now):
    return stories.make_case(now=now)


@pytest.fixture
def notice(case, case_officer, now):
    services.start_triage(case=case, by=case_officer, now=now)
    return services.propose_notice(
        case=case,
        text="Show the document.\n\n<b>Soon</b>",
        basis=NoticeBasis.LISTING_TERMS,
        respond_by=date(2026, 8, 10),
        by=case_officer,
        now=now,
    )


def _text(page) -> str:
    return " ".join(page.content.decode().split())


def _facts():
    return (
        list(Case.objects.order_by("pk").values()),
        list(CaseStep.objects.order_by("pk").values()),
        list(Notice.objects.order_by("pk").values()),
    )


def test_the_page_tells_the_case(client, icb, case, auditor):
    factories.make_contract(icb, case.product, ref="QOQ-1", value="500.00", term=TERM)
    factories.make_contract(icb, case.product, ref="QOQ-2", term=(TERM[0], date(2026, 9, 1)))
    client.force_login(auditor)
    page = _text(client.get(f"/cases/{case.pk}/"))
    for words in (
        "Aldermoor Record on DCB0129",
        "Triage: 5 working days left",
        "by 8 July 2026",
        "Aldermoor Record will not meet DCB0129 from 1 September 2026, unless the facts change.",
        "DOC: ",
        "1 running contract with days on which DCB0129 is not met, worth £500 in all.",
        "/contracts/QOQ-1/",
        "Case opened",
        "1 July 2026 at midday, phase-out flag",
    ):
        assert words in page, words
    assert "/contracts/QOQ-2/" not in page
    assert "What you can do" not in page


@pytest.mark.parametrize("who", NATIONAL)
def test_the_national_team_reads_cases(client, case, who, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    assert client.get("/cases/999999/").status_code == 404


@pytest.mark.parametrize("who", OTHERS)
def test_others_do_not(client, case, who, request):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/cases/{case.pk}/").status_code == 403
    assert client.get("/cases/999999/").status_code == 403


def _addresses(case, notice):
    return {
        f"/cases/{case.pk}/take/": {},
        f"/cases/{case.pk}/dismiss/": {"reason": "No."},
        f"/cases/{case.pk}/close/": {"reason": ""},
        f"/cases/{case.pk}/notice/": {
            "text": "Show it.", "basis": "listing_terms", "respond_by": "2026-09-01",
        },
        f"/cases/{case.pk}/notices/{notice.pk}/issue/": {},
        f"/cases/{case.pk}/notices/{notice.pk}/reject/": {"reason": "No."},
    }  # fmt: skip


@pytest.mark.parametrize("who", [*OTHERS, *(x for x in NATIONAL if x not in ("case_officer", "approver"))])  # fmt: skip  # noqa: E501
def test_no_button_works_for_those_who_may_not(client, case, notice, who, request):
    client.force_login(request.getfixturevalue(who))
    before = _facts()
    for address, typed in _addresses(case, notice).items():
        assert client.post(address, typed).status_code == 403, address
        assert client.get(address).status_code in (403, 405), address
    assert _facts() == before


def test_no_button_works_for_nobody(client, case, notice):
    before = _facts()
    for address, typed in _addresses(case, notice).items():
        assert client.post(address, typed).url.startswith("/accounts/login/")
    assert _facts() == before


def test_from_the_flag_to_the_notice(client, case, case_officer, approver):
    client.force_login(case_officer)
    home = f"/cases/{case.pk}/"
    assert f'action="{home}take/"' in client.get(home).content.decode()
    assert client.post(f"{home}take/").url == home
    page = _text(client.get(home))
    assert "You have taken the case for triage" in page
    assert f"{home}dismiss/" in page
    form = _text(client.get(f"{home}notice/"))
    assert "will not meet DCB0129" in form
    assert "29 7 2026 if it is issued today" in form
    typed = {
        "basis": "information_standard", "text": "Show the document.",
        "respond_by_day": "10", "respond_by_month": "8", "respond_by_year": "2026",
    }  # fmt: skip
    assert client.post(f"{home}notice/", typed).url == home
    page = _text(client.get(home))
    assert "You proposed this notice, so another officer has to decide on it." in page
    assert "/issue/" not in page
    notice = Notice.objects.get()

    client.force_login(approver)
    assert f"notices/{notice.pk}/issue/" in _text(client.get(home))
    assert client.post(f"{home}notices/{notice.pk}/issue/").url == home
    page = _text(client.get(home))
    assert "Notice issued" in page
    assert "Supplier’s response: 40 days left" in page
    assert Case.objects.get().state == CaseState.NOTICE_ISSUED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": " "}, "Enter the text of the notice"),
        ({"basis": ""}, "Select what the notice rests on"),
        ({"basis": "whim"}, "cannot be chosen here"),
        ({"respond_by": "2026-07-28"}, "A notice gives at least 28 days"),
        ({"respond_by": "2026-02-29"}, "Last day to respond must be a real date"),
        ({"respond_by": ""}, "Enter the last day to respond"),
    ],
)
def test_what_does_not_fit_is_said(client, case, case_officer, now, changes, words):
    services.start_triage(case=case, by=case_officer, now=now)
    client.force_login(case_officer)
    before = _facts()
    typed = {"text": "Show it.", "basis": "listing_terms", "respond_by": "2026-09-01"}
    page = client.post(f"/cases/{case.pk}/notice/", typed | changes)
    assert page.status_code == 200
    assert words in _text(page)
    assert _facts() == before


def test_a_dismissal_without_reason_is_said(client, case, case_officer, now):
    services.start_triage(case=case, by=case_officer, now=now)
    client.force_login(case_officer)
    page = client.post(f"/cases/{case.pk}/dismiss/", {"reason": " "})
    assert "Enter the reason" in _text(page)
    assert Case.objects.get().state == CaseState.TRIAGE
    client.post(f"/cases/{case.pk}/dismiss/", {"reason": "It is leaving."})
    assert Case.objects.get().state == CaseState.DISMISSED
    assert "It is leaving." in _text(client.get(f"/cases/{case.pk}/"))


def test_who_comes_too_late_is_told(client, case, case_officer, second_officer, now):
    services.start_triage(case=case, by=second_officer, now=now)
    client.force_login(case_officer)
    before = _facts()
    answer = client.post(f"/cases/{case.pk}/take/")
    assert answer.status_code == 409
    assert "officer2@national.test was first" in _text(answer)
    assert _facts() == before


def test_a_step_that_is_not_open_leads_back(client, case, case_officer):
    client.force_login(case_officer)
    answer = client.get(f"/cases/{case.pk}/dismiss/", follow=True)
    assert answer.redirect_chain == [(f"/cases/{case.pk}/", 302)]
    assert "“Dismiss the case” is not open on the case as it stands" in _text(answer)


def test_a_healed_case_offers_to_close(client, case, case_officer, now):
    stories.make_proved(case.product, case.standard)
    stories.refresh(case.product, now=now + timedelta(seconds=1))
    client.force_login(case_officer)
    page = _text(client.get(f"/cases/{case.pk}/"))
    assert "The facts have healed" in page
    assert "The case does not close itself" in page
    assert client.post(f"/cases/{case.pk}/close/", {"reason": ""}).status_code == 302
    assert Case.objects.get().state == CaseState.CLOSED_COMPLIANT
    assert "The case does not close itself" not in _text(client.get(f"/cases/{case.pk}/"))


def test_a_notice_is_found_on_its_own_case_only(client, case, notice, approver, now):
    other = stories.make_case(now=now, ref="aldermoor-other")
    client.force_login(approver)
    before = _facts()
    assert client.post(f"/cases/{other.pk}/notices/{notice.pk}/issue/").status_code == 404
    assert _facts() == before


def test_markup_in_a_notice_is_text(client, case, notice, approver):
    client.force_login(approver)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "&lt;b&gt;Soon&lt;/b&gt;" in page


def test_an_issued_notice_is_read_by_supplier_and_buyer(
    client, icb, buyer, supplier_owner, case, notice, approver, now
):
    factories.make_contract(icb, case.product, ref="QOQ-1", term=TERM)
    for person, address in (
        (supplier_owner, "/products/aldermoor-record/"),
        (buyer, "/contracts/QOQ-1/"),
    ):
        client.force_login(person)
        assert "Show the document." not in _text(client.get(address))
    services.issue_notice(notice=notice, by=approver, now=now)
    for person, address in (
        (supplier_owner, "/products/aldermoor-record/"),
        (buyer, "/contracts/QOQ-1/"),
    ):
        client.force_login(person)
        page = _text(client.get(address))
        assert "Show the document." in page
        assert "The supplier has until 10 August 2026 to respond" in page
