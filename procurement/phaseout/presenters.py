"""Phase-out in sentences."""

from procurement.phaseout.models import Case, CaseStep
from registry.common.formatting import format_datetime


def sentences(explanation) -> list[str]:
    """Why a pair is not met: one sentence per unproved MUST criterion."""
    return [reason.words for reason in explanation.unproved]


def overtaken(case: Case, last: CaseStep | None) -> str:
    """Tells who came too late what happened to the case instead."""
    standing = f"The case is now “{case.get_state_display().lower()}”"
    if last is None:
        return f"{standing}. Nothing was changed."
    return (
        f"{standing}: {last.by} was first ({last.get_kind_display().lower()}, "
        f"{format_datetime(last.at)}). Nothing was changed."
    )
