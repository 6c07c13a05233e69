"""What an office document would fetch, run or unfold when it is opened, found in its parts.

Office Open XML says in its relationships (`*.rels`) what comes from elsewhere: a link that a person
may follow is no harm, a template, a picture or a frame that is loaded by itself is. Fields that ask
another program (DDE) run without macros. A part with a document type of its own is nothing that an
office suite writes, and may unfold without end.
"""

import re

LARGEST_RELATIONSHIPS = 1024 * 1024
# So much of one chunk is looked at again with the next, so that nothing hides on the seam.
OVERLAP = 512
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.I)
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.I)
_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.I)
# A template of the author's own drive, as word processors note it, is nowhere on another machine.
_OWN_DRIVE = re.compile(rb"Target\s*=\s*[\"']file:///[a-z](?::|%3a)[/\\]", re.I)
_DDE = re.compile(
    rb"(?:instrText[^>]*>|w:instr\s*=\s*[\"'])\s*DDE(?:AUTO)?\b|ddeLink|DDEAUTO", re.I
)
_FETCHED = re.compile(
    rb"<draw:(?:image|object|object-ole|plugin|applet|floating-frame)\b[^>]*"
    rb"xlink:href\s*=\s*[\"'](?:[a-z][a-z0-9+.-]*:|//)",
    re.I,
)
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b", re.I)
_LISTENER = re.compile(rb"<script:event-listener\b|<office:script\b", re.I)

# The workbook behind a chart is a part like any other; what else is embedded opens by a click.
_EMBEDDED = re.compile(r"/embeddings/(?!.*\.xlsx$)", re.I)
_FROM_ELSEWHERE = (
    "the document loads something from elsewhere when it is opened, such as a template or a "
    "picture. Save it with everything in it"
)
_FINDINGS = (
    (_DOCUMENT_TYPE, "a part of the document declares a document type. Save it again"),
    (_DDE, "the document asks another program for data (DDE). Save it with the data in it"),
    (_FETCHED, _FROM_ELSEWHERE),
    (_LISTENER, "the document contains macros or programs. Save it without them"),
)


def name_fault(name: str) -> str:
    """What is wrong with there being a part of this name."""
    if _EMBEDDED.search(f"/{name}"):
        return "the document has another document inside it. Attach that by itself"
    return ""


def is_read(name: str) -> bool:
    """Whether the part's text is looked at."""
    return name.lower().endswith((".xml", ".rels", ".rdf"))


def chunk_fault(chunk: bytes, *, first: bool) -> str:
    """What is wrong with a piece of a part's text; `first` for its beginning."""
    if first and chunk.startswith(_BOMS):
        return "a part of the document is not written in UTF-8. Save it again"
    return next((words for pattern, words in _FINDINGS if pattern.search(chunk)), "")


def relationships_fault(text: bytes) -> str:
    """What is wrong with a part that lists relationships."""
    if len(text) > LARGEST_RELATIONSHIPS:
        return "the document refers to too many things. Save it again"
    for relationship in _RELATIONSHIP.findall(text):
        if not _EXTERNAL.search(relationship) or _LINK.search(relationship):
            continue
        if not _OWN_DRIVE.search(relationship):
            return _FROM_ELSEWHERE
    return ""
