"""The page of one product and one standard, and the list of a product's standards."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.catalogue.models import Product
from registry.common.asking import AskedForm
from registry.compliance.presenters import pair as presenter
from registry.compliance.presenters import pair_list
from registry.compliance.selectors import pages
from registry.compliance.views.search import page_of
from registry.standards import selectors as standards


@require_safe
def pair(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Status, closest version, every reason, the cheapest remedy, and the pair's timeline."""
    product = _product(request, ref)
    standard = standards.find(code)
    if standard is None:
        raise Http404(f"There is no standard “{code}” in the register.")
    here = reverse("pair", kwargs={"ref": ref, "code": standard.code})
    if standard.code != code:
        # Another board's code of the same standard: one address for one thing.
        return redirect(f"{here}?{request.GET.urlencode()}".rstrip("?"), permanent=True)
    asking = AskedForm(request.GET, now=timezone.now())
    asked = asking.asked
    page = presenter.page(
        product,
        standard,
        request.user,
        on=asked.on,
        known_at=asked.known_at,
        today=asked.seen,
    )
    context = {
        "page": page,
        **_asked(asking, asked, here),
        **_about(product),
    }
    return render(request, "compliance/pair.html", context, status=400 if asking.errors else 200)


@require_safe
def product_standards(request: HttpRequest, ref: str) -> HttpResponse:
    """Every standard of a product on the day, a page at a time."""
    product = _product(request, ref)
    asking = AskedForm(request.GET, now=timezone.now())
    asked = asking.asked
    listed = pair_list.standards(
        product, on=asked.on, known_at=asked.known_at, show=request.GET.get("show", "")
    )
    page = page_of(listed.pairs, request.GET.get("page"))
    context = {
        "listed": listed,
        "page": page,
        "rows": listed.rows(page.object_list),
        **_asked(asking, asked, reverse("product_standards", kwargs={"ref": ref})),
        **_about(product),
    }
    status = 400 if asking.errors else 200
    return render(request, "compliance/product_standards.html", context, status=status)


def _product(request: HttpRequest, ref: str) -> Product:
    found = pages.product_by_ref(request.user, ref)
    if found is None:
        raise Http404(f"There is no product “{ref}” in the register.")
    return found


def _asked(asking: AskedForm, asked, here: str) -> dict:
    return {
        "asking": asking,
        "asked": asked,
        "asked_params": QueryDict(urlencode(asked.params)),
        "form": asking,
        "here": here,
    }


def _about(product: Product) -> dict:
    return {
        "product": product,
        "section": "products",
        "demonstration": product.supplier.demonstration,
    }
