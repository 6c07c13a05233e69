"""The history of one product: what the register learned of it, when, and why."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.common.links import query
from registry.compliance import selectors
from registry.compliance.filters.changes import ChangeFilter
from registry.compliance.presenters.changes import learned
from registry.compliance.selectors import pages
from registry.compliance.views.search import page_of


@require_safe
def product_changes(request: HttpRequest, ref: str) -> HttpResponse:
    """Revisions, the latest first, of all standards or of some, as known at a moment."""
    found = pages.product_by_ref(request.user, ref)
    if found is None:
        raise Http404(f"There is no product “{ref}” in the register.")
    now = timezone.now()
    revisions = selectors.changes_of(found, known_at=None)
    filters = ChangeFilter(request.GET, revisions, request=request, now=now)
    context = {
        "product": found,
        "filters": filters,
        "form": filters.form,
        "standards": selectors.standards_that_changed(found),
        "owed": selectors.causes_owed(found),
        "params": request.GET,
        "feed": _feed_of(filters, ref),
        "section": "products",
        "demonstration": found.supplier.demonstration,
    }
    if not filters.is_valid():
        return render(request, "compliance/product_changes.html", context, status=400)
    page = page_of(filters.qs, request.GET.get("page"))
    context |= {
        "page": page,
        "learned": learned(page.object_list, codes=filters.codes),
    }
    return render(request, "compliance/product_changes.html", context)


def _feed_of(filters: ChangeFilter, ref: str) -> str:
    """The feed of the same changes."""
    address = reverse("product_feed", kwargs={"ref": ref})
    codes = sorted(filters.codes)
    return address + (query(None, standard=codes) if codes else "")
