"""What nobody's browser sends: every address and every parameter takes it without breaking."""

from urllib.parse import unquote

import pytest

from tests.access.asking import Undone, address, every_pattern
from tests.access.table import TABLE
from tests.access.ways import OK

# A NUL, more digits than any number has, a number no date or key has, a line in a header.
BREAKING = ["%00", "9" * 5000, "9" * 19, "%0d%0aX: y"]
# What is no UTF-8, other scripts' digits, SQL, markup.
STRANGE = [*BREAKING, "%FF%FE", "٣", "-1", "' OR 1=1--", "<b>", "[]"]
# What each page reads, and on every page all of it at once: a new page may read any.
READ = {
    "product_search": "q standard capability verdict state hosting supplier compliant_from "
    "compliant_until until_when allow_exempt stops_before as_of as_of_day known_at sort page",
    "api-product-list": "q standard capability verdict supplier as_of known_at page page_size",
    "api-product-detail": "as_of known_at compliant_from compliant_until allow_exempt format",
    "api-product-replacements": "as_of known_at compliant_from compliant_until only page page_size",
    "product_replacements": "as_of known_at compliant_from compliant_until only page",
    "api-product-timeline": "known_at",
    "api-supplier-list": "q page page_size",
    "api-organisation-list": "q type region ods page",
    "api-endpoint-list": "product profile outcome page",
    "api-standard-list": "q standing class page",
    "api_schema": "format lang version",
    "endpoint": "known_at",
    "endpoint_changes": "known_at page",
    "endpoint_change": "known_at",
    "endpoint_register": "precheck",
    "prechecks": "known_at page",
    "precheck": "known_at refresh",
    "api-precheck-list": "page page_size",
    "endpoints_paused": "page",
    "probed_host": "page",
    "metrics": "known_at",
    "api-endpoint-changes": "known_at page page_size",
    "api-endpoint-standing": "known_at",
    "product": "as_of as_of_year known_at compliant_from compliant_until allow_exempt",
    "standard": "as_of known_at show page from until",
    "burn_down_csv": "as_of known_at from until",
    "api-standard-burn-down": "as_of known_at from until",
    "product_changes": "standard known_at page",
    "api-product-changes": "standard known_at page page_size",
    "api-change-list": "standard product known_at since after page page_size",
    "pair": "as_of as_of_day known_at",
    "product_standards": "as_of known_at show page",
    "standards": "q standing class",
    "supplier_desk": "supplier show as_of",
    "owed": "supplier state product standard form tick as_of known_at page",
    "owed_calendar": "supplier product",
    "owed_subscription": "supplier",
    "members": "supplier",
    "notifications": "kind show page",
    "outbox": "state q page",
    "submissions": "state q page",
    "evidence_submit": "criterion product form item",
    "assessment_queue": "show form q order page",
    "interests": "page",
    "worklist": "state standard region page",
    "worklist_cases": "state standard page",
    "buyer_desk": "show page as_of",
    "contract": "as_of",
    "contract_add": "supplier",
    "account_login": "next",
}
EVERYTHING = sorted({name for names in READ.values() for name in names.split()})
# Who gets furthest into each page.
WHO = ["nobody", "supplier_owner", "assessor", "case_officer", "buyer"]
ROUTES = {name: route for name, route in every_pattern().items() if "<" in route}


def _query(parameters: list[str], value: str) -> str:
    return "&".join(f"{parameter}={value}" for parameter in parameters)


def _furthest(way) -> list[str]:
    """Those of `WHO` who are let in, whose key and parameters are read; somebody at least."""
    return [who for who in WHO if way.get[who] == OK] or ["nobody"]


def _status(visitors, role: str, path: str) -> int:
    return visitors.ask(role, "GET", path).status_code


@pytest.mark.parametrize("name", sorted({way.name for way in TABLE}))
def test_no_parameter_breaks_a_page(world, visitors, name):
    way = next(way for way in TABLE if way.name == name)
    path = address(way, world).partition("?")[0]
    (role,) = _furthest(way)[:1]
    # A page that reads nothing yet may read any tomorrow: what breaks most is tried on it too.
    queries = [_query(EVERYTHING, strange) for strange in (STRANGE if name in READ else BREAKING)]
    queries += [_query([one], each) for one in READ.get(name, "").split() for each in BREAKING]
    broken = [query for query in queries if _status(visitors, role, f"{path}?{query}") >= 500]
    assert broken == []


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_key_breaks_an_address(world, visitors, name):
    way = next(way for way in TABLE if way.name == name)
    path = address(way, world).partition("?")[0]
    paths = [
        path.replace(f"/{value}", f"/{strange}", 1)
        for value in map(str, way.kwargs(world).values())
        for strange in BREAKING
    ]
    broken = [
        (role, each)
        for each in paths
        for role in _furthest(way)[:2]
        if _status(visitors, role, each) >= 500
    ]
    assert broken == []


@pytest.mark.parametrize("way", [way for way in TABLE if way.writes], ids=lambda way: way.id)
def test_no_field_breaks_a_form(world, visitors, way):
    path, whole = address(way, world), way.data(world)
    role = min(way.writers)
    broken = []
    for field in whole:
        for strange in map(unquote, BREAKING):
            with Undone():
                data = whole | {field: strange}
                if visitors.ask(role, "POST", path, data).status_code >= 500:
                    broken.append((field, strange))
    assert broken == []
