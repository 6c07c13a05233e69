"""A product with five hundred standards still has a page that can be read."""

from datetime import date

import pytest
import time_machine
from django.db import connection, transaction

from registry.common import bells
from registry.common.periods import period
from registry.standards.models import Criterion, Standard, StandardScope, StandardVersion
from tests.catalogue_pages.conftest import words
from tests.conftest import NOON

ROTA = "/products/aldermoor-rota/"


@pytest.fixture(scope="module")
def _many_of_the_file(market_of_the_file):
    """Made once for both stories; the thousand cases that would be opened are none of theirs."""
    with transaction.atomic(), time_machine.travel(NOON, tick=False):
        _make_many()
        with bells.held_back(bells.spells_changed):
            market_of_the_file.refresh(NOON)
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _many(_many_of_the_file, market):
    """In the story's own savepoint."""


def _make_many() -> None:
    """Five hundred standards that are required of everything and met by nobody."""
    made = Standard.objects.bulk_create(
        Standard(code=f"MANY-{number:03}", name=f"Standard {number}") for number in range(500)
    )
    StandardScope.objects.bulk_create(
        StandardScope(standard=each, required=period(date(2020, 1, 1), None)) for each in made
    )
    versions = StandardVersion.objects.bulk_create(
        StandardVersion(standard=each, version="1", accepted=period(None, None)) for each in made
    )
    Criterion.objects.bulk_create(
        Criterion(version=each, code="DOC", level="MUST", text="It is shown.", proofs=["document"])
        for each in versions
    )


@pytest.mark.usefixtures("_many")
def test_five_hundred_standards_are_eight_sections_and_a_list(client):
    response = client.get(ROTA)
    html, text = response.content.decode(), words(response)
    assert html.count('class="registry-why"') == 8
    assert "See all 501 standards that it does not meet" in text
    assert "See all 502 standards" in text
    assert len(html) < 250_000
    listed = client.get(f"{ROTA}standards/?show=not_met&page=2")
    assert listed.content.decode().count("Version 1 comes closest: one thing is missing.") == 25
    assert "Not met (501)" in words(listed)


@pytest.mark.usefixtures("_many")
def test_the_list_links_each_standard_and_keeps_the_day(client):
    html = client.get(f"{ROTA}standards/?as_of=2027-01-01").content.decode()
    assert 'href="/products/aldermoor-rota/standards/DCB0129/?as_of=2027-01-01"' in html
    assert client.get(f"{ROTA}standards/?page=99").status_code == 404
    assert "No standard has this status" in words(client.get(f"{ROTA}standards/?show=met"))
