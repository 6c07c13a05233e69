"""The menu: which room's front page is offered to whom."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from config.jinja import url
from registry.accounts.models import Role
from registry.catalogue.selectors import suppliers_of


@dataclass(frozen=True)
class Entry:
    """An item of the menu: `section` is what a page's context names to be marked."""

    section: str
    label: str
    url_name: str
    shown_to: Callable[[object], bool]

    @property
    def href(self) -> str:
        return url(self.url_name)


def _everyone(user) -> bool:
    return True


def _of_a_supplier(user) -> bool:
    return user.is_authenticated and suppliers_of(user).exists()


def _of_a_buyer(user) -> bool:
    return user.is_authenticated and user.buyer_memberships.exists()


def _assesses(user) -> bool:
    return user.is_authenticated and user.has_role(Role.ASSESSOR, Role.AUDITOR)


def _administers(user) -> bool:
    return user.is_authenticated and user.has_role(Role.ADMINISTRATOR)


def _works_cases(user) -> bool:
    return user.is_authenticated and user.has_role(Role.CASE_OFFICER, Role.APPROVER, Role.AUDITOR)


def _edits_standards(user) -> bool:
    return user.is_authenticated and user.has_role(Role.STANDARDS_EDITOR)


def _reads_the_outbox(user) -> bool:
    return user.is_authenticated and user.has_role(Role.ADMINISTRATOR, Role.AUDITOR)


PUBLIC = (
    Entry("products", "Products", "product_search", _everyone),
    Entry("standards", "Standards", "standards", _everyone),
    Entry("status", "Status", "status", _everyone),
)
DESKS = (
    Entry("supplier", "Supplier desk", "supplier_desk", _of_a_supplier),
    Entry("assessment", "Assessment queue", "assessment_queue", _assesses),
    Entry("interests", "Interests of assessors", "interests", _administers),
    Entry("buyer", "My contracts", "buyer_desk", _of_a_buyer),
    Entry("worklist", "Worklist", "worklist", _works_cases),
    Entry("whatif", "What if", "whatif_drafts", _edits_standards),
    Entry("outbox", "Outbox", "outbox", _reads_the_outbox),
)


def entries_for(user) -> list[Entry]:
    """The menu of `user`, who may be anonymous: desks are of people who signed in."""
    desks = DESKS if user.is_authenticated else ()
    return [entry for entry in (*PUBLIC, *desks) if entry.shown_to(user)]


def first_desk(user) -> str:
    """The address of the desk to land on after signing in; the home page without one."""
    return next((desk.href for desk in DESKS if desk.shown_to(user)), reverse("home"))
