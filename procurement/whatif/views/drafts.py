"""The list of drafts, and drawing one up."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.whatif import forms, selectors, services
from procurement.whatif.enums import Action, ChangeKind, DraftState
from procurement.whatif.models import Draft
from procurement.whatif.views.finding import draft_of, require_editor
from registry.common.errors import Conflict, RuleBroken

PER_PAGE = 30


@login_required
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Every draft, newest first."""
    require_editor(request)
    found = Paginator(selectors.drafts_for(request.user), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "section": "whatif",
        "page": page,
        "rows": [(draft, DraftState(draft.state)) for draft in page],
    }
    return render(request, "whatif/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start a draft."""
    require_editor(request)
    form = forms.DraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.start_draft(**form.cleaned_data, by=request.user, now=timezone.now())
        except RuleBroken as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, "The draft is there. Add its changes")
            return redirect("whatif_draft", id=made.pk)
    return render(request, "whatif/new.html", {"section": "whatif", "form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, id: int) -> HttpResponse:
    """Add a change: what and of which standard (in the address), which one, and how."""
    draft = draft_of(request, id)
    if Action.CHANGE not in selectors.actions(draft, request.user):
        messages.warning(request, "The draft as it stands cannot be changed")
        return redirect("whatif_draft", id=draft.pk)
    asking = _asking(request)
    if not asking.is_valid():
        return _change_page(request, draft, asking)
    kind, standard = ChangeKind(asking.cleaned_data["kind"]), asking.cleaned_data["standard"]
    offer = None
    if kind != ChangeKind.ADD_SCOPE:
        offers = selectors.offers(kind, standard, selectors.changes_of(draft))
        which = forms.OfferForm(
            request.GET if "of" in request.GET else None, kind=kind, offers=offers
        )
        if not which.is_valid():
            return _change_page(request, draft, which, kind=kind, standard=standard)
        offer = which.chosen
    typed = request.POST if request.method == "POST" else None
    if kind == ChangeKind.CHANGE_WAYS:
        form = forms.WaysForm(typed, standard=standard, offer=offer)
    else:
        form = forms.ChangeForm(typed, kind=kind, standard=standard, offer=offer)
    if request.method == "POST" and form.is_valid() and _add(request, draft, form):
        messages.success(request, "The change is in the draft")
        return redirect("whatif_draft", id=draft.pk)
    return _change_page(request, draft, form, kind=kind, standard=standard, offer=offer)


def _asking(request: HttpRequest) -> forms.KindForm:
    """What the address says; a standard alone, as its own page links here, is a first answer."""
    said = request.GET if "kind" in request.GET else None
    return forms.KindForm(said, initial={"standard": request.GET.get("standard")})


def _add(request: HttpRequest, draft: Draft, form: forms.ChangeForm | forms.WaysForm) -> bool:
    """Whether the change was added; otherwise the form says why not."""
    try:
        services.add_change(draft=draft, wanted=form.wanted, by=request.user, now=timezone.now())
    except Conflict:
        raise
    except RuleBroken as error:
        field = "last_day" if error.field == "period" else error.field
        form.add_error(field if field in form.fields else None, error.message)
        return False
    return True


def _change_page(request: HttpRequest, draft: Draft, form, **more) -> HttpResponse:
    context = {"section": "whatif", "draft": draft, "form": form, **more}
    return render(request, "whatif/change.html", context)


@login_required
@require_POST
def change_remove(request: HttpRequest, id: int, change_id: int) -> HttpResponse:
    """Take a change out of a draft."""
    draft = draft_of(request, id)
    if selectors.is_of_another(draft, change_id):
        raise Http404(f"Draft {id} has no such change.")
    services.remove_change(draft=draft, change_id=change_id, by=request.user, now=timezone.now())
    messages.success(request, "The change is no longer in the draft")
    return redirect("whatif_draft", id=draft.pk)


@login_required
@require_POST
def copy(request: HttpRequest, id: int) -> HttpResponse:
    """A second draft with the same changes, to alter and compare."""
    made = services.copy_draft(draft=draft_of(request, id), by=request.user, now=timezone.now())
    messages.success(request, "This is the copy. Change it, and compare it with the other")
    return redirect("whatif_draft", id=made.pk)
