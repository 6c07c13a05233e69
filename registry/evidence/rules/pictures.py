"""Whether bytes are one whole PNG or JPEG picture, with nothing before, between or after."""

import struct
import zlib

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# JPEG markers that stand alone: restarts and TEM.
_ALONE = {0x01, *range(0xD0, 0xD8)}
_START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


def png_fault(content: bytes) -> str:
    """Walk the chunks and their checksums to the end mark."""
    if not content.startswith(_PNG_SIGNATURE):
        return "its content is not a PNG picture"
    at, seen = len(_PNG_SIGNATURE), []
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            break
        if zlib.crc32(content[at + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            return "the PNG picture is damaged"
        seen.append(kind)
        at = end
        if kind == b"IEND":
            break
    if not seen or seen[0] != b"IHDR" or seen[-1] != b"IEND" or b"IDAT" not in seen:
        return "the PNG picture is not complete"
    return "something follows the end of the PNG picture" if at != len(content) else ""


def jpeg_fault(content: bytes) -> str:
    """Walk the segments and the coded data to the end mark."""
    if not content.startswith(b"\xff\xd8\xff"):
        return "its content is not a JPEG picture"
    at, framed, damaged = 2, False, "the JPEG picture is not complete"
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            return damaged
        marker = content[at + 1]
        at += 2
        if marker == 0xFF:  # padding
            at -= 1
        elif marker == 0xD9:
            return _jpeg_end_fault(content, at) if framed else damaged
        elif marker not in _ALONE:
            framed = framed or marker in _START_OF_FRAME
            at = _after_segment(content, at, coded=marker == 0xDA)
    return damaged


def _jpeg_end_fault(content: bytes, at: int) -> str:
    # Some cameras pad with zeros; anything else behind the picture is not the picture.
    return "something follows the end of the JPEG picture" if content[at:].strip(b"\0") else ""


def _after_segment(content: bytes, at: int, *, coded: bool) -> int:
    """Where the next marker stands; behind the coded data when the segment starts a scan."""
    if at + 2 > len(content):
        return len(content)
    at += max(struct.unpack_from(">H", content, at)[0], 2)
    while coded:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return len(content)
        # 0xFF00 is a coded 0xFF; restarts belong to the coded data.
        if content[at + 1] != 0 and content[at + 1] not in _ALONE:
            return at
        at += 2
    return at
