"""What an uploaded file really is, judged by its whole content, never by what it says it is.

product.md allows PDF, PNG, JPEG, ODT, DOCX, XLSX, CSV, JSON and XML. Each type has one judge
that walks the format's own structure from the first byte to the last, so a file that is two
things at once (a PDF with a ZIP archive behind it) is neither. docs/adr/0020 says why.
"""

from collections.abc import Callable
from dataclasses import dataclass

from registry.evidence.rules import archives, pictures, texts
from registry.evidence.rules.filenames import extension


@dataclass(frozen=True)
class FileType:
    """A type that evidence may come in."""

    extension: str
    label: str
    content_type: str
    # Returns what is wrong with the content in words, or "" when it is of this type.
    fault: Callable[[bytes], str]


_TYPES = (
    FileType("pdf", "PDF", "application/pdf", texts.pdf_fault),
    FileType("png", "PNG", "image/png", pictures.png_fault),
    FileType("jpg", "JPEG", "image/jpeg", pictures.jpeg_fault),
    FileType("odt", "ODT", "application/vnd.oasis.opendocument.text", archives.odt_fault),
    FileType(
        "docx",
        "DOCX",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        archives.docx_fault,
    ),
    FileType(
        "xlsx",
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        archives.xlsx_fault,
    ),
    FileType("csv", "CSV", "text/csv", texts.csv_fault),
    FileType("json", "JSON", "application/json", texts.json_fault),
    FileType("xml", "XML", "application/xml", texts.xml_fault),
)
BY_EXTENSION = {kind.extension: kind for kind in _TYPES} | {
    "jpeg": next(kind for kind in _TYPES if kind.extension == "jpg")
}
ACCEPTED_WORDS = "PDF, PNG, JPEG, ODT, DOCX, XLSX, CSV, JSON or XML"


@dataclass(frozen=True)
class Judgement:
    """The type of a file, or why it is refused (`fault`, a sentence for its author)."""

    kind: FileType | None
    fault: str


# The EICAR test file is refused even where no scanner is configured: whoever sends it wants to see
# that something looks. In two pieces, so that no scanner takes this source for it.
_EICAR = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"


def judge(*, name: str, content: bytes, size: int, largest: int) -> Judgement:
    """Judge a file by its cleaned name, its size and its content.

    `size` and `largest` are in bytes. The content of a file that is too large is not looked at.
    """
    kind = BY_EXTENSION.get(extension(name))
    if kind is None:
        return Judgement(None, f"The file must be a {ACCEPTED_WORDS}")
    if size > largest:
        return Judgement(None, f"The file must be smaller than {largest // 1_048_576} MB")
    if not content:
        return Judgement(None, "The file is empty")
    fault = _mixed_fault(kind, content) or kind.fault(content)
    if _EICAR in content:
        fault = "it is the file that virus scanners are tested with"
    return Judgement(None if fault else kind, fault and f"The file cannot be used: {fault}")


def _mixed_fault(kind: FileType, content: bytes) -> str:
    """What is wrong with a file that could also be opened as something else."""
    # Readers of PDF look for its mark anywhere in the first kilobyte.
    if kind.fault is not texts.pdf_fault and b"%PDF-" in content[:1024]:
        return "it contains a PDF as well"
    if kind.fault in archives.FAULTS:
        return ""
    return "it contains an archive as well" if archives.has_directory(content) else ""
