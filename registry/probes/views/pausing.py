"""Pausing the visits of an endpoint or a host, and what is left alone now."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from registry.accounts.services import require_role
from registry.common.errors import NotPermitted, RuleBroken
from registry.probes.forms import PauseForm, ResumeForm, add_refusal
from registry.probes.selectors import quiet as selectors
from registry.probes.services import pausing as services
from registry.probes.services.endpoints import VOUCHERS
from registry.probes.views.finding import is_officer, visible

ENDPOINTS_SHOWN = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pause_endpoint(request: HttpRequest, id: int) -> HttpResponse:
    """An officer stops the visits of one endpoint."""
    require_role(request.user, *VOUCHERS)
    found = visible(request, id)
    context = {"title": "Pause an endpoint", "what": found.url, "back": ("endpoint", {"id": id})}

    def pause(**asked) -> None:
        services.pause_endpoint(endpoint=found, **asked)

    return _ask(request, PauseForm(request.POST or None), pause, "Visits are paused.", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume_endpoint(request: HttpRequest, id: int) -> HttpResponse:
    """An officer lifts the pause of an endpoint."""
    require_role(request.user, *VOUCHERS)
    found = visible(request, id)
    context = {"title": "Lift the pause", "what": found.url, "back": ("endpoint", {"id": id})}

    def resume(**asked) -> None:
        services.resume_endpoint(endpoint=found, **asked)

    return _ask(request, ResumeForm(request.POST or None), resume, "The pause is lifted.", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pause_host(request: HttpRequest, host: str) -> HttpResponse:
    """An officer stops the visits of every endpoint at a host."""
    require_role(request.user, *VOUCHERS)
    _endpoints(request, host)
    context = {"title": "Pause a host", "what": host, "back": ("probed_host", {"host": host})}

    def pause(**asked) -> None:
        services.pause_host(host=host, **asked)

    return _ask(request, PauseForm(request.POST or None), pause, "Visits are paused.", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume_host(request: HttpRequest, host: str) -> HttpResponse:
    """An officer lifts the pause of a host."""
    require_role(request.user, *VOUCHERS)
    _endpoints(request, host)
    context = {"title": "Lift the pause", "what": host, "back": ("probed_host", {"host": host})}

    def resume(**asked) -> None:
        services.resume_host(host=host, **asked)

    return _ask(request, ResumeForm(request.POST or None), resume, "The pause is lifted.", context)


def _ask(
    request: HttpRequest,
    form: PauseForm | ResumeForm,
    service: Callable[..., None],
    done: str,
    context: dict,
) -> HttpResponse:
    """Show the form, or do what it asks for and go back to where it came from."""
    name, kwargs = context["back"]
    if request.method == "POST" and form.is_valid():
        try:
            service(**form.cleaned_data, by=request.user, now=timezone.now())
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(name, **kwargs)
    context |= {"form": form, "pausing": isinstance(form, PauseForm), "section": "worklist"}
    return render(request, "probes/pause.html", context, status=400 if form.errors else 200)


def _endpoints(request: HttpRequest, host: str) -> Paginator:
    """The endpoints at a host that this person may see; none is answered by 404."""
    rows = Paginator(selectors.endpoints_at(request.user, host), ENDPOINTS_SHOWN)
    if not rows.count:
        raise Http404("There is no endpoint at such a host that you may see.")
    return rows


@login_required
@require_safe
def host_page(request: HttpRequest, host: str) -> HttpResponse:
    """One host: its endpoints of every supplier, its pauses, its maintenance, what it asked for."""
    _require_national(request)
    rows = _endpoints(request, host)
    now = timezone.now()
    context = {
        "host": host,
        "page": rows.get_page(request.GET.get("page")),
        "pauses": selectors.pauses_of_host(host),
        "held_until": selectors.held_until(host, now=now),
        "maintenance": selectors.maintenance_of(host, now=now),
        "may_decide": is_officer(request),
        "now": now,
        "section": "worklist",
        "wide": True,
    }
    return render(request, "probes/probed_host.html", context)


@login_required
@require_safe
def paused(request: HttpRequest) -> HttpResponse:
    """What is paused, and which hosts asked to be left alone."""
    _require_national(request)
    now = timezone.now()
    rows = Paginator(selectors.open_pauses(request.user, now=now), ENDPOINTS_SHOWN)
    context = {
        "page": rows.get_page(request.GET.get("page")),
        "held": selectors.held_hosts(now=now),
        "section": "worklist",
    }
    return render(request, "probes/paused.html", context)


def _require_national(request: HttpRequest) -> None:
    if not request.user.is_national:
        raise NotPermitted("Only the national team sees this page.")
