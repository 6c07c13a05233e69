"""Inferno's results in JSON (https://inferno-framework.github.io/docs/).

Two shapes: the list that `inferno execute --outputter json` and `inferno session results` print,
and an object that holds such a list as `results` beside the suite (`test_suite`, or `runnables`),
whose tests say in `verifies_requirements` what they test. A list alone says it by `test_id`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from registry.evidence.rules.reports.shape import (
    LONGEST_NAME,
    LONGEST_WORDS,
    Report,
    Result,
    Thing,
    as_thing,
    limited,
    things,
)

_IDS = ("requirements", "requirement_ids", "verifies_requirements")
# What Inferno calls an outcome, and what it is here.
_RESULT = {
    "pass": "pass",
    "fail": "fail",
    "skip": "skip",
    "omit": "omit",
    "error": "error",
    "cancel": "cancel",
    "wait": "unknown",
    "running": "unknown",
}


def read(value: Any) -> Report:
    """The results of tests; those of groups and suites say the same again and are left out."""
    whole = as_thing(value, "report") if isinstance(value, dict) else None
    place, listed = ("report.results", value["results"]) if whole else ("results", value)
    rows = list(things(listed, place))
    tests = dict(_tests(whole)) if whole else {}
    found = [_result(row, tests) for row in rows if row.value.get("test_id")]
    return Report(
        kind="inferno",
        tool=_tool(whole),
        title=_suite(whole, rows),
        tester=whole.text("tester", most=LONGEST_NAME) if whole else "",
        issued_on=_last_day(whole, rows),
        results=limited(found),
    )


def _result(row: Thing, tests: dict[str, Thing]) -> Result:
    test_id = row.text("test_id", most=LONGEST_NAME, needed=True)
    test = tests.get(test_id)
    named = dict.fromkeys((test_id, *row.texts(*_IDS), *(test.texts(*_IDS) if test else ())))
    title = test.text("title", most=LONGEST_NAME) if test else ""
    return Result(
        name=title or test_id,
        outcome=_RESULT[row.one_of("result", frozenset(_RESULT))],
        requirements=tuple(named),
        words=row.text("result_message", most=LONGEST_WORDS),
    )


def _tests(whole: Thing) -> Iterator[tuple[str, Thing]]:
    """Every test that the suite or the list of runnables describes, by its id."""
    waiting = [*whole.things("runnables"), *filter(None, [whole.thing("test_suite")])]
    while waiting:
        one = waiting.pop()
        waiting += [*one.things("test_groups"), *one.things("tests")]
        if name := one.text("id", most=LONGEST_NAME):
            yield name, one


def _tool(whole: Thing | None) -> str:
    version = ""
    if whole:
        names = ("inferno_core_version", "inferno_version", "version")
        version = next(filter(None, (whole.text(name, most=40) for name in names)), "")
    return f"Inferno {version}".strip()


def _suite(whole: Thing | None, rows: list[Thing]) -> str:
    suite = whole.thing("test_suite") if whole else None
    if suite is not None and (title := suite.text("title", most=LONGEST_NAME)):
        return title
    if whole and (name := whole.text("test_suite_id", most=LONGEST_NAME)):
        return name
    return next(filter(None, (row.text("test_suite_id", most=LONGEST_NAME) for row in rows)), "")


def _last_day(whole: Thing | None, rows: list[Thing]) -> date | None:
    days = [row.day("updated_at") or row.day("created_at") for row in rows]
    days += [whole.day("created_at")] if whole else []
    return max(filter(None, days), default=None)
