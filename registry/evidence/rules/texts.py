"""Whether bytes are one whole PDF, CSV, JSON or XML text, and harmless to open."""

import csv
import io
import json
import re
from xml.parsers import expat

_PDF_START = re.compile(rb"%PDF-(1\.[0-7]|2\.0)")
# What a spreadsheet runs when the file is opened.
_FORMULA = re.compile(r"[=@＝＠]|[+＋－-](?![\d\s().,/%:-]*$)")
# Some are written for wide letters, and some spreadsheets pass by what is blank before them.
_FORMULA_STARTS = frozenset("=@+-\r\n \u00a0＝＠＋－")
_HARMFUL_ROOTS = {"html", "svg", "script"}
DEEPEST = 200
# Reading JSON builds every value in memory: about 100 bytes each.
MOST_VALUES = 1_000_000


def pdf_fault(content: bytes) -> str:
    """A PDF from first byte to last. What it holds is another question (sanitising.py)."""
    if not _PDF_START.match(content):
        return "its content is not a PDF"
    if not content.rstrip(b"\r\n\t \0").endswith(b"%%EOF") or b"startxref" not in content:
        return "the PDF is not complete, or something follows its end"
    return ""


def _text(content: bytes) -> str | None:
    """The text in UTF-8, with or without its mark; `None` when it is not text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text) else text


def csv_fault(content: bytes) -> str:
    """Comma-separated values in UTF-8 without anything that a spreadsheet would run."""
    text = _text(content)
    if text is None or text.lstrip()[:1] in {"<", "{", "%"}:
        return "its content is not a CSV in UTF-8"
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
            formula = next((cell for cell in row if _runs(cell)), None)
            if formula is not None:
                return (
                    f"row {number} holds a formula, {_quoted(formula)}. Put its value there instead"
                )
    except csv.Error:
        return "its content is not a CSV in UTF-8"
    return ""


def _runs(cell: str) -> bool:
    # Millions of cells: the plain ones are passed by without a regular expression.
    if cell[:1] not in _FORMULA_STARTS and ";" not in cell and "\t" not in cell:
        return False
    # Some spreadsheets split at semicolons and tabs as well.
    return any(_FORMULA.match(part.strip()) for part in re.split("[;\t]", cell))


def _quoted(cell: str) -> str:
    shown = "".join(letter for letter in cell.strip() if letter.isprintable())
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def json_fault(content: bytes) -> str:
    """One JSON value in UTF-8."""
    text = _text(content)
    if text is None:
        return "its content is not JSON in UTF-8"
    if sum(text.count(mark) for mark in ",[{") > MOST_VALUES:
        return f"the JSON holds more than {MOST_VALUES:,} values"
    try:
        json.loads(text, parse_constant=_no_constant, parse_int=str, parse_float=str)
    except RecursionError:
        return "the JSON is nested too deep"
    except ValueError:
        return "its content is not valid JSON"
    return ""


class _Harmful(Exception):
    """The XML is well-formed and not wanted."""


class _Watch:
    """Looks at an XML document while it is parsed, and stops at what is not wanted."""

    def __init__(self):
        self.parser = expat.ParserCreate()
        self.depth = 0
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def doctype(self, *_args) -> None:
        raise _Harmful("the XML has a document type. Save it without one")

    def start(self, name: str, _attributes: dict) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Harmful(f"the XML is nested more than {DEEPEST} deep")
        if self.depth == 1 and name.rpartition(":")[2].lower() in _HARMFUL_ROOTS:
            raise _Harmful("it is a web page, not data")

    def end(self, _name: str) -> None:
        self.depth -= 1


def xml_fault(content: bytes) -> str:
    """One well-formed XML document without a document type (which could expand or fetch)."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return "its content is not XML"
    try:
        _Watch().parser.Parse(content, True)
    except _Harmful as harmful:
        return str(harmful)
    except (expat.ExpatError, ValueError, LookupError):
        return "its content is not well-formed XML"
    return ""
