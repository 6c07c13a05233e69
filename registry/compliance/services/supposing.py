"""Facts that are only supposed: the same statement over changed facts, and nothing kept.

Within `hypothetical()` the tables of standards and dispensations are shadowed by temporary copies.
PostgreSQL looks there first, so whoever names a table without its schema (the ORM, timeline.sql)
reads and writes the copies, and no row of the register is locked or written (ADR 0061).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import connection, models, transaction

from registry.compliance.models import Dispensation
from registry.compliance.selectors.statement import ask, sql
from registry.standards.models import Criterion, StandardScope, StandardVersion

SHADOWED = (StandardVersion, StandardScope, Criterion, Dispensation)

_PAIRS = """
    CREATE TEMPORARY TABLE supposed_pair (
        product_id bigint, standard_id bigint, turning datemultirange, healing datemultirange
    ) ON COMMIT DROP
"""

# Triggers and foreign keys are not copied: the copy holds what would be, not what was done.
_COPY = """
    CREATE TEMPORARY TABLE {table} (LIKE {held} INCLUDING ALL) ON COMMIT DROP;
    INSERT INTO {copy} SELECT * FROM {held};
    SELECT setval(
        pg_get_serial_sequence('{copy}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {copy}), false
    );
    ANALYZE {copy}
"""


@contextmanager
def hypothetical(*, tables: Sequence[str] = ()) -> Iterator[None]:
    """Suppose changes of standards and dispensations; all is undone at the end, whatever happens.

    Nothing but temporary tables can be written within: PostgreSQL refuses the rest. `tables` are
    statements that create further temporary ones for the caller.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Sorting and hashing a whole register, as a refresh does.
            cursor.execute("SET LOCAL work_mem = '128MB'")
            cursor.execute("SELECT quote_ident(current_schema())")
            [schema] = cursor.fetchone()
            for model in SHADOWED:
                cursor.execute(_shadow(model, schema))
            cursor.execute(";".join([_PAIRS, *tables, "SET LOCAL transaction_read_only = on"]))
        try:
            yield
        finally:
            transaction.set_rollback(True)


def suppose(*, standard_ids: Iterable[int], product_ids: Iterable[int] | None, on: date) -> int:
    """Within `hypothetical()`: fill `supposed_pair` with every pair that would change.

    A row holds the days, `on` or later, that turn not met and those that cease to be, against
    what the register holds now. Returns how many pairs that is. `product_ids=None` is everyone.
    """
    standards = list(standard_ids)
    [(pairs,)] = ask(sql("turning.sql"), product_ids=product_ids, standard_ids=standards, on=on)
    return pairs


def _shadow(model: type[models.Model], schema: str) -> str:
    """Statements that put a copy before the model's table, with keys past those in use."""
    table = connection.ops.quote_name(model._meta.db_table)
    return _COPY.format(table=table, held=f"{schema}.{table}", copy=f"pg_temp.{table}")
