"""A case: its page, and the steps that officers take on it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.buyers import selectors as buyers
from procurement.phaseout import forms, presenters, rules, selectors, services
from procurement.phaseout.enums import Action, CaseState, NoticeBasis, NoticeState
from procurement.phaseout.models import Case, Notice
from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.asking import AskedForm
from registry.common.errors import NotPermitted, RuleBroken
from registry.common.periods import civil_date


@login_required
@require_safe
def case(request: HttpRequest, id: int) -> HttpResponse:
    """The case with its clock, its cause, what it touches, and what can be done."""
    found = _case(request, id)
    asking = AskedForm(request.GET, now=timezone.now())
    asked = asking.asked
    on = asked.on
    waiting = selectors.waiting_notice(found)
    prospect = selectors.outlook(found, on=on)
    touched = selectors.touched_by(found, on=on)
    allowed = selectors.actions(found, user=request.user, waiting=waiting, prospect=prospect)
    if not asked.is_now:
        # Nobody acts in the past, or on a day to come.
        allowed = frozenset()
    context = {
        "section": "worklist",
        "case": found,
        "state": CaseState(found.state),
        "clock": selectors.clock_of(found, on=on),
        "outlook": prospect,
        "reasons_now": selectors.reasons_now(found, prospect, on=on),
        "causes": found.causes.order_by("period"),
        "steps": found.steps.select_related("by"),
        "notices": [
            (notice, NoticeState(notice.state))
            for notice in found.notices.select_related("proposed_by", "decided_by")
        ],
        "waiting": waiting,
        "may": {action.name: action in allowed for action in Action},
        "touched": touched,
        "holders": buyers.holders_of({x.buyer_id for x in touched.contracts}, on=on),
        "on": on,
        "asking": asking,
        "asked": asked,
        "form": asking,
        "demonstration": found.product.supplier.demonstration,
    }
    status = 400 if asking.errors else 200
    return render(request, "phaseout/case.html", context, status=status)


@login_required
@require_POST
def case_take(request: HttpRequest, id: int) -> HttpResponse:
    """Take a flagged case for triage."""
    found = _case(request, id)
    return _act(
        request,
        found,
        "You have taken the case for triage",
        lambda: services.start_triage(case=found, by=request.user, now=timezone.now()),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_dismiss(request: HttpRequest, id: int) -> HttpResponse:
    """Dismiss a case, for a reason."""
    require_role(request.user, Role.CASE_OFFICER)
    found = _case(request, id)
    form = forms.ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why is the case dismissed?",
        hint="The same cause will not be flagged again. A new cause will.",
    )
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            found,
            "The case is dismissed",
            lambda: services.dismiss(
                case=found,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            ),
        )
    return _step_page(request, found, form, Action.DISMISS)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_close(request: HttpRequest, id: int) -> HttpResponse:
    """Close a case whose facts have healed."""
    require_role(request.user, Role.CASE_OFFICER)
    found = _case(request, id)
    form = forms.ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Anything to add to the record?",
        required=False,
    )
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            found,
            "The case is closed as compliant",
            lambda: services.close_compliant(
                case=found,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            ),
        )
    return _step_page(request, found, form, Action.CLOSE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_propose(request: HttpRequest, id: int) -> HttpResponse:
    """Draft a notice for a second officer."""
    require_role(request.user, Role.CASE_OFFICER)
    found = _case(request, id)
    today = civil_date(timezone.now())
    form = forms.NoticeForm(
        request.POST if request.method == "POST" else None,
        earliest=rules.earliest_respond_by(today),
        standard=found.standard,
        initial={"text": presenters.notice_draft(found, on=today)},
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            services.propose_notice(
                case=found,
                text=typed["text"],
                basis=NoticeBasis(typed["basis"]),
                respond_by=typed["respond_by"],
                by=request.user,
                now=timezone.now(),
            )
        except RuleBroken as error:
            if error.field is None:
                raise
            form.add_error(error.field, error.message)
        else:
            messages.success(request, "The notice waits for a second officer")
            return redirect("case", id=found.pk)
    return _step_page(request, found, form, Action.PROPOSE)


@login_required
@require_POST
def notice_issue(request: HttpRequest, id: int, notice_id: int) -> HttpResponse:
    """A second officer issues a notice."""
    notice = _notice(request, id, notice_id)
    return _act(
        request,
        notice.case,
        "The notice is issued",
        lambda: services.issue_notice(notice=notice, by=request.user, now=timezone.now()),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_reject(request: HttpRequest, id: int, notice_id: int) -> HttpResponse:
    """A second officer sends a notice back."""
    require_role(request.user, Role.CASE_OFFICER, Role.APPROVER)
    notice = _notice(request, id, notice_id)
    form = forms.ReasonForm(
        request.POST if request.method == "POST" else None, label="Why is the notice rejected?"
    )
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            notice.case,
            "The notice is rejected",
            lambda: services.reject_notice(
                notice=notice,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            ),
        )
    return _step_page(request, notice.case, form, Action.REJECT)


def _case(request: HttpRequest, id: int) -> Case:
    if not request.user.is_national:
        raise NotPermitted("Only the national team works on phase-out cases.")
    found = selectors.case_seen_by(request.user, id)
    if found is None:
        raise Http404(f"There is no case {id}.")
    return found


def _notice(request: HttpRequest, id: int, notice_id: int) -> Notice:
    notice = selectors.notice_of(_case(request, id), notice_id)
    if notice is None:
        raise Http404(f"There is no notice {notice_id} on case {id}.")
    return notice


def _act(request: HttpRequest, found: Case, done: str, step) -> HttpResponse:
    """Take `step`; a refusal answers with its own page (registry.common.middleware)."""
    step()
    messages.success(request, done)
    return redirect("case", id=found.pk)


def _step_page(request: HttpRequest, found: Case, form, action: Action) -> HttpResponse:
    """The form of a step, where the case as it stands is open to it."""
    on = civil_date(timezone.now())
    if action not in selectors.offered(found, user=request.user, on=on):
        messages.warning(request, f"“{action.label}” is not open on the case as it stands")
        return redirect("case", id=found.pk)
    context = {"section": "worklist", "case": found, "form": form, "action": action}
    return render(request, "phaseout/step.html", context)
