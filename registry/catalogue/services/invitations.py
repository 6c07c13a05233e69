"""Asking people to act for a supplier, and their answer.

Every one of these services holds the supplier's row first, as those of members.py do: an answer
and a cancellation, two clicks, two owners come one after the other.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from registry.accounts.models import User
from registry.accounts.services import create_account
from registry.audit import services as audit
from registry.catalogue.enums import InvitationState, SupplierRole
from registry.catalogue.models import Invitation, Supplier, SupplierMembership
from registry.catalogue.services.members import locked_members, require_may_manage, tell_owners
from registry.catalogue.services.tokens import hash_of, new_token
from registry.common import locks
from registry.common.errors import Conflict, NotPermitted, RuleBroken, TooOften
from registry.common.formatting import format_date
from registry.notifications.enums import Kind
from registry.notifications.services import drop, notify_address

_DAY = timedelta(hours=24)


@transaction.atomic
def invite(*, email: str, supplier: Supplier, role: str, by: User, now: datetime) -> Invitation:
    """Ask the reader of `email` to act for `supplier` in `role`, by an e-mail with a link.

    Whether there is an account of that address is not told. `TooOften` past the day's limits.
    """
    address = _address(email)
    # Before the supplier's row, as in `join`: nobody waits in a circle.
    locks.advisory(f"account of {address}")
    members = locked_members(supplier)
    require_may_manage(by, supplier)
    if any(row.user.email == address for row in members.values()):
        raise RuleBroken(f"{address} acts for {supplier.name} already.", field="email")
    if supplier.invitations.pending().filter(email=address).exists():
        words = f"{address} is invited already. Send the invitation again instead."
        raise RuleBroken(words, field="email")
    token = new_token()
    row = Invitation(
        supplier=supplier,
        email=address,
        role=SupplierRole(role),
        invited_by=by,
        invited_at=now,
        sent_at=[],
    )
    _send(row, token, now=now)
    detail = {"email": address, "role": row.role}
    audit.record(actor=by, action="supplier.invited", subject=row, now=now, detail=detail)
    return row


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        words = "Enter an email address in the correct format, like name@example.com"
        raise RuleBroken(words, field="email") from error
    if len(address) > 254 or address.endswith(".invalid"):
        raise RuleBroken("Enter an email address that somebody reads.", field="email")
    return address


def _send(row: Invitation, token: str, *, now: datetime) -> None:
    """Give the invitation a link of its own, and put the e-mail with it into the outbox."""
    _refuse_too_often(row, now)
    row.token_hash = hash_of(token)
    row.expires_at = now + timedelta(days=settings.INVITATION_DAYS)
    row.sent_at = [*row.sent_at, now]
    row.save()
    role = SupplierRole(row.role).label.lower()
    notify_address(
        address=row.email,
        kind=Kind.INVITATION,
        subject=f"{row.invited_by} invites you to act for {row.supplier}",
        body=[
            f"{row.invited_by} asks you to act for {row.supplier} in the {settings.SITE_NAME}, as "
            f"a {role}.",
            f"The link below is yours alone. It works once, until {format_date(row.expires_at)}.",
        ],
        secret_link=reverse("invitation", kwargs={"token": token}),
        key=_key(row),
        now=now,
    )


def _key(row: Invitation) -> str:
    return f"invitation {row.pk} {len(row.sent_at)}"


def _refuse_too_often(row: Invitation, now: datetime) -> None:
    limits = (
        (
            Invitation.objects.filter(supplier=row.supplier),
            settings.INVITATIONS_OF_A_SUPPLIER_A_DAY,
        ),
        (Invitation.objects.filter(email=row.email), settings.INVITATIONS_TO_AN_ADDRESS_A_DAY),
    )
    for rows, most in limits:
        sent = sorted(
            moment
            for moments in rows.values_list("sent_at", flat=True)
            for moment in moments
            if moment > now - _DAY
        )
        if len(sent) >= most:
            wait = sent[-most] + _DAY - now
            hours = max(round(wait.total_seconds() / 3600), 1)
            words = f"Too many invitations were sent in 24 hours. Try again in {hours} hours."
            raise TooOften(words, wait=wait)


@transaction.atomic
def send_again(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Send a new link, which holds from now on; the one before it opens nothing any more."""
    locks.advisory(f"account of {invitation.email}")
    row = _locked(invitation)
    require_may_manage(by, row.supplier)
    _refuse_ended(row)
    if row.sent_at:
        drop(key=_key(row), now=now)
    row.invited_by = by
    _send(row, new_token(), now=now)
    audit.record(actor=by, action="supplier.invited_again", subject=row, now=now)
    return row


