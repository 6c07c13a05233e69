"""What the suppliers of the demonstration sent: papers, a machine's report, questionnaires."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.accounts.models import User
from registry.catalogue.models import Product, Supplier
from registry.common.periods import civil_date, period
from registry.evidence import services as evidence
from registry.evidence.models import Submission
from registry.evidence.rules import questionnaire
from registry.standards.enums import Form
from registry.standards.models import Criterion

_DATA = Path(__file__).resolve().parent.parent / "data/demonstration"
_REPORTED, _REPORT_DAYS_AGO, _REPORTED_RELEASE = "aldermoor-record", 2, "5.2"
_DTAC = ("DTAC", "2.0", "FORM")

OwnerOf = Callable[[Supplier], User]


def send_evidence(*, owner_of: OwnerOf, assessor: User, now: datetime) -> None:
    """All of it, each as far as its file says; `assessor` decides what is decided."""
    for entry in _read("submissions.json"):
        _paper(entry, owner_of, assessor, now=now)
    _report(owner_of, now=now)
    for entry in _read("questionnaires.json"):
        _questionnaire(entry, owner_of, assessor, now=now)


def _read(name: str) -> Any:
    return json.loads((_DATA / name).read_text(encoding="utf-8"))


def _product(ref: str) -> Product:
    return Product.objects.select_related("supplier").get(ref=ref)


def _criterion(standard: str, version: str, code: str) -> int:
    found = Criterion.objects.get(
        version__standard__code=standard, version__version=version, code=code
    )
    return found.pk


def _paper(entry: dict[str, Any], owner_of: OwnerOf, assessor: User, *, now: datetime) -> None:
    product = _product(entry["product"])
    owner = owner_of(product.supplier)
    criteria = [_criterion(*key) for key in entry["criteria"]]
    row = evidence.start_submission(
        product=product, form=entry["form"], criteria=criteria, by=owner, now=now
    )
    row = _saved(row, entry, owner, now=now, links=["https://www.example.com/evidence"])
    if entry["state"] != "draft":
        row = evidence.submit(submission=row, by=owner, now=now)
        _move_on(row, entry, owner, assessor, now=now)


def _saved(
    row: Submission,
    entry: dict[str, Any],
    owner: User,
    *,
    now: datetime,
    links: list[str] | None = None,
) -> Submission:
    issued = civil_date(now) - timedelta(days=entry["issued_days_ago"])
    answers = evidence.Answers(
        release=entry.get("release", ""),
        issuer=entry["issuer"],
        issued_on=issued,
        valid_from=issued,
        valid_until=issued + timedelta(days=entry["lasts_days"]),
        links=links,
    )
    return evidence.save_submission(submission=row, answers=answers, by=owner, now=now)


def _move_on(
    row: Submission, entry: dict[str, Any], owner: User, assessor: User, *, now: datetime
) -> None:
    """From submitted to the state that the entry names."""
    if entry["state"] == "withdrawn":
        evidence.withdraw(submission=row, by=owner, now=now)
    if entry["state"] not in ("in_assessment", "returned"):
        return
    row = evidence.take_up(submission=row, by=assessor, now=now)
    if entry["state"] == "returned":
        evidence.return_(
            submission=row,
            reason=entry["reason"],
            what_would_do=entry["what_would_do"],
            by=assessor,
            now=now,
        )


def _report(owner_of: OwnerOf, *, now: datetime) -> None:
    """Sent as a tool sends it, so it is matched by the register's ids and by nothing else."""
    product = _product(_REPORTED)
    issued = now - timedelta(days=_REPORT_DAYS_AGO)
    report = _read("test_report.json") | {"issued": issued.isoformat(timespec="seconds")}
    content = json.dumps(report, ensure_ascii=False, indent=2).encode()
    evidence.send_report(
        product=product,
        upload=SimpleUploadedFile("test-report.json", content, "application/json"),
        release=_REPORTED_RELEASE,
        send=True,
        by=owner_of(product.supplier),
        now=now,
    )


def _questionnaire(
    entry: dict[str, Any], owner_of: OwnerOf, assessor: User, *, now: datetime
) -> None:
    """A draft; or, with `accepted`, one that was accepted and the one that renews it, sent."""
    product = _product(entry["product"])
    owner = owner_of(product.supplier)
    entry = entry | {"issuer": product.supplier.name}
    row = evidence.start_submission(
        product=product,
        form=Form.QUESTIONNAIRE,
        criteria=[_criterion(*_DTAC)],
        by=owner,
        now=now,
    )
    row = _answered(row, entry, owner, now=now)
    if "accepted" not in entry:
        return
    row = evidence.submit(submission=row, by=owner, now=now)
    row = evidence.take_up(submission=row, by=assessor, now=now)
    asked = period(row.valid.lower, row.valid.upper)
    row = evidence.accept(
        submission=row, valid=asked, reason=entry["accepted"], by=assessor, now=now
    )
    again = evidence.start_again(submission=row, by=owner, now=now)
    again = _answered(again, entry | entry["renewed"], owner, now=now)
    evidence.submit(submission=again, by=owner, now=now)


def _answered(row: Submission, entry: dict[str, Any], owner: User, *, now: datetime) -> Submission:
    replies = {code: _reply(said, now=now) for code, said in entry["answers"].items()}
    form = questionnaire.form_of(questionnaire.CURRENT)
    for section in form.sections:
        here = {code: replies[code] for code in replies if section.question(code)}
        if here:
            evidence.answer_section(
                submission=row, section=section.code, replies=here, uploads={}, by=owner, now=now
            )
    return _saved(row, entry, owner, now=now)


def _reply(said: str | Mapping[str, Any], *, now: datetime) -> questionnaire.Reply:
    """An answer; in its details a number is a day, so many days from now."""
    if isinstance(said, str):
        return questionnaire.Reply(said)
    details = {
        name: (civil_date(now) + timedelta(days=value)).isoformat()
        if isinstance(value, int)
        else value
        for name, value in said.get("details", {}).items()
    }
    return questionnaire.Reply(said["answer"], details, link=said.get("link", ""))
