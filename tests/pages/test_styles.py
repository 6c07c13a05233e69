"""Our style sheet and our pages name the same classes."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHEET = (ROOT / "static/css/registry.css").read_text()
# Classes whose ending is a status or the like, written by a template's expression.
OPEN = re.compile(r"registry-[\w-]*(?:--|__)$")


def named_in_pages() -> dict[str, str]:
    """Every `registry-…` class that a template or a picture writes, with a file that does."""
    files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("registry/common/*_svg.py")]
    return {
        name: file.name
        for file in files
        for attribute in re.findall(r'class="([^"]*)"', file.read_text())
        for name in re.findall(r"registry-[a-z][\w-]*", attribute)
        if not OPEN.match(name)
    }


def test_every_class_of_ours_that_a_page_names_is_styled():
    styled = set(re.findall(r"\.(registry-[a-z][\w-]*)", SHEET))
    missing = {name: file for name, file in named_in_pages().items() if name not in styled}
    assert not missing


def test_no_page_carries_a_style_or_a_script_of_its_own():
    for file in ROOT.glob("templates/**/*.html"):
        text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)", text), file
