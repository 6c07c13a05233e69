"""Pre-checks: ask for one, watch it run, read and take away its report."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from registry.catalogue.selectors import acts_for
from registry.common.errors import RuleBroken, TooOften
from registry.probes import selectors
from registry.probes.forms import PrecheckForm, add_refusal
from registry.probes.models import Precheck
from registry.probes.outfitting import prechecks_kept_for as kept_for
from registry.probes.presenters import prechecks as presenter
from registry.probes.rules.profiles import Profile
from registry.probes.rules.records import report_text
from registry.probes.selectors import prechecks as found
from registry.probes.services import prechecks as services
from registry.probes.views.finding import is_officer

SHOWN = 25
# Seconds between two looks at a pre-check that runs.
LOOK_AGAIN_AFTER = 2


@login_required
@require_POST
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """The second button of the form for an endpoint: see first what would be found."""
    product = selectors.product_of(request.user, ref)
    if product is None:
        raise Http404(f"There is no product “{ref}” that you may see.")
    form, refusal = PrecheckForm(request.POST), None
    services.require_may_ask(request.user, product.supplier)
    if form.is_valid():
        try:
            made = services.ask(
                supplier=product.supplier,
                product=product,
                **form.cleaned_data,
                typed=form.typed_days,
                by=request.user,
                now=timezone.now(),
            )
        except RuleBroken as refused:
            refusal = refused
            add_refusal(form, refused)
        else:
            return redirect("precheck", uuid=made.uuid)
    context = {"form": form, "product": product, "section": "supplier"}
    return _refused(render(request, "probes/register.html", context, status=400), refusal)


def _refused(response: HttpResponse, refusal: RuleBroken | None) -> HttpResponse:
    """Whoever asked too often is told in the answer's head as well."""
    if isinstance(refusal, TooOften):
        response.status_code = 429
        response["Retry-After"] = str(refusal.seconds)
    return response


@login_required
@require_safe
def recent(request: HttpRequest) -> HttpResponse:
    """The pre-checks of one's supplier; the national team sees all."""
    rows = Paginator(found.recent(request.user), SHOWN)
    context = {
        "page": rows.get_page(request.GET.get("page")),
        "profile": Profile,
        "kept_for": kept_for(),
        "national": request.user.is_national,
        "section": "supplier",
    }
    return render(request, "probes/prechecks.html", context)


@login_required
@require_safe
def precheck(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far it is while it runs, and then what was found."""
    shown = _visible(request, uuid)
    may_register = acts_for(request.user, shown.supplier)
    still = request.GET.get("refresh") == "off"
    context = _told(shown) | {
        "may_register": may_register,
        "may_ask": may_register or is_officer(request),
        "products": found.products_for(request.user, shown) if may_register else [],
        "still": still,
        "look_again_after": None if shown.is_over or still else LOOK_AGAIN_AFTER,
    }
    return render(request, "probes/precheck.html", context)


@login_required
@require_safe
def printable(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The whole report on one page, to be printed."""
    context = _told(_reported(request, uuid)) | {"wide": True}
    return render(request, "probes/precheck_report.html", context)


@login_required
@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The report as `manage.py probe --json` prints it."""
    shown = _reported(request, uuid)
    response = HttpResponse(report_text(shown.report), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="precheck-{shown.uuid}.json"'
    return response


@login_required
@require_POST
def again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask the same once more."""
    shown = _visible(request, uuid)
    try:
        made = services.ask_again(precheck=shown, by=request.user, now=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
        return redirect("precheck", uuid=shown.uuid)
    return redirect("precheck", uuid=made.uuid)


def _visible(request: HttpRequest, uuid: UUID) -> Precheck:
    shown = found.visible(request.user, uuid)
    if shown is None:
        raise Http404("There is no such pre-check that you may see. They are not kept for long.")
    return shown


def _reported(request: HttpRequest, uuid: UUID) -> Precheck:
    shown = _visible(request, uuid)
    if shown.report is None:
        raise Http404("This pre-check has no report.")
    return shown


def _told(shown: Precheck) -> dict:
    now = timezone.now()
    return {
        "precheck": shown,
        "supplier": shown.supplier,
        "profile_label": Profile(shown.profile).label,
        "progress": presenter.progress_of(shown),
        "report": presenter.report_of(shown, now=now),
        "now": now,
        "kept_for": kept_for(),
        "section": "supplier",
        "demonstration": shown.supplier.demonstration,
    }
