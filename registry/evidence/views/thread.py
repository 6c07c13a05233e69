"""Questions about a submission, the supplier's answers, and files sent with them."""

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
        except TooOften:
            raise
        except Conflict as late:
            return bench(request, visible(request, ref), tried=form, refusal=late, status=409)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
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
        except (Conflict, TooOften):
            raise
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    return whole_page(request, own(request, ref), answer_form=form, status=400)


def _given(request: HttpRequest, form) -> dict:
    return {
        "text": form.cleaned_data["text"],
        "uploads": request.FILES.getlist("file"),
        "by": request.user,
        "now": timezone.now(),
    }


def _at(said: Message, page: str, ref: str) -> HttpResponse:
    return redirect(reverse(page, kwargs={"ref": ref}) + f"#message-{said.pk}")
