"""Notices to suppliers: one officer proposes, a second one issues or rejects."""

from datetime import date, datetime

from django.db import transaction

from procurement.phaseout import rules
from procurement.phaseout.enums import CaseState, NoticeBasis, NoticeState, StepKind
from procurement.phaseout.models import Case, Notice
from procurement.phaseout.selectors import outlook
from procurement.phaseout.services import steps
from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.common import periods
from registry.common.errors import Conflict, NotPermitted, RuleBroken
from registry.common.formatting import format_date
from registry.standards.models import Standard


class TooSoon(RuleBroken):
    """A notice gives the supplier at least 28 days (product.md)."""


class BasisNotInForce(RuleBroken):
    """What the notice would rest on does not bind on that day."""


class NoticeDecided(Conflict):
    """Another officer has decided on this notice already."""


@transaction.atomic
def propose_notice(
    *, case: Case, text: str, basis: NoticeBasis, respond_by: date, by: User, now: datetime
) -> Notice:
    """A case officer drafts the notice. It goes out when a second officer issues it."""
    require_role(by, Role.CASE_OFFICER)
    text = steps.required_reason(text, "Enter the text of the notice", field="text")
    held = steps.hold(case, CaseState.TRIAGE)
    steps.refuse_while_notice_waits(held)
    today = periods.civil_date(now)
    _refuse_without_cause(held, on=today)
    _refuse_too_soon(respond_by, on=today)
    legal_basis = _legal_basis(held.standard, NoticeBasis(basis), on=today)
    notice = Notice.objects.create(
        case=held,
        text=text,
        basis=basis,
        legal_basis=legal_basis,
        respond_by=respond_by,
        proposed_by=by,
        proposed_at=now,
    )
    steps.note(
        held,
        before=held.state,
        kind=StepKind.NOTICE_PROPOSED,
        by=by,
        now=now,
        reason=f"Asks the supplier to respond by {format_date(respond_by)}.",
    )
    return notice


@transaction.atomic
def issue_notice(*, notice: Notice, by: User, now: datetime) -> Notice:
    """A second officer issues the notice; the case then waits for the supplier."""
    held = _hold_for_decision(notice, by)
    today = periods.civil_date(now)
    _refuse_without_cause(held.case, on=today)
    _refuse_too_soon(held.respond_by, on=today)
    _legal_basis(held.case.standard, NoticeBasis(held.basis), on=today)
    _decide(held, NoticeState.ISSUED, by=by, now=now)
    held.case.respond_by = held.respond_by
    steps.move(
        held.case,
        to=CaseState.NOTICE_ISSUED,
        kind=StepKind.NOTICE_ISSUED,
        by=by,
        now=now,
        reason=f"The supplier is to respond by {format_date(held.respond_by)}.",
    )
    return held


@transaction.atomic
def reject_notice(*, notice: Notice, reason: str, by: User, now: datetime) -> Notice:
    """A second officer sends the notice back; the case stays in triage."""
    reason = steps.required_reason(reason, "Enter why the notice is rejected")
    held = _hold_for_decision(notice, by)
    _decide(held, NoticeState.REJECTED, by=by, now=now, reason=reason)
    steps.note(
        held.case,
        before=held.case.state,
        kind=StepKind.NOTICE_REJECTED,
        by=by,
        now=now,
        reason=reason,
    )
    return held


def _hold_for_decision(notice: Notice, by) -> Notice:
    """The notice with its case's row locked. The proposer never decides on it."""
    require_role(by, Role.CASE_OFFICER, Role.APPROVER)
    if notice.proposed_by_id == by.pk:
        raise NotPermitted("Who proposed a notice may not decide on it. A second officer has to.")
    case = Case.objects.select_for_update(of=("self",)).get(pk=notice.case_id)
    held = Notice.objects.select_related("decided_by").get(pk=notice.pk)
    if held.state != NoticeState.PROPOSED:
        raise NoticeDecided(
            f"{held.decided_by} {held.get_state_display().lower()} this notice already. "
            "Nothing was changed."
        )
    held.case = Case.objects.select_related("product", "standard").get(pk=case.pk)
    return held


def _decide(
    notice: Notice, state: NoticeState, *, by: User, now: datetime, reason: str = ""
) -> None:
    notice.state, notice.decided_by, notice.decided_at = state, by, now
    notice.decision_reason = reason
    notice.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _refuse_without_cause(case: Case, *, on: date) -> None:
    prospect = outlook(case, on=on)
    if prospect.healed:
        raise RuleBroken(f"There is nothing to give notice of. {prospect.words}")


def _refuse_too_soon(respond_by: date, *, on: date) -> None:
    earliest = rules.earliest_respond_by(on)
    if respond_by < earliest:
        raise TooSoon(
            f"A notice gives at least {rules.NOTICE_MIN_DAYS} days: if it is issued on "
            f"{format_date(on)}, the supplier has until {format_date(earliest)} or later",
            field="respond_by",
        )


def _legal_basis(standard: Standard, basis: NoticeBasis, *, on: date) -> str:
    """What the notice cites; `BasisNotInForce` where that does not bind on the day `on`."""
    if basis != NoticeBasis.INFORMATION_STANDARD:
        return basis.citation
    if not standard.legal_basis:
        raise BasisNotInForce(
            f"The register holds no legal basis for {standard.code}. The notice can rest on "
            "the terms of listing",
            field="basis",
        )
    starts = [day for day in (basis.in_force_from, standard.legal_basis_in_force) if day]
    if on < max(starts):
        raise BasisNotInForce(
            f"The legal basis of {standard.code} binds suppliers from "
            f"{format_date(max(starts))} on",
            field="basis",
        )
    return f"{standard.legal_basis}; {basis.citation}"
