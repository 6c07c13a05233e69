"""The page of one product."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.common import panels
from registry.common.asking import AskedForm
from registry.compliance import selectors
from registry.compliance.forms import TermForm
from registry.compliance.presenters import product as presenter
from registry.compliance.presenters import replacements
from registry.compliance.presenters.changes import learned
from registry.compliance.presenters.readers import reader_of
from registry.compliance.selectors import pages, proofs
from registry.probes.enums import SpellResult

# How many of the latest changes the page shows; all of them have a page of their own.
LATEST = 3


@require_safe
def product(request: HttpRequest, ref: str) -> HttpResponse:
    """Verdict, why, term checker, timeline, evidence, endpoints, and what rooms above add."""
    found = pages.product_by_ref(request.user, ref)
    if found is None:
        raise Http404(f"There is no product “{ref}” in the register.")
    asking = AskedForm(request.GET, now=timezone.now())
    term = TermForm(request.GET)
    asked = asking.asked
    reader = reader_of(request.user, found)
    page = presenter.page(reader, asked=asked)
    context = {
        "page": page,
        "insider": reader.insider,
        "product": found,
        "asking": asking,
        "asked": asked,
        "term": term,
        "answer": page.term(term.term) if term.term else None,
        "evidence": proofs.accepted_evidence(found, on=asked.on),
        "endpoints": proofs.endpoints_of(found, on=asked.on),
        "check_result": SpellResult,
        "may_register": reader.member,
        "claims": pages.claims_of(found),
        "replacements": replacements.best(
            found, request.user, on=asked.on, term=term.term, known_at=asked.known_at
        ),
        "latest": learned(selectors.changes_of(found, known_at=asked.known_at)[:LATEST]),
        "owed": [] if asked.known_at else selectors.causes_owed(found),
        "panels": panels.drawn(
            "product", found, request=request, on=asked.on, known_at=asked.known_at
        ),
        "here": reverse("product", kwargs={"ref": ref}),
        "form": asking if asking.errors else term,
        "section": "products",
        "demonstration": found.supplier.demonstration,
    }
    status = 400 if asking.errors or (term.asked and term.errors) else 200
    return render(request, "compliance/product.html", context, status=status)