@transaction.atomic
def cancel(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Take the invitation back: its link opens nothing, and what was not sent is not sent."""
    row = _locked(invitation)
    require_may_manage(by, row.supplier)
    _refuse_ended(row)
    _end(row, InvitationState.CANCELLED, by=by, now=now)
    audit.record(actor=by, action="supplier.invitation_cancelled", subject=row, now=now)
    return row


def _end(row: Invitation, state: InvitationState, *, by: User, now: datetime) -> None:
    row.state, row.ended_by, row.ended_at = state, by, now
    row.save(update_fields=["state", "ended_by", "ended_at"])
    drop(key=_key(row), now=now)


def _locked(invitation: Invitation) -> Invitation:
    locked_members(invitation.supplier)
    rows = Invitation.objects.select_related("supplier").select_for_update(of=("self",))
    return rows.get(pk=invitation.pk)


def _refuse_ended(row: Invitation) -> None:
    if row.state != InvitationState.PENDING:
        what = InvitationState(row.state).label.lower()
        raise Conflict(f"This invitation was {what} already.")


@transaction.atomic
def accept(
    *, invitation: Invitation, token_hash: str, by: User, now: datetime
) -> SupplierMembership:
    """`by`, who signed in with the invited address, acts for the supplier from now on.

    `token_hash` is that of the link that was followed: it must still be the last that was sent.
    """
    if by.email != invitation.email:
        raise NotPermitted("This invitation is for another email address than yours.")
    row = _locked(invitation)
    return _accept(row, token_hash, by=by, now=now)


def _accept(row: Invitation, token_hash: str, *, by: User, now: datetime) -> SupplierMembership:
    _refuse_ended(row)
    if row.token_hash != token_hash:
        raise Conflict("A newer invitation was sent. Follow the link in the newer email.")
    if row.has_expired(now):
        words = f"This invitation has expired. Ask an owner of {row.supplier} to send it again."
        raise Conflict(words)
    if row.supplier.memberships.filter(user=by).exists():
        raise Conflict(f"You act for {row.supplier} already.")
    member = SupplierMembership.objects.create(
        user=by, supplier=row.supplier, role=row.role, since=now
    )
    _end(row, InvitationState.ACCEPTED, by=by, now=now)
    detail = {"member": by.email, "role": row.role, "invited_by": row.invited_by.email}
    audit.record(
        actor=by,
        action="supplier.invitation_accepted",
        subject=row.supplier,
        now=now,
        detail=detail,
    )
    tell_owners(
        supplier=row.supplier,
        but=by,
        subject=f"{by} now acts for {row.supplier}",
        body=[f"{by} ({by.email}) accepted the invitation of {row.invited_by}."],
        key=f"invitation {row.pk} accepted",
        now=now,
    )
    return member


@transaction.atomic
def join(
    *, invitation: Invitation, token_hash: str, name: str, password: str, now: datetime
) -> User:
    """Somebody without an account makes one, for the invited address alone, and accepts.

    Accounts are given (ADR 0045): an invitation is the only door. Who can follow its link reads
    the mail of that address, so it need not be confirmed again.
    """
    # Two invitations of one address at the same moment must not both make its account.
    locks.advisory(f"account of {invitation.email}")
    row = _locked(invitation)
    _refuse_ended(row)
    user = create_account(email=row.email, password=password, name=name.strip())
    _accept(row, token_hash, by=user, now=now)
    return user
