"""Whether bytes are one sound office document: a ZIP archive of the right inner shape.

The archive is read through once, up to a limit, so that a bomb is refused here and not on
the assessor's desk.
"""

import io
import zipfile
import zlib
from collections.abc import Callable

from registry.evidence.rules import office

LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 5_000
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_READ_AT_ONCE = 1024 * 1024
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ODT = b"application/vnd.oasis.opendocument.text"
# Programs that an office suite would run.
_PROGRAMS = (
    "/vbaproject.bin",
    "/vbadata.xml",
    "/basic/",
    "/scripts/",
    "/activex",
    "oleobject",
    ".docm",
    ".xlsm",
)
_PROGRAMS_FAULT = "the document contains macros or programs. Save it without them"
_END_OF_DIRECTORY = b"PK\x05\x06"
_TAIL = 65_535 + 22


def has_directory(content: bytes) -> bool:
    """Whether an unzip program would find an archive at the end of `content`."""
    return _END_OF_DIRECTORY in content[-_TAIL:]


def docx_fault(content: bytes) -> str:
    """A Word document without macros."""
    return _archive_fault(content, lambda packed: _office_fault(packed, _WORD, "Word document"))


def xlsx_fault(content: bytes) -> str:
    """An Excel workbook without macros."""
    return _archive_fault(content, lambda packed: _office_fault(packed, _SHEET, "Excel workbook"))


def odt_fault(content: bytes) -> str:
    """An OpenDocument text without macros."""
    return _archive_fault(content, _open_document_fault)


FAULTS = frozenset({docx_fault, xlsx_fault, odt_fault})


def _archive_fault(content: bytes, inner: Callable[[zipfile.ZipFile], str]) -> str:
    if not content.startswith(b"PK\x03\x04"):
        return "its content is not a document of this type"
    if content[-22:-18] != _END_OF_DIRECTORY:
        return "something follows the end of the document"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _entries_fault(packed) or inner(packed) or _unpacking_fault(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return "the document is damaged"


def _entries_fault(packed: zipfile.ZipFile) -> str:
    entries = packed.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > MOST_ENTRIES:
        return f"the document holds more than {MOST_ENTRIES:,} parts"
    if len(set(names)) != len(names):
        return "the document holds two parts of the same name"
    if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
        return "the document holds a part outside itself"
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        return "the document unpacks to more than 200 MB"
    if any(entry.flag_bits & 1 for entry in entries):
        return "the document is protected by a password. Save it without one"
    if any(entry.compress_type not in _COMPRESSIONS for entry in entries):
        return "the document is packed in an unusual way. Save it again"
    if any(mark in f"/{name.lower()}" for name in names for mark in _PROGRAMS):
        return _PROGRAMS_FAULT
    return next(filter(None, map(office.name_fault, names)), "")


def _unpacking_fault(packed: zipfile.ZipFile) -> str:
    """Unpack every part, counting. A part that is not what its entry says raises BadZipFile."""
    left = LARGEST_UNPACKED
    for entry in packed.infolist():
        with packed.open(entry) as part:
            seen = b""
            while chunk := part.read(_READ_AT_ONCE):
                left -= len(chunk)
                if left < 0:
                    return "the document unpacks to more than 200 MB"
                if fault := _text_fault(entry.filename, seen, chunk):
                    return fault
                seen = chunk
    return ""


def _text_fault(name: str, before: bytes, chunk: bytes) -> str:
    """What is wrong with a chunk of a part, `before` being the chunk ahead of it."""
    if not office.is_read(name):
        return ""
    piece = before[-office.OVERLAP :] + chunk
    fault = office.chunk_fault(piece, first=not before)
    if not fault and name.lower().endswith(".rels"):
        # One that goes on after its first chunk is too large to be one.
        fault = office.relationships_fault(before + chunk)
    return fault


def _office_fault(packed: zipfile.ZipFile, main: str, label: str) -> str:
    try:
        with packed.open("[Content_Types].xml") as part:
            types = part.read(_READ_AT_ONCE).decode("utf-8", "replace")
    except KeyError:
        types = ""
    if main not in types:
        return f"its content is not a {label}"
    if "macroEnabled" in types:
        return _PROGRAMS_FAULT
    return ""


def _open_document_fault(packed: zipfile.ZipFile) -> str:
    names = set(packed.namelist())
    if not {"mimetype", "content.xml"} <= names:
        return "its content is not an OpenDocument text"
    with packed.open("mimetype") as part:
        if part.read(200).strip() != _ODT:
            return "its content is not an OpenDocument text"
    return ""
