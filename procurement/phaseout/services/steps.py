"""The officers' steps on a case. Of two who act at once one wins, and the other is told."""

from datetime import datetime

from django.db import transaction

from procurement.phaseout.enums import CaseState, NoticeState, StepKind
from procurement.phaseout.models import Case, CaseStep
from procurement.phaseout.selectors import outlook
from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.common import periods
from registry.common.errors import Conflict, RuleBroken
from registry.common.formatting import format_datetime


class CaseMoved(Conflict):
    """The case is no longer where this step starts; the message says who moved it."""


class NoticeWaits(RuleBroken):
    """A notice on the case waits for a second officer, who has to decide on it first."""


class NotHealed(RuleBroken):
    """The register still holds the pair as not met, now or within the horizon."""


class ReasonMissing(RuleBroken):
    """A decision needs a reason that others can read later."""


@transaction.atomic
def start_triage(*, case: Case, by: User, now: datetime) -> Case:
    """A case officer takes a flagged case, and answers for it from now on."""
    require_role(by, Role.CASE_OFFICER)
    held = hold(case, CaseState.FLAGGED)
    held.officer = by
    return move(held, to=CaseState.TRIAGE, kind=StepKind.TAKEN, by=by, now=now)


@transaction.atomic
def dismiss(*, case: Case, reason: str, by: User, now: datetime) -> Case:
    """Triage finds nothing to pursue. The same cause will not be flagged again (ADR 0030)."""
    require_role(by, Role.CASE_OFFICER)
    reason = required_reason(reason, "Enter why the case is dismissed")
    held = hold(case, CaseState.TRIAGE)
    refuse_while_notice_waits(held)
    held.ended_at = now
    return move(
        held, to=CaseState.DISMISSED, kind=StepKind.DISMISSED, reason=reason, by=by, now=now
    )


@transaction.atomic
def close_compliant(*, case: Case, reason: str, by: User, now: datetime) -> Case:
    """The facts have healed, and a case officer closes the case; nothing closes by itself."""
    require_role(by, Role.CASE_OFFICER)
    held = hold(case, CaseState.FLAGGED, CaseState.TRIAGE, CaseState.NOTICE_ISSUED)
    refuse_while_notice_waits(held)
    prospect = outlook(held, on=periods.civil_date(now))
    if not prospect.healed:
        raise NotHealed(f"The case cannot be closed as compliant. {prospect.words}")
    held.ended_at = now
    return move(
        held,
        to=CaseState.CLOSED_COMPLIANT,
        kind=StepKind.CLOSED_COMPLIANT,
        reason=reason.strip() or prospect.words,
        by=by,
        now=now,
    )


def hold(case: Case, *states: CaseState) -> Case:
    """The case's row, locked until the transaction ends; `CaseMoved` unless in `states`."""
    held = (
        Case.objects.select_for_update(of=("self",))
        .select_related("product", "standard")
        .get(pk=case.pk)
    )
    if held.state not in states:
        raise CaseMoved(_overtaken(held))
    return held


def _overtaken(case: Case) -> str:
    """Tells who came too late what happened to the case instead."""
    last = case.steps.select_related("by").last()
    who = (
        f": {last.by} was first ({last.get_kind_display().lower()}, {format_datetime(last.at)})"
        if last
        else ""
    )
    return f"The case is now “{case.get_state_display().lower()}”{who}. Nothing was changed."


def refuse_while_notice_waits(case: Case) -> None:
    """`NoticeWaits` when a proposed notice on the held case has no decision yet."""
    if case.notices.filter(state=NoticeState.PROPOSED).exists():
        raise NoticeWaits(
            "A notice on this case waits for a second officer. It has to be issued or rejected "
            "first."
        )


def required_reason(reason: str, message: str, *, field: str = "reason") -> str:
    """The reason without white space around it; `ReasonMissing` when there is none."""
    if not reason.strip():
        raise ReasonMissing(message, field=field)
    return reason.strip()


def move(
    case: Case, *, to: CaseState, kind: StepKind, by: User, now: datetime, reason: str = ""
) -> Case:
    """Write the step of a held case, with the row that remembers it and the audit's event."""
    before, case.state = case.state, to
    case.save(update_fields=["state", "officer", "respond_by", "ended_at"])
    note(case, before=before, kind=kind, by=by, now=now, reason=reason)
    return case


def note(
    case: Case, *, before: str, kind: StepKind, by: User, now: datetime, reason: str = ""
) -> CaseStep:
    """Remember what somebody did with a held case, whether or not its state changed."""
    step = CaseStep.objects.create(
        case=case, kind=kind, from_state=before, to_state=case.state, reason=reason, by=by, at=now
    )
    audit.record(
        actor=by,
        action=f"phaseout.{kind.value}",
        subject=case,
        now=now,
        detail={"from": before, "to": case.state, "reason": reason},
    )
    return step
