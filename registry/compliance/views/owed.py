"""What a supplier owes, as a list."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.compliance.forms import OwedForm
from registry.compliance.presenters.owed_list import Wish, owed_list
from registry.compliance.views.supplier_desk import chosen_supplier

PER_PAGE = 50


@login_required
@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """Every requirement of every product, by the day it is owed; what is ticked is proved at once.

    `?supplier=REF` for a person who acts for several.
    """
    suppliers, chosen = chosen_supplier(request)
    form = OwedForm(request.GET, now=timezone.now())
    asked = form.asked
    found = owed_list(chosen, Wish(**form.wish), on=asked.on)
    form.offer(
        state=found.states,
        product=found.products,
        standard=found.standards,
        form=found.forms,
    )
    context = {
        "supplier": chosen,
        "suppliers": suppliers,
        "found": found,
        "page": Paginator(found.lines, PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "asking": form,
        "form": form,
        "filtered": any(form.wish.values()),
        "demonstration": chosen.demonstration,
        "section": "supplier",
        "wide": True,
    }
    status = 400 if form.errors else 200
    return render(request, "compliance/owed.html", context, status=status)
