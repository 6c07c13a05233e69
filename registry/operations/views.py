"""The status page, for people and for load balancers."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.common.errors import NotPermitted
from registry.operations import rules, selectors


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What works, what is late and what is owed."""
    now = timezone.now()
    condition = selectors.condition(now=now)
    if not condition.serving:
        # Who is asking stands in the database, which would be asked by the menu.
        request.user = AnonymousUser()
    context = {"condition": condition, "now": now, "section": "status"}
    return render(request, "operations/status.html", context, status=_code(condition))


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while pages can be answered, otherwise 503; with what was found, in JSON."""
    condition = selectors.condition(now=timezone.now())
    answer = {
        "serving": condition.serving,
        "well": condition.well,
        "database": condition.database.value,
        "broker": condition.broker.value,
        "tasks": {pulse.task: pulse.health.value for pulse in condition.pulses},
    }
    return JsonResponse(answer, status=_code(condition))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of the status page for Prometheus: by METRICS_TOKEN, or to the national team."""
    if not _bears_the_token(request) and not _is_national(request):
        raise NotPermitted("Metrics are read with the token that METRICS_TOKEN holds.")
    told = rules.exposition(selectors.metrics(now=timezone.now()))
    return HttpResponse(told, content_type=rules.CONTENT_TYPE)


def _bears_the_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token, wanted)


def _is_national(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_national


def _code(condition: selectors.Condition) -> int:
    return 200 if condition.serving else 503
