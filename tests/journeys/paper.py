"""Pages as a printer gets them."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

# A4 between margins of a centimetre, at 96 points an inch.
WIDTH = 718
# Chromium draws tables a hair too wide on paper.
HAIR = 2


def assert_prints(page: Page, name: str, *words: str) -> None:
    """On paper: `words`, nothing to click on or to fill in, nothing cut off at the side."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH, "height": 1000})
    for each in words:
        expect(page.locator("main").get_by_text(each).first).to_be_visible()
    acting = page.locator("nav a:visible, form:visible, button:visible, footer:visible")
    assert acting.all_inner_texts() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH + HAIR
    assert page.pdf(format="A4").startswith(b"%PDF-")
    if folder := os.environ.get("SCREENSHOT_DIR"):
        page.screenshot(path=Path(folder) / f"{name}-paper.png", full_page=True)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
