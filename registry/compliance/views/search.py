"""The product search."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
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
    filters = ProductFilter(request.GET, request=request, now=now)
    if not filters.is_valid():
        return _refused(request, filters)
    clean = presenter.clean_address(filters, request.GET)
    if _untidy(request.GET) and not request.htmx:
        return redirect(f"{reverse('product_search')}?{clean.urlencode()}".rstrip("?"))
    return _found(request, filters, clean)


def _untidy(params) -> bool:
    """Whether an address has empty parameters or a date in three pieces."""
    return any(
        not value.strip() or name.endswith(("_day", "_month", "_year"))
        for name, values in params.lists()
        for value in values
    )


def _found(request: HttpRequest, filters: ProductFilter, clean) -> HttpResponse:
    number = _number(clean.get("page"))
    offset = (number - 1) * PER_PAGE
    counted = facets.tally(filters, user=request.user, limit=PER_PAGE, offset=offset)
    page = _page(number, counted)
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
        "until_when": presenter.until_when(filters, clean),
        "carried": presenter.carried(clean),
        "sorts": Sort,
        "section": "products",
        "asked": Asked(filters.on, filters.moment, civil_date(filters.now)),
        "still_owed": _still_owed(filters, counted, request.user),
    }
    response = render(request, "compliance/search.html", context)
    if request.htmx:
        response["HX-Push-Url"] = f"{reverse('product_search')}?{clean.urlencode()}".rstrip("?")
    return response


def _still_owed(filters: ProductFilter, counted: facets.Tally, user) -> int:
    """How many of the products there are wait to be computed again; most often none does."""
    waiting = counted.owed and not filters.moment
    return selectors.owed_among(products_visible_to(user)) if waiting else 0


def _refused(request: HttpRequest, filters: ProductFilter) -> HttpResponse:
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


# Enough for any list; a number beyond would not fit the database's.
_MOST_PAGES = 1_000_000


def _number(typed: str | None) -> int:
    """The number of the page asked for; 404 in words when it is none."""
    typed = typed or "1"
    # Python refuses to read a number of thousands of digits.
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    if not 1 <= number <= _MOST_PAGES:
        raise Http404(f"There is no page {typed} of this list.")
    return number


def _page(number: int, counted: facets.Tally) -> Page:
    """The page that was found; 404 in words when there is none."""
    if number > 1 and not counted.page:
        raise Http404(f"There is no page {number} of this list.")
    paginator = Paginator(counted.page, PER_PAGE)
    paginator.count = counted.total
    return Page(counted.page, number, paginator)


def page_of(queryset, number: str | None, *, count: int | None = None):
    """A page of a list; 404 in words when there is no such page. `count` where it is known."""
    paginator = Paginator(queryset, PER_PAGE)
    if count is not None:
        paginator.count = count
    try:
        return paginator.page(number or 1)
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404(f"There is no page {number} of this list.") from error
