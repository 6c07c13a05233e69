"""Translates a service's refusal into a page, and keeps files on the host that is theirs."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render

from registry.common.errors import NotKnownThen, NotPermitted, RuleBroken


class RefusalMiddleware:
    """What a service refuses becomes a page with its words: `NotPermitted` 403, `NotKnownThen` 404,
    `RuleBroken` 409.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotPermitted):
            raise PermissionDenied(exception.message) from exception
        if isinstance(exception, NotKnownThen):
            raise Http404(exception.message) from exception
        if isinstance(exception, RuleBroken):
            return render(request, "errors/409.html", {"message": exception.message}, status=409)
        return None


class FilesHostMiddleware:
    """Where files have a host of their own, it serves nothing else, and they nowhere else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = urlsplit(settings.FILES_ORIGIN).netloc
        if host and (request.get_host() == host) != request.path.startswith("/files/"):
            return HttpResponseNotFound("There is nothing here.", content_type="text/plain")
        return self.get_response(request)
