"""The page of one standard."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from registry.common import panels
from registry.compliance.forms import WeeksForm
from registry.compliance.presenters import burn_down
from registry.compliance.presenters import standard as presenter
from registry.compliance.views.search import page_of
from registry.history import selectors as history
from registry.standards import selectors as standards
from registry.standards.enums import Verification


@require_safe
def standard(request: HttpRequest, code: str) -> HttpResponse:
    """What it demands and from when, and who meets it on the day."""
    found = standards.whole(code)
    if found is None:
        raise Http404(f"There is no standard “{code}” in the register.")
    here = reverse("standard", kwargs={"code": found.code})
    if found.code != code:
        # Another board's code of the same standard: one address for one thing.
        address = f"{here}?{request.GET.urlencode()}".rstrip("?")
        return redirect(address, permanent=True)
    asking = WeeksForm(request.GET, now=timezone.now())
    asked = asking.asked
    page = presenter.page(
        found,
        request.user,
        on=asked.on,
        known_at=asked.known_at,
        show=request.GET.get("show", ""),
    )
    context = {
        "page": page,
        "standard": found,
        "asking": asking,
        "asked": asked,
        "asked_params": QueryDict(urlencode({**asked.params, **asking.weeks_params})),
        "burn_down": burn_down.burn_down(
            found,
            request.user,
            scopes=found.scopes.all(),
            on=asked.on,
            known_at=asked.known_at,
            today=asked.today,
            weeks=asking.weeks,
        ),
        "burn_down_link": _permanent(asking),
        "form": asking,
        "here": here,
        "members": page_of(page.members, request.GET.get("page")),
        "unverified": Verification.UNVERIFIED,
        "panels": panels.drawn(
            "standard", found, request=request, on=asked.on, known_at=asked.known_at
        ),
        "section": "standards",
    }
    status = 400 if asking.errors else 200
    return render(request, "compliance/standard.html", context, status=status)


def _permanent(asking: WeeksForm) -> QueryDict:
    """The parameters under which the burn-down shows the same for ever, but for its weeks."""
    asked = asking.asked
    known_at = asked.known_at or history.last_moment(now=asking.now)
    params = {"as_of": asked.on.isoformat(), "known_at": known_at.isoformat()}
    return QueryDict(urlencode(params))
