"""A mail server on loopback that speaks SMTP, takes what it is told to, and keeps what it took."""

import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

# What it answers to a step: "RCPT someone@example.test" or "DATA". `None`: it hangs up.
Answer = Callable[[str], str | None]


def polite(step: str) -> str:
    """Takes everything."""
    return "250 OK"


@dataclass
class Post:
    """What the server is like, and what it took."""

    answer: Answer = polite
    taken: list[EmailMessage] = field(default_factory=list)
    connections: int = 0


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        post: Post = self.server.post
        post.connections += 1
        self._say("220 loopback")
        recipient = ""
        while line := self.rfile.readline():
            verb = line.decode().strip()
            if verb.upper().startswith("RCPT"):
                recipient = verb.partition("<")[2].partition(">")[0]
                if not self._step(f"RCPT {recipient}"):
                    return
            elif verb.upper() == "DATA":
                if not self._data(post, recipient):
                    return
            elif verb.upper() == "QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 OK")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _step(self, step: str) -> bool:
        said = self.server.post.answer(step)
        if said is not None:
            self._say(said)
        return said is not None

    def _data(self, post: Post, recipient: str) -> bool:
        self._say("354 Go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        said = post.answer(f"DATA {recipient}")
        if said is None:
            return False
        if said.startswith("250"):
            post.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say(said)
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class MailServer:
    """Listens on a free port while it is entered."""

    def __enter__(self) -> "MailServer":
        self.post = Post()
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.post = self.post
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def close(self) -> None:
        """Listen no more: whoever connects is refused."""
        self._server.shutdown()
        self._server.server_close()
