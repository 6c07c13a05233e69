"""The whole main path in a real browser, told once.

A supplier submits evidence, an assessor accepts it, and the product turns compliant. Then its
endpoint falls back to TLS 1.0. The prober confirms that over a day, the product turns
non-compliant, one case is flagged, and the contract stands on the worklist and on the buyer's
desk. The messages go through the real broker to a real worker, and the endpoint is a real TLS
server; only the clock is ours.
"""

import re
import time
from datetime import date, datetime, timedelta

import pytest
from celery.contrib.testing.worker import start_worker
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.celery import app
from procurement.phaseout.models import Case
from procurement.phaseout.tasks import flag_due
from registry.common.periods import civil_date
from registry.evidence.models import Submission
from registry.probes.models import CheckSpell, Probe
from registry.probes.simulation import SimulatedEndpoint
from registry.probes.tasks import claim_and_send
from tests import factories
from tests.evidence.files import pdf
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCT = "/products/aldermoor-record/"


class Clock:
    """What the interfaces read instead of the wall's clock."""

    def __init__(self) -> None:
        self.moment = timezone.now()

    def forward(self, **span) -> datetime:
        self.moment += timedelta(**span)
        return self.moment


@pytest.fixture
def clock(monkeypatch) -> Clock:
    held = Clock()
    monkeypatch.setattr(timezone, "now", lambda: held.moment)
    return held


@pytest.fixture
def worker(settings):
    """A worker on the real broker, in a thread, so that it lives by our clock."""
    app.control.purge()
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        yield


@pytest.fixture
def simulated(settings):
    with SimulatedEndpoint("conformant") as endpoint:
        settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
        settings.PROBE_EXTRA_CA = str(endpoint.ca_file)
        yield endpoint


@pytest.fixture
def product(supplier, clock, simulated, icb):
    """Due to meet two standards: one by a document, one by what its endpoint does."""
    product = factories.make_product("aldermoor-record", supplier=supplier)
    opt_outs = factories.make_standard(
        "DCB3058", name="National data opt-outs", standard_class="information_governance"
    )
    factories.make_criterion(factories.make_version(opt_outs), "POLICY")
    tls = factories.make_standard("RFC8996", name="TLS 1.2 or newer", standard_class="security")
    factories.make_criterion(
        factories.make_version(tls, "2021"),
        "TLS",
        proofs=(),
        check_id="tls.version",
        check_params={"minimum": "1.2"},
    )
    factories.make_endpoint(product, simulated.url)
    factories.make_contract(
        icb,
        product,
        ref="QOQ-2026-001",
        title="Patient record for the Humber",
        value="1250000.00",
        term=(date(2026, 4, 1), date(2031, 4, 1)),
    )
    return product


def probe_through_the_broker(endpoint_visits: int) -> None:
    """Beat's task claims what is due, a worker visits it, and the visit is stored."""
    assert claim_and_send() == 1
    for _ in range(200):
        if Probe.objects.count() == endpoint_visits:
            return
        time.sleep(0.1)
    raise AssertionError("the worker stored no visit within 20 seconds")


def look(page: Page, address: str) -> None:
    """Open a page and have axe look at it."""
    page.goto(address)
    assert_accessible(page)


def verdict(page: Page) -> str:
    """The tag's word; readers of the screen hear the day as well."""
    words = page.locator(".registry-verdict .nhsuk-tag").first.inner_text()
    return words.strip().split()[0]


def fill_date(page: Page, legend: str, on: date) -> None:
    group = page.get_by_role("group", name=re.compile(legend))
    for part, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        group.get_by_label(part).fill(str(value))


