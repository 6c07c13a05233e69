"""Judging a batch: what rests on the very same facts as last time is not judged again.

What was judged, and what from, is kept with the check's state at the endpoint, so it is the
same for every worker and never another endpoint's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from registry.probes.checks import Check
from registry.probes.checks.judging import judge_one, worst_of_each
from registry.probes.rules.basis import basis, facts_hash, question_hash
from registry.probes.rules.observation import Exchange, Observation
from registry.probes.rules.profiles import CaptureName, Profile
from registry.probes.rules.records import report
from registry.probes.rules.results import Finding, Result

# PostgreSQL keeps no NUL in JSON; the octets before it must be an even number of backslashes.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


@dataclass(frozen=True, slots=True)
class Kept:
    """The finding that stands with a check's state, as JSON, and what it was judged from."""

    basis: str
    finding: str
    result: str
    known_end: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One check's finding about one visit.

    `text` is its JSON. `basis` is empty where it rests on more than captures. `same` says that
    it stands with the state already, word for word.
    """

    check: str
    result: Result
    known_end: datetime | None
    text: str
    basis: str
    same: bool


@dataclass
class Bench:
    """The questions of a batch: each check with every set of parameters it is asked with."""

    asked: Sequence[tuple[Check, dict[str, Any]]]
    _questions: dict[Profile, list[tuple[Check, list[dict], str]]] = field(default_factory=dict)

    def judge(self, seen: Observation, kept: Mapping[str, Kept]) -> list[Judged]:
        """The worst finding of each check that speaks of the visit's profile.

        `kept` is what stands with the endpoint's states, by check.
        """
        facts = {name: facts_hash(exchange) for name, exchange in seen.exchanges.items()}
        found = []
        for check, param_sets, question in self._of(seen.profile):
            now = basis(question, check.captures, facts)
            before = kept.get(check.id)
            if before is not None and before.basis == now:
                found.append(_again(check, before))
            else:
                found.append(_anew(seen, check, param_sets, now, before))
        return found

    def _of(self, profile: Profile) -> list[tuple[Check, list[dict], str]]:
        if profile not in self._questions:
            by_check: dict[str, tuple[Check, list[dict]]] = {}
            for check, params in self.asked:
                if check.applies_to(profile):
                    by_check.setdefault(check.id, (check, []))[1].append(params)
            self._questions[profile] = [
                (check, sets, question_hash(check.id, check.version, sets, profile))
                for check, sets in by_check.values()
            ]
        return self._questions[profile]


def _again(check: Check, before: Kept) -> Judged:
    end = datetime.fromisoformat(before.known_end) if before.known_end else None
    return Judged(check.id, Result(before.result), end, before.finding, before.basis, same=True)


def _anew(
    seen: Observation, check: Check, param_sets: list[dict], now: str, before: Kept | None
) -> Judged:
    watched = _Watched(seen)
    (finding,) = worst_of_each(judge_one(watched, check, params) for params in param_sets)
    text = as_json(finding.as_dict())
    rests_on_captures = finding.result is not Result.ERROR and watched.read <= set(check.captures)
    return Judged(
        check=check.id,
        result=finding.result,
        known_end=finding.known_end,
        text=text,
        basis=now if rests_on_captures else "",
        same=before is not None
        and before.basis == (now if rests_on_captures else "")
        and orjson.loads(before.finding) == orjson.loads(text),
    )


def as_json(value: Any) -> str:
    """`value` as JSON that PostgreSQL keeps."""
    text = orjson.dumps(value).decode()
    return _NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


class _Watched:
    """A visit that remembers what is read of it beside its profile: captures and other facts."""

    def __init__(self, seen: Observation):
        self._seen = seen
        self.read: set[str] = set()
        self.exchanges = _WatchedExchanges(seen.exchanges, self.read)

    @property
    def profile(self) -> Profile:
        """Part of the question, so nothing to remember."""
        return self._seen.profile

    def __getattr__(self, name: str) -> Any:
        self.read.add(f"visit.{name}")
        return getattr(self._seen, name)


class _WatchedExchanges(Mapping):
    """The exchanges by capture; one that is read is remembered, and so is looking at them all."""

    def __init__(self, exchanges: Mapping[CaptureName, Exchange], read: set[str]):
        self._exchanges, self._read = exchanges, read

    def __getitem__(self, name: CaptureName) -> Exchange:
        self._read.add(name)
        return self._exchanges[name]

    def __iter__(self) -> Iterator[CaptureName]:
        self._read.add("visit.exchanges")
        return iter(self._exchanges)

    def __len__(self) -> int:
        self._read.add("visit.exchanges")
        return len(self._exchanges)


def findings(seen: Observation, checks: Sequence[tuple[Check, dict]]) -> list[Finding]:
    """One finding a check: the worst over the parameters that it is asked with."""
    return worst_of_each(
        judge_one(seen, check, params) for check, params in checks if check.applies_to(seen.profile)
    )


def report_of(seen: Observation, found: list[Finding]) -> dict[str, Any]:
    """The report of a visit: what `manage.py probe --json` prints and what a pre-check keeps."""
    return orjson.loads(as_json(report(seen, found)))
