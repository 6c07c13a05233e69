"""A register file becomes the register's facts: all of it, or nothing."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from procurement.interchange.models import LoadedFile
from procurement.interchange.rules import references
from procurement.interchange.rules.reading import Problem, Reading, lines_of, read
from procurement.interchange.selectors.forms_in_use import dropped_forms
from procurement.interchange.selectors.keys import Keys
from procurement.interchange.selectors.vocabulary import kinds
from procurement.interchange.services.analysing import analyse
from procurement.interchange.services.keeping import Counts, keep
from procurement.interchange.services.steps import LineRefused
from registry.accounts.models import Role, User
from registry.accounts.services import require_role
from registry.audit import services as audit
from registry.common import bells, locks
from registry.common.causes import Cause, CauseKind
from registry.common.errors import RuleBroken
from registry.compliance import services as compliance

_LOCK = "register load"
# From so many rows on, what PostgreSQL believes of its tables is too far from the truth.
_MANY = 500


class RegisterRefused(RuleBroken):
    """The file breaks rules; `problems` are in the order of its lines. Nothing was kept."""

    def __init__(self, problems: list[Problem], more: int = 0):
        self.problems = sorted(problems, key=lambda problem: problem.line)
        self.more = more
        said = [str(problem) for problem in self.problems]
        if more:
            said.append(f"and {more} more")
        super().__init__("\n".join([*said, "Nothing was loaded."]))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: by kind, how many rows were added, changed and right already."""

    lines: int
    counts: Counts = field(default_factory=dict)

    @property
    def changed_something(self) -> bool:
        """Whether anything was written."""
        return any(added or changed for added, changed, _ in self.counts.values())


@transaction.atomic
def load(*, stream: BinaryIO, name: str, by: User, now: datetime) -> Loaded:
    """Load a register file for `by`, a standards editor or a machine; safe to run twice.

    `NotPermitted` for anybody else, `RegisterRefused` when the file breaks a rule.
    Timelines are refreshed before it returns, and one audit event tells of it, if anything
    changed.
    """
    if not by.is_machine:
        require_role(by, Role.STANDARDS_EDITOR)
    hashed = _Hashed(stream)
    reading = read(hashed, kinds())
    _refuse(reading)
    locks.advisory(_LOCK)
    keys = Keys(reading.records)
    references.check(reading, keys.known())
    for record, reason in dropped_forms(reading.records, keys):
        reading.refuse(record.line, "proofs", reason)
    _refuse(reading)
    try:
        counts = _keep_and_refresh(reading, keys, by=by, now=now)
    except LineRefused as refused:
        raise RegisterRefused([refused.problem]) from refused
    loaded = Loaded(hashed.lines, counts)
    _remember(loaded, name=name, sha256=hashed.sha256, by=by, now=now)
    return loaded


def _refuse(reading: Reading) -> None:
    if reading.problems:
        raise RegisterRefused(reading.problems, reading.more)


def _keep_and_refresh(reading: Reading, keys: Keys, *, by: User, now: datetime) -> Counts:
    """Keep the records; answer every change of facts once, at the end.

    The bell is held back, and its answer given here whatever its size: whoever loads a file
    may ask for timelines the moment it is loaded.
    """
    with bells.held_back(bells.facts_changed) as rung:
        counts, touched = keep(reading.records, keys, by=by, now=now)
    if sum(added + changed for added, changed, _ in counts.values()) >= _MANY:
        analyse()
    everyone = touched is None or any(facts["product_ids"] is None for facts in rung)
    product_ids = None if everyone else _union(touched, rung)
    with bells.held_back(bells.spells_changed) as spells:
        # Not the file's name: a cause is public.
        why = Cause(CauseKind.REGISTER_LOADED)
        compliance.refresh(product_ids=product_ids, now=now, cause=why)
    _tell_of(spells)
    return counts


def _tell_of(spells: list[dict]) -> None:
    """Ring for changed timelines, unless there are so many that answering takes minutes.

    Those who answer also look at every product in a round of their own, from the worker.
    """
    for facts in spells:
        if len(facts["product_ids"]) <= settings.REFRESH_AT_ONCE_MAX_PRODUCTS:
            bells.ring(bells.spells_changed, **facts)


def _union(touched: set[int] | None, rung: Iterable[dict]) -> list[int]:
    return sorted((touched or set()).union(*(facts["product_ids"] for facts in rung)))


def _remember(loaded: Loaded, *, name: str, sha256: str, by: User, now: datetime) -> None:
    facts = {"name": name[:200], "lines": loaded.lines, "loaded_by": by, "loaded_at": now}
    file, _ = LoadedFile.objects.get_or_create(sha256=sha256, defaults=facts)
    if loaded.changed_something:
        detail = {
            "sha256": sha256,
            "lines": loaded.lines,
            "kinds": {
                kind: {"added": added, "changed": changed}
                for kind, (added, changed, _) in loaded.counts.items()
            },
        }
        audit.record(actor=by, action="register.loaded", subject=file, now=now, detail=detail)


class _Hashed:
    """The lines of a stream, with the hash of what was read and the count."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._hash = hashlib.sha256()
        self.lines = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in lines_of(self._stream):
            self._hash.update(line)
            self.lines += 1
            yield line

    @property
    def sha256(self) -> str:
        """Of the bytes read so far; a line cut for its length was refused."""
        return self._hash.hexdigest()
