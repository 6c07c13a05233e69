"""A name server on loopback that answers TXT questions as it is told, over real UDP."""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset

SILENT = "silent"


class NameServer:
    """`with NameServer() as server:` – then `server.say(name, …)`; `.address` for the settings.

    A name that nothing was said of does not exist.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._said: dict[str, tuple] = {}
        self.asked: list[str] = []

    @property
    def place(self) -> tuple[str, int]:
        """Address and port."""
        return self._socket.getsockname()

    def say(self, name: str, *texts: bytes | tuple[bytes, ...]) -> None:
        """The TXT records of `name`; one that is given as a tuple is sent in these parts."""
        self._said[name] = (dns.rcode.NOERROR, texts)

    def fail(self, name: str, how: int | str) -> None:
        """Answer with an error code, or not at all."""
        self._said[name] = (how, ())

    def __enter__(self) -> "NameServer":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Wake the thread: closing alone would leave it in recvfrom().
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(b"", self.place)

    def _serve(self) -> None:
        with self._socket:
            while True:
                data, sender = self._socket.recvfrom(4096)
                if not data:
                    return
                answer = self._answer(dns.message.from_wire(data))
                if answer is not None:
                    self._socket.sendto(answer.to_wire(), sender)

    def _answer(self, question: dns.message.Message) -> dns.message.Message | None:
        name = question.question[0].name
        key = name.to_text(omit_final_dot=True)
        self.asked.append(key)
        how, texts = self._said.get(key, (dns.rcode.NXDOMAIN, ()))
        if how == SILENT:
            return None
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        answer.set_rcode(how)
        records = [
            dns.rdtypes.ANY.TXT.TXT(
                dns.rdataclass.IN,
                dns.rdatatype.TXT,
                each if isinstance(each, tuple) else (each,),
            )
            for each in texts
        ]
        if records:
            answer.answer.append(dns.rrset.from_rdata_list(name, 60, records))
        return answer
