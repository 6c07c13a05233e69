"""http.hsts: browsers are told to use https only."""

import re
from urllib.parse import urlsplit

from registry.probes.checks.base import Parameter, Seen, check, failed, passed, remarked, untold
from registry.probes.checks.reading import says_nothing, unanswered
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Point, shorten

_HEADER = "strict-transport-security"
_SECONDS_PER_DAY = 86_400
_DIRECTIVE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(\"[^\"]*\"|[^\s\";,]+))?")
_SECONDS = re.compile(r"[0-9]{1,18}")


@check(
    id="http.hsts",
    version=1,
    title="Browsers are told to use https only",
    rationale=(
        "Somebody on the same network can answer a first visit over plain http in the site's "
        "place. A browser that was told once to use https only cannot be misled so."
    ),
    reference="RFC 6797, HTTP Strict Transport Security",
    remedy=(
        "Send one Strict-Transport-Security header with every answer over https, with a max-age "
        "of at least the days asked for; one year (31536000 seconds) is usual."
    ),
    profiles=frozenset({Profile.WEB}),
    captures=(CaptureName.ROOT,),
    parameters={
        "days": Parameter(int, 180, "The least max-age, in days.", minimum=1),
        "subdomains": Parameter(bool, False, "Whether includeSubDomains is asked for."),
    },
)
def judge(seen: Seen) -> Point | list[Point]:
    """The header of the answer at the registered host, under any status."""
    missing = unanswered(seen, CaptureName.ROOT)
    if missing:
        return missing
    exchange = seen.exchange(CaptureName.ROOT)
    host, final = urlsplit(exchange.url).hostname, urlsplit(exchange.final_url).hostname
    if host != final:
        return untold("Another host answered in the end, so this one's header was not seen.",
                      expected=host or "", actual=final or "", where="location")  # fmt: skip
    header = exchange.headers.get(_HEADER)
    if header is None:
        return says_nothing(exchange, walls=False) or failed(
            "The header is not sent.", expected="max-age", actual="none", where=_HEADER
        )
    directives, fault = _read(header)
    if fault:
        return failed(fault, expected="RFC 6797, section 6.1", actual=shorten(header),
                      where=_HEADER)  # fmt: skip
    return [_age(seen, directives["max-age"]), *_subdomains(seen, directives, header)]


def _read(header: str) -> tuple[dict[str, str], str]:
    """The directives by lower-case name, and what makes them void, or ""."""
    found: dict[str, str] = {}
    # Of several header fields a browser reads the first; a comma joins them here.
    for part in header.partition(",")[0].split(";"):
        if not part.strip():
            continue
        match = _DIRECTIVE.fullmatch(part.strip())
        if not match:
            return {}, "The header is malformed, so browsers ignore it."
        name = match[1].lower()
        if name in found:
            return {}, "A directive stands twice, so browsers ignore the header."
        found[name] = (match[2] or "").strip('"')
    if not _SECONDS.fullmatch(found.get("max-age", "")):
        return {}, "There is no max-age in seconds, so browsers ignore the header."
    return found, ""


def _age(seen: Seen, seconds: str) -> Point:
    days = seen.params["days"]
    more = {"expected": f"max-age={days * _SECONDS_PER_DAY} or more",
            "actual": f"max-age={seconds}", "where": _HEADER}  # fmt: skip
    if int(seconds) == 0:
        return failed("The header tells browsers to forget that https is to be used.", **more)
    if int(seconds) < days * _SECONDS_PER_DAY:
        return failed("Browsers are told so for too short a time.", **more)
    return passed("Browsers are told to use https only.", **more)


def _subdomains(seen: Seen, directives: dict[str, str], header: str) -> list[Point]:
    found = []
    if seen.params["subdomains"] and "includesubdomains" not in directives:
        found.append(failed("Subdomains are not included.", expected="includeSubDomains",
                            actual=shorten(header), where=_HEADER))  # fmt: skip
    if "," in header:
        found.append(remarked("The header is sent more than once; browsers read the first.",
                              expected="one header", actual=shorten(header),
                              where=_HEADER))  # fmt: skip
    return found
