"""Statements about one product that a connection plans once (ADR 0076).

Planning the sets of a refresh takes three times as long as running them for one product. Every
set starts at the product's own rows, so the plan is the same for each.
"""

import hashlib
from functools import cache

from django.db import connection

# What the texts leave open so that they can be asked of many, said of one. What cannot be is
# folded away before the statement is planned.
_OF_ONE = (
    ("%(product_ids)s::bigint[] IS NULL", "false"),
    ("%(product_ids)s::bigint[]", "ARRAY[%(product_id)s]"),
    ("%(standard_ids)s::bigint[] IS NULL", "true"),
    ("%(standard_ids)s::bigint[] IS NOT NULL", "false"),
    ("%(standard_ids)s::bigint[]", "NULL::bigint[]"),
)


def run_for_one(text: str, types: tuple[tuple[str, str], ...], given: dict) -> list[tuple]:
    """Rows of the statement `text` for the product `given["product_id"]`; none if it returns none.

    `text` reads `product_ids` and `standard_ids` as timeline.sql does. `types` are its other
    parameters, with their types in SQL. To be called in a transaction.
    """
    name, statement = _prepared(text, types)
    names = ["product_id", *(parameter for parameter, _ in types)]
    with connection.cursor() as cursor:
        # Asked each time: a connection may have been opened, or handed out by a pool, since.
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [name])
        if not cursor.rowcount:
            cursor.execute(statement)
        places = ", ".join(f"%({parameter})s" for parameter in names)
        cursor.execute(
            "SET LOCAL plan_cache_mode = force_generic_plan;"
            f"EXECUTE {name} ({places})",  # a name made of a hash, and places
            given,
        )
        rows = cursor.fetchall() if cursor.description else []
        cursor.execute("SET LOCAL plan_cache_mode = DEFAULT")
    return rows


@cache
def _prepared(text: str, types: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The name that the statement goes by, and what prepares it. Another text, another name."""
    for of_many, of_one in _OF_ONE:
        text = text.replace(of_many, of_one)
    typed = (("product_id", "bigint"), *types)
    numbered = text % {parameter: f"${n}" for n, (parameter, _) in enumerate(typed, 1)}
    name = f"of_one_{hashlib.sha256(numbered.encode()).hexdigest()[:16]}"
    return name, f"PREPARE {name} ({', '.join(kind for _, kind in typed)}) AS {numbered}"
