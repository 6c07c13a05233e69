"""Questions about machines' reports."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from registry.catalogue.enums import ProductState
from registry.catalogue.models import Product, Supplier
from registry.evidence.enums import SubmissionState
from registry.evidence.models import MachineReport, Submission
from registry.evidence.rules import reports
from registry.standards.enums import Form
from registry.standards.models import Criterion

_OVER = (SubmissionState.RETURNED, SubmissionState.WITHDRAWN)


def criteria_named(ids: Collection[str], *, on: date) -> dict[str, list[int]]:
    """Requirement id to the criteria (primary keys) that name it and accept a machine's report.

    Only editions that still count on `on` or will.
    """
    still = Q(version__accepted__upper_inf=True) | Q(version__accepted__endswith__gt=on)
    rows = Criterion.objects.filter(
        still, requirements__overlap=list(ids), proofs__contains=[Form.MACHINE_REPORT]
    )
    wanted, found = set(ids), {}
    for key, named in rows.order_by("pk").values_list("pk", "requirements"):
        for name in wanted.intersection(named):
            found.setdefault(name, []).append(key)
    return found


def criteria_for_machines(*, on: date) -> list[Criterion]:
    """Every criterion that a machine's report can prove, of editions that count `on` or will."""
    still = Q(version__accepted__upper_inf=True) | Q(version__accepted__endswith__gt=on)
    rows = Criterion.objects.filter(
        still, proofs__contains=[Form.MACHINE_REPORT], requirements__len__gt=0
    ).select_related("version__standard")
    return list(rows.order_by("version__standard__code", "version__version", "code"))


def mapped(report: MachineReport) -> reports.Mapped:
    """What the report proves, fails to prove and says of nothing that the register knows."""
    results = [
        reports.Result(each["name"], each["outcome"], tuple(each["requirements"]), each["words"])
        for each in report.results
    ]
    return reports.mapped(results, report.known)


def unproved(submission: Submission) -> list[str]:
    """What is said of each criterion that a submission claims and its reports do not prove."""
    found = list(submission.reports.all())
    if not found:
        return []
    proved = {each.criterion for report in found for each in mapped(report).proved}
    return [
        f"The report does not prove {criterion.version.standard.code} {criterion.code}. Untick it"
        for criterion in submission.criteria.select_related("version__standard")
        if criterion.pk not in proved
    ]


def report_before(*, product_id: int, sha256: str) -> MachineReport | None:
    """The report of this very content that was sent for the product and still stands."""
    rows = MachineReport.objects.filter(
        submission__product=product_id, file__uploaded_sha256=sha256
    ).exclude(submission__state__in=_OVER)
    return rows.select_related("submission").order_by("pk").first()


def no_reports() -> QuerySet[MachineReport]:
    """None: what describes the API is asked of nobody."""
    return MachineReport.objects.none()


def own_reports(user, *, supplier: Supplier | None) -> QuerySet[MachineReport]:
    """Reports of the suppliers that `user` acts for, or of `supplier` alone."""
    mine = user.supplier_memberships.values("supplier")
    rows = MachineReport.objects.filter(
        submission__in=Submission.objects.visible_to(user).filter(product__supplier__in=mine)
    )
    if supplier is not None:
        rows = rows.filter(submission__product__supplier=supplier)
    return rows.select_related("submission__product", "file")


def product_named(user, ref: str) -> Product | None:
    """The product of this reference, if `user` may see it and it is not withdrawn."""
    found = Product.objects.visible_to(user).exclude(state=ProductState.WITHDRAWN)
    return found.filter(ref=ref).select_related("supplier").first()


def reports_of(submission: Submission) -> list[MachineReport]:
    """The reports of a submission with their files, in order."""
    return list(submission.reports.select_related("file__content").order_by("pk"))
