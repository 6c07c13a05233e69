"""The national worklist: contracts on open cases, in the order of harm."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.buyers.models import Succession
from procurement.phaseout import services
from procurement.phaseout.models import Case
from procurement.reviews import selectors
from registry.common.errors import NotPermitted
from tests import factories
from tests.phaseout import stories

TERM = (date(2026, 1, 1), date(2029, 1, 1))


@pytest.fixture
def at_noon(now, time_machine):
    time_machine.move_to(now, tick=False)


def _refs(on, **filters):
    rows = selectors.affected(Case.objects.filter(**filters), on=on)
    return [row.contract.ref for row in selectors.contract_rows(rows, on=on)]


def _text(page) -> str:
    return " ".join(page.content.decode().split())


def test_the_order_is_the_day_and_then_the_value(icb, now, on):
    never_met = stories.make_case(now=now, ref="aldermoor-never", lapses=date(2020, 1, 1))
    soon = stories.make_case(now=now, ref="aldermoor-soon", lapses=date(2026, 8, 1))
    later = stories.make_case(now=now, ref="aldermoor-later", lapses=date(2026, 9, 1))
    for ref, case, value, term in (
        ("later", later, "900", TERM),
        ("soon-small", soon, "1.50", TERM),
        ("soon-large", soon, "2.50", TERM),
        ("soon-unknown", soon, None, TERM),
        ("now-small", never_met, "100", TERM),
        ("now-large", never_met, "200", TERM),
        ("starts-later", never_met, "999", (date(2026, 8, 15), date(2028, 1, 1))),
    ):
        factories.make_contract(icb, case.product, ref=ref, value=value, term=term)
    assert _refs(on) == [
        "now-large", "now-small", "soon-large", "soon-small", "soon-unknown", "starts-later",
        "later",
    ]  # fmt: skip
    rows = selectors.contract_rows(selectors.affected(Case.objects.all(), on=on), on=on)
    assert [row.first_day for row in rows] == [
        on, on, date(2026, 8, 1), date(2026, 8, 1), date(2026, 8, 1), date(2026, 8, 15),
        date(2026, 9, 1),
    ]  # fmt: skip


def test_a_contract_that_ends_before_the_lapse_is_not_at_risk(icb, now, on):
    lapses = date(2026, 9, 1)
    case = stories.make_case(now=now, lapses=lapses)
    factories.make_contract(icb, case.product, ref="ends", term=(TERM[0], lapses))
    factories.make_contract(
        icb, case.product, ref="a-day-more", term=(TERM[0], lapses + timedelta(days=1))
    )
    factories.make_contract(icb, case.product, ref="over", term=(TERM[0], on))
    factories.make_contract(
        icb, case.product, ref="one-day", term=(lapses, lapses + timedelta(days=1))
    )
    assert _refs(on) == ["a-day-more", "one-day"]


def test_a_contract_stands_once_for_each_case(icb, now, on):
    case = stories.make_case(now=now)
    stories.make_document_standard("DTAC")
    stories.refresh(case.product, now=now)
    factories.make_contract(icb, case.product, ref="both", value="70.00", term=TERM)
    assert _refs(on) == ["both", "both"]
    totals = selectors.totals(selectors.affected(Case.objects.all(), on=on))
    assert (totals.contracts, totals.value, totals.uncounted) == (1, 70, 0)


def test_totals_say_what_they_do_not_count(icb, now, on):
    case = stories.make_case(now=now)
    factories.make_contract(icb, case.product, value="100.50", term=TERM)
    factories.make_contract(icb, case.product, value=None, term=TERM)
    factories.make_contract(icb, case.product, value="5", currency="EUR", term=TERM)
    totals = selectors.totals(selectors.affected(Case.objects.all(), on=on))
    assert (totals.contracts, float(totals.value), totals.uncounted) == (3, 100.5, 2)


def test_a_dismissed_case_leaves_the_worklist(icb, case_officer, now, on):
    case = stories.make_case(now=now)
    factories.make_contract(icb, case.product, ref="a", term=TERM)
    services.start_triage(case=case, by=case_officer, now=now)
    assert _refs(on) == ["a"]
    services.dismiss(case=case, reason="It is leaving.", by=case_officer, now=now)
    assert _refs(on) == []


def test_a_healed_case_waits_among_those_without_contracts(icb, now, on):
    case = stories.make_case(now=now)
    factories.make_contract(icb, case.product, term=TERM)
    stories.make_proved(case.product, case.standard)
    stories.refresh(case.product, now=now + timedelta(hours=1))
    assert _refs(on) == []
    [row] = selectors.case_rows(selectors.unaffecting(Case.objects.all(), on=on), on=on)
    assert row.case == case
    assert row.outlook.healed


def test_each_open_case_is_in_one_part(icb, now, on):
    used = stories.make_case(now=now)
    unused = stories.make_case(now=now, ref="aldermoor-unused")
    factories.make_contract(icb, used.product, term=TERM)
    assert list(selectors.affected(Case.objects.all(), on=on)) == [used]
    assert list(selectors.unaffecting(Case.objects.all(), on=on)) == [unused]


@pytest.mark.parametrize("who", ["buyer", "supplier_owner", "outsider"])
def test_the_worklist_is_the_national_teams(who, request):
    with pytest.raises(NotPermitted):
        selectors.cases_for(request.getfixturevalue(who))
    with pytest.raises(NotPermitted):
        selectors.cases_for(AnonymousUser())


# The pages


@pytest.mark.usefixtures("at_noon")
class TestPages:
    def test_a_row_says_all_that_is_needed(self, client, icb, case_officer, now):
        ccg = factories.make_organisation("03F", "NHS Hull CCG", type="CCG", region="North")
        Succession.objects.create(predecessor=ccg, successor=icb, on=date(2022, 7, 1))
        case = stories.make_case(now=now)
        factories.make_contract(ccg, case.product, ref="03F-1", value="412000.00", term=TERM)
        client.force_login(case_officer)
        page = _text(client.get("/worklist/"))
        for words in (
            "1 contract</strong> worth <strong>£412,000</strong> at risk",
            "1 September 2026",
            "03F-1, until 31 December 2028",
            "NHS Hull CCG",
            "now NHS Humber and North Yorkshire ICB",
            f"Aldermoor Record will not meet {case.standard} from 1 September 2026.",
            "DOC: ",
            "Flagged",
            "Triage: 5 working days left",
            f'href="/cases/{case.pk}/"',
            'href="/contracts/03F-1/"',
        ):
            assert words in page, words

    def test_filters(self, client, now, auditor, case_officer):
        north = factories.make_organisation("QHM", region="North")
        south = factories.make_organisation("QNX", region="South")
        one = stories.make_case(now=now, ref="aldermoor-one")
        two = stories.make_case(now=now, ref="aldermoor-two", code="DTAC")
        services.start_triage(
            case=Case.objects.get(product=one.product, standard=one.standard),
            by=case_officer,
            now=now,
        )
        # The second product owes both standards; only DTAC is shown by it.
        factories.make_contract(north, one.product, ref="N-1", term=TERM)
        factories.make_contract(south, two.product, ref="S-2", term=TERM)
        client.force_login(auditor)

        def refs(query):
            page = _text(client.get(f"/worklist/{query}"))
            return {ref for ref in ("N-1", "S-2") if f"/contracts/{ref}/" in page}

        assert refs("") == {"N-1", "S-2"}
        assert refs("?region=North") == {"N-1"}
        assert refs("?region=North&region=South") == {"N-1", "S-2"}
        assert refs("?state=triage") == {"N-1"}
        assert refs("?standard=DTAC&state=flagged&region=South") == {"S-2"}
        assert refs("?state=notice_issued") == set()
        page = _text(client.get("/worklist/?state=notice_issued"))
        assert "No contracts match" in page
        page = _text(client.get("/worklist/?state=nonsense"))
        assert "There is a problem" in page

    @pytest.mark.parametrize("address", ["/worklist/", "/worklist/cases/"])
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("case_officer", 200), ("approver", 200), ("assessor", 200), ("auditor", 200),
            ("standards_editor", 200), ("administrator", 200),
            ("buyer", 403), ("supplier_owner", 403), ("outsider", 403),
        ],
    )  # fmt: skip
    def test_who_reads_it(self, client, address, who, status, request):
        client.force_login(request.getfixturevalue(who))
        assert client.get(address).status_code == status

    @pytest.mark.parametrize("address", ["/worklist/", "/worklist/cases/"])
    def test_nobody_is_asked_to_sign_in(self, client, db, address):
        assert client.get(address).url == f"/accounts/login/?next={address}"

    def test_empty(self, client, case_officer, now):
        client.force_login(case_officer)
        assert "No contracts on open cases" in _text(client.get("/worklist/"))
        assert "No cases without contracts" in _text(client.get("/worklist/cases/"))
        stories.make_case(now=now)
        assert "1 case without contracts" in _text(client.get("/worklist/"))
        page = _text(client.get("/worklist/cases/"))
        assert "Aldermoor Record on DCB0129" in page
        assert "Aldermoor Record will not meet DCB0129 from 1 September 2026" in page

    def test_queries_do_not_grow(self, client, icb, case_officer, now):
        client.force_login(case_officer)
        stories.make_document_standard()

        def queries(address, names):
            for name in names:
                case = stories.make_case(now=now, ref=f"aldermoor-{name}")
                factories.make_contract(icb, case.product, term=TERM)
                stories.make_case(now=now, ref=f"unused-{name}")
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        assert queries("/worklist/", ["first"]) == queries("/worklist/", range(49))
        fewer = queries("/worklist/cases/", [])
        assert fewer <= queries("/worklist/", [])

    def test_fifty_a_page(self, client, icb, case_officer, now):
        case = stories.make_case(now=now)
        for n in range(51):
            factories.make_contract(icb, case.product, ref=f"C-{n:03}", value="1.00", term=TERM)
        client.force_login(case_officer)
        first = client.get("/worklist/").content.decode()
        second = client.get("/worklist/?page=2").content.decode()
        assert first.count('href="/contracts/') == 50
        assert second.count('href="/contracts/') == 1
        assert "51 contracts" in _text(client.get("/worklist/?page=2"))
        assert client.get("/worklist/?page=nonsense").status_code == 200
