"""Announcing maintenance, and cancelling it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from registry.common.errors import RuleBroken
from registry.probes.forms import WindowForm, add_refusal
from registry.probes.presenters.quiet import pattern_words
from registry.probes.selectors import quiet as selectors
from registry.probes.services import maintaining as services
from registry.probes.views.finding import visible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, id: int) -> HttpResponse:
    """Announce maintenance of an endpoint's host; the windows that stand."""
    found = visible(request, id)
    services.require_may_declare(request.user, found.product.supplier)
    form = WindowForm(request.POST or None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_window(endpoint=found, **form.asked(), by=request.user, now=now)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Maintenance announced. Nobody visits while it goes on.")
            return redirect("endpoint_maintenance", id=id)
    context = {
        "form": form,
        "endpoint": found,
        "product": found.product,
        "windows": selectors.windows_of(found, now=now),
        "pattern_words": pattern_words,
        "section": "products",
    }
    return render(request, "probes/maintenance.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, id: int) -> HttpResponse:
    """Cancel a window: what is to come of it does not happen."""
    window = selectors.window(request.user, id)
    if window is None:
        raise Http404("There is no such maintenance that you may see.")
    services.require_may_declare(request.user, window.supplier)
    endpoint = selectors.endpoint_of(request.user, window)
    if request.method == "POST":
        try:
            services.cancel_window(window=window, by=request.user, now=timezone.now())
        except RuleBroken as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "The maintenance is cancelled.")
        return redirect("endpoint_maintenance", id=endpoint.pk)
    context = {
        "window": window,
        "endpoint": endpoint,
        "pattern_words": pattern_words,
        "section": "products",
    }
    return render(request, "probes/maintenance_cancel.html", context)
