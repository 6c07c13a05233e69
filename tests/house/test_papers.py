"""The papers beside the code: pins and their reasons, settings and their example."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.house.building import NAMESPACES, PROJECT, own_files

RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==(?P<version>\S+)\s+# (?P<reason>.{8,})$"
)


def _lines(name):
    text = (PROJECT / name).read_text()
    return [line for line in text.splitlines() if line and line[0] not in "#-"]


def _pinned(*names):
    return {_normal(PIN.match(line)["name"]) for name in names for line in _lines(name)}


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPMENT])
def test_every_requirement_is_pinned_and_has_its_reason(name):
    assert _lines(name)
    assert [line for line in _lines(name) if not PIN.match(line)] == []


def test_constraints_pin_exactly():
    assert [line for line in _lines("constraints.txt") if not re.match(r"^\S+==\S+$", line)] == []


def _imported(paths):
    """Distribution names behind the third-party modules these files import."""
    known = packages_distributions()
    ours = {*NAMESPACES, "config", "tests", "benchmarks", "manage"}
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for top in {name.split(".")[0] for name in names} - ours:
                if top not in sys.stdlib_module_names:
                    found.add(_normal(known.get(top, [f"unknown {top}"])[0]))
    return found


def test_what_runs_imports_only_what_is_required():
    shipped = [path for path in own_files() if path.relative_to(PROJECT).parts[0] not in {
        "tests", "benchmarks"
    } and path.name != "pytest_plugin.py"]  # fmt: skip
    assert _imported(shipped) - _pinned(RUNTIME) <= {"markupsafe"}  # Jinja2's own
    assert "django" in _imported(shipped)


def test_what_tests_imports_only_what_is_required():
    extra = _imported(own_files()) - _pinned(RUNTIME, DEVELOPMENT)
    assert extra <= {"markupsafe"}


def test_every_setting_read_from_the_environment_is_in_the_example():
    source = (PROJECT / "config" / "settings.py").read_text()
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    example = set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.M))
    assert {"DATABASE_URL", "SECRET_KEY"} <= read
    assert read - example == set()


def test_a_decision_record_is_known_by_one_number_that_its_title_bears():
    records = sorted((PROJECT / "docs" / "adr").glob("0*.md"))
    numbers = [record.name[:4] for record in records]
    assert sorted(set(numbers)) == numbers
    titles = [record.read_text().split("\n", 1)[0] for record in records]
    assert [title for title, at in zip(titles, numbers, strict=True) if at not in title] == []


LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_every_link_between_papers_leads_somewhere():
    papers = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    broken = [
        f"{paper.relative_to(PROJECT)}: {target}"
        for paper in papers
        for target in LINK.findall(paper.read_text())
        if not (paper.parent / target).exists()
    ]
    assert broken == []
