"""The list of standards."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.common.asking import AskedForm
from registry.common.facets import Facet, FacetGroup
from registry.standards import selectors
from registry.standards.enums import StandardClass, Standing, Verification
from registry.standards.filters import StandardFilter

PER_PAGE = 30


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """Every standard that the register knows, by code, narrowed by words, class and standing."""
    now = timezone.now()
    filters = StandardFilter(request.GET, selectors.every_standard(), now=now)
    valid = filters.is_valid()
    page = _page(filters.qs, request.GET.get("page")) if valid else None
    asking = AskedForm(request.GET, now=now)
    context = {
        "asking": asking,
        "asked": asking.asked,
        "form": filters.form,
        "page": page,
        "rows": list(page) if valid else None,
        "groups": _groups(filters) if valid else [],
        "standings": {word.value: word for word in Standing},
        "unverified": Verification.UNVERIFIED,
        "section": "standards",
    }
    status = 400 if not valid and not request.htmx else 200
    return render(request, "standards/list.html", context, status=status)


def _page(queryset, number: str | None):
    """A page of the list; 404 in words when there is no such page."""
    try:
        return Paginator(queryset, PER_PAGE).page(number or 1)
    except InvalidPage as error:
        raise Http404(f"There is no page {number} of this list.") from error


def _groups(filters: StandardFilter) -> list[FacetGroup]:
    return [
        _group(filters, "standing", "Standing", Standing),
        _group(filters, "class", "About", StandardClass),
    ]


def _group(filters: StandardFilter, name: str, legend: str, words) -> FacetGroup:
    counts = filters.counts(name)
    chosen = filters.asked[name]
    options = [
        Facet(word.value, word.label, counts.get(word.value, 0), word.value in chosen)
        for word in words
        if word.value in counts or word.value in chosen
    ]
    return FacetGroup(name=name, legend=legend, options=options)
