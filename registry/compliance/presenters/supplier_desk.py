"""The supplier's desk: what each product has to prove, by when, and what is under way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from registry.catalogue.models import Product, Supplier
from registry.common.formatting import format_date
from registry.compliance.enums import Verdict
from registry.compliance.presenters import search
from registry.compliance.presenters.desk_remedies import least_steps
from registry.compliance.presenters.search import ProductRow
from registry.compliance.selectors import Owed, owed
from registry.compliance.selectors.desk import endpoints_of_supplier
from registry.evidence.enums import SubmissionState
from registry.evidence.models import Submission
from registry.evidence.selectors import NotAccepted, left_out, under_way
from registry.probes.checks import title_of
from registry.probes.models import Endpoint, HostControl
from registry.probes.selectors.control import proofs_gone
from registry.standards.enums import Form

# product.md: the first reminder comes 90 days before a proof ends.
SOON = timedelta(days=90)
A_YEAR = timedelta(days=365)


class Show(StrEnum):
    """How much of the desk is shown."""

    YEAR = "year"
    OPEN = "open"
    ALL = "all"

    @property
    def label(self) -> str:
        """As the page offers it."""
        return {
            "year": "To prove within a year",
            "open": "To prove some day",
            "all": "Everything, proved for good as well",
        }[self.value]


@dataclass(frozen=True)
class Debt:
    """One criterion that a product has to meet, and how it stands."""

    owed: Owed
    on: date
    submission: Submission | None
    # What would do with the least, in a sentence; empty where nothing has to be done or can be.
    least: str = ""
    # Evidence that was accepted, but not for this, while nothing else was sent.
    left_out: NotAccepted | None = None

    @property
    def due_now(self) -> bool:
        """Whether it is required, unproved and not excused on the day."""
        return self.owed.by is not None and self.owed.by <= self.on

    @property
    def due_soon(self) -> bool:
        """Whether it will be within the time of the first reminder."""
        return self.owed.by is not None and self.on < self.owed.by <= self.on + SOON

    @property
    def by(self) -> str:
        """By when it is to be proved."""
        if self.owed.by is None:
            return "Nothing to do"
        return "Now" if self.due_now else format_date(self.owed.by)

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if not self.owed.proved:
            return "Not proved"
        if self.owed.proved_until is None:
            return "Proved"
        last = self.owed.proved_until - timedelta(days=1)
        return f"Proved until {format_date(last)}"

    @property
    def under_way(self) -> str:
        """What the supplier has already done about it."""
        if self.submission is None:
            return ""
        return SubmissionState(self.submission.state).label

    @property
    def proofs(self) -> str:
        """What would prove it."""
        proofs = [Form(form).label.lower() for form in sorted(self.owed.forms)]
        if self.owed.check_id:
            proofs.append(f"our check “{title_of(self.owed.check_id)}” of your endpoints")
        words = ", or ".join(proofs)
        return words[:1].upper() + words[1:]

    @property
    def can_submit(self) -> bool:
        """Whether evidence is what is wanted next."""
        waiting = (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)
        return bool(self.owed.forms) and not (self.submission and self.submission.state in waiting)


@dataclass(frozen=True)
class ProductDesk:
    """One product of the supplier."""

    product: Product
    # As the search shows it: until when, and what then.
    row: ProductRow
    debts: list[Debt] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)

    def shown(self, show: Show, *, on: date) -> list[Debt]:
        """The debts that `show` asks for, soonest first."""
        if show is Show.ALL:
            return self.debts
        latest = on + A_YEAR if show is Show.YEAR else date.max
        return [debt for debt in self.debts if debt.owed.by and debt.owed.by <= latest]

    @property
    def beyond_evidence(self) -> list[str]:
        """Codes of what it does not meet on the day although nothing is owed: no version counts,
        or none can be proved.
        """
        if self.row.verdict != Verdict.NON_COMPLIANT:
            return []
        owed_now = {debt.owed.standard.code for debt in self.debts if debt.due_now}
        return [code for code in self.row.not_met if code not in owed_now]

    @property
    def soonest(self) -> date | None:
        """The first day, today or later, on which something is owed and not proved."""
        return min((debt.owed.by for debt in self.debts if debt.owed.by), default=None)


@dataclass(frozen=True)
class SupplierDesk:
    """All products of a supplier, the one that owes soonest first."""

    supplier: Supplier
    products: list[ProductDesk]
    # Proofs of control that are gone from their hosts.
    gone: list[HostControl] = field(default_factory=list)

    @property
    def now(self) -> int:
        """How many criteria are owed today."""
        return sum(debt.due_now for each in self.products for debt in each.debts)

    @property
    def soon(self) -> int:
        """How many more will be owed within 90 days."""
        return sum(debt.due_soon for each in self.products for debt in each.debts)


def desk(supplier: Supplier, *, on: date) -> SupplierDesk:
    """The desk on the day `on`, in a fixed number of queries."""
    products = list(supplier.products.all())
    every = owed(supplier_id=supplier.pk, on=on)
    debts = _by_debtor(supplier, every, least_steps(every), on=on)
    endpoints = _by_product(endpoints_of_supplier(supplier.pk))
    desks = [
        ProductDesk(
            product=row.product,
            row=row,
            debts=debts.get(row.product.pk, []),
            endpoints=endpoints.get(row.product.pk, []),
        )
        for row in search.rows(products, on=on, known_at=None)
    ]
    return SupplierDesk(supplier, sorted(desks, key=_order), proofs_gone(supplier.pk))


def _order(desk: ProductDesk) -> tuple:
    return desk.soonest or date.max, desk.product.name


def debts_of(supplier: Supplier, *, on: date) -> dict[int, list[Debt]]:
    """By product (primary key), all that it has to prove, soonest first; no remedies are sought."""
    return _by_debtor(supplier, owed(supplier_id=supplier.pk, on=on), {}, on=on)


def _by_debtor(
    supplier: Supplier, every: Iterable[Owed], least: Mapping[tuple[int, int], str], *, on: date
) -> dict[int, list[Debt]]:
    done, out = under_way(supplier.pk), left_out(supplier.pk)
    found: dict[int, list[Debt]] = {}
    for one in every:
        key = one.product.pk, one.criterion.pk
        sent = done.get(key)
        said = out.get(key) if one.by and not (sent or one.proved) else None
        debt = Debt(one, on, sent, least.get(key, "") if one.by else "", said)
        found.setdefault(one.product.pk, []).append(debt)
    return found


def _by_product(endpoints: Iterable[Endpoint]) -> dict[int, list[Endpoint]]:
    found: dict[int, list[Endpoint]] = {}
    for endpoint in endpoints:
        found.setdefault(endpoint.product_id, []).append(endpoint)
    return found
