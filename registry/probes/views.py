"""Pages of endpoints."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.accounts.services import require_role
from registry.catalogue.selectors import acts_for, require_acts_for
from registry.common.errors import NotPermitted, RuleBroken
from registry.probes import checks, presenters, selectors
from registry.probes.enums import Control
from registry.probes.forms import EndpointForm, VouchForm, add_refusal
from registry.probes.models import Endpoint
from registry.probes.outfitting import user_agent
from registry.probes.presenters import changes as changes_presenter
from registry.probes.presenters import standing as standing_presenter
from registry.probes.rules.profiles import Profile
from registry.probes.selectors import changes, standing
from registry.probes.services import endpoints as services

VISITS_SHOWN = 30
CHANGES_SHOWN = 5
CHANGES_A_PAGE = 20
INCIDENTS_SHOWN = 20
WAITING_SHOWN = 50


@require_safe
def endpoint(request: HttpRequest, id: int) -> HttpResponse:
    """State, since when, the certificate, how it has fared and changed, and the recent visits."""
    found = _visible(request, id)
    # Of the past, how it had fared until then.
    now = request.known_at or timezone.now()
    troubles = standing.incidents(found, now=now, most=INCIDENTS_SHOWN)
    log = changes.change_log(found, now=now, most=CHANGES_SHOWN)
    own = acts_for(request.user, found.product.supplier)
    national = request.user.is_authenticated and request.user.is_national
    context = {
        "endpoint": found,
        "product": found.product,
        "page": presenters.page(
            found,
            states=selectors.states_of(found),
            spells=selectors.spells_of(found),
            visits=selectors.recent_visits(found, most=VISITS_SHOWN),
            now=now,
        ),
        "availability": standing.availability(found, now=now),
        "window_label": standing_presenter.window_label,
        "incidents": [
            standing_presenter.incident_line(each, now=now) for each in troubles.stretches
        ],
        "incidents_total": troubles.total,
        **_lines(log),
        "now": now,
        "unproved": found.control == Control.UNPROVED,
        "flapping": presenters.FLAPPING,
        "may_ask": own or _is_officer(request),
        "may_vouch": _is_officer(request) and not own,
        "sees_reasons": own or national,
        "section": "products",
        "wide": True,
        "demonstration": found.product.supplier.demonstration,
    }
    return render(request, "probes/endpoint.html", context)


@require_safe
def endpoint_changes(request: HttpRequest, id: int) -> HttpResponse:
    """Each time that what the endpoint says of itself changed, newest first."""
    found = _visible(request, id)
    now = request.known_at or timezone.now()
    try:
        number = max(int(request.GET.get("page", "1")[:6]), 1)
    except ValueError:
        number = 1
    log = changes.change_log(
        found, now=now, most=CHANGES_A_PAGE, start=(number - 1) * CHANGES_A_PAGE
    )
    # As many rows as there are changes; those of this page are read already.
    page = Paginator(range(log.total), CHANGES_A_PAGE).get_page(number)
    context = {
        "endpoint": found,
        "product": found.product,
        "page": page,
        "past_the_end": not log.changes and number > 1,
        **_lines(log),
        "section": "products",
        "demonstration": found.product.supplier.demonstration,
    }
    return render(request, "probes/changes.html", context)


@require_safe
def endpoint_change(
    request: HttpRequest, id: int, capture: str, before: str, after: str
) -> HttpResponse:
    """What differs between two bodies of one document of the endpoint."""
    found = _visible(request, id)
    now = request.known_at or timezone.now()
    change = changes.one_change(found, capture=capture, before=before, after=after, now=now)
    if change is None:
        raise Http404("This endpoint never changed so.")
    context = {
        "endpoint": found,
        "product": found.product,
        "change": change,
        "document": changes_presenter.document_name(capture),
        "section": "products",
        "demonstration": found.product.supplier.demonstration,
    }
    return render(request, "probes/change.html", context)


def _lines(log: changes.ChangeLog) -> dict:
    told = changes.differences_of(
        log.changes[:CHANGES_SHOWN], no_larger_than=changes_presenter.COMPARED_IN_LISTS
    )
    return {"changes": changes_presenter.lines(log, told), "changes_total": log.total}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, ref: str) -> HttpResponse:
    """A supplier adds an endpoint to one of its products."""
    product = selectors.product_of(request.user, ref)
    if product is None:
        raise Http404(f"There is no product “{ref}” that you may see.")
    require_acts_for(request.user, product.supplier)
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(
                product=product, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Endpoint registered.")
            return redirect("endpoint", id=made.pk)
    context = {"form": form, "product": product, "section": "supplier"}
    return render(request, "probes/register.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Endpoints that are not visited until an officer has vouched for them."""
    if not request.user.is_national:
        raise NotPermitted("Only the national team sees which endpoints wait.")
    rows = Paginator(selectors.waiting_for_an_officer(request.user), WAITING_SHOWN)
    context = {
        "page": rows.get_page(request.GET.get("page")),
        "profile": Profile,
        "section": "worklist",
    }
    return render(request, "probes/waiting.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: HttpRequest, id: int) -> HttpResponse:
    """An officer vouches that the supplier controls the host."""
    require_role(request.user, *services.VOUCHERS)
    found = _visible(request, id)
    form = VouchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.vouch(
                endpoint=found,
                by=request.user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Vouched for. The first probe is on its way.")
            return redirect("endpoint", id=id)
    context = {"form": form, "endpoint": found, "product": found.product}
    return render(request, "probes/vouch.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def probe_now(request: HttpRequest, id: int) -> HttpResponse:
    """Ask for a visit now."""
    found = _visible(request, id)
    try:
        services.probe_now(endpoint=found, by=request.user, now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "A probe was asked for. Its result will be here in a minute.")
    return redirect("endpoint", id=id)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Who the prober is, how it behaves, and every check: for those whose servers it visits."""
    context = {
        "checks": list(checks.all_checks()),
        "user_agent": user_agent(),
    }
    return render(request, "probes/about.html", context)


def _visible(request: HttpRequest, pk: int) -> Endpoint:
    found = selectors.visible(request.user, pk)
    if found is None:
        raise Http404("There is no such endpoint that you may see.")
    return found


def _is_officer(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_role(*services.VOUCHERS)
