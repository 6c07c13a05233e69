"""The supplier's desk."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.catalogue.models import Supplier
from registry.catalogue.selectors import manages, require_suppliers
from registry.common.asking import AskedForm
from registry.compliance.presenters import supplier_desk as presenter
from registry.probes.rules.profiles import Profile


@login_required
@require_safe
def supplier_desk(request: HttpRequest) -> HttpResponse:
    """What is owed and by when. `?supplier=REF` for a person who acts for several."""
    suppliers, chosen = chosen_supplier(request)
    asking = AskedForm(request.GET, now=timezone.now())
    asked = asking.asked
    context = {
        "desk": presenter.desk(chosen, on=asked.on),
        "suppliers": suppliers,
        "manages": manages(request.user, chosen),
        "show": _show(request.GET.get("show", "")),
        "shows": list(presenter.Show),
        "profile": Profile,
        "asked": asked,
        "asking": asking,
        "form": asking,
        "demonstration": chosen.demonstration,
        "section": "supplier",
        "wide": True,
    }
    status = 400 if asking.errors else 200
    return render(request, "compliance/supplier_desk.html", context, status=status)


def chosen_supplier(request: HttpRequest) -> tuple[list[Supplier], Supplier]:
    """The suppliers that the person acts for, and the one of `?supplier=REF`, or the first."""
    suppliers = require_suppliers(request.user)
    return suppliers, _chosen(suppliers, request.GET.get("supplier"))


def _chosen(suppliers: list[Supplier], ref: str | None) -> Supplier:
    for supplier in suppliers:
        if ref in (None, "", supplier.ref):
            return supplier
    raise Http404(f"You do not act for a supplier “{ref}”.")


def _show(asked: str) -> presenter.Show:
    known = {show.value: show for show in presenter.Show}
    return known.get(asked, presenter.Show.YEAR)
