"""Bring what the register holds true into line with the facts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from registry.audit import services as audit
from registry.common import bells, causes, locks
from registry.common.causes import Because, Cause, CauseKind
from registry.common.periods import civil_date
from registry.compliance.models import RefreshOwed, RefreshRun
from registry.compliance.selectors.statement import ask, parameters, sql
from registry.compliance.services.prepared import run_for_one
from registry.compliance.services.stretches import write_stretches
from registry.history import services as history

_MANY = 1000
# The parameters of the two texts together, besides the products.
_TYPES = (
    ("criterion_ids", "bigint[]"),
    ("profiles", "text[]"),
    ("now", "timestamptz"),
    ("causes", "jsonb"),
    ("own_causes", "jsonb"),
)


@dataclass(frozen=True, slots=True)
class RefreshOutcome:
    """How many spells were added and closed, of which products, and the revisions of them."""

    written: int = 0
    closed: int = 0
    product_ids: tuple[int, ...] = ()
    revision_ids: tuple[int, ...] = ()


@transaction.atomic
def refresh(*, product_ids: list[int] | None, now: datetime, cause: Because) -> RefreshOutcome:
    """Compute these products' timelines (`None`: everyone's) and record what changed, and why.

    Writes nothing where nothing changed. What was owed to these products is done with it, and
    so is told among the causes. Rings `spells_changed` for the products whose spells or verdicts
    changed.
    """
    if product_ids is not None and not product_ids:
        return RefreshOutcome()
    wait_for_turn()
    if product_ids is None or len(product_ids) > _MANY:
        _spend_memory()
    owed = _settle(product_ids, now=now)
    why = _parameters(cause, owed)
    moment = history.tick(now=now)
    rows = _write_differences(product_ids, now=moment, **why)
    write_stretches(product_ids=product_ids, on=civil_date(now))
    outcome = RefreshOutcome(
        closed=sum(closed for _, closed, _, _ in rows),
        written=sum(written for _, _, written, _ in rows),
        product_ids=tuple(product_id for product_id, *_ in rows),
        revision_ids=tuple(revision_id for *_, revision_id in rows),
    )
    if outcome.product_ids:
        history.close_moment()
        bells.ring(
            bells.spells_changed,
            product_ids=list(outcome.product_ids),
            now=now,
            revision_ids=list(outcome.revision_ids),
        )
    return outcome


def _write_differences(product_ids: list[int] | None, **more) -> list[tuple]:
    """Rows of refresh.sql; one product, as most changes touch, without planning it again."""
    if product_ids is None or len(set(product_ids)) > 1:
        return ask(sql("refresh.sql"), product_ids=product_ids, **more)
    given = parameters(product_ids) | {"product_id": product_ids[0]} | more
    return run_for_one(sql("timeline.sql") + sql("refresh.sql"), _TYPES, given)


def wait_for_turn() -> None:
    """One refresh at a time, until its transaction ends: who waited sees the other's facts.

    The audit's lock comes first, because what answers `spells_changed` writes to the audit:
    two transactions can then never wait for each other in a circle (ADR 0012).
    """
    audit.take_turn()
    locks.advisory("refresh of timelines")


def _settle(product_ids: list[int] | None, *, now: datetime) -> dict[int, list[Cause]]:
    """Take away the rows that owe these products a refresh; their causes, oldest first.

    The facts of every row that can be seen here can be seen too. A row that cannot be seen yet
    belongs to a change that is not committed, and stays.
    """
    rows = RefreshOwed.objects.select_related("run").order_by("run", "product")
    if product_ids is not None:
        rows = rows.filter(product__in=product_ids)
    owed: dict[int, list[Cause]] = {}
    runs, done = set(), []
    for row in rows:
        owed.setdefault(row.product_id, []).extend(row.why)
        runs.add(row.run_id)
        done.append(row.pk)
    if done:
        RefreshOwed.objects.filter(pk__in=done).delete()
        finished = RefreshRun.objects.filter(pk__in=runs, finished_at=None, owed=None)
        finished.update(finished_at=now)
    return owed


def _parameters(cause: Because, owed: Mapping[int, Sequence[Cause]]) -> dict:
    """Why, as refresh.sql reads it: one text for most products, and those that have their own."""
    if isinstance(cause, str):
        raise TypeError("a cause is a registry.common.causes.Cause, not text")
    shared = causes.of_everyone(cause)
    everyone = [Cause(CauseKind.RECOMPUTED)] if shared is None else shared
    own: dict[int, list[Cause]] = {pk: list(found) for pk, found in owed.items()}
    named = cause if shared is None else ()
    for product_id in {*own, *named}:
        found = own.setdefault(product_id, [])
        found.extend(causes.of_product(cause, product_id))
    own = {pk: found for pk, found in own.items() if found}
    return {
        "causes": json.dumps(_kept(everyone)),
        "own_causes": json.dumps({pk: _kept(causes.once(found)) for pk, found in own.items()}),
    }


def _kept(found: Sequence[Cause]) -> list[dict]:
    return [cause.as_dict() for cause in found]


def _spend_memory() -> None:
    """Sorting and hashing a whole register is worth more memory than a page's, this once."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
