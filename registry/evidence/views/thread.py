"""Questions about a submission, the supplier's answers, and files sent with them."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from registry.accounts.models import Role
from registry.accounts.services import require_role
from registry.common.errors import Conflict, RuleBroken, TooOften
from registry.common.formatting import format_datetime
from registry.evidence import services
from registry.evidence.forms.shared import add_refusal
from registry.evidence.forms.thread import AnswerForm, QuestionForm
from registry.evidence.models import Message
from registry.evidence.views.asked import own, visible
from registry.evidence.views.assessor import bench
from registry.evidence.views.page import whole_page


@login_required
@require_POST
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask the supplier something."""
    require_role(request.user, Role.ASSESSOR)
    submission = visible(request, ref)
    form = QuestionForm(request.POST, auto_id="ask_%s")
    if form.is_valid():
        try:
            said = services.ask(submission=submission, **_given(request, form))
            messages.success(request, "Question sent to the supplier.")
            return _at(said, "assessment", ref)
        except TooOften as often:
            _say_when(request, form, often)
            page = bench(request, visible(request, ref), tried=form, status=429)
            return _with_wait(page, often)
        except Conflict as late:
            return bench(request, visible(request, ref), tried=form, refusal=late, status=409)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    _ask_for_files_again(request, form)
    return bench(request, visible(request, ref), tried=form, status=400)


@login_required
@require_POST
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer what the assessor asked."""
    submission = own(request, ref)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        try:
            said = services.answer(submission=submission, **_given(request, form))
            messages.success(request, "Answer sent to the assessor.")
            return _at(said, "evidence", ref)
        except TooOften as often:
            _say_when(request, form, often)
            page = whole_page(request, own(request, ref), answer_form=form, status=429)
            return _with_wait(page, often)
        except Conflict as late:
            found = own(request, ref)
            return whole_page(request, found, answer_form=form, refusal=late, status=409)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    _ask_for_files_again(request, form)
    return whole_page(request, own(request, ref), answer_form=form, status=400)


def _given(request: HttpRequest, form) -> dict:
    return {
        "text": form.cleaned_data["text"],
        "uploads": request.FILES.getlist("file"),
        "by": request.user,
        "now": timezone.now(),
    }


def _say_when(request: HttpRequest, form: forms.Form, often: TooOften) -> None:
    """Beside the text, which stays: from when on it can be sent."""
    # A whole minute, and never sooner than it is true.
    when = format_datetime(timezone.now() + often.wait + timedelta(minutes=1))
    form.add_error("text", f"{often.message} What you wrote is kept here. Send it after {when}")
    _ask_for_files_again(request, form)


def _with_wait(response: HttpResponse, often: TooOften) -> HttpResponse:
    response["Retry-After"] = str(often.seconds)
    return response


def _ask_for_files_again(request: HttpRequest, form: forms.Form) -> None:
    """A browser never fills in a file by itself, not even one that was good."""
    if request.FILES:
        form.add_error("file", "Nothing was sent yet. Choose the files again")


def _at(said: Message, page: str, ref: str) -> HttpResponse:
    return redirect(reverse(page, kwargs={"ref": ref}) + f"#message-{said.pk}")
