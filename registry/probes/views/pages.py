"""Pages to read: an endpoint, how it changed, and the prober itself."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.catalogue.selectors import acts_for
from registry.probes import checks, presenters, selectors
from registry.probes.enums import Control, ControlState
from registry.probes.outfitting import user_agent
from registry.probes.presenters import changes as changes_presenter
from registry.probes.presenters import control as control_presenter
from registry.probes.presenters import standing as standing_presenter
from registry.probes.rules import proofs
from registry.probes.selectors import changes, control, standing
from registry.probes.selectors.quiet import quiet
from registry.probes.views.finding import is_officer, visible

VISITS_SHOWN = 30
CHANGES_SHOWN = 5
CHANGES_A_PAGE = 20
INCIDENTS_SHOWN = 20
WAITING_SHOWN = 50


@require_safe
def endpoint(request: HttpRequest, id: int) -> HttpResponse:
    """State, since when, the certificate, how it has fared and changed, and the recent visits."""
    found = visible(request, id)
    # Of the past, how it had fared until then.
    now = request.known_at or timezone.now()
    troubles = standing.incidents(found, now=now, most=INCIDENTS_SHOWN)
    log = changes.change_log(found, now=now, most=CHANGES_SHOWN)
    own = acts_for(request.user, found.product.supplier)
    national = request.user.is_authenticated and request.user.is_national
    proof = control.control_of(found)
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
        "duration": standing_presenter.duration,
        "window_label": standing_presenter.window_label,
        "incidents": [
            standing_presenter.incident_line(each, now=now) for each in troubles.stretches
        ],
        "incidents_total": troubles.total,
        **_lines(log),
        "now": now,
        "unproved": found.control == Control.UNPROVED,
        "how_known": control_presenter.how_known(found, proof),
        "proof": proof if own or national else None,
        "proof_state": ControlState,
        "may_prove": own and found.control == Control.UNPROVED,
        "flapping": presenters.FLAPPING,
        "quiet": quiet(found, now=now),
        "national": national,
        "may_ask": own or is_officer(request),
        "may_decide": is_officer(request) and not own,
        "may_resume": is_officer(request),
        "sees_reasons": own or national,
        "section": "products",
        "wide": True,
        "demonstration": found.product.supplier.demonstration,
    }
    return render(request, "probes/endpoint.html", context)


@require_safe
def endpoint_changes(request: HttpRequest, id: int) -> HttpResponse:
    """Each time that what the endpoint says of itself changed, newest first."""
    found = visible(request, id)
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
    found = visible(request, id)
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


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Who the prober is, how it behaves, and every check: for those whose servers it visits."""
    context = {
        "checks": list(checks.all_checks()),
        "user_agent": user_agent(),
        "proof_path": proofs.WELL_KNOWN_PATH,
        "proof_label": proofs.DNS_LABEL,
    }
    return render(request, "probes/about.html", context)
