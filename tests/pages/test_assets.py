"""What we carry of others: complete, and asking no other host for anything."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

VENDOR = Path(settings.BASE_DIR) / "static/vendor/nhsuk"
OWN = Path(settings.BASE_DIR) / "static"


def test_the_style_sheets_ask_no_other_host():
    for sheet in OWN.rglob("*.css"):
        text = sheet.read_text()
        assert not re.search(r"url\([\"']?(https?:)?//|@import|@font-face", text), sheet


def test_every_picture_that_the_style_sheet_names_is_there():
    text = (VENDOR / "nhsuk-frontend.min.css").read_text()
    named = set(re.findall(r"url\([\"']?([^)\"']+)", text))
    assert named
    for name in named:
        assert (VENDOR / name).is_file(), name


def test_no_file_points_at_a_source_map_that_is_not_there():
    for file in VENDOR.iterdir():
        if file.suffix in {".css", ".js"}:
            assert "sourceMappingURL" not in file.read_text()


def test_the_assets_match_the_macros():
    assert 'version="10.6.1"' in (VENDOR / "nhsuk-frontend.min.js").read_text()


@pytest.mark.parametrize(
    "path",
    ["css/registry.css", "js/registry.js", "js/supported.js", "django_htmx/htmx-2.min.js"],
)
def test_what_the_base_page_links_is_found(path):
    assert finders.find(path)


def test_theme_colours_stand_in_one_block_only():
    text = (OWN / "css/registry.css").read_text()
    tokens, rest = text.split("}", 1)
    assert "--registry-met" in tokens
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", rest)
