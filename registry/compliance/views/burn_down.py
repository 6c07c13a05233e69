"""The burn-down of a standard, as a file."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from registry.compliance.forms import WeeksForm
from registry.compliance.presenters import burn_down as presenter
from registry.history import selectors as history
from registry.standards import selectors as standards


@require_safe
def burn_down_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The table beneath the picture: the same weeks, the same day and moment."""
    found = standards.whole(code)
    if found is None:
        raise Http404(f"There is no standard “{code}” in the register.")
    asking = WeeksForm(request.GET, now=timezone.now())
    asked = asking.asked
    if problems := asking.problems:
        return HttpResponse("\n".join(problems), "text/plain; charset=utf-8", 400)
    answer = presenter.burn_down(
        found,
        request.user,
        scopes=found.scopes.all(),
        on=asked.on,
        known_at=asked.known_at,
        today=asked.today,
        weeks=asking.weeks,
    )
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"burn-down-{slugify(found.code)}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.permanent_on = asked.on
    known_at = asked.known_at or history.last_moment(now=asking.now)
    csv.writer(response).writerows(presenter.table(answer, known_at=known_at))
    return response
