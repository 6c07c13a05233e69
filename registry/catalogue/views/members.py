"""Who acts for a supplier, and what its owners do about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.catalogue import selectors
from registry.catalogue.enums import InvitationState, SupplierRole
from registry.catalogue.forms import InviteForm, RoleForm
from registry.catalogue.models import Invitation, Supplier, SupplierMembership
from registry.catalogue.services import invitations, members
from registry.common.errors import NotPermitted, RuleBroken


@login_required
@require_safe
def members_page(request: HttpRequest) -> HttpResponse:
    """Who acts for the supplier and who is invited. `?supplier=REF` where there are several."""
    suppliers = list(selectors.suppliers_managed_by(request.user))
    suppliers = suppliers or selectors.require_suppliers(request.user)
    supplier = _chosen(suppliers, request.GET.get("supplier", ""))
    context = {
        "supplier": supplier,
        "suppliers": suppliers,
        "members": selectors.memberships_in(supplier, user=request.user),
        "invitations": selectors.pending_invitations(supplier, user=request.user),
        "former": selectors.former_members(supplier, user=request.user),
        "manages": selectors.manages(request.user, supplier),
        "roles": SupplierRole,
        "states": InvitationState,
        "now": timezone.now(),
        "demonstration": supplier.demonstration,
        "section": "supplier",
    }
    return render(request, "catalogue/members.html", context)


def _chosen(suppliers: list[Supplier], ref: str) -> Supplier:
    for supplier in suppliers:
        if ref in ("", supplier.ref):
            return supplier
    raise Http404("There is no such supplier whose members you may see.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, ref: str) -> HttpResponse:
    """Invite somebody by e-mail."""
    supplier = _chosen(list(selectors.suppliers_managed_by(request.user)), ref)
    _require_manages(request, supplier)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            row = invitations.invite(
                supplier=supplier, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"An invitation is on its way to {row.email}.")
            return redirect(_page(supplier))
        except RuleBroken as refusal:
            form.add_error(refusal.field, refusal.message)
    context = {"form": form, "supplier": supplier, "page": _page(supplier), "section": "supplier"}
    status = 400 if form.errors else 200
    return render(request, "catalogue/invite.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_role(request: HttpRequest, id: int) -> HttpResponse:
    """Let a member act in another role."""
    member = _member(request, id)
    _require_manages(request, member.supplier)
    form = RoleForm(request.POST if request.method == "POST" else None, initial=vars(member))
    if form.is_valid():
        try:
            members.change_role(
                user=member.user,
                supplier=member.supplier,
                role=form.cleaned_data["role"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, f"The role of {member.user} is saved.")
            return redirect(_page(member.supplier))
        except RuleBroken as refusal:
            form.add_error("role", refusal.message)
    context = {"form": form, "member": member, "page": _page(member.supplier)}
    status = 400 if form.errors else 200
    return render(request, "catalogue/role.html", context | {"section": "supplier"}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, id: int) -> HttpResponse:
    """Ask once more, then remove a member; anybody may leave."""
    member = _member(request, id)
    leaving = member.user_id == request.user.pk
    if not leaving:
        _require_manages(request, member.supplier)
    if request.method == "POST":
        members.remove_member(
            user=member.user, supplier=member.supplier, by=request.user, now=timezone.now()
        )
        return _after_leaving(request, member, leaving=leaving)
    context = {"member": member, "leaving": leaving, "page": _page(member.supplier)}
    return render(request, "catalogue/remove.html", context | {"section": "supplier"})


def _after_leaving(
    request: HttpRequest, member: SupplierMembership, *, leaving: bool
) -> HttpResponse:
    if leaving:
        messages.success(request, f"You no longer act for {member.supplier}.")
        return redirect("desk")
    messages.success(request, f"{member.user} no longer acts for {member.supplier}.")
    return redirect(_page(member.supplier))


@login_required
@require_POST
def send_again(request: HttpRequest, id: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    row = _invitation(request, id)
    try:
        invitations.send_again(invitation=row, by=request.user, now=timezone.now())
        messages.success(request, f"A new invitation is on its way to {row.email}.")
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    return redirect(_page(row.supplier))


@login_required
@require_POST
def cancel(request: HttpRequest, id: int) -> HttpResponse:
    """Take an invitation back."""
    row = _invitation(request, id)
    try:
        invitations.cancel(invitation=row, by=request.user, now=timezone.now())
        messages.success(request, f"The invitation of {row.email} is cancelled.")
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    return redirect(_page(row.supplier))


def _page(supplier: Supplier) -> str:
    return f"{reverse('members')}?supplier={supplier.ref}"


def _require_manages(request: HttpRequest, supplier: Supplier) -> None:
    if not selectors.manages(request.user, supplier):
        raise NotPermitted(f"Only the owners of {supplier.name} may do this.")


def _member(request: HttpRequest, id: int) -> SupplierMembership:
    found = selectors.membership_for(request.user, id)
    if found is None:
        raise Http404("There is no such member that you may see.")
    return found


def _invitation(request: HttpRequest, id: int) -> Invitation:
    found = selectors.invitation_for(request.user, id)
    if found is None:
        raise Http404("There is no such invitation that you may see.")
    return found
