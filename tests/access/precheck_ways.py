"""Addresses of pre-checks, on the pages and in the API."""

from registry.probes.models import Precheck
from tests.access.ways import (
    NO_METHOD,
    OFFICERS,
    READ_ONLY,
    REFUSED,
    SUPPLIERS,
    TEAM,
    UNSEEN,
    Way,
    answers,
    day,
    ref,
)
from tests.access.world import MEMBERS, NATIONAL, World


def _uuid(world: World) -> dict:
    precheck: Precheck = world.precheck
    return {"uuid": precheck.uuid}


def _typed(world: World) -> dict:
    """The form for an endpoint, as it is sent by its second button."""
    typed = {"url": "https://more.example.test/r4", "profile": "fhir-r4"}
    return typed | day("in_service_from", 2026, 1, 1)


def _asked(world: World) -> dict:
    return {
        "url": "https://more.example.test/r4",
        "profile": "fhir-r4",
        "supplier": world.supplier.ref,
    }


_SEEN = answers(TEAM, otherwise=UNSEEN)
_MAY_ASK = MEMBERS | OFFICERS

PRECHECKS = [
    Way("prechecks", answers(SUPPLIERS | NATIONAL), READ_ONLY),
    Way("precheck", _SEEN, READ_ONLY, kwargs=_uuid),
    Way("precheck_report", _SEEN, READ_ONLY, kwargs=_uuid),
    Way("precheck_download", _SEEN, READ_ONLY, kwargs=_uuid),
    Way(
        "precheck_again",
        READ_ONLY,
        answers(_MAY_ASK, told=NATIONAL, otherwise=UNSEEN),
        kwargs=_uuid,
        writes=True,
    ),
    Way(
        "precheck_ask",
        READ_ONLY,
        answers(_MAY_ASK),
        kwargs=ref("product"),
        data=_typed,
        writes=True,
    ),
    Way(
        "precheck_ask",
        READ_ONLY,
        answers(_MAY_ASK, told=NATIONAL, otherwise=UNSEEN),
        "draft",
        kwargs=ref("draft_product"),
        data=_typed,
        writes=True,
    ),
    Way(
        "api-precheck-list",
        answers(SUPPLIERS | NATIONAL, nobody=REFUSED),
        answers(_MAY_ASK, nobody=REFUSED),
        data=_asked,
        writes=True,
    ),
    Way(
        "api-precheck-detail",
        answers(TEAM, otherwise=UNSEEN, nobody=REFUSED),
        answers(otherwise=NO_METHOD, nobody=REFUSED),
        kwargs=_uuid,
    ),
]
