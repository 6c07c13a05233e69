"""Addresses of machines' reports, of tokens, of files and of calendars."""

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.evidence.services import links
from registry.tokens.models import CalendarAddress
from registry.tokens.selectors import token_of
from tests.access.ways import (
    EVERYONE,
    NO_METHOD,
    READ_ONLY,
    READ_ONLY_PUBLIC,
    SUPPLIERS,
    TEAM,
    UNNAMED,
    UNSEEN,
    Way,
    answers,
    ref,
)
from tests.access.world import MEMBERS, World
from tests.evidence.reports import inferno


def _link(world: World) -> dict:
    """A link made for the supplier's editor, which is of no use to anybody else."""
    file = world.submitted.files.get()
    return {"token": links.link_to(file, user=world.people["supplier_editor"]).split("/")[-2]}


class _Again(SimpleUploadedFile):
    """A file that every visitor sends from its beginning."""

    def read(self, *args):
        self.seek(0)
        return super().read(*args)


def _report(world: World, name: str) -> dict:
    content = inferno([("a_test", "pass")])
    return {
        "product": world.product.ref,
        name: _Again("results.json", content),
    }


def _token(world: World) -> dict:
    return {"supplier": world.supplier.ref, "name": "Nightly tests", "days": "90"}


def _calendar(world: World) -> dict:
    """The address of the editor's calendar: whoever has it reads it."""
    address = CalendarAddress.objects.get(user=world.people["supplier_editor"])
    return {"token": token_of(address)}


_OWN = answers(MEMBERS, otherwise=UNSEEN, nobody=UNNAMED)
_NOBODY_ELSE = answers({"supplier_editor"}, otherwise=UNSEEN, nobody=UNSEEN)
_OWNER = answers({"supplier_owner"})

REPORTS = [
    Way(
        "owed_subscription",
        answers(SUPPLIERS),
        answers(SUPPLIERS),
        data=lambda world: {"then": "open"},
        writes=True,
    ),
    Way(
        "owed_subscribed",
        EVERYONE,
        READ_ONLY_PUBLIC,
        kwargs=_calendar,
        bearer="supplier_editor",
    ),
    Way("file", _NOBODY_ELSE, READ_ONLY_PUBLIC, kwargs=_link),
    # The form of the rival does not offer Aldermoor's product: an error, not a 403.
    Way(
        "evidence_send_report",
        answers(SUPPLIERS),
        answers(SUPPLIERS),
        data=lambda world: _report(world, "file"),
        writes=MEMBERS,
    ),
    Way("evidence_report", answers(TEAM, otherwise=UNSEEN), READ_ONLY, kwargs=ref("reported")),
    Way(
        "api-evidence-list",
        answers(otherwise=NO_METHOD, nobody=UNNAMED),
        answers(MEMBERS, nobody=UNNAMED),
        data=lambda world: _report(world, "report"),
        writes=MEMBERS,
    ),
    Way(
        "api-evidence-detail",
        _OWN,
        answers(otherwise=NO_METHOD, nobody=UNNAMED),
        kwargs=ref("reported"),
    ),
    Way("tokens", _OWNER, _OWNER, data=_token, writes=True),
    Way(
        "token_revoke",
        answers({"supplier_owner"}, otherwise=UNSEEN),
        answers({"supplier_owner"}, otherwise=UNSEEN),
        kwargs=lambda world: {"token_id": world.token.pk},
        writes=True,
    ),
]
