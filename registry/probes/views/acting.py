"""What people do with endpoints: register one, vouch for one, ask for a visit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.accounts.services import require_role
from registry.catalogue.models import Product
from registry.catalogue.selectors import require_acts_for
from registry.common.errors import NotPermitted, RuleBroken
from registry.probes import selectors
from registry.probes.enums import Control, ControlState
from registry.probes.forms import EndpointForm, VouchForm, add_refusal, filled_in
from registry.probes.models import Endpoint
from registry.probes.rules.profiles import Profile
from registry.probes.selectors import control, prechecks
from registry.probes.services import asking
from registry.probes.services import endpoints as services
from registry.probes.views.finding import visible

VISITS_SHOWN = 30
CHANGES_SHOWN = 5
CHANGES_A_PAGE = 20
INCIDENTS_SHOWN = 20
WAITING_SHOWN = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, ref: str) -> HttpResponse:
    """A supplier adds an endpoint to one of its products."""
    product = selectors.product_of(request.user, ref)
    if product is None:
        raise Http404(f"There is no product “{ref}” that you may see.")
    require_acts_for(request.user, product.supplier)
    form = EndpointForm(request.POST or None, initial=_typed_before(request, product))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(
                product=product, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"Endpoint registered. {_what_follows(made)}")
            return redirect("endpoint", id=made.pk)
    context = {"form": form, "product": product, "section": "supplier"}
    return render(request, "probes/register.html", context, status=400 if form.errors else 200)


def _typed_before(request: HttpRequest, product: Product) -> dict[str, object]:
    """What the form held when a pre-check was asked for from it, if the address names one."""
    before = prechecks.remembered(request.user, request.GET.get("precheck", ""), product)
    return filled_in(before) if before else {}


def _what_follows(made: Endpoint) -> str:
    if made.control == Control.PROVED:
        return "You have proved its host, so its first probe is on its way."
    return "Prove next that you control its host."


@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Endpoints that are not visited until an officer has vouched for them."""
    if not request.user.is_national:
        raise NotPermitted("Only the national team sees which endpoints wait.")
    waiting_rows = control.under_way(selectors.waiting_for_an_officer(request.user))
    rows = Paginator(waiting_rows, WAITING_SHOWN)
    context = {
        "page": rows.get_page(request.GET.get("page")),
        "profile": Profile,
        "proof_state": ControlState,
        "section": "worklist",
    }
    return render(request, "probes/waiting.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: HttpRequest, id: int) -> HttpResponse:
    """An officer vouches that the supplier controls the host."""
    require_role(request.user, *services.VOUCHERS)
    found = visible(request, id)
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
    found = visible(request, id)
    try:
        asking.probe_now(endpoint=found, by=request.user, now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "A probe was asked for. Its result will be here in a minute.")
    return redirect("endpoint", id=id)
