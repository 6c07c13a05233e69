"""Servers that misbehave on purpose: real TLS on loopback, one script each."""

import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

Script = Callable[["Client"], None]
MANY = 200


class Client:
    """The server's end of one connection, after the handshake."""

    def __init__(self, stream: ssl.SSLSocket, port: int):
        self.stream, self.port = stream, port

    def request(self) -> bytes:
        """Read one request's head; empty at the end."""
        head = b""
        while b"\r\n\r\n" not in head:
            data = self.stream.recv(65536)
            if not data:
                return b""
            head += data
        return head

    def send(self, data: bytes) -> None:
        self.stream.sendall(data)

    def answer(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        """A whole answer."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def reset(self) -> None:
        """Break the connection off without a word."""
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()


class HostileServer:
    """`with HostileServer(script, pem) as server:` – every connection runs the script."""

    def __init__(self, script: Script, pem: Path):
        self._script = script
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/r4"

    def __enter__(self) -> "HostileServer":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Wake the accepting thread: closing alone would leave it in accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        if getattr(self._script, "plain", False):
            with connection:
                self._script(connection)
            return
        try:
            with self._context.wrap_socket(connection, server_side=True) as stream:
                self._script(Client(stream, self.port))
        except (OSError, ValueError):
            return  # the visitor went away, as it should


def plain(script: Callable[[socket.socket], None]) -> Script:
    """A script that is given the connection before any handshake."""
    script.plain = True
    return script


def answering(body: bytes, *headers: str, status: str = "200 OK") -> Script:
    """Answers every request alike."""

    def script(client: Client) -> None:
        while client.request():
            client.answer(body, *headers, status=status)

    return script


def gzip_bomb(client: Client) -> None:
    """A gigabyte of nothing in a megabyte."""
    client.request()
    client.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99999999\r\n\r\n")
    client.send(_BOMB)
    time.sleep(20)


def _megabytes(count: int) -> bytes:
    """So many of nothing, packed once: after a full flush each comes out the same."""
    packer, nothing = zlib.compressobj(9, wbits=31), bytes(1024 * 1024)
    first, other = (packer.compress(nothing) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + other * (count - 1)


_BOMB = _megabytes(64)


def endless_body(client: Client) -> None:
    client.request()
    client.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        client.send(b"x" * 65536)


def endless_chunks(client: Client) -> None:
    client.request()
    client.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        client.send(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")


def slow_drip(client: Client) -> None:
    client.request()
    client.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(MANY):
        client.send(b"x")
        time.sleep(0.1)


def silent(client: Client) -> None:
    client.request()
    time.sleep(20)


def endless_headers(client: Client) -> None:
    client.request()
    client.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        client.send(b"X-More: " + b"x" * 1000 + b"\r\n")


def one_long_header(client: Client) -> None:
    client.request()
    client.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        client.send(b"x" * 65536)


def many_headers(client: Client) -> None:
    while client.request():
        client.answer(b"{}", *[f"X-{number}: 1" for number in range(1000)])


def endless_interim(client: Client) -> None:
    client.request()
    while True:
        client.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def reset_in_body(client: Client) -> None:
    client.request()
    client.send(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"resourceType":')
    client.reset()


def reset_at_once(client: Client) -> None:
    client.reset()


def closed_in_body(client: Client) -> None:
    client.request()
    client.send(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"resourceType":')


def not_http(client: Client) -> None:
    client.request()
    client.send(b"220 mail.example ESMTP\r\n" * 10)


def two_lengths(client: Client) -> None:
    client.request()
    client.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}")


def upgrade(client: Client) -> None:
    client.request()
    client.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")
    time.sleep(20)


def redirect_loop(client: Client) -> None:
    while client.request():
        client.answer(b"", "Location: /r4/metadata", status="302 Found")


def redirecting(location: str) -> Script:
    return answering(b"", f"Location: {location}", status="302 Found")


def forgets_kept_connections(body: bytes) -> Script:
    """Promises to keep the connection, and closes it before the second request."""

    def script(client: Client) -> None:
        client.request()
        client.answer(body)

    return script


@plain
def speaks_plain_http(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@plain
def never_shakes_hands(connection: socket.socket) -> None:
    time.sleep(10)
