"""Who reads a page, and where what it speaks of can be opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from registry.accounts.models import Role
from registry.catalogue.models import Product
from registry.catalogue.selectors import acts_for
from registry.compliance.rules import Kind, Link, Move, Reason, Task

# What was accepted once is public, whatever became of it; a return is not (product.md).
_PUBLIC = (Kind.EXPIRED, Kind.REVOKED, Kind.STARTS_LATER)


@dataclass(frozen=True)
class Action:
    """Where to look or what to do next: an address and the words of its link."""

    href: str
    words: str


@dataclass(frozen=True)
class Reader:
    """What somebody may know of, and do about, one product."""

    product: Product
    # Acts for the supplier; is of the national team; assesses evidence and is no member.
    member: bool = False
    national: bool = False
    assesses: bool = False

    @property
    def insider(self) -> bool:
        """Whether they may know of evidence that is not published (product.md)."""
        return self.member or self.national

    def may_read(self, reason: Reason) -> bool:
        """Whether they may be told of a reason at all."""
        return self.insider or not reason.private

    def look_at(self, reason: Reason) -> Action | None:
        """The page behind a reason, where this reader may open it."""
        if reason.link is None:
            return None
        if reason.link.kind == "endpoint":
            return self.open(reason.link)
        return self.open(reason.link) if self.insider or reason.kind in _PUBLIC else None

    def open(self, link: Link) -> Action:
        """The page of an endpoint, or of evidence that this reader may see."""
        if link.kind == "endpoint":
            address = reverse("endpoint", kwargs={"id": int(link.key)})
            return Action(f"{address}#checks", "See what was found")
        return Action(reverse("evidence", kwargs={"ref": link.key}), "See the evidence")

    def act_on(self, task: Task) -> Action | None:
        """Where a step of a remedy is taken, or what it is about, if it is this reader's."""
        move, about = task.step.move, task.step.about
        if move is Move.REGISTER and self.member:
            address = reverse("endpoint_register", kwargs={"ref": self.product.ref})
            return Action(address, "Register an endpoint")
        if move is Move.SUBMIT and self.member:
            return Action(self._submit(each.id for each in task.criteria), "Submit evidence")
        if move is Move.DECIDE and self.assesses:
            return Action(reverse("assessment", kwargs={"ref": about}), "Assess it")
        if move in (Move.DECIDE, Move.ANSWER) and not self.insider:
            return None
        return self.open(task.link) if task.link else None

    def _submit(self, criteria: Iterable[int]) -> str:
        asked = [("product", self.product.ref), *(("criterion", pk) for pk in criteria)]
        return f"{reverse('evidence_submit')}?{urlencode(asked)}"


def reader_of(user, product: Product) -> Reader:
    """What `user` is to `product`."""
    if not user.is_authenticated:
        return Reader(product)
    member = acts_for(user, product.supplier)
    return Reader(
        product,
        member=member,
        national=user.is_national,
        assesses=not member and user.has_role(Role.ASSESSOR),
    )
