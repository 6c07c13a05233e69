"""Pages of control of a host: what to place where, what was found, and what officers decide."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.accounts.services import require_role
from registry.catalogue.selectors import acts_for, require_suppliers, suppliers_of
from registry.common.errors import RuleBroken
from registry.probes.enums import ControlState
from registry.probes.forms import DecisionForm, ProveForm, add_refusal
from registry.probes.models import HostControl
from registry.probes.presenters import control as presenter
from registry.probes.selectors import control as selectors
from registry.probes.services import controls as services
from registry.probes.services.endpoints import VOUCHERS
from registry.probes.views.finding import is_officer

HOSTS_A_PAGE = 50


@login_required
@require_safe
def hosts(request: HttpRequest) -> HttpResponse:
    """The hosts that the person's suppliers prove; for the national team, everybody's."""
    own = suppliers_of(request.user).exists()
    if not (own or request.user.is_national):
        require_suppliers(request.user)
    rows = Paginator(selectors.controls_visible_to(request.user), HOSTS_A_PAGE)
    context = {
        "page": rows.get_page(request.GET.get("page")),
        "states": ControlState,
        "next_step": presenter.next_step,
        "may_prove": own,
        "section": "supplier" if own else "worklist",
    }
    return render(request, "probes/hosts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Begin to prove control of a host, be there endpoints yet or not."""
    suppliers = require_suppliers(request.user)
    asked = {name: request.GET.get(name, "") for name in ("supplier", "address")}
    form = ProveForm(request.POST or None, initial=asked, suppliers=suppliers)
    if request.method == "POST" and form.is_valid():
        try:
            begun = services.start(
                supplier=form.chosen,
                address=form.cleaned_data["address"],
                by=request.user,
                now=timezone.now(),
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("host", id=begun.pk)
    context = {"form": form, "section": "supplier"}
    return render(request, "probes/prove.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def host(request: HttpRequest, id: int) -> HttpResponse:
    """What must be placed where, what was last found, and what rests on it."""
    found = _visible(request, id)
    now = timezone.now()
    waiting = presenter.waiting(found, now=now)
    if request.htmx and waiting and not waiting.late:
        # Nothing is exchanged, so nobody loses their place.
        return HttpResponse(status=204)
    own = acts_for(request.user, found.supplier)
    officer = is_officer(request)
    context = {
        "control": found,
        "state": ControlState(found.state),
        "standing": presenter.standing(found, own=own),
        "waiting": waiting,
        "endpoints": selectors.endpoints_there(found),
        "withdrawn": found.state == ControlState.WITHDRAWN,
        "own": own,
        "may_check": own or officer,
        "may_give_up": own and services.may_give_up(found, now=now),
        "may_decide": officer and not own,
        "section": "supplier" if own else "worklist",
        "demonstration": found.supplier.demonstration,
    }
    return render(request, "probes/host.html", context)


@login_required
@require_POST
def check(request: HttpRequest, id: int) -> HttpResponse:
    """Ask for the proof to be looked for now."""
    found = _visible(request, id)
    try:
        services.check_now(control=found, by=request.user, now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    return redirect("host", id=id)


@login_required
@require_POST
def give_up(request: HttpRequest, id: int) -> HttpResponse:
    """The supplier no longer wants to prove this host."""
    found = _visible(request, id)
    try:
        services.give_up(control=found, by=request.user, now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
        return redirect("host", id=id)
    messages.success(request, f"{found.authority} was given up.")
    return redirect("hosts")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """An officer no longer believes a proof."""
    return _decide(request, id, services.withdraw, "Withdrawn. Visits that rested on it stop.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, id: int) -> HttpResponse:
    """An officer lets a host be proved again."""
    return _decide(request, id, services.reopen, "It may be proved again, with a new token.")


def _decide(request: HttpRequest, id: int, service, done: str) -> HttpResponse:
    require_role(request.user, *VOUCHERS)
    found = _visible(request, id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service(
                control=found,
                by=request.user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("host", id=id)
    context = {
        "form": form,
        "control": found,
        "withdraws": service is services.withdraw,
        "section": "worklist",
    }
    status = 400 if form.errors else 200
    return render(request, "probes/host_decision.html", context, status=status)


def _visible(request: HttpRequest, pk: int) -> HostControl:
    found = selectors.visible_control(request.user, pk)
    if found is None:
        raise Http404("There is no such host that you may see.")
    return found
