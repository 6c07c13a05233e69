"""A small market that the stories of pages and API are told about.

On 1 July 2026 two standards are required: clinical safety (DCB0129) of every product, safe
transport (RFC8996) of those that handle patient data. A third, identity (DCB3051), becomes
mandatory on 1 April 2027.

| product | supplier | DCB0129 | RFC8996 | so it is |
|---|---|---|---|---|
| Aldermoor Record | Aldermoor | met until the end of 2026 | met | compliant until then |
| Aldermoor Rota | Aldermoor | never met | not required | non-compliant |
| Brackenfell Notes | Brackenfell | met for ever | not required | compliant, until DCB3051 |
| Brackenfell Letters | Brackenfell | excused in 2026 | not required | exempt |
| Brackenfell Draft | Brackenfell | – | – | not public |
| Brackenfell Old | Brackenfell | – | – | withdrawn |
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace

import time_machine
from django.db import connection, transaction

from registry.accounts.models import Role
from registry.catalogue.enums import Hosting, ProductState
from registry.compliance import services
from registry.standards.enums import StandardClass
from registry.standards.models import Capability
from tests import factories
from tests.factories import A_STORY

SAFETY_FROM = date(2018, 5, 2)
TRANSPORT_FROM = date(2021, 3, 25)
IDENTITY_FROM = date(2027, 4, 1)
END_OF_2026 = date(2027, 1, 1)


def open_market(now: datetime) -> SimpleNamespace:
    """Make everything and compute the timelines; `now` is when the register learnt it."""
    market = SimpleNamespace(now=now, officer=factories.make_user(role=Role.APPROVER))
    _standards(market)
    _products(market)
    market.refresh = lambda at: services.refresh(product_ids=None, now=at, cause=A_STORY)
    market.refresh(now)
    return market


@contextmanager
def standing_market(now: datetime) -> Iterator[SimpleNamespace]:
    """A market for all stories of a file: each changes a copy, in a savepoint that is undone."""
    with transaction.atomic():
        with time_machine.travel(now, tick=False):
            market = open_market(now)
        # What is checked at the end of a transaction is checked now, and not by every story again.
        connection.check_constraints()
        yield market
        transaction.set_rollback(True)


def _standards(market: SimpleNamespace) -> None:
    market.patient_data = Capability.objects.create(
        ref="T-PATIENT-DATA", name="Handles patient data", group="trait"
    )
    market.records = factories.make_capability("C13", "Patient Information Maintenance")
    market.safety = factories.make_standard(
        "DCB0129",
        name="Clinical risk management",
        national_number="0129",
        standard_class=StandardClass.CLINICAL_SAFETY,
        owner="NHS England",
        required=(SAFETY_FROM, None),
    )
    version = factories.make_version(market.safety, "4.2", (SAFETY_FROM, None))
    market.safety_case = factories.make_criterion(version, "CSCR")
    factories.make_criterion(version, "NICE", level="SHOULD")
    market.transport = factories.make_standard(
        "RFC8996",
        name="Safe transport",
        standard_class=StandardClass.SECURITY,
        capability=market.patient_data,
        required=(TRANSPORT_FROM, None),
        verified=False,
        basis="background",
    )
    tls = factories.make_version(market.transport, "TLS 1.2")
    market.tls = factories.make_criterion(
        tls, "TLS", proofs=(), check_id="tls.version", check_params={"minimum": "1.2"}
    )
    market.identity = factories.make_standard(
        "DCB3051",
        name="Identity verification",
        national_number="3051",
        required=(IDENTITY_FROM, None),
    )
    factories.make_criterion(factories.make_version(market.identity, "1"), "DECLARED")


def _products(market: SimpleNamespace) -> None:
    aldermoor = factories.make_supplier("aldermoor", "Aldermoor Health Systems")
    brackenfell = factories.make_supplier("brackenfell", "Brackenfell Software")
    market.record = factories.make_product(
        "aldermoor-record",
        supplier=aldermoor,
        name="Aldermoor Record",
        summary="Problems, medicines and letters of a practice.",
        hosting=Hosting.PUBLIC_CLOUD,
    )
    market.rota = factories.make_product(
        "aldermoor-rota", supplier=aldermoor, name="Aldermoor Rota", hosting=Hosting.HYBRID
    )
    market.notes = factories.make_product(
        "brackenfell-notes", supplier=brackenfell, name="Brackenfell Notes", hosting=Hosting.HYBRID
    )
    market.letters = factories.make_product(
        "brackenfell-letters", supplier=brackenfell, name="Brackenfell Letters"
    )
    market.draft = factories.make_product(
        "brackenfell-draft", supplier=brackenfell, state=ProductState.DRAFT
    )
    market.old = factories.make_product(
        "brackenfell-old", supplier=brackenfell, state=ProductState.WITHDRAWN
    )
    _facts(market)


def _facts(market: SimpleNamespace) -> None:
    factories.make_claim(market.record, market.patient_data)
    factories.make_claim(market.record, market.records)
    factories.make_claim(market.notes, market.records)
    market.proof = factories.make_proof(
        market.record, market.safety_case, valid=(date(2024, 1, 1), END_OF_2026), ref="safety-case"
    )
    factories.make_proof(market.notes, market.safety_case, ref="notes-safety-case")
    market.endpoint = factories.make_endpoint(market.record)
    factories.make_check_spell(market.endpoint)
    year = (date(2026, 1, 1), END_OF_2026)
    factories.make_dispensation(market.letters, market.safety, year, by=market.officer)


def add_products(market: SimpleNamespace, count: int) -> None:
    """More of the same, each non-compliant, to see whether questions multiply."""
    supplier = factories.make_supplier("cawthorne", "Cawthorne Clinical")
    for number in range(count):
        product = factories.make_product(f"cawthorne-{number:02}", supplier=supplier)
        factories.make_claim(product, market.records)
    market.refresh(market.now)
