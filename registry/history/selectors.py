"""Reading the register as it was known at a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction


@contextmanager
def as_known(moment: datetime | None) -> Iterator[None]:
    """Within it, whoever reads a kept table reads what was known of it at `moment`.

    The schema `known` has a view for every kept table, of the same name, and stands before the
    real tables: no query needs to be told. `None` is now, and changes nothing. Writing to a kept
    table within it is refused by the database.
    """
    if moment is None:
        yield
        return
    with transaction.atomic():
        before = _read_at(moment.isoformat(), "known, public")
        yield
        # The settings are the transaction's; where that goes on, they are put back.
        _read_at(*before)


def _read_at(moment: str, path: str) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('registry.known_at', true), current_setting('search_path')"
        )
        before = cursor.fetchone()
        cursor.execute(
            "SELECT set_config('registry.known_at', %s, true), set_config('search_path', %s, true)",
            [moment, path],
        )
    return before[0] or "", before[1]


def last_moment(*, now: datetime) -> datetime:
    """The last moment at which anything that the register holds has changed, or `now` if nothing
    ever has.

    Whatever is still being written will be known later than this, so what was known then is
    complete: an answer that names this moment can be given again for ever. (The time on the wall
    will not do: a change that began before it may be seen only after it.)
    """
    with connection.cursor() as cursor:
        # Every page asks; the ORM would take longer to ask than the database to answer.
        cursor.execute("SELECT at FROM history_clock LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else now
