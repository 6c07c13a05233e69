"""Making the database keep the past of the models that ask for it (`kept`), after a migration.

Safe to run again: nothing is done while neither the models nor their columns have changed. A
column that a later migration adds is empty in the versions from before it.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.db import connections, models, transaction

from registry.history.rules import Kept, Log, Recorded, Versions

_FOLDER = Path(__file__).resolve().parent.parent
_VERSIONS = (_FOLDER / "keep_versions.sql").read_text(encoding="utf-8")
_CLOCK = (_FOLDER / "clock.sql").read_text(encoding="utf-8")

_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""
# Of a version: since when it is known, until when, and that it is about to end.
_KNOWN = "known_from timestamptz, known_until timestamptz, known_ending boolean"


def kept_models() -> list[type[models.Model]]:
    """Every model that says how its past is kept, by table."""
    found = [model for model in apps.get_models() if hasattr(model, "kept")]
    return sorted(found, key=lambda model: model._meta.db_table)


def install(*, using: str) -> bool:
    """Bring triggers, versions and views into line with the models. Returns whether it had to."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        tables = _columns(cursor, "public")
        kept = {
            model._meta.db_table: model.kept
            for model in kept_models()
            if model._meta.db_table in tables
        }
        fingerprint = _fingerprint(kept, tables)
        cursor.execute("SELECT obj_description(to_regnamespace('history')::oid, 'pg_namespace')")
        if cursor.fetchone()[0] == fingerprint:
            return False
        cursor.execute("CREATE SCHEMA IF NOT EXISTS history")
        cursor.execute("DROP SCHEMA IF EXISTS known CASCADE")
        cursor.execute("CREATE SCHEMA known")
        cursor.execute(_CLOCK.format(pending=_pending(kept), stamps=_stamps(kept)))
        versions = _columns(cursor, "history")
        for table in sorted(kept, key=lambda name: isinstance(kept[name], Versions)):
            _keep(cursor, table, kept[table], tables[table], versions.get(table))
            cursor.execute(
                f"CREATE TRIGGER read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON known.{table} "
                "FOR EACH ROW EXECUTE FUNCTION history.refuse_writing()"
            )
        cursor.execute(f"COMMENT ON SCHEMA history IS '{fingerprint}'")
    return True


def _columns(cursor, schema: str) -> dict[str, dict[str, str]]:
    """Columns with their types, in order, by table of a schema."""
    cursor.execute(_COLUMNS, [schema])
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in cursor.fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _fingerprint(kept: dict[str, Kept], tables: dict[str, dict[str, str]]) -> str:
    said = [(table, repr(kept[table]), list(tables[table].items())) for table in sorted(kept)]
    return hashlib.sha256(repr((said, _VERSIONS, _CLOCK)).encode()).hexdigest()


def _keep(cursor, table: str, kept: Kept, columns: dict[str, str], held: dict | None) -> None:
    if isinstance(kept, Versions):
        _make_room(cursor, table, kept, columns, held)
        cursor.execute(_VERSIONS.format(table=table, **_parts(kept, list(columns))))
        return
    moment = "(SELECT history.asked_moment())"
    shown, known = _quoted(columns), ""
    if isinstance(kept, Log):
        columns_of_time = filter(None, (kept.moment, kept.not_before))
        known = " AND ".join(f"{column} <= {moment}" for column in columns_of_time)
    elif isinstance(kept, Recorded):
        # What was known then had no end yet.
        shown = shown.replace('"recorded"', "tstzrange(lower(recorded), NULL) AS recorded")
        known = f"recorded @> {moment}"
    cursor.execute(f"CREATE VIEW known.{table} AS SELECT {shown} FROM public.{table} WHERE {known}")


def _parts(kept: Versions, columns: list[str]) -> dict[str, str]:
    made_of = [column for column in columns if column not in kept.ignoring]
    return {
        "columns": _quoted(columns),
        "shown": ", ".join(
            f"{kept.computed[column]} AS {column}" if column in kept.computed else f'v."{column}"'
            for column in columns
        ),
        "old": _quoted(made_of, "o."),
        "new": _quoted(made_of, "n."),
    }


def _quoted(columns: Iterable[str], of: str = "") -> str:
    return ", ".join(f'{of}"{column}"' for column in columns)


def _make_room(
    cursor, table: str, kept: Versions, columns: dict[str, str], held: dict | None
) -> None:
    """The table of versions, with every column that the table has now."""
    if held is None:
        said = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        cursor.execute(f"CREATE TABLE history.{table} ({said}, {_KNOWN})")
        for name, column in enumerate(("id", *kept.by)):
            cursor.execute(f"CREATE INDEX {table}_by_{name} ON history.{table} ({column})")
        for column in ("known_from IS NULL", "known_ending"):
            name = f"{table}_{'begins' if 'NULL' in column else 'ends'}"
            cursor.execute(f"CREATE INDEX {name} ON history.{table} (id) WHERE {column}")
        # Nothing is known of when rows came that stood there before their past was kept.
        names = _quoted(columns)
        cursor.execute(
            f"INSERT INTO history.{table} ({names}, known_from) "
            f"SELECT {names}, '-infinity' FROM public.{table}"
        )
        return
    for column, kind in columns.items():
        if column not in held:
            cursor.execute(f'ALTER TABLE history.{table} ADD COLUMN "{column}" {kind}')
        elif held[column] != kind:
            cursor.execute(
                f'ALTER TABLE history.{table} ALTER COLUMN "{column}" TYPE {kind} '
                f'USING "{column}"::text::{kind}'
            )


def _versioned(kept: dict[str, Kept]) -> list[str]:
    return [table for table in sorted(kept) if isinstance(kept[table], Versions)]


def _pending(kept: dict[str, Kept]) -> str:
    """What names the tables with versions that begin or end; each is two looks at small indexes."""
    return "\n        UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM history.{table} WHERE known_from IS NULL) "
        f"OR EXISTS (SELECT FROM history.{table} WHERE known_ending)"
        for table in _versioned(kept)
    )


def _stamps(kept: dict[str, Kept]) -> str:
    """What gives a moment to the versions that begin and end, table by table."""
    return "\n    ".join(
        f"IF '{table}' = ANY (waiting) THEN\n"
        f"        UPDATE history.{table} SET known_from = moment WHERE known_from IS NULL;\n"
        f"        UPDATE history.{table} SET known_until = moment, known_ending = NULL "
        "WHERE known_ending;\n    END IF;"
        for table in _versioned(kept)
    )
