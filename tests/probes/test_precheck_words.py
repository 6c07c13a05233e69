"""What a report comes to, in a sentence that claims no more than was found."""

import pytest

from registry.probes.presenters.prechecks import outlook, step_name, verdict
from registry.probes.rules.profiles import Profile
from registry.probes.rules.progress import steps_of


def report(*results: str, outcome: str = "answered", detail: str = "") -> dict:
    """A report of checks that are called c1, c2 …, which no release knows."""
    findings = [
        {"check": f"c{number}", "result": result} for number, result in enumerate(results, start=1)
    ]
    return {"outcome": outcome, "detail": detail, "findings": findings}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (report(*["pass"] * 9, "fail"), "9 of 10 checks pass; 1 fails: “c10”."),
        (report("pass", "warn", "not_applicable"), "2 of 2 checks pass."),
        (report("pass"), "1 of 1 check passes."),
        (report("fail", "fail", "pass"), "1 of 3 checks passes; 2 fail: “c1”, “c2”."),
        (report(*["fail"] * 5), "0 of 5 checks pass; 5 fail: “c1”, “c2”, “c3” and 2 more."),
        (report("pass", "unknown", "error"), "1 of 3 checks passes; 2 could not be told."),
        (report("unknown", outcome="unreachable", detail="x: refused."),
         "Nothing could be judged: x: refused."),
        (report("error", outcome="error"), "Nothing could be judged: nothing was answered."),
        (report(), "0 of 0 checks pass."),
    ],
)  # fmt: skip
def test_a_verdict_counts_what_was_asked(found, words):
    assert verdict(found) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (report("pass", "warn", "not_applicable"), "all of this would count"),
        (report("pass", "fail"), "would count as failing once scheduled visits have confirmed it"),
        (report("warn", "unknown"), "What could not be told would prove nothing"),
        (report("unknown"), "it would prove nothing: what cannot be told is not met"),
        (report("unknown", outcome="unreachable"), "it would prove nothing"),
        (report("fail", outcome="refused"), "it would prove nothing"),
    ],
)
def test_an_outlook_promises_nothing_that_is_not_known(found, words):
    assert words in outlook(found)
    assert outlook(found).startswith("Registered as it stands, and once control of its host")


def test_every_step_of_every_kind_has_a_name():
    assert [step_name(name) for name in steps_of(Profile.WEB)] == [
        "Look up the host’s name",
        "Connect",
        "Agree on TLS",
        "Fetch the web page",
        "Fetch the security.txt",
        "Fetch the accessibility statement",
        "Ask for older TLS",
    ]
    assert step_name("openapi") == "Fetch the OpenAPI document"
