"""FHIR's TestReport, R4 (https://hl7.org/fhir/R4/testreport.html).

R4 has no element for requirements. What a test is about is said by its name or id, and of one
action by `detail`, or by what later releases have: `requirement` (R5), `label`, `link`.
"""

from collections.abc import Iterator

from registry.evidence.rules.reports.shape import (
    LONGEST_NAME,
    LONGEST_WORDS,
    Report,
    ReportRefused,
    Result,
    Thing,
    limited,
)

_STATUS = frozenset({"completed", "in-progress", "waiting", "stopped", "entered-in-error"})
_RESULT = frozenset({"pass", "fail", "pending"})
# From the worst to the best: a test is as good as the worst of its actions.
_WORST_FIRST = ("error", "fail", "unknown", "skip", "warning", "pass")
_ACTION = frozenset({"pass", "skip", "fail", "warning", "error"})


def read(report: Thing) -> Report:
    """The report of a run that has ended; a run that has not is refused."""
    status = report.one_of("status", _STATUS)
    if status != "completed":
        raise ReportRefused(f"TestReport.status is “{status}”. Send the report of a completed run")
    report.one_of("result", _RESULT)
    return Report(
        kind="fhir_test_report",
        tool=_tool(report),
        title=report.text("name", most=LONGEST_NAME) or _script(report),
        tester=report.text("tester", most=LONGEST_NAME),
        issued_on=report.day("issued"),
        results=limited(list(_results(report))),
    )


def _tool(report: Thing) -> str:
    """What ran the tests: the participant that is the engine, or else whoever tested."""
    for each in report.things("participant"):
        if each.value.get("type") == "test-engine":
            name = each.text("display", most=LONGEST_NAME)
            return name or each.text("uri", most=LONGEST_NAME)
    return report.text("tester", most=LONGEST_NAME) or "A test engine without a name"


def _script(report: Thing) -> str:
    script = report.value.get("testScript")
    if isinstance(script, str):
        return script[:LONGEST_NAME]
    held = report.thing("testScript")
    if held is None:
        return ""
    return held.text("display", most=LONGEST_NAME) or held.text("reference", most=LONGEST_NAME)


def _results(report: Thing) -> Iterator[Result]:
    for name in ("setup", "teardown"):
        part = report.thing(name)
        if part is not None:
            yield from _of_test(part, name.capitalize())
    for number, test in enumerate(report.things("test"), start=1):
        name = test.text("name", most=LONGEST_NAME) or test.text("id", most=LONGEST_NAME)
        yield from _of_test(test, name or f"Test {number}")


def _of_test(test: Thing, name: str) -> Iterator[Result]:
    """The test as a whole, then each of its actions that names requirements of its own."""
    actions = [_action(each) for each in test.things("action")]
    if not actions:
        yield Result(name, "unknown", test.texts("id", "name"), "It holds no action.")
        return
    worst = min((result for result, _, _ in actions), key=_WORST_FIRST.index)
    words = next((said for result, said, _ in actions if result == worst), "")
    yield Result(name, worst, test.texts("id", "name"), words)
    for number, (result, said, requirements) in enumerate(actions, start=1):
        if requirements:
            yield Result(f"{name}, action {number}"[:LONGEST_NAME], result, requirements, said)


def _action(action: Thing) -> tuple[str, str, tuple[str, ...]]:
    """What one action came to, what was said of it, and the requirements it names."""
    done = action.thing("assert") or action.thing("operation")
    if done is None:
        raise ReportRefused(f"{action.place} holds neither an operation nor an assert")
    result = done.one_of("result", _ACTION)
    named = dict.fromkeys(done.texts("requirement", "label", "link", "detail"))
    # R5 has objects where R4 has nothing, and a list where it is one.
    held = done.value.get("requirement")
    for number, each in enumerate(held if isinstance(held, list) else [held]):
        if isinstance(each, dict):
            one = Thing(each, f"{done.place}.requirement[{number}]")
            named |= dict.fromkeys(one.texts("linkUri", "linkCanonical"))
    return result, done.text("message", most=LONGEST_WORDS), tuple(named)
