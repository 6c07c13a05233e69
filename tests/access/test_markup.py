"""Whatever people typed is shown as they typed it: nothing of it becomes markup."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import models

from procurement.phaseout.models import Case
from registry.probes.models import CheckState, Endpoint
from tests import factories
from tests.access.asking import Undone, address
from tests.access.table import TABLE
from tests.access.ways import OK

MARKUP = "\"'><img src=x>"
SHOWN_RAW, SHOWN = "<img src=x", "&lt;img src=x"
OURS = ("registry.", "procurement.")
ROLES = ["nobody", "supplier_owner", "buyer", "assessor", "case_officer", "approver"]


def _texts():
    """Every column of ours that holds free text, long enough for the markup."""
    for model in apps.get_models():
        if model.__module__.startswith(OURS):
            keys = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
            names = [each.name for each in model._meta.fields if _is_free(each)]
            names = [name for name in names if name not in keys]
            if names:
                yield model, names


_KEYS = (models.SlugField, models.URLField, models.EmailField)


def _is_free(column: models.Field) -> bool:
    if isinstance(column, _KEYS) or column.unique or column.choices:
        return False
    if column.name == "password":  # everybody would be signed out
        return False
    if column.name == "host":  # a key between tables: nothing would be found at it any more
        return False
    if column.name == "signature":  # what has one is infected, and the database holds it to that
        return False
    if isinstance(column, models.TextField):
        return True
    return isinstance(column, models.CharField) and column.max_length >= 100


FINDING = dict.fromkeys(("message", "expected", "actual", "where"), MARKUP)


@pytest.fixture(scope="module")
def scrawled(world, visitors):
    """The world with markup in place of every free text, a finding and a visit among them."""
    with Undone():
        with pgtrigger.ignore():
            for model, names in _texts():
                model.objects.update(**dict.fromkeys(names, MARKUP))
        Endpoint.objects.filter(pk=world.endpoint.pk).update(url=MARKUP)
        Case.objects.update(explanation=[MARKUP])
        finding = FINDING | {"result": "fail", "points": [FINDING]}
        CheckState.objects.create(
            endpoint=world.endpoint,
            check_id="tls.version",
            result="fail",
            since=world.now.date(),
            finding=finding,
        )
        tls = {"version": MARKUP, "detail": MARKUP, "chain": []}
        capture = {"final_url": MARKUP, "error": MARKUP, "bytes": 1, "sha256": "", "redirects": []}
        factories.make_visit(
            world.endpoint,
            world.now,
            tls=tls,
            captures={"root": capture},
            findings=[finding],
        )
        yield world


def test_there_is_something_to_scrawl_on():
    assert {model.__name__ for model, _ in _texts()} >= {
        *("Product", "Supplier", "Standard", "Criterion", "Contract", "Organisation"),
        *("Submission", "EvidenceFile", "Decision", "Endpoint", "CaseStep", "Notice"),
    }


@pytest.mark.parametrize("name", sorted({way.name for way in TABLE}))
def test_no_page_lets_markup_through(scrawled, visitors, name):
    raw = []
    for way in (way for way in TABLE if way.name == name):
        for role in (role for role in ROLES if way.get[role] == OK):
            response = visitors.ask(role, "GET", address(way, scrawled))
            if response.streaming or "html" not in response["Content-Type"]:
                assert response["X-Content-Type-Options"] == "nosniff"
            elif SHOWN_RAW in response.content.decode():
                raw.append((way.id, role))
    assert raw == []


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("nobody", "product"),
        ("nobody", "product_search"),
        ("nobody", "standard"),
        ("nobody", "endpoint"),
        ("buyer", "contract"),
        ("buyer", "buyer_desk"),
        ("assessor", "assessment"),
        ("case_officer", "case"),
        ("supplier_owner", "supplier_desk"),
        ("supplier_owner", "evidence_check"),
    ],
)
def test_it_is_shown_as_it_was_typed(scrawled, visitors, role, name):
    """So the pages above do show what was scrawled."""
    way = next(way for way in TABLE if way.name == name)
    assert SHOWN in visitors.ask(role, "GET", address(way, scrawled)).content.decode()
