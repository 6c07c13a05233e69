"""The one statement of timeline.sql, and the questions that are asked of its sets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import connection
from psycopg2.extensions import adapt

from registry.probes.checks import base as checks
from registry.standards.models import Criterion

_FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Bound:
    """A parameter that says which value of a question it is.

    A statement that holds it can be kept, and asked again with another question's value.
    """

    name: str
    value: object

    def __conform__(self, protocol):
        """To psycopg2 it is its value."""
        return adapt(self.value)


@cache
def sql(name: str) -> str:
    """The text of a statement of this room."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def ask(
    question: str,
    *,
    product_ids: Iterable[int] | None,
    standard_ids: Iterable[int] | None = None,
    **more,
) -> list[tuple]:
    """Rows of `question`, a statement over the sets of timeline.sql.

    `product_ids` is whose facts to read, `None` for everyone's; `standard_ids` of which standards
    (then nothing may be asked of verdicts); `more` are further parameters.
    """
    with connection.cursor() as cursor:
        given = parameters(product_ids, standard_ids) | more
        cursor.execute(sql("timeline.sql") + question, given)
        return cursor.fetchall()


def parameters(
    product_ids: Iterable[int] | None, standard_ids: Iterable[int] | None = None
) -> dict:
    """The parameters of timeline.sql."""
    spoken = speaks_of()
    return {
        "product_ids": None if product_ids is None else sorted(set(product_ids)),
        "standard_ids": None if standard_ids is None else sorted(set(standard_ids)),
        "criterion_ids": [criterion_id for criterion_id, _ in spoken],
        "profiles": [profile for _, profile in spoken],
    }


def speaks_of() -> list[tuple[int, str]]:
    """Each criterion that an automated check can prove, with each profile the check speaks of."""
    criteria = Criterion.objects.exclude(check_id="").order_by("pk")
    return [
        (pk, profile)
        for pk, check_id in criteria.values_list("pk", "check_id")
        for profile in sorted(profiles_of(check_id))
    ]


@cache
def profiles_of(check_id: str) -> frozenset[str]:
    """The profiles of endpoints that a check speaks of; none for a check nobody knows."""
    try:
        return frozenset(str(profile) for profile in checks.get_check(check_id).profiles)
    except checks.UnknownCheck:
        return frozenset()


def held(name: str, *, known_at: datetime | None, **parameters) -> list[tuple]:
    """Rows of the statement in file `name`, which reads spells as `v`, as known at `known_at`.

    For lists: building a statement costs more than a page's rows do.
    """
    known = (
        "upper_inf(v.recorded)" if known_at is None else "v.recorded @> %(known_at)s::timestamptz"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql(name).format(known=known), parameters | {"known_at": known_at})
        return cursor.fetchall()


def known(alias: str, known_at: datetime | None) -> tuple[str, list]:
    """What `SpellQuerySet.known_at` says to the ORM, for statements; and its parameters."""
    if known_at is None:
        return f"upper_inf({alias}.recorded)", []
    return f"{alias}.recorded @> %s::timestamptz", [known_at]
