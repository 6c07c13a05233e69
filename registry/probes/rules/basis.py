"""What a finding was judged from, as one hash: the same facts, asked the same way, say the same.

A check is pure (docs/how-to/add-a-check.md), so a finding whose basis is unchanged need not be
judged again. What is hashed: the check with its version and every set of parameters it is asked
with, the release of our own rules, the kind of endpoint, and every fact of the captures that
the check read. Not hashed: timings, which no check may judge.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from registry.probes.rules.observation import Exchange
from registry.probes.rules.profiles import CaptureName, Profile

# A body stands for itself by its hash. `timings` differ at every visit.
_FACTS = tuple(each.name for each in fields(Exchange) if each.name not in ("body", "timings"))
_ROOM = Path(__file__).resolve().parent.parent


def facts_hash(exchange: Exchange | None) -> str:
    """Every fact of one capture, its timings left out; empty for one that was not asked for."""
    if exchange is None:
        return ""
    facts = [getattr(exchange, name) for name in _FACTS]
    return hashlib.sha256(repr((facts, exchange.sent_sha256)).encode()).hexdigest()


def question_hash(
    check_id: str, version: int, param_sets: Iterable[Mapping[str, Any]], profile: Profile
) -> str:
    """How a check is asked."""
    asked = [check_id, version, list(param_sets), profile.value, release_of_rules()]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def basis(question: str, captures: Iterable[CaptureName], facts: Mapping[CaptureName, str]) -> str:
    """The basis of a finding: the question, and the facts of the captures it reads."""
    parts = [question, *(f"{name.value}:{facts.get(name, '')}" for name in captures)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def release_of_rules() -> str:
    """A hash of the source of the checks and of the rules beneath them.

    A rule that was changed without a new version of the check is not answered from memory.
    """
    digest = hashlib.sha256()
    for folder in ("checks", "rules"):
        for path in sorted((_ROOM / folder).rglob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
