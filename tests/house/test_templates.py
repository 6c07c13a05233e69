"""Templates that a strict content security policy lets work."""

import re

import pytest

from tests.house.building import PROJECT

TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
INLINE = {
    "an inline style": re.compile(r"<[^>]+\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline handler": re.compile(r"<[^>]+\son[a-z]+\s*=", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "a script address": re.compile(r"href\s*=\s*[\"']javascript:", re.I),
    "something from another host": re.compile(r"(?:src|srcset)\s*=\s*[\"'](?:https?:)?//", re.I),
}


def test_there_are_templates():
    assert TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_template_needs_no_exception_from_the_policy(path):
    text = path.read_text()
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []
