"""Files and functions of a size that can be read at one go (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.building import PROJECT, own_files

FILE_LINES = 400
FUNCTION_LINES = 50


def test_files_and_their_functions_are_short_enough():
    assert [fault for path in own_files() for fault in _too_long(path)] == []


def _too_long(path: Path) -> Iterator[str]:
    """`tests/market.py has 401 lines`, and the same of its functions."""
    name, source = path.relative_to(PROJECT), path.read_text()
    if (lines := len(source.splitlines())) > FILE_LINES:
        yield f"{name} has {lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{name}:{node.lineno} {node.name} has {lines} lines"


def test_what_is_too_long_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.house.test_sizes.PROJECT", tmp_path)
    path = tmp_path / "long.py"
    path.write_text("def told():\n" + "    pass\n" * FILE_LINES)
    assert list(_too_long(path)) == [
        f"long.py has {FILE_LINES + 1} lines",
        f"long.py:1 told has {FILE_LINES + 1} lines",
    ]
