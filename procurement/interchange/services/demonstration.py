"""The people of the demonstration, and what they did: work that no register file can carry."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from procurement.interchange.services.demonstration_evidence import send_evidence
from procurement.interchange.services.enrolling import BUYER, enrol
from registry.accounts.models import Role, User
from registry.accounts.services import HashedPassword, hash_password
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import Invitation, Supplier
from registry.catalogue.services import invitations
from registry.probes.enums import Control
from registry.probes.models import Endpoint
from registry.probes.services import controls, endpoints

# Printed by `manage.py seed` and said in the README: it opens nothing but a demonstration. Where
# DEMONSTRATION is off the same people get passwords that nobody knows: anybody could be them.
PASSWORD = "demonstration only"  # noqa: S105
# Simulated hosts that their suppliers prove themselves. The first answers with the token as soon
# as somebody looks; the second never answers anything, so that its proof is waited for.
_PROVING = {("aldermoor", "localhost:9440"), ("dunsford", "localhost:9446")}
_EDITOR = "standards.editor@team.example"
# Invited to Aldermoor, without an account: the link stands in the outbox of a local run.
_INVITED = "colleague@aldermoor.example"
_ASSESSOR, _OFFICER = "first.assessor@team.example", "case.officer@team.example"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demonstration, what they are, and for whom."""

    email: str
    name: str
    role: str
    organisation: str | None = None


PEOPLE = (
    Person("owner@aldermoor.example", "Amal Osei", SupplierRole.OWNER, "aldermoor"),
    Person("editor@aldermoor.example", "Edda Marsh", SupplierRole.EDITOR, "aldermoor"),
    Person("buyer@humber.example", "Bryn Achebe", BUYER, "QOQ"),
    Person(_ASSESSOR, "Asha Quill", Role.ASSESSOR),
    Person("second.assessor@team.example", "Sol Pemberley", Role.ASSESSOR),
    Person(_OFFICER, "Cass Okafor", Role.CASE_OFFICER),
    Person("approver@team.example", "Petra Lindqvist", Role.APPROVER),
    Person(_EDITOR, "Stellan Voss", Role.STANDARDS_EDITOR),
    Person("second.editor@team.example", "Noor Whitlock", Role.STANDARDS_EDITOR),
    Person("auditor@team.example", "Una Thackeray", Role.AUDITOR),
    Person("administrator@team.example", "Milo Rennick", Role.ADMINISTRATOR),
)
OTHER_OWNER = Person("owner@others.example", "Ines Calloway", SupplierRole.OWNER)


def standards_editor(*, now: datetime) -> User:
    """Who loads the demonstration."""
    editor = next(person for person in PEOPLE if person.email == _EDITOR)
    return _enrol(editor, _password(), now=now)


def enrol_everyone(*, now: datetime) -> None:
    """One person for each role, and one who owns every other supplier of the demonstration."""
    password = _password()
    for person in PEOPLE:
        _enrol(person, password, now=now)
    for supplier in Supplier.objects.filter(demonstration=True).order_by("ref"):
        owner = replace(OTHER_OWNER, email=_owner(supplier), organisation=supplier.ref)
        _enrol(owner, password, now=now)


def _password() -> HashedPassword:
    """Everybody's, hashed once; nobody's where the demonstration is not shown."""
    return hash_password(PASSWORD if settings.DEMONSTRATION else secrets.token_urlsafe(32))


def _owner(supplier: Supplier) -> str:
    """Who owns the supplier's account: one of `PEOPLE`, or the owner of all the others."""
    owners = {p.organisation: p.email for p in PEOPLE if p.role == SupplierRole.OWNER}
    return owners.get(supplier.ref, OTHER_OWNER.email)


def _owner_account(supplier: Supplier) -> User:
    return User.objects.get(email=_owner(supplier))


def _enrol(person: Person, password: HashedPassword, *, now: datetime) -> User:
    enrolled = enrol(
        email=person.email,
        role=str(person.role),
        organisation=person.organisation,
        password=password,
        name=person.name,
        now=now,
    )
    return enrolled.user


def set_scene(*, now: datetime) -> None:
    """Begin to prove some simulated hosts, vouch for the others, send evidence of every kind and
    state, and invite a colleague who has not answered."""
    waiting = Endpoint.objects.filter(
        product__supplier__demonstration=True, control=Control.UNPROVED
    )
    for endpoint in waiting.select_related("product__supplier").order_by("pk"):
        if (endpoint.product.supplier.ref, endpoint.authority) in _PROVING:
            _prove(endpoint, now=now)
        else:
            _vouch(endpoint, now=now)
    assessor = User.objects.get(email=_ASSESSOR)
    send_evidence(owner_of=_owner_account, assessor=assessor, now=now)
    _invite(now=now)


def _invite(*, now: datetime) -> None:
    supplier = Supplier.objects.get(ref="aldermoor")
    if not Invitation.objects.filter(supplier=supplier, email=_INVITED).exists():
        owner = _owner_account(supplier)
        invitations.invite(
            email=_INVITED, supplier=supplier, role=SupplierRole.EDITOR, by=owner, now=now
        )


def _prove(endpoint: Endpoint, *, now: datetime) -> None:
    owner = _owner_account(endpoint.product.supplier)
    begun = controls.start_at(endpoint=endpoint, by=owner, now=now)
    if begun.asked_at is None:
        controls.check_now(control=begun, by=owner, now=now)


def _vouch(endpoint: Endpoint, *, now: datetime) -> None:
    officer = User.objects.get(email=_OFFICER)
    reason = "A simulated server of the demonstration, on this machine."
    endpoints.vouch(endpoint=endpoint, by=officer, reason=reason, now=now)
