"""The register becomes a file."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from procurement.interchange.rules.writing import line
from procurement.interchange.selectors.dumping import rows
from procurement.interchange.selectors.vocabulary import kinds
from registry.history.selectors import as_known


def dump(*, known_at: datetime | None = None) -> Iterator[str]:
    """The lines of a dump, each with its end: the register as it is at one moment.

    With `known_at` that is a moment in the past: the dump that could have been written then.
    """
    with as_known(known_at):
        yield from _dump()


def _dump() -> Iterator[str]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                # One moment for all the queries, whoever writes meanwhile.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for name, kind in kinds().items():
            for values in rows(name):
                yield line(kind, values) + "\n"
