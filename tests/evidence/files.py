"""Small sound files of every type that evidence may come in, and the makings of bad ones."""

import io
import struct
import zipfile
import zlib

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def pdf(extra: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """One empty page; `extra` stands in the catalogue, `page` in the page, `more` from object 4."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b">>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] " + page + b">>",
        *more,
    )
    body, places = b"%PDF-1.7\n", [b"0000000000 65535 f \n"]
    for number, each in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    size = len(places)
    xref = b"xref\n0 %d\n%s" % (size, b"".join(places))
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + xref + end


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png() -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def jpeg() -> bytes:
    def segment(marker: int, data: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    frame = segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
        + frame
        + scan
        + b"\xff\xd9"
    )


def archive(parts: dict[str, bytes], **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def _office(main: str, part: str, more: dict[str, bytes] | None) -> bytes:
    types = f'<Types><Override PartName="/{part}" ContentType="{main}"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), part: b"<document/>", **(more or {})})


def docx(more: dict[str, bytes] | None = None) -> bytes:
    return _office(_WORD, "word/document.xml", more)


def xlsx(more: dict[str, bytes] | None = None) -> bytes:
    return _office(_SHEET, "xl/workbook.xml", more)


def odt() -> bytes:
    mimetype = b"application/vnd.oasis.opendocument.text"
    return archive({"mimetype": mimetype, "content.xml": b"<office/>"})


SOUND = {
    "pdf": pdf(),
    "png": png(),
    "jpg": jpeg(),
    "jpeg": jpeg(),
    "odt": odt(),
    "docx": docx(),
    "xlsx": xlsx(),
    "csv": b"test,result\nkeyboard,pass\ncontrast,-0.5\n",
    "json": b'{"result": "pass", "score": 1.5}',
    "xml": b'<?xml version="1.0"?><report><result>pass</result></report>',
}
