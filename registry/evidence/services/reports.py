"""Taking in what machines say: a report becomes a draft that claims what it proves, no more."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from registry.accounts.models import User
from registry.catalogue.models import Product
from registry.catalogue.selectors import require_acts_for
from registry.common import locks
from registry.common.periods import civil_date
from registry.evidence.models import EvidenceFile, MachineReport, Submission
from registry.evidence.rules import reports
from registry.evidence.selectors import criteria_named, problems_of, report_before
from registry.evidence.selectors.reports import mapped
from registry.evidence.services.drafts import Answers, save_submission, start_submission
from registry.evidence.services.files import FileRefused, Judged, judge, put_file
from registry.evidence.services.sending import submit
from registry.standards.enums import Form


@dataclass(frozen=True)
class Sent:
    """What became of a report: its row, and whether it is new or had been sent before."""

    report: MachineReport
    created: bool

    @property
    def submission(self) -> Submission:
        """The draft, or what has become of it."""
        return self.report.submission


@transaction.atomic
def send_report(
    *,
    product: Product,
    upload: UploadedFile,
    by: User,
    now: datetime,
    release: str = "",
    send: bool = False,
    token: str = "",
) -> Sent:
    """A draft for `product` of what the report proves, filled in; sent at once with `send`.

    The same report for the same product gives the first draft again. `FileRefused` when it is no
    report. What is not complete stays a draft, even with `send`. `token` is what it came with.
    """
    require_acts_for(by, product.supplier)
    judged = judge(upload)
    report = read_report(judged)
    locks.advisory(f"machine report {product.pk} {judged.uploaded_sha256}")
    before = report_before(product_id=product.pk, sha256=judged.uploaded_sha256)
    if before is not None:
        return Sent(before, created=False)
    draft = start_submission(product=product, form=Form.MACHINE_REPORT, criteria=[], by=by, now=now)
    file = put_file(submission=draft, judged=judged, by=by, now=now)
    row = keep_report(file=file, report=report, now=now, token=token)
    answers = Answers(
        criteria=[each.criterion for each in mapped(row).proved],
        release=release,
        issuer=report.tester or report.tool,
        reference=report.title,
        issued_on=report.issued_on,
    )
    row.submission = save_submission(submission=draft, answers=answers, by=by, now=now)
    if send and not problems_of(row.submission, on=civil_date(now)):
        row.submission = submit(submission=row.submission, by=by, now=now)
    return Sent(row, created=True)


def read_report(judged: Judged) -> reports.Report:
    """What the report says; `FileRefused` with the place where it is not one."""
    if judged.kind.extension != "json":
        raise FileRefused(f"“{judged.name}” must be a report in JSON")
    try:
        return reports.read(judged.content)
    except reports.ReportRefused as refused:
        raise FileRefused(f"“{judged.name}” cannot be used: {refused}") from refused


@transaction.atomic
def keep_report(
    *, file: EvidenceFile, report: reports.Report, now: datetime, token: str = ""
) -> MachineReport:
    """Write down what the file says and which criteria that is about, as the register stands."""
    named = {name for result in report.results for name in result.requirements}
    return MachineReport.objects.create(
        submission=file.submission,
        file=file,
        kind=report.kind,
        tool=report.tool,
        title=report.title,
        tester=report.tester,
        issued_on=report.issued_on,
        results=[asdict(result) for result in report.results],
        known=criteria_named(named, on=civil_date(now)),
        read_at=now,
        token=token,
    )


@transaction.atomic
def attach_to_draft(
    *, submission: Submission, upload: UploadedFile, by: User, now: datetime
) -> EvidenceFile:
    """Attach a file to a draft; to one of a machine's report, JSON must be such a report."""
    require_acts_for(by, submission.product.supplier)
    judged = judge(upload)
    if submission.form != Form.MACHINE_REPORT or judged.kind.extension != "json":
        return put_file(submission=submission, judged=judged, by=by, now=now)
    report = read_report(judged)
    file = put_file(submission=submission, judged=judged, by=by, now=now)
    keep_report(file=file, report=report, now=now)
    return file
