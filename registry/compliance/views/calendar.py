"""What a supplier owes as a calendar: a file, or an address that programs ask by themselves.

RFC 5545 for the file, RFC 7986 for how often a program should ask.
"""

from datetime import date, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from registry.catalogue.models import Supplier
from registry.common.asking import AskedForm
from registry.compliance.presenters.owed_calendar import calendar
from registry.compliance.presenters.owed_list import Wish, owed_list
from registry.compliance.views.supplier_desk import chosen_supplier
from registry.tokens import selectors as tokens
from registry.tokens import services


@login_required
@require_safe
def owed_calendar(request: HttpRequest) -> HttpResponse:
    """The days as an iCalendar file, of all products or of `?product=REF`; owed on `?as_of=`."""
    _, chosen = chosen_supplier(request)
    now = timezone.now()
    on = AskedForm(request.GET, now=now).asked.on
    product = request.GET.get("product", "")
    response = _calendar(request, chosen, product=product, on=on, now=now)
    response.permanent_on = on
    response.headers["Content-Disposition"] = f'attachment; filename="{chosen.ref}-owed.ics"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest) -> HttpResponse:
    """The person's own address to subscribe to; POST makes, replaces or closes it."""
    suppliers, chosen = chosen_supplier(request)
    if request.method == "POST":
        _change(request, chosen)
        return redirect(f"{reverse('owed_subscription')}?supplier={chosen.ref}")
    opened = tokens.calendar_of(request.user, chosen)
    address = opened and request.build_absolute_uri(
        reverse("owed_subscribed", kwargs={"token": tokens.token_of(opened)})
    )
    context = {
        "supplier": chosen,
        "suppliers": suppliers,
        "opened": opened,
        "address": address,
        "webcal": address and "webcal:" + address.partition(":")[2],
        "demonstration": chosen.demonstration,
        "section": "supplier",
    }
    response = render(request, "compliance/calendar.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _change(request: HttpRequest, supplier: Supplier) -> None:
    if request.POST.get("then") == "close":
        services.close_calendar(supplier=supplier, by=request.user, now=timezone.now())
        messages.success(request, "The address is closed. Calendars that ask it find nothing.")
    else:
        services.open_calendar(supplier=supplier, by=request.user, now=timezone.now())
        messages.success(request, "Copy the new address into your calendar program.")


@require_safe
def subscribed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program fetches: whoever has the address reads it, as its owner would."""
    found = tokens.calendar_at(token)
    if found is None:
        raise Http404("There is no calendar at this address. Its owner may have closed it.")
    now = timezone.now()
    services.note_fetched(address=found, now=now)
    on = AskedForm(request.GET, now=now).asked.on
    response = _calendar(request, found.supplier, product="", on=on, now=now)
    response.permanent_on = on
    return response


def _calendar(
    request: HttpRequest, supplier: Supplier, *, product: str, on: date, now: datetime
) -> HttpResponse:
    found = owed_list(supplier, Wish(product=product), on=on)
    address = request.build_absolute_uri(reverse("owed"))
    whose = {"supplier": supplier.ref}
    then = AskedForm(request.GET, now=now).asked.params
    made = calendar(
        supplier,
        found.lines,
        # The same file for ever, where it is of a moment.
        now=request.known_at or now,
        link=lambda ref: address + "?" + urlencode(whose | {"product": ref} | then),
    )
    response = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "no-store, private"
    return response
