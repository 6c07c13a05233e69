"""The national team's worklist."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from procurement.reviews import presenters, selectors
from procurement.reviews.filters import CaseFilter, WorklistFilter
from registry.common.asking import AskedForm

PER_PAGE = 50


@login_required
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """Contracts on open cases, the first to be non-compliant first, then the largest."""
    asking = AskedForm(request.GET, now=timezone.now())
    on = asking.asked.on
    cases = selectors.cases_for(request.user)
    everything = selectors.affected(cases, on=on)
    filters = WorklistFilter(request.GET, everything)
    rows = filters.qs.select_related("product__supplier", "standard", "officer")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "worklist",
        "wide": True,
        "page": page,
        "rows": [
            (row, presenters.reason(row, on=on))
            for row in selectors.contract_rows(page.object_list, on=on)
        ],
        "totals": selectors.totals(filters.qs),
        "groups": presenters.facet_groups(cases, everything, chosen=request.GET),
        "form": filters.form,
        "others": selectors.unaffecting(cases, on=on).count(),
        "on": on,
        "filtered": bool(asking.others),
        "asking": asking,
        "asked": asking.asked,
    }
    status = 400 if asking.errors else 200
    return render(request, "reviews/worklist.html", context, status=status)


@login_required
@require_safe
def worklist_cases(request: HttpRequest) -> HttpResponse:
    """Open cases that touch no running contract."""
    asking = AskedForm(request.GET, now=timezone.now())
    on = asking.asked.on
    cases = selectors.cases_for(request.user)
    filters = CaseFilter(request.GET, selectors.unaffecting(cases, on=on))
    rows = filters.qs.select_related("product__supplier", "standard", "officer")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "worklist",
        "wide": True,
        "page": page,
        "rows": selectors.case_rows(page.object_list, on=on),
        "groups": presenters.facet_groups(cases, None, chosen=request.GET),
        "form": filters.form,
        "on": on,
        "filtered": bool(asking.others),
        "asking": asking,
        "asked": asking.asked,
    }
    status = 400 if asking.errors else 200
    return render(request, "reviews/worklist_cases.html", context, status=status)
