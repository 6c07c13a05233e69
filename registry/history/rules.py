"""How a table's past is kept, said beside its model: `kept = Versions(...)`. Pure.

Every model whose rows an answer rests on says it. What says nothing (people, memberships, files,
drafts of work) is always read as it is today.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Versions:
    """Rows change: every version of a row is kept, with the moments between which it was known.

    A change of the columns `ignoring` alone makes no version: they say who is at work on a row,
    not what it says. `computed` are columns whose past is read from elsewhere: SQL by column, in
    which `v` is the version. `by` are the columns that rows are looked up by, besides the id.
    """

    by: tuple[str, ...] = ()
    ignoring: tuple[str, ...] = ()
    computed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Log:
    """Rows are only ever added: each is known from the moment in its column `moment`.

    `not_before`, where there is one, is a column that is never later than it: what rows are looked
    up by, so that what was known long ago is found without reading all that came since.
    """

    moment: str
    not_before: str = ""


@dataclass(frozen=True)
class Recorded:
    """Rows say themselves, in the range `recorded`, when the register held them true."""


Kept = Versions | Log | Recorded
