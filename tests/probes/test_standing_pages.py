"""How an endpoint has fared and changed: availability, incidents, timings, change log."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from registry.history.services import tick
from registry.probes.models import CaptureBody
from registry.probes.rules.canonical import canonical_hash
from registry.probes.rules.documents import read_document
from registry.probes.rules.standing import Availability
from registry.probes.selectors import changes, standing
from tests import factories
from tests.probes.seeing import statement

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def endpoint(product):
    return factories.make_endpoint(product)


@pytest.fixture(autouse=True)
def noon(now, time_machine):
    """The clock stands still."""
    time_machine.move_to(now, tick=False)


def visit(endpoint, at, outcome="answered", *, status=200, body=None, failed=(), **fields):
    """A visit as it is stored; `body` is the FHIR statement that was answered."""
    sha256 = ""
    if body is not None:
        content = json.dumps(body).encode()
        sha256 = canonical_hash(content, read_document(content), capture="metadata")
        factories.make_body(content, sha256, at=at)
    captures = {
        "metadata": {
            "url": "https://fhir.example.test/r4/metadata",
            "final_url": "https://fhir.example.test/r4/metadata",
            "redirects": [],
            "status": status,
            "sha256": sha256,
            "bytes": 1000,
            "error": "",
        }
    }
    return factories.make_visit(
        endpoint,
        at,
        outcome=outcome,
        captures=captures if outcome == "answered" else {},
        findings=[{"check": check, "result": "fail"} for check in failed]
        + [{"check": "tls.version", "result": "pass"}],
        **{"scheduled": True, "tls": {}} | fields,
    )


def text(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def page(client, name, endpoint, **more):
    return client.get(reverse(name, kwargs={"id": endpoint.pk} | more))


def test_availability_counts_what_tells_something_and_sets_the_rest_apart(endpoint, now):
    for hours in range(1, 7):
        visit(endpoint, now - hours * HOUR)
    visit(endpoint, now - 7 * HOUR, "unreachable")
    visit(endpoint, now - 8 * HOUR, status=503)
    visit(endpoint, now - 9 * HOUR, status=429)
    visit(endpoint, now - 10 * HOUR, "error")
    visit(endpoint, now - 11 * HOUR, "refused")
    visit(endpoint, now - 12 * HOUR, "unreachable", scheduled=False)
    visit(endpoint, now - 2 * DAY, "unreachable")
    visit(endpoint, now - 89 * DAY)
    visit(endpoint, now - 91 * DAY, "unreachable")
    visit(endpoint, now + HOUR, "unreachable")

    day, week, month, quarter = standing.availability(endpoint, now=now)

    lately = {"answered": 6, "unreachable": 1, "broken": 1, "held": 1, "ours": 2}
    assert day == Availability(DAY, **lately)
    assert (day.visits, day.counted, day.apart, day.share, day.percent) == (11, 8, 3, 0.75, "75.0%")
    assert week == Availability(7 * DAY, **lately | {"unreachable": 2})
    assert month == Availability(30 * DAY, **lately | {"unreachable": 2})
    assert quarter == Availability(90 * DAY, **lately | {"unreachable": 2, "answered": 7})


@pytest.mark.parametrize(
    ("answered", "lost", "percent"),
    [(0, 0, "not known"), (1, 0, "100%"), (0, 2, "0%"), (9999, 1, "99.9%"), (1, 9999, "0.1%")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(answered, lost, percent):
    assert Availability(DAY, answered=answered, unreachable=lost).percent == percent


def test_an_answer_to_an_old_handshake_alone_is_one(endpoint, now):
    factories.make_visit(
        endpoint,
        now,
        captures={"metadata": {"status": None, "sha256": "", "error": "tls"}},
    )
    assert standing.availability(endpoint, now=now)[0].answered == 1


def test_incidents_are_visits_in_a_row_that_met_the_same_trouble(endpoint, now):
    start = now - 10 * DAY
    visit(endpoint, start)
    visit(endpoint, start + 1 * HOUR, "unreachable", tls={"detail": "no such host"})
    visit(endpoint, start + 2 * HOUR, "error")
    visit(endpoint, start + 3 * HOUR, "unreachable", tls={"detail": "timed out"})
    visit(endpoint, start + 4 * HOUR, status=502)
    visit(endpoint, start + 5 * HOUR)
    visit(endpoint, start + 6 * HOUR, failed=["fhir.version"])
    visit(endpoint, start + 7 * HOUR, failed=["fhir.version", "fhir.statement"])
    visit(endpoint, start + 8 * HOUR, status=429)

    found = standing.incidents(endpoint, now=now, most=10)

    assert found.total == 3
    told = [
        (each.kind, (each.begun - start) / HOUR, each.ended and (each.ended - start) / HOUR)
        + (each.visits, each.why, each.checks, each.earlier)
        for each in found.stretches
    ]
    assert told == [
        ("failing", 6, None, 2, "", ("fhir.statement", "fhir.version"), False),
        ("broken", 4, 5, 1, "HTTP 502", (), False),
        ("unreachable", 1, 4, 2, "no such host", (), False),
    ]


def test_an_incident_that_began_before_the_days_that_are_looked_at_says_so(endpoint, now):
    visit(endpoint, now - 91 * DAY, "unreachable")
    visit(endpoint, now - 89 * DAY, "unreachable")
    [stretch] = standing.incidents(endpoint, now=now, most=10).stretches
    assert stretch.earlier
    assert stretch.ended is None


def test_a_change_is_another_body_well_answered(endpoint, now):
    first, second = statement(), statement(fhirVersion="4.3.0")
    stamped = statement(date="2026-06-30T11:00:00Z")
    visit(endpoint, now - 9 * HOUR, body=first)
    visit(endpoint, now - 8 * HOUR, body=stamped)
    visit(endpoint, now - 7 * HOUR, status=503, body={"resourceType": "OperationOutcome"})
    visit(endpoint, now - 6 * HOUR, body=first)
    visit(endpoint, now - 5 * HOUR, body=second)
    visit(endpoint, now - 4 * HOUR, body=second)

    log = changes.change_log(endpoint, now=now, most=10)

    assert [(each.at, each.last_seen) for each in log.changes] == [
        (now - 5 * HOUR, now - 6 * HOUR),
        (now - 9 * HOUR, None),
    ]
    [told] = changes.differences_of(log.changes, no_larger_than=10_000).values()
    assert [entry.words for entry in told.entries] == ["FHIR version changed from 4.0.1 to 4.3.0"]
    assert changes.differences_of(log.changes, no_larger_than=10) == {}
    assert changes.change_log(endpoint, now=now - 6 * HOUR, most=10).total == 1


def test_the_page_tells_all_of_it(client, endpoint, now):
    chain = [
        {
            "subject": "CN=fhir.example.test",
            "issuer": "CN=Authority",
            "not_before": (now - 30 * DAY).isoformat(),
            "not_after": (now + 41 * DAY).isoformat(),
            "key": "EC secp256r1",
            "signature": "sha256",
            "names": [],
            "sha256": hashlib.sha256(b"").hexdigest(),
        }
    ]
    visit(endpoint, now - 8 * HOUR, body=statement())
    visit(
        endpoint,
        now - 2 * HOUR,
        body=statement(format=["json", "xml"]),
        failed=["fhir.version"],
        timings={"dns": 0.0012, "connect": 0.02, "tls": 0.03, "first_byte": 0.1, "total": 1.234},
        tls={"version": "TLSv1.3", "cipher": "X", "name_matches": False, "chain": chain},
    )

    told = text(page(client, "endpoint", endpoint))

    assert "41 days left" in told
    assert "Does not verify: the certificate is for another host" in told
    assert "24 hours 100% 2 2 0 0 0" in told
    assert "Goes on Lasted 2 hours" in told
    assert "Formats: xml added" in told
    assert "TLSv1.3 1.2 ms 20 ms 30 ms 100 ms 1,234 ms Scheduled" in told


def test_one_change_has_an_address_that_lasts(client, endpoint, now):
    visit(endpoint, now - 8 * HOUR, body=statement())
    visit(endpoint, now - 4 * HOUR, body=statement(fhirVersion="4.3.0"))
    [latest, _] = changes.change_log(endpoint, now=now, most=10).changes
    place = {"capture": "metadata", "before": latest.short[0], "after": latest.short[1]}
    address = reverse("endpoint_change", kwargs={"id": endpoint.pk} | place)
    for name in ("endpoint", "endpoint_changes"):
        assert f'href="{address}"' in page(client, name, endpoint).content.decode()

    told = text(client.get(address))

    assert "1 changed." in told
    assert "FHIR version Change Changed Before 4.0.1 After 4.3.0" in told
    assert "Between 1 July 2026 at 4:00am and 1 July 2026 at 8:00am" in told

    CaptureBody.objects.filter(pk=latest.before).delete()
    assert "no longer kept" in text(client.get(address))
    assert client.get(address + "?known_at=2026-07-01T06:00:00").status_code == 404


def test_a_change_of_another_endpoint_or_of_none_is_not_found(client, endpoint, now, product):
    other = factories.make_endpoint(product, "https://other.example.test/r4")
    visit(other, now - 8 * HOUR, body=statement())
    visit(other, now - 4 * HOUR, body=statement(fhirVersion="4.3.0"))
    [latest, _] = changes.change_log(other, now=now, most=10).changes
    place = {"capture": "metadata", "before": latest.short[0], "after": latest.short[1]}

    assert page(client, "endpoint_change", other, **place).status_code == 200
    assert page(client, "endpoint_change", endpoint, **place).status_code == 404
    backwards = place | {"before": place["after"], "after": place["before"]}
    assert page(client, "endpoint_change", other, **backwards).status_code == 404


def test_the_past_is_told_as_it_was_known(client, endpoint, now):
    tick(now=now - DAY)
    visit(endpoint, now - 8 * HOUR, body=statement())
    visit(endpoint, now - 4 * HOUR, "unreachable")
    visit(endpoint, now - 2 * HOUR, body=statement(fhirVersion="4.3.0"))
    address = reverse("endpoint", kwargs={"id": endpoint.pk})

    today = text(client.get(address))
    then = text(client.get(address + "?known_at=2026-07-01T09:00:00"))

    assert "24 hours 66.7% 3 2 1" in today
    assert "24 hours 50.0% 2 1 1" in then
    assert "FHIR version changed" in today
    assert "FHIR version changed" not in then
    assert "Goes on Lasted 1 hour" in then


def test_an_endpoint_of_a_draft_hides_its_changes_too(client, supplier, now):
    endpoint = factories.make_endpoint(factories.make_product(supplier=supplier, state="draft"))
    visit(endpoint, now, body=statement())
    assert page(client, "endpoint_changes", endpoint).status_code == 404


def test_the_changes_are_told_by_the_page(client, endpoint, now):
    for number in range(45):
        visit(endpoint, now - (50 - number) * HOUR, body=statement(version=str(number)))
    address = reverse("endpoint_changes", kwargs={"id": endpoint.pk})
    assert "All 45 changes" in text(page(client, "endpoint", endpoint))
    assert text(client.get(address)).count("First seen") == 20
    assert text(client.get(address + "?page=3")).count("First seen") == 5
    assert "fewer changes than that" in text(client.get(address + "?page=9"))


@pytest.mark.parametrize("name", ["endpoint", "endpoint_changes"])
@pytest.mark.parametrize("visits", [1, 500])
def test_a_page_asks_as_many_questions_for_many_visits_as_for_one(
    client, endpoint, visits, name, django_assert_num_queries, now
):
    visit(endpoint, now - 499 * HOUR, body=statement(version="first"))
    for number in range(1, visits + 1):
        body = statement(version=str(number // 50))
        outcome = "unreachable" if number % 7 == 5 else "answered"
        visit(endpoint, now - (visits - number) * HOUR / 2, outcome, body=body)
    with django_assert_num_queries({"endpoint": 13, "endpoint_changes": 4}[name]):
        assert page(client, name, endpoint).status_code == 200


def test_the_api_says_the_same(client, endpoint, now):
    visit(endpoint, now - 8 * HOUR, body=statement())
    visit(endpoint, now - 6 * HOUR, status=503)
    visit(endpoint, now - 4 * HOUR, body=statement(fhirVersion="4.3.0"), failed=["fhir.version"])
    base = f"http://testserver/api/v1/endpoints/{endpoint.pk}/"

    fared = client.get(f"{base}standing/").json()
    assert [each["hours"] for each in fared["availability"]] == [24, 168, 720, 2160]
    assert fared["availability"][0] == {
        "hours": 24,
        "share": 2 / 3,
        "visits": 3,
        "answered": 2,
        "unreachable": 0,
        "server_error": 1,
        "held": 0,
        "our_error": 0,
        "maintenance": 0,
        "maintenance_seconds": 0,
    }
    assert [(each["kind"], each["why"], each["checks"]) for each in fared["incidents"]] == [
        ("failing", "", ["fhir.version"]),
        ("broken", "HTTP 503", []),
    ]

    listed = client.get(f"{base}changes/").json()
    assert listed["count"] == 2
    latest, first = listed["results"]
    assert (first["url"], first["before_sha256"]) == (None, None)
    change = client.get(latest["url"]).json()
    assert {name: change[name] for name in latest} == latest
    assert change["difference"] == {
        "added": 0,
        "removed": 0,
        "changed": 1,
        "at_least": False,
        "entries": [
            {
                "sort": "changed",
                "topic": "Release",
                "name": "FHIR version",
                "before": "4.0.1",
                "after": "4.3.0",
            }
        ],
    }
    assert client.get(f"{base}changes/?page_size=1&page=2").json()["results"] == [first]
    assert client.get(f"{base}changes/?odd=1").status_code == 400
    assert client.get(f"{base}changes/metadata/{'0' * 16}/{'1' * 16}/").status_code == 404
