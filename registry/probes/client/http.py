"""An HTTP/1.1 answer read within limits. Parsing is httptools' (Node's llhttp)."""

import zlib
from dataclasses import dataclass, field

import httptools

from registry.probes.client.limits import Limits
from registry.probes.client.troubles import RequestTrouble
from registry.probes.rules.observation import Trouble

MAX_HEADERS = 200
# A gzip header, or else a raw zlib stream: let zlib tell.
_ANY_ZLIB = 32 + zlib.MAX_WBITS
_PLAIN = ("", "identity")
_DEFLATED = ("gzip", "x-gzip", "deflate")


@dataclass(slots=True)
class Answer:
    """A whole answer. `received` counts the body's octets on the wire."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    received: int = 0
    reusable: bool = False


class AnswerReader:
    """Feed it octets until `complete`. Limits end it with `RequestTrouble`."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._parser = httptools.HttpResponseParser(self)
        self._answer = Answer()
        self._body = bytearray()
        self._inflate = None
        self._trouble: RequestTrouble | None = None
        self._header_bytes = 0
        self._in_headers = True
        self.complete = False
        self.begun = False

    def feed(self, data: bytes) -> None:
        """Take octets from the network; an empty `data` means that the server has ended."""
        if not data:
            self._ended()
            return
        self.begun = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self._trouble is None and not self.complete:
                raise RequestTrouble(Trouble.PROTOCOL, f"not HTTP/1.1: {error}") from error
        if self._in_headers:
            self._count_headers(len(data))
        if self._trouble:
            raise self._trouble

    def answer(self) -> Answer:
        """The answer, once complete."""
        self._answer.body = bytes(self._body)
        # The parser and its reader hold each other: let a large body go at once.
        self._parser, self._body = None, bytearray()
        return self._answer

    def _count_headers(self, octets: int) -> None:
        self._header_bytes += octets
        if self._header_bytes > self._limits.header_bytes:
            raise RequestTrouble(
                Trouble.TOO_LARGE, f"headers over {self._limits.header_bytes} octets"
            )

    def _ended(self) -> None:
        headers = self._answer.headers
        framed = "content-length" in headers or "chunked" in headers.get("transfer-encoding", "")
        if not self._answer.status or self._in_headers or framed:
            raise RequestTrouble(Trouble.CLOSED, "the server closed the connection in mid-answer")
        self.on_message_complete()
        if self._trouble:
            raise self._trouble

    # What the parser calls. An exception must not pass through it, so troubles are kept.

    def on_header(self, name: bytes, value: bytes) -> None:
        headers = self._answer.headers
        if self.complete:
            return
        if len(headers) >= MAX_HEADERS:
            self._trouble = RequestTrouble(Trouble.TOO_LARGE, f"more than {MAX_HEADERS} headers")
            return
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        status = self._parser.get_status_code()
        if status < 200:
            # An interim answer (100, 103): the real one follows.
            self._answer.headers.clear()
            return
        self._in_headers = False
        self._answer.status = status
        encoding = self._answer.headers.get("content-encoding", "").strip().lower()
        if encoding in _DEFLATED:
            self._inflate = zlib.decompressobj(_ANY_ZLIB)
        elif encoding not in _PLAIN:
            self._trouble = RequestTrouble(
                Trouble.PROTOCOL, f"a content encoding that was not asked for: {encoding[:40]}"
            )

    def on_body(self, data: bytes) -> None:
        if self._trouble or self.complete:
            return
        self._answer.received += len(data)
        if self._inflate:
            data = self._inflated(data)
        if len(self._body) + len(data) > self._limits.body_bytes:
            self._trouble = RequestTrouble(
                Trouble.TOO_LARGE, f"body over {self._limits.body_bytes} octets"
            )
            return
        self._body += data

    def on_message_complete(self) -> None:
        if self._in_headers or self.complete:
            return
        if self._inflate and self._answer.received and not self._inflate.eof:
            self._trouble = self._trouble or RequestTrouble(
                Trouble.PROTOCOL, "the compressed body is cut short"
            )
        self._answer.reusable = self._parser.should_keep_alive()
        self.complete = True

    def _inflated(self, data: bytes) -> bytes:
        # One octet past the limit is enough to know that it was passed.
        room = self._limits.body_bytes - len(self._body) + 1
        try:
            return self._inflate.decompress(data, room)
        except zlib.error as error:
            self._trouble = RequestTrouble(
                Trouble.PROTOCOL, f"the compressed body is broken: {error}"
            )
            return b""
