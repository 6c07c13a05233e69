"""http.security_txt: whoever finds a hole can learn whom to tell."""

from datetime import timedelta

from registry.probes.checks.base import Seen, check, failed, passed, remarked
from registry.probes.checks.reading import is_html, published
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.results import Judgement, Point, shorten
from registry.probes.rules.security_txt import SecurityTxt, instant, read_security_txt

_A_YEAR = timedelta(days=366)
_CONTACTS = ("https://", "mailto:", "tel:")
_SHOWN = 5


@check(
    id="http.security_txt",
    version=1,
    title="Whoever finds a security hole can learn whom to tell",
    rationale=(
        "People who find a weakness give up, or publish it, when nobody can be told. A file at a "
        "known place names the contact, and its date shows that it is kept up."
    ),
    reference="RFC 9116, A File Format to Aid in Security Vulnerability Disclosure",
    remedy=(
        "Serve /.well-known/security.txt as text/plain with a Contact (mailto:, tel: or https:) "
        "and one Expires such as 2027-01-31T12:00:00Z, less than a year away; renew it in time."
    ),
    profiles=frozenset({Profile.WEB}),
    captures=(CaptureName.SECURITY_TXT,),
)
def judge(seen: Seen) -> Judgement | Point:
    """Contact, Expires and form. A pass is known to end when the file expires."""
    problem = published(seen, CaptureName.SECURITY_TXT)
    if problem:
        return problem
    exchange = seen.exchange(CaptureName.SECURITY_TXT)
    if is_html(exchange):
        return failed("A page for people answered.", expected="text/plain", actual="HTML",
                      where="body")  # fmt: skip
    try:
        file = read_security_txt(exchange.body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return failed("The file is not UTF-8.", expected="UTF-8", actual="other octets",
                      where="body")  # fmt: skip
    points = [*_expires(seen, file), *_contacts(file), *_form(file, exchange.content_type)]
    return Judgement(tuple(points), known_end=_end(file))


def _end(file: SecurityTxt):
    dates = file.values("expires")
    return instant(dates[0]) if len(dates) == 1 else None


def _expires(seen: Seen, file: SecurityTxt) -> list[Point]:
    dates, wanted = file.values("expires"), "one date and time of RFC 3339, still to come"
    more = {"expected": wanted, "actual": shorten(", ".join(dates)) or "none", "where": "Expires"}
    if len(dates) != 1:
        message = "Expires stands more than once." if dates else "Expires is missing."
        return [failed(message, **more)]
    end = instant(dates[0])
    if end is None:
        return [failed("Expires is malformed: it is no date and time of RFC 3339.", **more)]
    if end <= seen.at:
        return [failed("The file has expired.", **more)]
    if end - seen.at > _A_YEAR:
        return [remarked("Expires is more than a year away.", **more)]
    return [passed("The file has a contact and is in date.", **more)]


def _contacts(file: SecurityTxt) -> list[Point]:
    contacts = file.values("contact")
    more = {"expected": "a mailto:, tel: or https: URI", "where": "Contact"}
    if not contacts:
        return [failed("Contact is missing.", actual="none", **more)]
    return [
        failed("A contact is no such URI.", actual=shorten(contact), **more)
        for contact in contacts
        if not contact.lower().startswith(_CONTACTS)
    ][:_SHOWN]


def _form(file: SecurityTxt, content_type: str) -> list[Point]:
    found = []
    if len(file.values("preferred-languages")) > 1:
        found.append(failed("Preferred-Languages stands more than once.", expected="at most once",
                            where="Preferred-Languages"))  # fmt: skip
    if content_type and content_type != "text/plain":
        found.append(remarked("The file is not served as plain text.", expected="text/plain",
                              actual=shorten(content_type), where="content-type"))  # fmt: skip
    for number in file.odd_lines[:_SHOWN]:
        found.append(remarked("A line is neither a field nor a comment.", expected="Name: value",
                              where=f"line {number}"))  # fmt: skip
    return found
