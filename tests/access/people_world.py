"""Messages, an e-mail that was given up, and people who were invited."""

from registry.catalogue.models import Invitation, SupplierMembership
from registry.catalogue.services import invitations
from registry.notifications import services as notifications
from registry.notifications.enums import Kind, LetterState
from registry.notifications.models import Letter, Notification
from registry.notifications.services.sealing import unsealed_paths


def add_messages_and_invitations(world) -> None:
    """One of each that has an address."""
    owner, now = world.people["supplier_owner"], world.now
    # Whoever follows an invitation's link reads who invites them.
    owner.name = "Olwen Aldred"
    owner.save(update_fields=["name"])
    notifications.notify(
        to=[owner],
        kind=Kind.EVIDENCE_ENDS,
        subject="Yarrow ends",
        body=["Zedoary is to be renewed."],
        link="/evidence/",
        key="a story",
        now=now,
    )
    told = Notification.objects.get(key="a story")
    Letter.objects.filter(pk=told.letter_id).update(
        state=LetterState.GIVEN_UP, ended_at=now, attempts=18, last_error="550 no such person"
    )
    row = invitations.invite(
        email="newcomer@aldermoor.test",
        supplier=world.supplier,
        role="supplier_editor",
        by=owner,
        now=now,
    )
    invitations.invite(
        email="valerian@aldermoor.test",
        supplier=world.supplier,
        role="supplier_editor",
        by=owner,
        now=now,
    )
    world.things |= {
        "notification": told,
        "letter": Letter.objects.get(pk=told.letter_id),
        "invitation": row,
        "invitation_token": token_of(row),
        "membership": SupplierMembership.objects.get(user=world.people["supplier_editor"]),
    }


def token_of(invitation: Invitation) -> str:
    """The token of the link that was sent last, as its reader finds it in the e-mail."""
    letter = Letter.objects.filter(address=invitation.email).latest("pk")
    return next(iter(unsealed_paths(letter).values())).rstrip("/").rpartition("/")[2]
