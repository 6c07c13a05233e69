"""A PDF without anything that acts: written anew by qpdf from what its pages need.

`made_safe` is what `services/pdf.py` runs in a process of its own, with limits of memory and time:
this file is a program too, and imports nothing of ours.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

# What a reader may do when somebody follows a link. Everything else acts, or fetches.
_HARMLESS = frozenset({"/GoTo", "/URI", "/Named"})
# Types of action (PDF 2.0, table 201) that are recognised wherever they stand.
_ACTIONS = frozenset(
    f"/{name}"
    for name in (
        "JavaScript",
        "Launch",
        "SubmitForm",
        "ResetForm",
        "ImportData",
        "GoToR",
        "GoToE",
        "GoToDp",
        "Rendition",
        "RichMediaExecute",
        "Movie",
        "Sound",
    )
)
_PLAYED = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
_WEB = (b"http://", b"https://", b"mailto:")
# Names whose value goes, whatever it is, and what is said of it.
_NAMES = {
    "/AA": "actions that run by themselves",
    "/JS": "scripts",
    "/JavaScript": "scripts",
    "/EmbeddedFiles": "files inside the PDF",
    "/EF": "files inside the PDF",
    "/AF": "files inside the PDF",
    "/Collection": "files inside the PDF",
    "/XFA": "a form with a program of its own (XFA)",
    "/RichMediaContent": "films, sounds or attachments on a page",
    "/RichMediaSettings": "films, sounds or attachments on a page",
}
_ACTION_WORDS = {
    "/JavaScript": "scripts",
    "/Launch": "the start of other programs",
    "/SubmitForm": "forms that send what is typed",
    "/ImportData": "forms that read other files",
}
_OTHER_ACTION = "links to other files or actions"


TOO_MUCH = "the PDF packs too much into itself. Print it to a new PDF and attach that"


class Refused(Exception):
    """The PDF cannot be made safe; the message is a sentence's end for its author."""


@dataclass
class Safe:
    """A PDF that does nothing: its bytes, what was taken out, whether it had been signed."""

    content: bytes = b""
    removed: set[str] = field(default_factory=set)
    signed: bool = False


class _Bounded(io.BytesIO):
    """What is written, as long as it is no more than `most` bytes."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def write(self, part) -> int:
        if self.tell() + len(part) > self.most:
            raise Refused(TOO_MUCH)
        return super().write(part)


def made_safe(content: bytes, *, most: int) -> Safe:
    """Write the PDF anew without scripts, actions, forms' programs and inner files.

    The same content gives the same bytes. `Refused` when it is protected, damaged or empty, or
    comes to more than `most` bytes.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return _written(pdf, _Bounded(most))
    except pikepdf.PasswordError as error:
        raise Refused("the PDF is protected by a password. Save it without one") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused("the PDF is damaged. Print it to a new PDF and attach that") from error


def _written(pdf: pikepdf.Pdf, out: io.BytesIO) -> Safe:
    if pdf.is_encrypted:
        raise Refused("the PDF is protected by a password. Save it without one")
    if len(pdf.pages) == 0:
        raise Refused("the PDF has no pages")
    safe = Safe()
    _clear(pdf.trailer, safe)
    for each in pdf.objects:
        for held in _dictionaries(each):
            _clear(held, safe)
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    safe.content = out.getvalue()
    return safe


def _dictionaries(start: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionary or stream itself and all that stand within it directly."""
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Dictionary | Stream):
            yield one
            inner = [value for _, value in one.items()]
        elif isinstance(one, Array):
            inner = list(one)
        else:
            continue
        # What stands elsewhere is met there.
        waiting += [each for each in inner if _holds(each) and not each.is_indirect]


def _holds(value: object) -> bool:
    return isinstance(value, Dictionary | Array | Stream)


def _clear(held: pikepdf.Object, safe: Safe) -> None:
    """Take out of one dictionary what acts."""
    if "/ByteRange" in held:
        safe.signed = True
    for key in list(held.keys()):
        words = _NAMES.get(key) or _acts(key, held[key])
        if words:
            safe.removed.add(words)
            del held[key]
    if isinstance(held, Stream):
        _clear_stream(held, safe)
    if isinstance(held.get("/Annots"), Array):
        _clear_annotations(held, safe)


def _acts(key: str, value: object) -> str:
    """What the value of `key` does, when it is an action that is not harmless; otherwise ""."""
    if isinstance(value, Array):
        return next((words for each in value if (words := _acts("", each))), "")
    if not isinstance(value, Dictionary):
        return ""
    kind = str(value.get("/S", "")) if isinstance(value.get("/S"), Name) else ""
    if kind == "/URI" and not _leads_to_the_web(value):
        return "links that are no web address"
    if kind in _ACTIONS or (key in {"/A", "/PA", "/OpenAction", "/Next"} and kind not in _HARMLESS):
        return _ACTION_WORDS.get(kind, _OTHER_ACTION)
    return ""


def _leads_to_the_web(action: pikepdf.Object) -> bool:
    target = action.get("/URI")
    return isinstance(target, pikepdf.String) and bytes(target).strip().lower().startswith(_WEB)


def _clear_stream(held: pikepdf.Object, safe: Safe) -> None:
    """A stream whose content stands in another file, and a form drawn from another document."""
    for key in ("/F", "/Ref"):
        if key in held:
            safe.removed.add("content that stands in other files")
            del held[key]


def _clear_annotations(page: pikepdf.Object, safe: Safe) -> None:
    kept = [each for each in page["/Annots"] if not _is_played(each)]
    if len(kept) != len(page["/Annots"]):
        safe.removed.add("films, sounds or attachments on a page")
        page["/Annots"] = Array(kept)


def _is_played(annotation: object) -> bool:
    return isinstance(annotation, Dictionary) and str(annotation.get("/Subtype", "")) in _PLAYED


def limit(*, memory: int, seconds: int) -> None:
    """From here on this process has so many bytes and so much of the processor, and no files."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(memory: int, seconds: int, most: int) -> None:
    """PDF in at stdin; out at stdout one line of JSON, and the safe PDF after it."""
    limit(memory=memory, seconds=seconds)
    try:
        safe = made_safe(sys.stdin.buffer.read(), most=most)
        said = {"removed": sorted(safe.removed), "signed": safe.signed}
    except Refused as refused:
        safe, said = Safe(), {"refused": str(refused)}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.write(safe.content)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
