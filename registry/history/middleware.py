"""`?known_at=` answers every page, API and export with what the register knew at that moment.

And whoever asks for a day or a moment that there is not is told so, by every address.
"""

from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from registry.common.asking import AskedForm, asks, permanent_address, plain_day
from registry.common.moments import MomentField, is_to_come
from registry.history.selectors import as_known, last_moment

_FIELD = MomentField(required=False)


class KnownAtMiddleware:
    """Wraps what is only read. A day or a moment that cannot be understood, or a moment that lies
    in the future, is refused in words: by whoever was asked, or here, where nobody read it. An
    answer about now would look like an answer.

    The innermost of all: sessions and messages are written outside it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.known_at = self._moment(request)
        with as_known(request.known_at):
            response = self.get_response(request)
            if request.known_at and response.streaming:
                # Read now, while the past is what is read.
                response.streaming_content = list(response.streaming_content)
            if hasattr(response, "permanent_on"):
                address = self._permanent(request, response.permanent_on)
                response["Link"] = f'<{address}>; rel="bookmark"'
        return self._refusal(request, response) or response

    def _refusal(self, request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
        """Instead of an answer that passed over what was asked."""
        if request.method not in ("GET", "HEAD") or response.status_code != 200 or request.htmx:
            return None
        if not asks(request.GET) or plain_day(request.GET):
            return None
        problems = AskedForm(request.GET, now=timezone.now()).problems
        if not problems:
            return None
        if response.get("Content-Type", "").startswith("text/html"):
            return render(request, "400.html", {"problems": problems}, status=400)
        return HttpResponse("\n".join(problems), "text/plain; charset=utf-8", 400)

    def _permanent(self, request: HttpRequest, on: date | None) -> str:
        """Where the answer stands for ever, for answers that are not pages (RFC 8288); `on` is
        `None` for one that is about no day.
        """
        known_at = request.known_at or last_moment(now=timezone.now())
        address = permanent_address(request.path, request.GET, on=on, known_at=known_at)
        return request.build_absolute_uri(address)

    def _moment(self, request: HttpRequest):
        if request.method not in ("GET", "HEAD") or "known_at" not in request.GET:
            return None
        try:
            moment = _FIELD.clean(request.GET["known_at"])
        except ValidationError:
            return None
        to_come = moment and is_to_come(moment, now=timezone.now())
        return None if to_come else moment
