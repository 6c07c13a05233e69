"""Looking ahead: a draft and what it would do, two side by side, and spreadsheets of both."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procurement.whatif import forms, presenters, selectors, services
from procurement.whatif.models import DraftChange
from procurement.whatif.services.previewing import PER_PAGE
from procurement.whatif.views.finding import draft_of
from registry.common.errors import RuleBroken
from registry.common.periods import civil_date

# Rows that differ between two drafts; the spreadsheet has all of them.
MOST_COMPARED = 25


@login_required
@require_safe
def draft(request: HttpRequest, id: int) -> HttpResponse:
    """A draft: its changes in sentences, what they would do, and what can be done with it."""
    found = draft_of(request, id)
    changes = selectors.changes_of(found)
    page = presenters.draft_page(found, changes, request.user)
    context = {
        "section": "whatif",
        "wide": True,
        "page": page,
        "draft": found,
        "today": civil_date(timezone.now()),
        "comparing": forms.CompareForm(draft=found, user=request.user),
    }
    if changes and page.state.is_live:
        context |= _ahead(request, changes)
    return render(request, "whatif/draft.html", context)


def _ahead(request: HttpRequest, changes: list[DraftChange]) -> dict:
    """The preview for the template; or, in words, why there is none."""
    numbers = [_number(request.GET.get(name)) for name in ("products", "contracts")]
    try:
        ahead = services.preview(
            changes,
            on=civil_date(timezone.now()),
            products_page=numbers[0],
            contracts_page=numbers[1],
        )
    except RuleBroken as error:
        return {"refusal": error.message}
    summary = ahead.summary
    return {
        "ahead": ahead,
        "figures": presenters.figures(summary),
        "remarks": presenters.remarks(summary),
        "product_pages": _page(ahead.products, summary.products, numbers[0]),
        "contract_pages": _page(ahead.contracts, summary.contracts, numbers[1]),
    }


def _number(typed: str | None) -> int:
    """The page asked for; the first, where that is no number."""
    return min(max(int(typed), 1), 10**6) if typed and typed.isascii() and typed.isdigit() else 1


def _page(rows: list, count: int, number: int) -> Page:
    """A page of `rows`, which were read already, for the links between pages."""
    paginator = Paginator(range(count), PER_PAGE)
    return Page(rows, min(number, paginator.num_pages), paginator)


@login_required
@require_safe
def products_csv(request: HttpRequest, id: int) -> HttpResponse:
    """Every product that would turn not met, as a spreadsheet."""
    found = draft_of(request, id)
    on = civil_date(timezone.now())
    rows = services.every_product(selectors.changes_of(found), on=on)
    return _spreadsheet(presenters.products_csv(rows, on=on), f"{found.pk}-products-{on}")


@login_required
@require_safe
def contracts_csv(request: HttpRequest, id: int) -> HttpResponse:
    """Every contract with such days, as a spreadsheet."""
    found = draft_of(request, id)
    on = civil_date(timezone.now())
    rows = services.every_contract(selectors.changes_of(found), on=on)
    return _spreadsheet(presenters.contracts_csv(rows, on=on), f"{found.pk}-contracts-{on}")


@login_required
@require_safe
def compare(request: HttpRequest, id: int) -> HttpResponse:
    """Two drafts side by side."""
    found = draft_of(request, id)
    form = forms.CompareForm(request.GET or None, draft=found, user=request.user)
    context = {"section": "whatif", "wide": True, "draft": found, "form": form}
    if not form.is_valid():
        return render(request, "whatif/compare.html", context)
    other = form.cleaned_data["with"]
    changes, others = selectors.changes_of(found), selectors.changes_of(other)
    context |= {
        "other": other,
        "sides": [
            (found, presenters.sentences(changes)),
            (other, presenters.sentences(others)),
        ],
        "most": MOST_COMPARED,
    }
    try:
        compared = services.compare(changes, others, on=civil_date(timezone.now()))
    except RuleBroken as error:
        return render(request, "whatif/compare.html", context | {"refusal": error.message})
    context |= {"compared": compared, "figures": presenters.side_by_side(compared)}
    return render(request, "whatif/compare.html", context)


@login_required
@require_safe
def compare_csv(request: HttpRequest, id: int) -> HttpResponse:
    """Everything that differs between two drafts, as a spreadsheet."""
    found = draft_of(request, id)
    form = forms.CompareForm(request.GET, draft=found, user=request.user)
    if not form.is_valid():
        context = {"section": "whatif", "wide": True, "draft": found, "form": form}
        return render(request, "whatif/compare.html", context, status=400)
    other = form.cleaned_data["with"]
    on = civil_date(timezone.now())
    compared = services.compare(selectors.changes_of(found), selectors.changes_of(other), on=on)
    text = presenters.comparison_csv(found, other, compared, on=on)
    return _spreadsheet(text, f"{found.pk}-and-{other.pk}-{on}")


def _spreadsheet(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="what-if-{name}.csv"'},
    )
