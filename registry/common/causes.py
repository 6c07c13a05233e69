"""Why facts changed, typed: the bell carries it, the register's history tells it for ever.

A cause is public. What it is about (`about`) may name what everybody may know: a decided piece
of evidence, a standard, an endpoint; never a draft or a person.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models


class CauseKind(models.TextChoices):
    """What can change a timeline. The label follows "because"; {about} is what it is about."""

    EVIDENCE_ACCEPTED = "evidence_accepted", "evidence {about} was accepted"
    EVIDENCE_REVOKED = "evidence_revoked", "evidence {about} was revoked"
    CHECK_FAILING = "check_failing", "a check was confirmed as failing: {about}"
    CHECK_PASSING = "check_passing", "a check passed: {about}"
    CHECK_UNVERIFIED = "check_unverified", "nobody could confirm a check any more: {about}"
    ENDPOINT_CHANGED = "endpoint_changed", "an endpoint was registered or changed: {about}"
    DISPENSATION_GRANTED = "dispensation_granted", "a dispensation from {about} was granted"
    DISPENSATION_ENDED = "dispensation_ended", "a dispensation from {about} was ended earlier"
    STANDARD_PUBLISHED = "standard_published", "a change of standard {about} was published"
    REGISTER_LOADED = "register_loaded", "a register file was loaded: {about}"
    RECOMPUTED = "recomputed", "the register was computed again: {about}"

    @property
    def short(self) -> str:
        """The label without what it is about: "evidence was revoked"."""
        return re.sub(r"(:| from)? \{about\}", "", self.label)


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """One thing that happened. `about` is a reference or a few words, empty when there is none."""

    kind: CauseKind
    about: str = ""

    def __post_init__(self) -> None:
        """A word that is no kind raises `ValueError`: free text would be told for ever."""
        object.__setattr__(self, "kind", CauseKind(self.kind))

    @property
    def words(self) -> str:
        """What goes on after "because": "evidence aldermoor-7 was revoked"."""
        return self.kind.label.replace("{about}", self.about) if self.about else self.kind.short

    def as_dict(self) -> dict[str, str]:
        """The cause as it is kept in rows and shown in the API."""
        return {"kind": self.kind.value, "about": self.about}

    @classmethod
    def read(cls, kept: Mapping[str, str]) -> "Cause":
        """The cause of `as_dict()`."""
        return cls(CauseKind(kept["kind"]), kept["about"])


# What rings a bell says why: what is the cause for every product it names, or for each its own.
Because = Cause | tuple[Cause, ...] | Mapping[int, Sequence[Cause]]

# Causes that are about a standard, and turn nothing but that standard's pairs.
OF_STANDARDS = frozenset(
    {CauseKind.STANDARD_PUBLISHED, CauseKind.DISPENSATION_GRANTED, CauseKind.DISPENSATION_ENDED}
)


def of_everyone(because: Because) -> tuple[Cause, ...] | None:
    """The causes that are every product's; `None` where each product has its own."""
    if isinstance(because, Cause):
        return (because,)
    return because if isinstance(because, tuple) else None


def of_product(because: Because, product_id: int) -> tuple[Cause, ...]:
    """The causes that `because` gives for one product."""
    shared = of_everyone(because)
    return tuple(because.get(product_id, ())) if shared is None else shared


def concerning(causes: Sequence[Cause], codes: Collection[str]) -> list[Cause]:
    """Those that can have turned the standards `codes`: one publication changes several standards
    at once, and most products are touched by few of them. All, where none of them is about these.
    """
    near = [each for each in causes if each.kind not in OF_STANDARDS or each.about in codes]
    return near or list(causes)


def once(causes: Iterable[Cause]) -> list[Cause]:
    """Each cause once, in the order in which they came."""
    return list(dict.fromkeys(causes))


def in_words(causes: Sequence[Cause]) -> str:
    """ "evidence a was revoked, and evidence b was accepted"."""
    words = [cause.words for cause in causes]
    return ", and ".join(words[:3]) + (f", and {len(words) - 3} more" if len(words) > 3 else "")
