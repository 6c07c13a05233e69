"""The assessor's bench, and the decisions taken on it."""

from collections.abc import Callable, Sequence

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common import panels
from registry.common.errors import Conflict, RuleBroken
from registry.common.formatting import last_day
from registry.common.periods import civil_date, period
from registry.evidence import presenters, selectors, services
from registry.evidence.forms.assessor import AcceptForm, ReturnForm
from registry.evidence.forms.shared import add_refusal, after, typed
from registry.evidence.forms.thread import QuestionForm
from registry.evidence.models import Submission
from registry.evidence.views.asked import visible


@login_required
@require_safe
def assessment(request: HttpRequest, ref: str) -> HttpResponse:
    """Criterion beside evidence, what was decided before, the thread, and the two decisions."""
    require_role(request.user, Role.ASSESSOR, Role.AUDITOR)
    return bench(request, visible(request, ref))


def bench(
    request: HttpRequest,
    submission: Submission,
    *,
    tried: forms.Form | None = None,
    refusal: RuleBroken | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page. `tried` is the form that was sent and comes back with what was typed in it;
    `refusal` is what was said when the whole of it came too late.
    """
    now = timezone.now()
    on = civil_date(now)
    desk = presenters.bench(submission, request.user, now=now)
    shown = desk.may_decide
    together = selectors.sent_together(submission, user=request.user)
    others = selectors.on_the_same_desk(together, user=request.user, now=now)
    context = {
        "submission": submission,
        "standing": presenters.standing(submission, on=on),
        "history": presenters.history(submission, reader=request.user),
        "bench": desk,
        "question": presenters.asked(submission),
        "thread": selectors.thread(submission),
        "beside": presenters.side_by_side(submission, selectors.decided_before(submission)),
        "file_notes": presenters.file_notes(selectors.same_files(submission)),
        "panels": panels.drawn("assessment", submission, request=request, on=on, known_at=None)
        if shown
        else [],
        **presenters.questionnaire_results(submission, on=on),
        "together": together,
        **_forms(submission, tried, others),
        "form": tried,
        "refusal": refusal,
        "kept": typed(tried) if refusal else [],
        "demonstration": submission.product.supplier.demonstration,
        "section": "assessment",
        "wide": True,
    }
    return render(request, "evidence/assessment.html", context, status=status)


def _forms(
    submission: Submission, tried: forms.Form | None, others: Sequence[Submission]
) -> dict[str, forms.Form]:
    """The three forms of the bench: the one that was sent as it was, the others afresh."""
    valid = submission.valid
    asked = {
        "valid_from": valid and valid.lower,
        "valid_until": last_day(valid and valid.upper),
    }
    fresh = {
        "accept_form": lambda: AcceptForm(
            initial=asked, auto_id="accept_%s", submission=submission, others=others
        ),
        "return_form": lambda: ReturnForm(auto_id="return_%s", others=others),
        "ask_form": lambda: QuestionForm(auto_id="ask_%s"),
    }
    kinds = {"accept_form": AcceptForm, "return_form": ReturnForm, "ask_form": QuestionForm}
    return {
        name: tried if isinstance(tried, kinds[name]) else make() for name, make in fresh.items()
    }


@login_required
@require_POST
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    """Accept for the days given, and for all that is asked but what is left out."""
    require_role(request.user, Role.ASSESSOR)
    submission, others = _with_others(request, ref)
    form = AcceptForm(request.POST, auto_id="accept_%s", submission=submission, others=others)

    def act(given: dict) -> None:
        decided = services.accept_together(
            submission=submission,
            others=given.get("also", []),
            valid=period(given["valid_from"], after(given["valid_until"])),
            reason=given["reason"],
            left_out=form.left_out,
            by=request.user,
            now=timezone.now(),
        )
        for each in decided:
            messages.success(request, presenters.accepted_words(each))

    return _decided(request, ref, form, act)


@login_required
@require_POST
def return_(request: HttpRequest, ref: str) -> HttpResponse:
    """Return with the reason and what would do."""
    require_role(request.user, Role.ASSESSOR)
    submission, others = _with_others(request, ref)

    def act(given: dict) -> None:
        returned = services.return_together(
            submission=submission,
            others=given.pop("also", []),
            by=request.user,
            now=timezone.now(),
            **given,
        )
        refs = " and ".join(each.ref for each in returned)
        messages.success(request, f"Evidence {refs} returned to the supplier.")

    form = ReturnForm(request.POST, auto_id="return_%s", others=others)
    return _decided(request, ref, form, act)


def _with_others(request: HttpRequest, ref: str) -> tuple[Submission, list[Submission]]:
    """The submission, and what was sent with it that is on the same desk."""
    found = visible(request, ref)
    now = timezone.now()
    together = selectors.sent_together(found, user=request.user)
    return found, selectors.on_the_same_desk(together, user=request.user, now=now)


def _decided(
    request: HttpRequest, ref: str, form: forms.Form, act: Callable[[dict], None]
) -> HttpResponse:
    """On to the evidence; or the bench again, with what was typed and why it was refused."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
            return redirect("evidence", ref=ref)
        except Conflict as late:
            return bench(request, visible(request, ref), tried=form, refusal=late, status=409)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    return bench(request, visible(request, ref), tried=form, status=400)
