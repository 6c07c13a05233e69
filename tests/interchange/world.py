"""A little world in the register format: the design's own example, and the day it is told."""

import json
from io import BytesIO, StringIO

from django.core.management import call_command

from procurement.interchange.services.dumping import dump
from procurement.interchange.services.loading import Loaded, load

LINES = [
    {"kind": "capability", "ref": "C13", "name": "Patient Information Maintenance",
     "group": "national"},
    {"kind": "capability", "ref": "T-PATIENT-DATA", "name": "Handles patient data",
     "group": "trait"},
    {"kind": "standard", "code": "DCB0129", "name": "Clinical risk management",
     "class": "clinical_safety", "owner": "NHS England"},
    {"kind": "standard", "code": "RFC8996", "name": "TLS 1.2 or newer", "class": "security",
     "owner": "IETF"},
    {"kind": "scope", "standard": "DCB0129", "capability": None, "required": ["2018-05-02", None]},
    {"kind": "scope", "standard": "RFC8996", "capability": "T-PATIENT-DATA",
     "required": ["2021-03-25", None]},
    {"kind": "version", "standard": "DCB0129", "version": "4.2", "accepted": ["2018-05-02", None]},
    {"kind": "version", "standard": "RFC8996", "version": "2021", "accepted": ["2021-03-25", None]},
    {"kind": "criterion", "standard": "DCB0129", "version": "4.2", "code": "CSCR", "level": "MUST",
     "text": "A clinical safety case report.", "proofs": ["document"], "check": None},
    {"kind": "criterion", "standard": "RFC8996", "version": "2021", "code": "TLS", "level": "MUST",
     "text": "Nothing older than TLS 1.2.", "proofs": [],
     "check": {"id": "tls.version", "params": {"minimum": "1.2"}}},
    {"kind": "organisation", "ods": "03F", "name": "NHS HULL CCG", "type": "CCG",
     "open": ["2013-04-01", "2022-07-01"]},
    {"kind": "organisation", "ods": "QOQ", "name": "NHS HUMBER AND NORTH YORKSHIRE ICB",
     "type": "ICB", "open": ["2022-07-01", None]},
    {"kind": "succession", "predecessor": "03F", "successor": "QOQ", "on": "2022-07-01"},
    {"kind": "supplier", "ref": "aldermoor", "name": "Aldermoor Health Systems"},
    {"kind": "product", "ref": "aldermoor-record", "supplier": "aldermoor",
     "name": "Aldermoor Record", "state": "listed"},
    {"kind": "claim", "product": "aldermoor-record", "capability": "C13",
     "claimed": ["2021-04-01", None]},
    {"kind": "claim", "product": "aldermoor-record", "capability": "T-PATIENT-DATA",
     "claimed": ["2021-04-01", None]},
    {"kind": "endpoint", "product": "aldermoor-record", "url": "https://fhir.example.test/r4",
     "profile": "fhir-r4", "in_service": ["2023-01-01", None]},
    {"kind": "proof", "ref": "aldermoor-cscr-3", "product": "aldermoor-record",
     "form": "document", "criteria": [["DCB0129", "4.2", "CSCR"]],
     "valid": ["2024-06-01", "2025-06-01"], "revoked_from": None, "issuer": "Aldermoor",
     "reference": "CSCR 3"},
    {"kind": "check_spell", "endpoint": ["aldermoor-record", "https://fhir.example.test/r4"],
     "check": "tls.version", "result": "pass", "period": ["2023-01-05", None]},
    {"kind": "dispensation", "product": "aldermoor-record", "standard": "DCB0129",
     "period": ["2025-06-01", "2025-12-01"], "reason": "The next report is being written."},
    {"kind": "contract", "ref": "QOQ-2024-017", "buyer": "QOQ", "supplier": "aldermoor",
     "title": "A shared record", "signed": "2024-02-20", "term": ["2024-04-01", "2029-04-01"],
     "value": {"amount": "1250000.00", "currency": "GBP"}, "products": ["aldermoor-record"],
     "ocid": None},
]  # fmt: skip

TIMELINES = (
    '{"product":"aldermoor-record","standard":"DCB0129","spells":['
    '{"status":"not_required","from":null,"until":"2018-05-02"},'
    '{"status":"not_met","from":"2018-05-02","until":"2024-06-01"},'
    '{"status":"met","from":"2024-06-01","until":"2025-06-01"},'
    '{"status":"exempt","from":"2025-06-01","until":"2025-12-01"},'
    '{"status":"not_met","from":"2025-12-01","until":null}]}\n'
    '{"product":"aldermoor-record","standard":"RFC8996","spells":['
    '{"status":"not_required","from":null,"until":"2021-04-01"},'
    '{"status":"not_met","from":"2021-04-01","until":"2023-01-05"},'
    '{"status":"met","from":"2023-01-05","until":null}]}\n'
)


def written(lines) -> bytes:
    """The lines as a file, in the format's own way of writing."""
    return b"".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for line in lines
    )


def place_of(kind: str, number: int = 1) -> int:
    """The index in `LINES` of the `number`th line of a kind."""
    return [place for place, line in enumerate(LINES) if line["kind"] == kind][number - 1]


def changed(kind: str, number: int = 1, **fields) -> list[dict]:
    """`LINES` with some fields of one line changed."""
    lines = [dict(line) for line in LINES]
    lines[place_of(kind, number)].update(fields)
    return lines


def load_lines(lines, *, by, now) -> Loaded:
    """Load lines given as objects."""
    return load(stream=BytesIO(written(lines)), name="world.jsonl", by=by, now=now)


def dumped() -> bytes:
    """The whole register as a file."""
    return "".join(dump()).encode()


def seed(*arguments: str) -> str:
    """What `manage.py seed` printed."""
    out = StringIO()
    call_command("seed", *arguments, stdout=out)
    return out.getvalue()
