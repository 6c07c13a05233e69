"""WCAG 2.2 AA and axe's best practices, on the page as it stands."""

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What passes is not reported node by node, which takes as long as finding what does not.
ONLY_WHAT_FAILS = {"resultTypes": ["violations"]}


def assert_accessible(page: Page) -> None:
    """Fail with axe's report when it finds anything."""
    # Half a megabyte of script: once a document, however often axe looks at it.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    results = Axe(axe_script="null").run(page, options=ONLY_WHAT_FAILS)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
