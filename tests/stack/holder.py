"""Run by the stack tests as a process of its own: holds the servers until its input ends."""

import json
import os
import sys
from pathlib import Path

import psycopg2

from config.embedded import EmbeddedServerError, ensure_servers


def keeper_of(folder: Path) -> int:
    """The id of the process that keeps the server of `folder`."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended while we looked
        if b"config.embedded.keeper" in words and os.fsencode(folder) in words:
            return int(process.name)
    raise LookupError(folder)


def main() -> None:
    """Print one JSON line about the servers, then wait."""
    try:
        with ensure_servers() as servers:
            connection = psycopg2.connect(servers.database_url)
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(1)")  # two holders may come at once
                cursor.execute("CREATE TABLE IF NOT EXISTS mark (at int)")
                cursor.execute("INSERT INTO mark VALUES (1)")
                cursor.execute("SELECT count(*) FROM mark")
                marks = cursor.fetchone()[0]
            connection.close()
            facts = {
                "database_url": servers.database_url,
                "redis_url": servers.redis_url,
                "state": str(servers.state),
                "started": servers.started,
                "marks": marks,
                "folders": {each.server.kind: str(each.folder) for each in servers.leases},
                "keepers": [keeper_of(each.folder) for each in servers.leases],
            }
            print(json.dumps(facts), flush=True)
            sys.stdin.read()
    except EmbeddedServerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
