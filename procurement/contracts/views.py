"""The buyer's desk, a contract, and contracts written by hand."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from procurement.buyers import selectors as buyers
from procurement.contracts import filters, forms, presenters, selectors, services
from procurement.contracts.models import Contract
from registry.common import panels
from registry.common.asking import Asked, AskedForm
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date
from registry.common.terms import TermForm
from registry.compliance.rules import Term

PER_PAGE = 50


@login_required
@require_safe
def buyer_desk(request: HttpRequest) -> HttpResponse:
    """The contracts a buyer answers for, by the day on which they stop being compliant."""
    organisations = buyers.require_buyer(request.user)
    asking, asked = _asking(request)
    on, today, known_at = asked.on, asked.today, asked.known_at
    show = filters.chosen_part(request.GET.get("show"))
    # Whose contracts these are is asked of today, whatever day the page is about.
    mine = selectors.answered_for_by(request.user, on=today)
    page = Paginator(filters.part(mine, show, on=on, known_at=known_at), PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.object_list = selectors.read_for_holdings(page.object_list)
    holdings = selectors.holdings(page.object_list, on=on, known_at=known_at)
    followed = buyers.predecessors_of([x.pk for x in organisations], on=today)
    context = {
        "section": "buyer",
        "wide": True,
        "organisations": [(x, followed.get(x.pk, [])) for x in organisations],
        "parts": filters.parts(mine, show, on=on, known_at=known_at),
        "page": page,
        "rows": [(holding, presenters.reason(holding)) for holding in holdings],
        "asking": asking,
        "asked": asked,
        "form": asking,
    }
    status = 400 if asking.errors else 200
    return render(request, "contracts/buyer_desk.html", context, status=status)


@login_required
@require_safe
def contract(request: HttpRequest, ref: str) -> HttpResponse:
    """One contract: its term, what lapses within it, and why."""
    asking, asked = _asking(request)
    on, today, known_at = asked.on, asked.today, asked.known_at
    found = _seen(request, ref, on=today)
    [holding] = selectors.holdings([found], on=on, known_at=known_at)
    terms = TermForm(request.GET)
    term = Term.asked(terms.said)
    context = {
        "section": "buyer" if selectors.answers_for(request.user, found, on=today) else "",
        "contract": found,
        "holding": holding,
        "reason": presenters.reason(holding),
        "lapses": [
            presenters.LapseRow(lapse, presenters.lapse_words(lapse, on=on), reasons)
            for lapse, reasons in selectors.why(holding, on=on, known_at=known_at)
        ],
        "stays": selectors.stays_in_rest(holding, known_at=known_at),
        "terms": terms,
        "other": selectors.stays_over(found, term, known_at=known_at) if term else [],
        "panels": panels.drawn("contract", found, request=request, on=on, known_at=known_at),
        "alternatives": presenters.alternatives(
            holding, selectors.capabilities_at_risk(holding, on=on)
        ),
        "demonstration": found.supplier.demonstration,
        "asking": asking,
        "asked": asked,
        "form": asking if asking.errors else terms,
    }
    status = 400 if asking.errors or terms.errors else 200
    return render(request, "contracts/contract.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract_add(request: HttpRequest) -> HttpResponse:
    """Add a contract: first its supplier (in the address), then the rest."""
    buyers.require_buyer(request.user)
    choice = forms.SupplierForm(
        request.GET if "supplier" in request.GET else None,
        suppliers=selectors.suppliers_to_choose(),
    )
    if not choice.is_valid():
        context = {"form": choice, "section": "buyer"}
        return render(request, "contracts/contract_add_supplier.html", context)
    supplier = choice.cleaned_data["supplier"]
    form = forms.ContractForm(
        request.POST if request.method == "POST" else None,
        organisations=buyers.organisations_to_choose(request.user),
        products=selectors.products_to_choose(supplier),
    )
    if request.method == "POST" and form.is_valid() and (made := _add(request, supplier, form)):
        messages.success(request, f"Contract {made.ref} is in the register")
        return redirect("contract", ref=made.ref)
    context = {"form": form, "supplier": supplier, "section": "buyer"}
    return render(request, "contracts/contract_add.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract_last_day(request: HttpRequest, ref: str) -> HttpResponse:
    """Correct, extend or shorten a term."""
    today = civil_date(timezone.now())
    found = _seen(request, ref, on=today)
    selectors.require_answers_for(request.user, found, on=today)
    form = forms.LastDayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_last_day(
                contract=found,
                last_day=form.cleaned_data["last_day"],
                by=request.user,
                now=timezone.now(),
            )
        except RuleBroken as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, "The last day of the term is changed")
            return redirect("contract", ref=found.ref)
    context = {"form": form, "contract": found, "section": "buyer"}
    return render(request, "contracts/contract_last_day.html", context)


def _add(request: HttpRequest, supplier, form: forms.ContractForm) -> Contract | None:
    """The new contract; `None`, with the reason on the form, when a rule refuses it."""
    typed = form.cleaned_data
    try:
        return services.add_contract(
            buyer=typed["buyer"],
            supplier=supplier,
            products=list(typed["products"]),
            ref=typed["ref"],
            title=typed["title"],
            term=form.term,
            value=typed["value"],
            signed=typed["signed"],
            by=request.user,
            now=timezone.now(),
        )
    except RuleBroken as error:
        form.add_error(error.field, error.message)
        return None


def _seen(request: HttpRequest, ref: str, *, on: date) -> Contract:
    # A reference is a part of the address, which may hold a NUL; no database's text does.
    found = None
    if "\x00" not in ref:
        found = selectors.seen_by(request.user, on=on).filter(ref=ref).first()
    if found is None:
        raise Http404("There is no contract of that reference that you may see.")
    return found


def _asking(request: HttpRequest) -> tuple[AskedForm, Asked]:
    """The day and the moment that the page is asked about, and the form that asks."""
    asking = AskedForm(request.GET, now=timezone.now())
    return asking, asking.asked
