"""A page about another day, or about what was known then, leads on to that day and moment."""

import re
from datetime import datetime
from functools import lru_cache
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from registry.common.asking import AskedForm, is_about_asking

# Pages that are about a day, and pages that tell what was known without being about one.
OF_A_DAY = frozenset({
    "product_search", "product", "product_replacements", "product_standards", "pair", "standards",
    "standard", "burn_down_csv", "supplier_desk", "owed", "owed_calendar", "buyer_desk", "contract",
    "case", "worklist", "worklist_cases",
})  # fmt: skip
OF_A_MOMENT = frozenset({
    "product_changes", "product_feed", "evidence", "submissions", "endpoint", "endpoint_changes",
    "endpoint_change", "hosts", "host", "probed_host",
})  # fmt: skip
# What base.html has around the page's own part, breadcrumbs included.
_BEGINS, _ENDS = "data-page>", "</main>"
# A link that leads to now on purpose says `data-now`.
_LINK = re.compile(r'<a (?![^>]*\bdata-now\b)([^>]*?)href="(/[^"]*|\?[^"]*)"')


class KeepDayMiddleware:
    """Puts the day and the moment of a page's address into the links of what it tells.

    In one place for all pages, those to come included: a link that was forgotten would lead from
    what was known then to what is known now, and nothing would say so. The menu leads to now.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self._is_about(request, response):
            page = response.content.decode(response.charset)
            head, begins, rest = page.partition(_BEGINS)
            told, ends, foot = rest.partition(_ENDS)
            told = _LINK.sub(_Asked(request).kept, told)
            response.content = head + begins + told + ends + foot
        return response

    @staticmethod
    def _is_about(request: HttpRequest, response: HttpResponse) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and response.status_code == 200
            and not response.streaming
            and response.get("Content-Type", "").startswith("text/html")
            and any(map(is_about_asking, request.GET))
        )


class _Asked:
    """What the address asks about, as its links say it."""

    def __init__(self, request: HttpRequest):
        self.path = request.path
        self.moment: datetime | None = request.known_at
        self.day = AskedForm(request.GET, now=timezone.now()).day

    def kept(self, found: re.Match) -> str:
        """The link with what its page can be asked, unless it says that itself."""
        href = unescape(found[2])
        kept = self._address(href)
        return found[0] if kept == href else f'<a {found[1]}href="{escape(kept)}"'

    def _address(self, href: str) -> str:
        parts = urlsplit(href)
        name = _name_of(parts.path or self.path)
        said = {key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
        more = []
        if name in OF_A_DAY and self.day and not any(key.startswith("as_of") for key in said):
            more.append(("as_of", self.day.isoformat()))
        if name in OF_A_DAY | OF_A_MOMENT and self.moment and "known_at" not in said:
            more.append(("known_at", self.moment.isoformat()))
        if not more:
            return href
        query = "&".join(filter(None, (parts.query, urlencode(more))))
        return parts._replace(query=query).geturl()


@lru_cache(maxsize=10_000)
def _name_of(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""