def submit_evidence(page: Page, today: date) -> Submission:
    """The supplier's way, from what is owed to sent."""
    look(page, "/supplier/")
    row = page.get_by_role("row").filter(has_text="DCB3058")
    row.get_by_role("link", name="Submit evidence").click()
    assert_accessible(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Who issued it?").fill("Aldermoor's privacy board")
    page.get_by_label("Certificate or report reference").fill("AB-17")
    fill_date(page, "Issue date", today)
    assert_accessible(page)
    page.get_by_role("button", name="Save and continue").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "policy.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    assert_accessible(page)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("AB-17")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("Submit|Send")).click()
    expect(page.get_by_role("main")).to_contain_text("Submitted")
    assert_accessible(page)
    return Submission.objects.get()


def accept_evidence(page: Page, submission: Submission) -> None:
    """The assessor's way, from the queue to the decision."""
    look(page, "/assessment/")
    page.get_by_role("link", name=submission.product.name).click()
    page.get_by_role("button", name="Take it up").click()
    assert_accessible(page)
    page.get_by_label("Reason for accepting").fill("The policy names every onward use.")
    page.get_by_role("button", name="Accept evidence").click()
    expect(page.get_by_role("main")).to_contain_text("Accepted")
    assert_accessible(page)


@pytest.fixture
def as_(page, sign_in):
    """`as_(person)`: whoever looks from now on; nobody in particular when `None`."""

    def enter(person) -> None:
        page.context.clear_cookies()
        if person:
            sign_in(page, person)

    return enter


def see_contract(page: Page, *words: str) -> None:
    """The buyer's desk says so of the contract."""
    look(page, "/buyer/")
    row = page.get_by_role("row").filter(has_text="QOQ-2026-001")
    for word in words:
        expect(row).to_contain_text(word)


def see_worklist_and_case(page: Page, case: Case) -> None:
    """The contract stands on the worklist with its reason, and the case explains itself."""
    look(page, "/worklist/")
    row = page.get_by_role("row").filter(has_text="QOQ-2026-001").filter(has_text="RFC8996")
    expect(row).to_contain_text("£1,250,000")
    look(page, f"/cases/{case.pk}/")
    expect(page.get_by_role("main")).to_contain_text(
        "The check “The connection uses a current version of TLS” fails"
    )


def confirm_the_fall(page: Page, clock: Clock) -> None:
    """Three failures over a day; until the last of them the product stays compliant."""
    for visits, hours in ((2, 7), (3, 8), (4, 16)):
        clock.forward(hours=hours)
        look(page, PRODUCT)
        assert verdict(page) == "Compliant", "a failure that is not confirmed changes nothing"
        probe_through_the_broker(visits)


def test_from_evidence_to_compliant_and_from_tls_1_0_to_the_worklist(
    page, as_, clock, worker, simulated, product, supplier_editor, assessor, case_officer, buyer
):
    probe_through_the_broker(1)
    assert CheckSpell.objects.get(check_id="tls.version").result == "pass"
    look(page, PRODUCT)
    assert verdict(page) == "Non-compliant"
    expect(page.get_by_role("main")).to_contain_text("DCB3058")

    as_(supplier_editor)
    submission = submit_evidence(page, civil_date(clock.moment))
    look(page, PRODUCT)
    assert verdict(page) == "Non-compliant", "sent is not proved"
    as_(assessor)
    accept_evidence(page, submission)
    as_(buyer)
    look(page, PRODUCT)
    assert verdict(page) == "Compliant"
    see_contract(page, "Compliant")
    # The case that the missing document had raised has healed; closing it is an officer's.
    assert [case.standard.code for case in Case.objects.all()] == ["DCB3058"]

    simulated.switch("tls10")
    as_(None)
    confirm_the_fall(page, clock)
    look(page, PRODUCT)
    assert verdict(page) == "Non-compliant"
    expect(page.get_by_role("main")).to_contain_text("RFC8996")

    flag_due()
    flag_due()
    case = Case.objects.exclude(standard__code="DCB3058").get()
    assert (case.product, case.standard.code, case.state) == (product, "RFC8996", "flagged")
    as_(case_officer)
    see_worklist_and_case(page, case)
    as_(buyer)
    see_contract(page, "Not compliant", "RFC8996")
