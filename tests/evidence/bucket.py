"""A bucket that speaks as much S3 as evidence needs, on loopback: a stand-in for tests."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_LIST = (
    '<?xml version="1.0"?><ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated>'
    "{contents}{prefixes}</ListBucketResult>"
)


class Bucket(BaseHTTPRequestHandler):
    """Path-style addresses; signatures are not checked."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args) -> None:
        """Say nothing."""

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _answer(self, status: int, body: bytes = b"", **headers) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _body(self) -> bytes:
        """What is sent: in chunks with their signatures, or as it is."""
        if self.headers.get("Transfer-Encoding") == "chunked":
            sent = b"".join(iter(self._http_chunk, b""))
        else:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return sent
        whole = b""
        while sent:
            size, _, sent = sent.partition(b"\r\n")
            length = int(size.split(b";")[0], 16)
            if not length:
                break
            whole, sent = whole + sent[:length], sent[length + 2 :]
        return whole

    def _http_chunk(self) -> bytes:
        length = int(self.rfile.readline().split(b";")[0], 16)
        part = self.rfile.read(length)
        self.rfile.readline()
        return part

    def do_PUT(self) -> None:
        self.server.objects[self.key] = self._body(), datetime.now(UTC)
        self._answer(200, ETag='"1"')

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.key, None)
        self._answer(204)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if not self.key:
            return self._list(query.get("prefix", [""])[0], query.get("delimiter", [""])[0])
        if self.key not in self.server.objects:
            error = b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'
            return self._answer(404, error, Content_Type="application/xml")
        content, at = self.server.objects[self.key]
        when = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        start, end = self._range(len(content))
        part = content[start : end + 1]
        headers = {"Last_Modified": when, "ETag": '"1"'}
        if self.headers.get("Range"):
            headers["Content_Range"] = f"bytes {start}-{end}/{len(content)}"
        return self._answer(206 if self.headers.get("Range") else 200, part, **headers)

    def _range(self, size: int) -> tuple[int, int]:
        asked = (self.headers.get("Range") or "bytes=0-").removeprefix("bytes=")
        first, _, last = asked.partition("-")
        return int(first), min(int(last or size - 1), size - 1)

    def _list(self, prefix: str, delimiter: str) -> None:
        names = sorted(key for key in self.server.objects if key.startswith(prefix))
        folders = {
            prefix + key[len(prefix) :].partition(delimiter)[0] + delimiter
            for key in names
            if delimiter and delimiter in key[len(prefix) :]
        }
        here = [key for key in names if not any(key.startswith(each) for each in folders)]
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>1</Size>"
            "<LastModified>2026-07-01T11:00:00.000Z</LastModified></Contents>"
            for key in here
        )
        prefixes = "".join(
            f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>"
            for each in sorted(folders)
        )
        body = _LIST.format(bucket="evidence", contents=contents, prefixes=prefixes)
        self._answer(200, body.encode(), Content_Type="application/xml")


class serving:
    """`with serving() as bucket:` — `bucket.address` and what it holds, `bucket.objects`."""

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
        self.server.daemon_threads = True
        self.server.objects = {}
        self.objects = self.server.objects
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure) -> None:
        self.server.shutdown()
        self.server.server_close()
