"""A permanent link gives the same answer for ever, whatever is learnt, changed or taken back."""

import html
import re
from datetime import date, timedelta

from django.test import Client

from procurement.contracts import services as contracts
from procurement.phaseout import services as phaseout
from registry.catalogue.models import Claim, Product, Supplier
from registry.common.causes import Cause, CauseKind
from registry.common.periods import period
from registry.compliance import services as compliance
from registry.evidence import services as evidence
from registry.evidence.models import Submission
from registry.probes.models import CheckSpell, Endpoint
from registry.standards.models import Criterion, StandardScope
from tests import factories

PERMANENT = re.compile(r'<a href="([^"]+)">Permanent link to this answer</a>')
BANNER = re.compile(r"This page shows how things [a-z ]+ on")
UNREAD = re.compile(r' \(\d+\)<span class="nhsuk-u-visually-hidden"> unread</span>')
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')

PAGES = [
    ("/products/aldermoor-record/", None),
    ("/products/aldermoor-record/?as_of=2027-06-01", None),
    ("/products/aldermoor-rota/", "editor"),
    ("/products/aldermoor-record/", "officer_of_cases"),
    ("/products/aldermoor-record/?compliant_from=2026-08-01&compliant_until=2027-03-01", "buyer"),
    ("/products/", None),
    ("/products/?q=aldermoor&standard=DCB0129", None),
    ("/products/?verdict=compliant&capability=C13&sort=longest", None),
    ("/standards/DCB0129/", None),
    ("/standards/RFC8996/?show=met", None),
    ("/standards/", None),
    ("/products/aldermoor-record/replacements/?only=all", None),
    ("/products/aldermoor-record/changes/", None),
    ("/products/aldermoor-record/standards/", None),
    ("/products/aldermoor-rota/standards/DCB0129/", "officer_of_cases"),
    ("/products/aldermoor-record/standards/DCB0129/?as_of=2027-06-01", None),
    ("/supplier/", "editor"),
    ("/buyer/", "buyer"),
    ("/contracts/QOQ-1/", "buyer"),
    ("/worklist/", "officer_of_cases"),
    ("/worklist/cases/", "officer_of_cases"),
    ("/cases/{case}/", "officer_of_cases"),
]
ANSWERS = [
    "products/", "products/?sort=longest", "products/aldermoor-record/",
    "products/aldermoor-record/?as_of=2027-06-01", "products/aldermoor-record/timeline/",
    "products/aldermoor-record/replacements/?only=all", "products/aldermoor-record/changes/",
    "products/aldermoor-rota/standards/DCB0129/",
    "standards/DCB3051/burn-down/?from=2026-01-05&until=2027-06-07", "standards/",
    "standards/DCB0129/", "suppliers/",
    "suppliers/aldermoor/", "organisations/",
    "organisations/QOQ/", "endpoints/", "endpoints/{endpoint}/",
]  # fmt: skip


