"""Pictures of pages, for people to look at; never compared by machine."""

import os
from pathlib import Path

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

WIDTHS = (1280, 320)
# The menu folds what does not fit a moment after the window changes.
SETTLE_MS = 2_000


def screenshot(page: Page, name: str) -> None:
    """Write `<name>-1280.png` and `<name>-320.png` to $SCREENSHOT_DIR; nothing without it.

    Also asserts, with or without it, that the page itself never scrolls sideways.
    """
    folder = os.environ.get("SCREENSHOT_DIR")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page, width)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def assert_fits(page: Page, width: int) -> None:
    """The page is no wider than the screen, once it has settled."""
    try:
        page.wait_for_function(
            "width => document.documentElement.scrollWidth <= width",
            arg=width,
            timeout=SETTLE_MS,
        )
    except PlaywrightTimeoutError as error:
        scrolled = page.evaluate("document.documentElement.scrollWidth")
        told = f"{page.url} is {scrolled}px wide on a screen of {width}px"
        raise AssertionError(told) from error
