"""Addresses of messages, of the outbox, and of who acts for a supplier."""

from registry.accounts.models import Role
from tests.access.ways import READ_ONLY, SIGNED_IN, SUPPLIERS, UNSEEN, Way, answers, pk, ref
from tests.access.world import EVERYBODY, MEMBERS, World

_LOOK = {Role.ADMINISTRATOR.value, Role.AUDITOR.value}
_MANAGE = {"supplier_owner", Role.ADMINISTRATOR.value}
_MANAGED = answers(_MANAGE, told=(MEMBERS | _LOOK) - _MANAGE, otherwise=UNSEEN)
_STRANGERS = EVERYBODY - {"nobody"}


def _letter(world: World) -> dict:
    return {"uuid": world.letter.uuid}


def _token(world: World) -> dict:
    return {"token": world.invitation_token}


_JOINING = {"name": "Nia Comer", "password": "seven dry camels", "again": "seven dry camels"}

NOTIFICATIONS = [
    Way("notifications", SIGNED_IN, READ_ONLY),
    Way(
        "notifications_read_all",
        READ_ONLY,
        SIGNED_IN,
        # Who has nothing unread changes nothing.
        writes={"supplier_owner", "supplier_editor"},
    ),
    Way(
        "notification_read",
        READ_ONLY,
        answers({"supplier_owner"}, otherwise=UNSEEN),
        kwargs=pk("notification"),
        writes=True,
    ),
    Way(
        "notification_preference",
        SIGNED_IN,
        SIGNED_IN,
        data=lambda world: {"delivery": "daily"},
        writes=True,
    ),
    Way("outbox", answers(_LOOK), READ_ONLY),
    Way("letter", answers(_LOOK), READ_ONLY, kwargs=_letter),
    Way("letter_retry", READ_ONLY, answers({"administrator"}), kwargs=_letter, writes=True),
]

PEOPLE = [
    Way("members", answers(SUPPLIERS | _LOOK), READ_ONLY),
    Way(
        "members",
        answers(MEMBERS | _LOOK, told=EVERYBODY - SUPPLIERS - _LOOK - {"nobody"}, otherwise=UNSEEN),
        READ_ONLY,
        "a supplier",
        query="supplier=aldermoor",
    ),
    Way(
        "member_invite",
        _MANAGED,
        _MANAGED,
        kwargs=ref("supplier"),
        data=lambda world: {"email": "somebody@new.test", "role": "supplier_editor"},
        writes=True,
    ),
    Way(
        "member_role",
        _MANAGED,
        _MANAGED,
        kwargs=pk("membership"),
        data=lambda world: {"role": "supplier_owner"},
        writes=True,
    ),
    Way(
        "member_remove",
        answers(_MANAGE | MEMBERS, told=_LOOK - _MANAGE, otherwise=UNSEEN),
        answers(_MANAGE | MEMBERS, told=_LOOK - _MANAGE, otherwise=UNSEEN),
        kwargs=pk("membership"),
        writes=True,
    ),
    Way("invitation_again", READ_ONLY, _MANAGED, kwargs=pk("invitation"), writes=True),
    Way("invitation_cancel", READ_ONLY, _MANAGED, kwargs=pk("invitation"), writes=True),
    # Whoever is signed in with another address is told so.
    Way(
        "invitation",
        answers({"nobody"}, told=_STRANGERS),
        answers({"nobody"}, told=_STRANGERS),
        kwargs=_token,
        data=lambda world: _JOINING,
        writes=True,
    ),
]
