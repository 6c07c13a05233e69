"""The page of what could replace a product."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.compliance.forms import ReplacementsForm
from registry.compliance.presenters import replacements as presenter
from registry.compliance.selectors import pages
from registry.compliance.views.search import page_of


@require_safe
def product_replacements(request: HttpRequest, ref: str) -> HttpResponse:
    """Products that share its capabilities, best first, and what would be lost with each."""
    found = pages.product_by_ref(request.user, ref)
    if found is None:
        raise Http404(f"There is no product “{ref}” in the register.")
    asking = ReplacementsForm(request.GET, now=timezone.now())
    asked = asking.asked
    context = {
        "product": found,
        "asking": asking,
        "form": asking,
        "asked": asked,
        "params": request.GET,
        "here": reverse("product_replacements", kwargs={"ref": found.ref}),
        "section": "products",
        "demonstration": found.supplier.demonstration,
    }
    if asking.errors:
        # A list would look like an answer.
        return render(request, "compliance/replacements.html", context, status=400)
    ranking = presenter.ranking(
        found, request.user, on=asked.on, term=asking.term_asked, known_at=asked.known_at
    )
    page = page_of(ranking.every if asking.everything else ranking.passing, request.GET.get("page"))
    context |= {
        "ranking": ranking,
        "page": page,
        "rows": ranking.rows(page.object_list),
        "everything": asking.everything,
    }
    return render(request, "compliance/replacements.html", context)
