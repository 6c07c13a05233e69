"""One visit to one endpoint: every capture of its profile, within one deadline."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

from registry.probes.client.http import Answer
from registry.probes.client.limits import Outfit
from registry.probes.client.resolve import Lookup, Pinned, system_lookup
from registry.probes.client.telling import Teller
from registry.probes.client.transport import (
    Connection,
    OpenSslTransport,
    StaleConnection,
    Transport,
)
from registry.probes.client.troubles import RequestTrouble
from registry.probes.rules.observation import (
    Exchange,
    Fetched,
    LegacyFacts,
    Observation,
    Refusal,
    Timings,
    TlsFacts,
    Trouble,
    tls_name,
)
from registry.probes.rules.profiles import CaptureName, Profile, capture_url
from registry.probes.rules.progress import CONNECT, HANDSHAKE, OLDER_TLS, RESOLVE, Tell
from registry.probes.rules.urls import (
    Target,
    UrlRefused,
    parse_target,
    redirect_target,
    sibling_target,
)

logger = logging.getLogger(__name__)

_REDIRECTS = (301, 302, 303, 307, 308)
# Headers that checks read or people are shown; the rest is not kept.
KEPT_HEADERS = (
    "content-type",
    "content-encoding",
    "location",
    "retry-after",
    "server",
    "strict-transport-security",
    "www-authenticate",
)


class Visitor:
    """Visits endpoints. Holds no state of any visit, so one serves a whole process."""

    def __init__(
        self,
        outfit: Outfit,
        *,
        transport: Transport | None = None,
        lookup: Lookup = system_lookup,
    ):
        self.outfit = outfit
        self._transport = transport or OpenSslTransport(outfit)
        self._lookup = lookup

    async def visit(
        self,
        url: str,
        profile: Profile,
        *,
        at: datetime,
        refused: Refusal | None = None,
        tell: Tell | None = None,
    ) -> Observation:
        """Everything that one visit sees. Never raises: what goes wrong is recorded.

        With `refused`, a server that still shows the same certificate is not asked about older
        TLS again. `tell` is told of each step as it begins and ends.
        """
        visit = _Visit(url, profile, at, self.outfit, self._transport, self._lookup)
        visit.refused, visit.teller = refused, Teller(tell)
        try:
            async with asyncio.timeout(self.outfit.limits.visit):
                await visit.run()
        except TimeoutError:
            visit.give_up(
                Trouble.DEADLINE, f"no whole answer within {self.outfit.limits.visit:g} s"
            )
        except (RequestTrouble, UrlRefused) as trouble:
            visit.give_up(getattr(trouble, "trouble", Trouble.FORBIDDEN), str(trouble))
        except Exception as error:  # noqa: BLE001 - one bad endpoint harms no other
            logger.exception("the visit to %s broke", url)
            visit.give_up(Trouble.OURS, f"our own error: {type(error).__name__}")
        finally:
            visit.close()
        return visit.observation()

    async def fetch(self, url: str, *, accept: str) -> Fetched:
        """One GET of `url`, for what speaks for its authority. Never raises.

        Stricter than a visit: the certificate must verify whole, and a redirect that leads to
        another authority is not followed.
        """
        visit = _Visit(url, None, None, self.outfit, self._transport, self._lookup)
        limits = self.outfit.limits
        try:
            async with asyncio.timeout(limits.visit):
                return await visit.fetch(accept)
        except TimeoutError:
            return Fetched(Trouble.DEADLINE, f"no whole answer within {limits.visit:g} s")
        except RequestTrouble as trouble:
            return Fetched(trouble.trouble, trouble.detail)
        except UrlRefused as refused:
            return Fetched(Trouble.FORBIDDEN, str(refused))
        except Exception as error:  # noqa: BLE001 - one bad host harms no other
            logger.exception("fetching %s broke", url)
            return Fetched(Trouble.OURS, f"our own error: {type(error).__name__}")
        finally:
            visit.close()


class _Visit:
    """The running account of one visit; it is complete whenever the visit is cut short."""

    def __init__(self, url, profile, at, outfit, transport, lookup):
        self._url, self._profile, self._at = url, profile, at
        self._outfit, self._transport = outfit, transport
        self._pinned = Pinned(outfit, lookup)
        self._target: Target | None = None
        self._connections: dict[tuple[str, int], Connection] = {}
        self._exchanges: dict[CaptureName, Exchange] = {}
        self._tls: TlsFacts | None = None
        self._trouble, self._detail = Trouble.NONE, ""
        self._legacy = LegacyFacts(asked=False)
        self.refused: Refusal | None = None
        self.teller = Teller(None)
        # One that looks for a proof wants a whole certificate and stays where it is.
        self._strict = False
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()
        self._dns: float | None = None
        self._first: Connection | None = None
        self._hops: list[tuple[int, str]] = []
        self._asking: tuple[CaptureName, str, float] | None = None

    async def run(self) -> None:
        """The handshake, each capture, then the question about older TLS."""
        target = self._target = parse_target(self._url, allowed=self._outfit.allowed)
        await self._resolve(target)
        try:
            self.teller.begin(CONNECT)
            self._first = await self._connection(target)
            self._tls = self._first.tls
            self.teller.end(tls_name(self._tls.version))
            for capture in self._profile.spec.captures:
                await self._capture(capture)
        except RequestTrouble as trouble:
            if trouble.trouble is not Trouble.TLS:
                raise
            self.give_up(trouble.trouble, trouble.detail)
        self._legacy = await self._older_tls(target)

    async def fetch(self, accept: str) -> Fetched:
        """One GET that stays at its authority, and believes nobody with a doubtful certificate."""
        self._strict = True
        self._target = parse_target(self._url, allowed=self._outfit.allowed)
        _, answer = await self._follow(self._url, accept)
        return Fetched(
            status=answer.status,
            content_type=answer.headers.get("content-type", ""),
            body=answer.body,
        )

    async def _older_tls(self, target: Target) -> LegacyFacts:
        self.teller.begin(OLDER_TLS)
        known = self.refused
        if known and known.still_speaks_for(self._tls):
            return LegacyFacts(asked=True, detail=known.detail, asked_at=known.asked_at)
        address = (await self._pinned.addresses(target))[0]
        answer = await self._transport.ask_legacy(target, address)
        self.teller.end(_told_of(answer), failed=not answer.asked)
        return answer

    def give_up(self, trouble: Trouble, detail: str) -> None:
        """Record why the captures that are not in yet are missing."""
        self.teller.end(detail, failed=True)
        if self._tls is None:
            self._trouble, self._detail = trouble, detail
        for capture in self._profile.spec.captures:
            if capture not in self._exchanges:
                self._exchanges[capture] = self._failed(capture, trouble, detail)

    def close(self) -> None:
        """Drop every connection."""
        for connection in self._connections.values():
            connection.close()

    def observation(self) -> Observation:
        """What was seen."""
        first = self._first
        metadata = next(iter(self._exchanges.values()), None)
        return Observation(
            url=self._url,
            profile=self._profile,
            at=self._at,
            exchanges=self._exchanges,
            tls=self._tls,
            tls_trouble=self._trouble,
            tls_detail=self._detail,
            legacy=self._legacy,
            timings=Timings(
                dns=self._dns,
                connect=first.connect_seconds if first else None,
                tls=first.tls_seconds if first else None,
                first_byte=metadata.timings.first_byte if metadata else None,
                total=self._clock() - self._started,
            ),
        )

    async def _resolve(self, target: Target) -> None:
        self.teller.begin(RESOLVE)
        started = self._clock()
        await self._pinned.addresses(target)
        self._dns = self._clock() - started

    async def _connection(self, target: Target) -> Connection:
        kept = self._connections.pop(target.origin, None)
        if kept and kept.usable:
            self._connections[target.origin] = kept
            return kept
        if kept:
            kept.close()
        last: RequestTrouble | None = None
        for address in await self._pinned.addresses(target):
            try:
                made = await self._transport.open(target, address, **self._listening())
            except RequestTrouble as trouble:
                if trouble.trouble is not Trouble.CONNECT:
                    raise
                last = trouble
                continue
            self._connections[target.origin] = made
            return made
        raise last

    def _listening(self) -> dict[str, Callable[[], None]]:
        """Where somebody listens, the first connection says when its handshake begins."""
        if self._first or not self.teller.listened:
            return {}
        return {"connected": lambda: self.teller.begin(HANDSHAKE)}

    async def _capture(self, capture: CaptureName) -> None:
        self.teller.begin(capture.value)
        url = capture_url(self._url, capture)
        self._hops, self._asking = [], (capture, url, self._clock())
        try:
            target, answer = await self._follow(url, capture.accept)
        except RequestTrouble as trouble:
            self._exchanges[capture] = self._failed(capture, trouble.trouble, trouble.detail)
        except UrlRefused as refused:
            self._exchanges[capture] = self._failed(capture, Trouble.REDIRECT, str(refused))
        else:
            self._exchanges[capture] = self._answered(capture, url, target, answer)
        self._asking = None
        exchange = self._exchanges[capture]
        said = f"HTTP {exchange.status}" if exchange.answered else exchange.detail
        self.teller.end(said, failed=not exchange.answered)

    async def _follow(self, url: str, accept: str) -> tuple[Target, Answer]:
        """GET, and again at each redirect, every hop judged like the first URL."""
        allowed, limit = self._outfit.allowed, self._outfit.limits.redirects
        target = sibling_target(self._target, url, allowed=allowed)
        while True:
            answer = await self._get(target, accept)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return target, answer
            self._hops.append((answer.status, location[:500]))
            if len(self._hops) > limit:
                raise RequestTrouble(Trouble.REDIRECT, f"more than {limit} redirects")
            target = redirect_target(target.url, location, allowed=allowed)
            if self._strict and target.origin != self._target.origin:
                raise RequestTrouble(Trouble.REDIRECT, f"a redirect to {target.authority}")

    async def _get(self, target: Target, accept: str) -> Answer:
        headers = {
            "User-Agent": self._outfit.user_agent,
            "Accept": accept,
            "Accept-Encoding": "gzip",
        }
        for _ in range(2):
            connection = await self._connection(target)
            tls = connection.tls
            if not (tls.verified if self._strict else tls.trusted_identity):
                raise RequestTrouble(Trouble.UNTRUSTED, _why_untrusted(tls))
            try:
                return await connection.get(target, headers)
            except StaleConnection:
                connection.close()
        raise RequestTrouble(Trouble.CLOSED, "the server closes every connection it has kept")

    def _answered(self, capture, url: str, target: Target, answer: Answer) -> Exchange:
        return Exchange(
            capture=capture,
            url=url,
            final_url=target.url,
            status=answer.status,
            headers={k: v[:500] for k, v in answer.headers.items() if k in KEPT_HEADERS},
            body=answer.body,
            received=answer.received,
            hops=tuple(self._hops),
            timings=self._timings(target),
            retry_after=self._retry_after(answer),
        )

    def _failed(self, capture: CaptureName, trouble: Trouble, detail: str) -> Exchange:
        url = capture_url(self._url, capture)
        asking = self._asking and self._asking[0] is capture
        return Exchange(
            capture=capture,
            url=url,
            final_url=url,
            trouble=trouble,
            detail=detail,
            hops=tuple(self._hops) if asking else (),
            timings=Timings(total=self._clock() - self._asking[2]) if asking else Timings(),
        )

    def _timings(self, target: Target) -> Timings:
        begun = self._asking[2]
        connection = self._connections.get(target.origin)
        first = connection.first_byte_at if connection else None
        return Timings(
            first_byte=first - begun if first else None,
            total=self._clock() - begun,
        )

    def _retry_after(self, answer: Answer) -> int | None:
        if answer.status not in (429, 503):
            return None
        seconds = parse_retry_after(answer.headers.get("retry-after", ""), at=self._at)
        longest = self._outfit.limits.longest_retry_after
        return None if seconds is None else max(0, min(seconds, longest))


def _told_of(legacy: LegacyFacts) -> str:
    if not legacy.asked:
        return legacy.detail
    return f"{tls_name(legacy.accepted)} is accepted" if legacy.accepted else "Refused"


def _why_untrusted(tls: TlsFacts) -> str:
    if not tls.name_matches:
        return "the certificate is for another host"
    return "; ".join(problem.message for problem in tls.problems)


def parse_retry_after(text: str, *, at: datetime) -> int | None:
    """Seconds of a `Retry-After` header (RFC 9110): a number, or a date after `at`."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        return None
    return int((moment - at).total_seconds())
