"""The product search."""

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.catalogue.selectors import products_visible_to
from registry.common.asking import Asked
from registry.common.periods import civil_date
from registry.compliance import selectors
from registry.compliance.filters import ProductFilter, Sort, facets
from registry.compliance.presenters import search as presenter

PER_PAGE = 25


@require_safe
def product_search(request: HttpRequest) -> HttpResponse:
    """Products by words, facets and term; every question has an address to share."""
    now = timezone.now()
    products = products_visible_to(request.user)
    filters = ProductFilter(request.GET, products, request=request, now=now)
    if not filters.is_valid():
        return _refused(request, filters, products)
    clean = presenter.clean_address(filters, request.GET)
    if _untidy(request.GET) and not request.htmx:
        return redirect(f"{reverse('product_search')}?{clean.urlencode()}".rstrip("?"))
    return _found(request, filters, products, clean)


def _untidy(params) -> bool:
    """Whether an address has empty parameters or a date in three pieces."""
    return any(
        not value.strip() or name.endswith(("_day", "_month", "_year"))
        for name, values in params.lists()
        for value in values
    )


def _found(request: HttpRequest, filters: ProductFilter, products, clean) -> HttpResponse:
    counted = facets.tally(filters, products)
    page = page_of(filters.qs, clean.get("page"), count=counted.total)
    groups = facets.groups(filters, counted)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": presenter.rows(
            page.object_list, on=filters.on, known_at=filters.moment, term=filters.term
        ),
        "groups": groups,
        "choices": presenter.choices(filters, groups, clean),
        "loosenings": presenter.loosenings(filters, clean) if not page.object_list else [],
        "params": clean,
        "carried": presenter.carried(clean),
        "sorts": Sort,
        "section": "products",
        "asked": Asked(filters.on, filters.moment, civil_date(filters.now)),
        "still_owed": 0 if filters.moment else selectors.owed_among(products),
    }
    response = render(request, "compliance/search.html", context)
    if request.htmx:
        response["HX-Push-Url"] = f"{reverse('product_search')}?{clean.urlencode()}".rstrip("?")
    return response


def _refused(request: HttpRequest, filters: ProductFilter, products) -> HttpResponse:
    """Say what was not understood, and list nothing: a list would look like an answer."""
    context = {
        "filters": filters,
        "form": filters.form,
        "page": None,
        "groups": [],
        "params": request.GET,
        "section": "products",
    }
    # htmx swaps no error answers, and the message is what has to be seen.
    status = 200 if request.htmx else 400
    return render(request, "compliance/search.html", context, status=status)


def page_of(queryset, number: str | None, *, count: int | None = None):
    """A page of a list; 404 in words when there is no such page. `count` where it is known."""
    paginator = Paginator(queryset, PER_PAGE)
    if count is not None:
        paginator.count = count
    try:
        return paginator.page(number or 1)
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404(f"There is no page {number} of this list.") from error
