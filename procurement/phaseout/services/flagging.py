"""The flag: one open case per listed product and mandatory standard, whatever runs twice."""

import json
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from procurement.phaseout import rules, selectors
from procurement.phaseout.enums import OPEN_STATES, CaseState, StepKind
from procurement.phaseout.models import Case, CaseStep
from procurement.phaseout.selectors import Due
from registry.accounts.services import system_user
from registry.audit import services as audit
from registry.common import periods
from registry.compliance import selectors as compliance

# Cases opened in one transaction by the scheduled task: some seconds of work.
BATCH = 500

# The conflict's predicate is that of the index phaseout_one_open_case.
_OPEN_CASES = """
    INSERT INTO phaseout_case
        (product_id, standard_id, state, flagged_at, not_met_from, explanation, triage_due)
    SELECT product_id, standard_id, %(state)s, %(at)s, not_met_from, explanation::jsonb, %(due)s
    FROM unnest(
        %(products)s::bigint[], %(standards)s::bigint[], %(starts)s::date[], %(words)s::text[]
    ) AS due(product_id, standard_id, not_met_from, explanation)
    ON CONFLICT (product_id, standard_id) WHERE state IN %(open)s DO NOTHING
    RETURNING id, product_id, standard_id
"""


@transaction.atomic
def flag(
    *, on: date, now: datetime, product_ids: list[int] | None = None, most: int | None = None
) -> list[Case]:
    """Open a case for every pair that is, or soon will be, `not_met` and has no answer yet.

    Soon is `settings.PHASE_OUT_HORIZON_DAYS` after `on`. A pair has an answer while a case on
    it is open, and when one was dismissed for the same cause (ADR 0030). Returns the cases
    that this call opened, at the most `most`; when all are open the same call returns none.
    """
    due = _due(on, product_ids)[:most]
    if not due:
        return []
    words = _explain(due, on=on)
    # From here on one flag runs at a time, and the audit's lock is taken before any row:
    # whoever holds a row and waits for the audit can then never wait for us in a circle.
    audit.take_turn()
    again = _due(on, sorted({pair.product_id for pair in due}))
    return _open([pair for pair in again if pair.key in words], words, now=now)


def flag_due(*, on: date, now: datetime) -> int:
    """Flag everything that is due, a transaction a batch. Returns how many cases it opened.

    A register loaded in mass may owe thousands at once: what is open stays open when the
    task's time runs out, and its next start goes on from there.
    """
    opened = 0
    while cases := flag(on=on, now=now, most=BATCH):
        opened += len(cases)
    return opened


def _due(on: date, product_ids: list[int] | None) -> list[Due]:
    pairs = compliance.due_for_phase_out(
        on=on, within_days=settings.PHASE_OUT_HORIZON_DAYS, product_ids=product_ids
    )
    return selectors.unanswered(pairs, on=on)


def _explain(due: list[Due], *, on: date) -> dict[tuple[int, int], list[str]]:
    """Why each pair is not met on its first due day, in sentences, as the register knows it."""
    return selectors.reasons({pair.key: pair.first_day(on=on) for pair in due}, on=on)


def _open(due: list[Due], words: dict, *, now: datetime) -> list[Case]:
    by_key = {pair.key: pair for pair in sorted(due, key=lambda pair: pair.key)}
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN_CASES,
            {
                "state": CaseState.FLAGGED.value,
                "at": now,
                "due": rules.triage_due(periods.civil_date(now)),
                "products": [pair.product_id for pair in by_key.values()],
                "standards": [pair.standard_id for pair in by_key.values()],
                "starts": [pair.not_met_from for pair in by_key.values()],
                "words": [json.dumps(words[key]) for key in by_key],
                "open": OPEN_STATES,
            },
        )
        opened = {pk: by_key[product, standard] for pk, product, standard in cursor.fetchall()}
    return _record(opened, now=now)


def _record(opened: dict[int, Due], *, now: datetime) -> list[Case]:
    """Note what caused the new cases, their first step, and the audit's event."""
    if not opened:
        return []
    machine = system_user(name="phase-out flag")
    through = Case.causes.through
    through.objects.bulk_create(
        through(case_id=pk, spell_id=spell.pk)
        for pk, pair in opened.items()
        for spell in pair.spells
    )
    cases = list(
        Case.objects.filter(pk__in=opened).select_related("product", "standard").order_by("pk")
    )
    CaseStep.objects.bulk_create(
        CaseStep(
            case=case,
            kind=StepKind.FLAGGED,
            to_state=CaseState.FLAGGED,
            by=machine,
            at=now,
            reason=" ".join(case.explanation),
        )
        for case in cases
    )
    for case in cases:
        audit.record(
            actor=machine,
            action="phaseout.flagged",
            subject=case,
            now=now,
            detail={
                "product": case.product.ref,
                "standard": case.standard.code,
                "not_met_from": case.not_met_from,
                "spells": [spell.pk for spell in opened[case.pk].spells],
            },
        )
    return cases
