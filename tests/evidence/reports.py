"""Small reports as testing tools write them."""

import json


def inferno(results: list[tuple[str, str]], **tests: list[str]) -> bytes:
    """Inferno's session: (test id, result) and, by test id, the requirements it verifies."""
    rows = [
        {"id": str(n), "test_id": name, "result": result, "updated_at": "2026-06-01T10:00:00Z"}
        for n, (name, result) in enumerate(results)
    ]
    runnables = [{"id": name, "verifies_requirements": ids} for name, ids in tests.items()]
    return json.dumps({"version": "1.0.1", "runnables": runnables, "results": rows}).encode()


def fhir(*tests: tuple[str, str], **more) -> bytes:
    """A TestReport with one action a test: (name, result)."""
    report = {
        "resourceType": "TestReport",
        "status": "completed",
        "testScript": {"reference": "TestScript/uk-core"},
        "result": "pass",
        "tester": "Fellside Test House",
        "issued": "2026-06-01T09:00:00+01:00",
        "test": [{"name": name, "action": [{"assert": {"result": r}}]} for name, r in tests],
    }
    return json.dumps(report | more).encode()
