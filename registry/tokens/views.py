"""The owner's page of tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from registry.catalogue.selectors import require_suppliers
from registry.common.errors import NotPermitted, RuleBroken
from registry.tokens import selectors, services
from registry.tokens.forms import TokenForm


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """What there is, and a form for one more. A new token is shown in the answer alone."""
    owned = selectors.suppliers_owned_by(request.user)
    if not owned.exists():
        require_suppliers(request.user)
        raise NotPermitted("Only the owners of a supplier may do this.")
    of = {"suppliers": owned, "initial": {"supplier": request.GET.get("supplier", "")}}
    form = TokenForm(request.POST if request.method == "POST" else None, **of)
    context = {"section": "supplier", "now": timezone.now(), "several": owned.count() > 1}
    if request.method == "POST" and form.is_valid():
        try:
            context["made"], context["text"] = services.make_token(
                supplier=form.cleaned_data["supplier"],
                name=form.cleaned_data["name"],
                lasts=form.lasts,
                by=request.user,
                now=context["now"],
            )
            form = TokenForm(**of)
        except RuleBroken as refusal:
            form.add_error(refusal.field, refusal.message)
    context |= {"form": form, "tokens": selectors.tokens_visible_to(request.user)}
    return render(request, "tokens/tokens.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ask once more, then the token stops at once."""
    token = selectors.token_for(request.user, token_id)
    if token is None:
        raise Http404("There is no such token that you may revoke.")
    if request.method != "POST":
        return render(request, "tokens/revoke.html", {"token": token, "section": "supplier"})
    services.revoke_token(token=token, by=request.user, now=timezone.now())
    messages.success(request, f"Token {token.name} revoked.")
    return redirect("tokens")
