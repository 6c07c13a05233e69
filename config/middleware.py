"""A page about another day, or about what was known then, leads on to that day and moment."""

import re
from functools import lru_cache
from urllib.parse import unquote, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from registry.common.asking import asks, day_asked

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
_BEGINS, _ENDS = b"data-page>", b"</main>"
# A link that leads to now on purpose says `data-now`. Pages are not decoded for this: the search
# has hundreds of links, and most of them say their day themselves.
_LINK = re.compile(rb'([^>]*?)href="([/?][^"]*)"')


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
            head, begins, rest = response.content.partition(_BEGINS)
            told, ends, foot = rest.partition(_ENDS)
            told = _Asked(request).keep(told)
            response.content = b"".join((head, begins, told, ends, foot))
        return response

    @staticmethod
    def _is_about(request: HttpRequest, response: HttpResponse) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and response.status_code == 200
            and not response.streaming
            and response.get("Content-Type", "").startswith("text/html")
            and asks(request.GET)
        )


class _Asked:
    """What the address asks about, as its links say it."""

    def __init__(self, request: HttpRequest):
        self._path = request.path.encode()
        day = day_asked(request.GET, now=timezone.now())
        moment = request.known_at
        self._day = f"as_of={day}".encode() if day else b""
        self._moment = urlencode({"known_at": moment.isoformat()}).encode() if moment else b""

    def keep(self, page: bytes) -> bytes:
        """The page with what is asked in its links."""
        # Splitting finds links many times faster than an expression that looks for them.
        first, *links = page.split(b"<a ")
        for place, link in enumerate(links):
            if found := _LINK.match(link):
                links[place] = self._kept(found) + link[found.end() :]
        return b"<a ".join((first, *links))

    def _kept(self, found: re.Match) -> bytes:
        """The link with what its page can be asked, unless it says that itself."""
        before, href = found.groups()
        day = self._day if b"as_of" not in href else b""
        moment = self._moment if b"known_at=" not in href else b""
        if not (day or moment) or b"data-now" in before:
            return found[0]
        address, hash_, place = href.partition(b"#")
        path, asks, query = address.partition(b"?")
        name = _name_of(path or self._path)
        if name not in OF_A_DAY:
            day = b""
            if name not in OF_A_MOMENT:
                return found[0]
        kept = b"&amp;".join(filter(None, (query, day, moment)))
        href = path + (b"?" if kept else asks) + kept + hash_ + place
        return b'%shref="%s"' % (before, href)


@lru_cache(maxsize=10_000)
def _name_of(path: bytes) -> str:
    try:
        return resolve(unquote(path.decode())).url_name or ""
    except Resolver404:
        return ""
