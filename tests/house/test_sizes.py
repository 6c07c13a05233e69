"""Files and functions of a size that can be read at one go (docs/architecture.md)."""

import ast

import pytest

from tests.house.building import PROJECT, own_files

FILE_LINES = 400
FUNCTION_LINES = 50


@pytest.mark.parametrize("path", own_files(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_file_and_its_functions_are_short_enough(path):
    source = path.read_text()
    assert len(source.splitlines()) <= FILE_LINES
    long = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []
