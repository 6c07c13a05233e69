"""Handing out files: always as downloads, from a path apart, to those who may."""

from collections.abc import Iterator
from itertools import chain

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from registry.common.errors import Conflict
from registry.evidence import selectors
from registry.evidence.enums import ScanState
from registry.evidence.models import EvidenceFile, MessageFile
from registry.evidence.rules import ranges
from registry.evidence.services import links, storage

# A file is somebody else's content: whatever it is, it runs nothing here.
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_CHUNK_BYTES = 64 * 1024
_NOT_YET = "This file is being scanned for viruses. It can be downloaded once it is found clean."


@login_required
@require_safe
def evidence_file(request: HttpRequest, ref: str, file_id: int) -> HttpResponse:
    """To the file, for whoever may see the submission; not while it may be infected."""
    found = _released(selectors.file_for(request.user, ref, file_id))
    return redirect(links.link_to(found, user=request.user))


@login_required
@require_safe
def message_file(request: HttpRequest, ref: str, file_id: int) -> HttpResponse:
    """To a file of the thread, in the same way."""
    found = _released(selectors.message_file_for(request.user, ref, file_id))
    return redirect(links.link_to(found, user=request.user))


@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The file of a link. It is asked again whether the person may: the link proves only who."""
    try:
        return _of_link(request, token)
    except (Http404, Conflict) as refusal:
        if not settings.FILES_ORIGIN:
            raise
        # That host has no other page: no menu, no sign-in.
        status = 409 if isinstance(refusal, Conflict) else 404
        words = f"{refusal}\n\n{settings.SITE_URL}/\n"
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def _of_link(request: HttpRequest, token: str) -> HttpResponse:
    meant = links.meant_by(token)
    if meant is None:
        raise Http404("This link to a file has run out. Open the evidence and download it again.")
    # On a host of its own nobody is signed in; here, a link is of no use to anybody else.
    if not settings.FILES_ORIGIN and request.user.pk != meant.user_id:
        raise Http404("There is no such file that you may see.")
    person = selectors.person(meant.user_id)
    look_up = selectors.message_file_for if meant.of_thread else selectors.file_for
    return _handed_out(request, _released(look_up(person, meant.ref, meant.file_id)))


def _released(found: EvidenceFile | MessageFile | None) -> EvidenceFile | MessageFile:
    """The file, if there is one that the person may see; `Conflict` while nobody may have it."""
    if found is None:
        raise Http404("There is no such file that you may see.")
    if found.content.scan == ScanState.INFECTED:
        raise Conflict(f"This file was infected with {found.content.signature} and is deleted.")
    if not found.is_released:
        raise Conflict(_NOT_YET)
    return found


def _handed_out(request: HttpRequest, file: EvidenceFile | MessageFile) -> HttpResponse:
    etag = f'"{file.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return _guarded(HttpResponse(status=304), file)
    # A part is something that only GET asks for (RFC 9110, section 14.2).
    header = _range(request, etag) if request.method == "GET" else ""
    try:
        part = ranges.asked(header, size=file.size)
    except ranges.NothingThere:
        beyond = HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
        return _guarded(beyond, file)
    part, status = part or ranges.Part(0, file.size - 1), 206 if part else 200
    response = (
        HttpResponse(status=status)
        if request.method == "HEAD"
        else StreamingHttpResponse(_begun(_part(file, part)), status=status)
    )
    response.headers["Content-Length"] = str(part.length)
    if status == 206:
        response.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{file.size}"
    return _guarded(response, file)


def _range(request: HttpRequest, etag: str) -> str:
    """The part asked for, unless it is asked of another content."""
    same = request.headers.get("If-Range", etag) == etag
    return request.headers.get("Range", "") if same else ""


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, the first of them read: a store that fails does so before "200" is said."""
    return chain([next(chunks)], chunks)


def _part(file: EvidenceFile | MessageFile, part: ranges.Part) -> Iterator[bytes]:
    with storage.read(file.sha256) as content:
        content.seek(part.first)
        left = part.length
        while left and (chunk := content.read(min(left, _CHUNK_BYTES))):
            left -= len(chunk)
            yield chunk


def _guarded(response: HttpResponse, file: EvidenceFile | MessageFile) -> HttpResponse:
    for name, value in {
        "Content-Type": file.content_type,
        "Content-Disposition": content_disposition_header(True, file.name),
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": FILE_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store, private",
    }.items():
        response.headers[name] = value
    return response