def read(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    body = response.content.decode()
    # Signs of the reader's session and of what they have not read yet, not of the answer, and how
    # the banner speaks of the day from where the reader stands ("stood", "are set to stand").
    return BANNER.sub("", TOKENS.sub("", UNREAD.sub("", body)))


def everything_changes(market, now):
    """A year of learning: wrong decisions taken back, dates moved, names and contracts changed."""
    later = now + timedelta(days=3)
    evidence.revoke(
        submission=market.proof,
        from_=date(2024, 1, 1),
        reason="It was another product's.",
        by=market.assessor,
        now=later,
    )
    factories.make_proof(market.rota, market.safety_case, ref="rota-safety-case")
    Criterion.objects.filter(code="CSCR").update(text="Something else is asked.")
    StandardScope.objects.filter(standard=market.identity).update(
        required=period(date(2026, 6, 1), None)
    )
    Claim.objects.filter(product=market.notes).delete()
    Endpoint.objects.filter(pk=market.endpoint.pk).update(
        in_service=period(date(2023, 1, 1), date(2026, 2, 1))
    )
    CheckSpell.objects.filter(endpoint=market.endpoint).update(result="fail")
    market.letters.dispensations.update(period=period(date(2026, 1, 1), date(2026, 2, 1)))
    Product.objects.filter(pk=market.notes.pk).update(state="withdrawn", name="Gone")
    Supplier.objects.filter(ref="aldermoor").update(name="Renamed Systems")
    factories.make_product("aldermoor-new", supplier=market.record.supplier)
    factories.make_supplier("newcomer")
    merged = factories.make_organisation("QXX", "NHS Merged ICB")
    merged.precessions.create(predecessor=market.icb, on=date(2026, 6, 1))
    phaseout.dismiss(case=market.case, reason="A duplicate.", by=market.officer_of_cases, now=later)
    contracts.change_last_day(
        contract=market.contract, last_day=date(2026, 12, 31), by=market.buyer, now=later
    )
    compliance.refresh(
        product_ids=None,
        now=later + timedelta(hours=1),
        cause=Cause(CauseKind.RECOMPUTED, "the story"),
    )


class Readers:
    """A browser for each person who reads a page, signed in today."""

    def __init__(self, market):
        self._clients = {person: Client() for _, person in PAGES}
        for person in filter(None, self._clients):
            self._clients[person].force_login(getattr(market, person))

    def __getitem__(self, person: str | None) -> Client:
        return self._clients[person]


def test_the_link_of_a_page_shows_the_same_for_ever(market, now, time_machine):
    readers, seen = Readers(market), []
    for address, person in PAGES:
        path = address.format(case=market.case.pk)
        today = read(readers[person], path)
        [link] = [html.unescape(each) for each in PERMANENT.findall(today)]
        # What was learned of a product, and when, is about no day.
        assert ("as_of=" in link) != path.endswith("/changes/")
        first = read(readers[person], link)
        assert html.escape(link) in first
        seen.append((path, person, link, today, first))

    everything_changes(market, now)
    time_machine.move_to(now + timedelta(days=400), tick=False)

    # The sessions of a year ago are over.
    readers, other, same = Readers(market), [], []
    for path, person, link, today, first in seen:
        if read(readers[person], link) != first:
            other.append((link, person))
        if read(readers[person], path) == today:
            same.append((path, person))
    assert other == [], "These links show something else now."
    assert same == [], "These pages tell nothing of what changed: the story shows nothing here."


def test_the_link_of_an_answer_of_the_api_says_the_same_for_ever(client, market, now, time_machine):
    seen = []
    for each in ANSWERS:
        address = f"/api/v1/{each.format(endpoint=market.endpoint.pk)}"
        response = client.get(address)
        link = re.fullmatch(r'<http://testserver(.+)>; rel="bookmark"', response["Link"])[1]
        first = client.get(link)
        assert first.status_code == 200, link
        assert first["Link"] == response["Link"]
        seen.append((address, link, first.content))

    everything_changes(market, now)
    time_machine.move_to(now + timedelta(days=400), tick=False)

    assert [link for _, link, first in seen if client.get(link).content != first] == []
    assert [address for address, _, first in seen if client.get(address).content == first] == []


def test_what_a_page_says_and_what_its_link_says_is_the_same(client, market):
    """Word for word, but for the banner that tells of the day and the moment."""

    def told(address):
        body = read(client, address)
        main = body.partition("<h1")[2].partition('<details class="nhsuk-details registry-no-')[0]
        return re.sub(r'(href|value)="[^"]*"|<input type="hidden"[^>]*>', "", main)

    address = "/products/aldermoor-record/"
    link = html.unescape(PERMANENT.search(read(client, address))[1])
    assert told(link) == told(address)


def test_a_wrong_decision_shows_where_it_was_known(client, market, now, time_machine):
    everything_changes(market, now)
    time_machine.move_to(now + timedelta(days=4), tick=False)
    address = "/products/aldermoor-record/?as_of=2026-07-01"
    assert "It was another product" not in read(client, address)
    assert Submission.objects.get(pk=market.proof.pk).revoked_from == date(2024, 1, 1)

    before = read(client, f"{address}&known_at=2026-07-02")
    assert "Compliant" in before
    assert "revoked" not in before
    assert "was revoked" in read(client, address)


def test_a_moment_to_come_and_a_day_out_of_range_are_refused_in_words(market):
    readers, taken = Readers(market), {}
    for address, person in PAGES:
        path = address.format(case=market.case.pk).partition("?")[0]
        for query, words in [
            ("known_at=2026-07-01T12:00:01", "Nothing can be known yet of a moment in the future"),
            ("known_at=soon", "must be a real date and time"),
            ("as_of=1900-01-01", "must have a year from 1948 to 2199"),
            ("as_of=9999-12-31", "must have a year from 1948 to 2199"),
            ("as_of=2026-02-29", "must be a real date"),
        ]:
            response = readers[person].get(f"{path}?{query}")
            said = words in html.unescape(response.content.decode())
            if (response.status_code, said) != (400, True):
                taken[path, query] = response.status_code, said
    assert taken == {}


def test_the_api_refuses_them_too(client, market):
    taken = {}
    for each in ANSWERS:
        path = f"/api/v1/{each.format(endpoint=market.endpoint.pk)}".partition("?")[0]
        for name, value in [("known_at", "2026-07-01T12:00:01"), ("as_of", "1900-01-01")]:
            response = client.get(f"{path}?{name}={value}")
            if response.status_code != 400 or list(response.json()) != [name]:
                taken[path, name] = response.status_code
    assert taken == {}
