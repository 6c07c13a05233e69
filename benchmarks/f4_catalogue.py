"""F4: the catalogue page over a whole register.

Fills a throw-away database with `--products` × `--standards` (20,000 × 40 unless told otherwise;
one product in eight proves everything), then asks the search page for 25 rows with ranked words,
a term filter and five facet groups with counts, fifteen times after a warm-up, each time at 1,000
products and at all of them: what is divided is measured side by side, because the machine may be
twice as fast a minute later. The 1,000 are a copy of the database, made before it grew.

Reported: the CPU time of this process, which is the application without PostgreSQL; the whole page
as a multiple of its SQL alone, both in time that passed; and the growth of the whole page from
1,000 products to all, the median of the rounds, in CPU time of this process and of its PostgreSQL
backend together, because other work on the machine would count otherwise.

A round asks twice: once as a user would, for the CPU time, and once with Django's log of queries
on, which costs CPU itself, for the SQL. Every question has a term that ends on another day, so
that none can be answered from what the one before left behind.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.util import setup_testing_defaults

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.embedded import ensure_servers  # noqa: E402

CPU_MS, WHOLE, GROWTH = 10.0, 2.0, 3.0
FEW = 1000
WARM = 10
NOW = datetime(2026, 7, 1, 11, tzinfo=UTC)
PAGE = "/products/?as_of=2026-07-01&q=record&compliant_from=2026-07-01&compliant_until=2029-07-{}"
NAMES = """
    UPDATE catalogue_product SET
        name = (ARRAY['Ward', 'Practice', 'Community', 'Theatre', 'Maternity'])[1 + mod(id, 5)]
            || ' ' || (ARRAY['Record', 'Board', 'Planner', 'Notes'])[1 + mod(id, 4)] || ' ' || id,
        summary = (ARRAY['Keeps problems, medicines and letters in one record',
            'Plans rotas and shares beds', 'Sends referrals and results'])[1 + mod(id, 3)],
        hosting = (ARRAY['public_cloud', 'on_premises', 'hybrid'])[1 + mod(id, 3)]
    WHERE hosting = ''
"""
EVERYTHING = """
    WITH made AS (
        INSERT INTO evidence_submission (ref, product_id, release, form, state, issuer, reference,
            valid, exclusions, links, created_by_id, created_at)
        SELECT 'all-' || p.id, p.id, '', 'document', 'accepted', 'Bench', '',
            daterange('2020-01-01', NULL), '', '{}', (SELECT min(id) FROM accounts_user), now()
        FROM catalogue_product AS p
        WHERE mod(p.id, 8) = 0
            AND NOT EXISTS (SELECT FROM evidence_submission WHERE ref = 'all-' || p.id)
        RETURNING id
    )
    INSERT INTO evidence_submissioncriterion (submission_id, criterion_id)
    SELECT made.id, c.id FROM made CROSS JOIN standards_criterion AS c WHERE c.level = 'MUST'
"""


def main() -> int:
    """Print the three figures, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--standards", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=15)
    sizes = parser.parse_args()
    # Never fill a database that somebody keeps.
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "LOCAL": "1",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with ensure_servers(throw_away=True):
        import django

        django.setup()
        _measure(sizes)
    return 0


def _measure(sizes: argparse.Namespace) -> None:
    from django.core.management import call_command

    from benchmarks.registers import prepare
    from registry.common import bells

    call_command("migrate", verbosity=0)
    prepare(sizes.standards)
    few = min(FEW, sizes.products)
    # What rooms above do with changed timelines is not part of this figure.
    with bells.held_back(bells.spells_changed):
        _grow(1, few)
        at_few = _copy("f4_few")
        if sizes.products > few:
            _grow(few + 1, sizes.products)
    _figures(sizes, few, *_ask_in_turn(sizes.rounds, at_few))
    _beside(sizes)


def _copy(name: str):
    """The database as it is, under another name, and the connection that reads it."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    everything = connections["default"]
    original = everything.settings_dict["NAME"]
    # A database that somebody is connected to cannot be copied.
    everything.close()
    settings = {**everything.settings_dict, "NAME": name}
    with DatabaseWrapper({**settings, "NAME": "postgres"}).cursor() as cursor:
        cursor.execute(f'CREATE DATABASE {name} TEMPLATE "{original}"')
        cursor.connection.close()
    return DatabaseWrapper(settings)


def _grow(first: int, last: int) -> None:
    from django.db import connection

    from benchmarks.registers import grow
    from registry.compliance import services

    started = time.perf_counter()
    grow(first, last)
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(EVERYTHING)
        cursor.execute("SET session_replication_role = DEFAULT")
    services.refresh(product_ids=None, now=NOW, cause=_why())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"{last} products: {time.perf_counter() - started:.0f} s", file=sys.stderr)


def _ask_in_turn(rounds: int, at_few) -> tuple[list, list]:
    """The rounds' answers (`_ask`) at 1,000 products and at all of them, asked one by one."""
    from django.db import connections

    databases = (at_few, connections["default"])
    answers = ([], [])
    # A worker answers for days: what it keeps, and what Python learns of its code, is there.
    for number in range(WARM + rounds):
        for database, kept in zip(databases, answers, strict=True):
            connections["default"] = database
            kept.append(_ask(number))
    return tuple(each[WARM:] for each in answers)


def _ask(number: int) -> tuple[float, float, float, float, int]:
    """Elapsed, CPU and SQL seconds of the page, CPU seconds of its SQL, and its queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    backend, cpu = _backend_cpu(), time.process_time()
    _get(PAGE.format(f"{1 + 2 * number % 28:02}"))
    cpu = time.process_time() - cpu
    backend = _backend_cpu() - backend
    with CaptureQueriesContext(connection) as queries:
        elapsed = time.perf_counter()
        content = _get(PAGE.format(f"{1 + (2 * number + 1) % 28:02}"))
        elapsed = time.perf_counter() - elapsed
    if b"registry-results__item" not in content:
        raise SystemExit("the page listed nothing")
    sql = sum(float(query["time"]) for query in queries)
    return elapsed, cpu, sql, backend, len(queries)


def _get(address: str) -> bytes:
    """What the application answers gunicorn; 200 or nothing goes on."""
    from config.wsgi import application

    path, _, query = address.partition("?")
    environ = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    statuses = []
    response = application(environ, lambda status, headers: statuses.append(status))
    try:
        content = b"".join(response)
    finally:
        response.close()
    if not statuses[0].startswith("200"):
        raise SystemExit(f"the page answered {statuses[0]}")
    return content


def _backend_cpu() -> float:
    """Seconds of CPU that the database backend of this process has used, to the nanosecond."""
    from django.db import connection

    connection.ensure_connection()
    time.sleep(0.002)  # the kernel counts when the backend goes to sleep
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _figures(sizes: argparse.Namespace, few: int, at_few: list, at_all: list) -> None:
    cpu = 1000 * statistics.median(answer[1] for answer in at_all)
    ratio = statistics.median(elapsed / sql for elapsed, _, sql, *_ in at_all)
    whole = [[1000 * (answer[1] + answer[3]) for answer in answers] for answers in (at_few, at_all)]
    growth = statistics.median(more / less for less, more in zip(*whole, strict=True))
    typical = [statistics.median(each) for each in whole]
    counts = sorted({answer[4] for answer in at_few + at_all})
    least = 1000 * min(answer[1] for answer in at_all)
    size = f"{sizes.products} × {sizes.standards}; {counts} queries; {_machine()}"
    size += f"; the least of {len(at_all)} rounds {least:.2f}"
    _print("catalogue page, application CPU", cpu, "ms", CPU_MS, size)
    elapsed = 1000 * statistics.median(answer[0] for answer in at_all)
    note = f"{elapsed:.0f} ms elapsed, {typical[1] - cpu:.0f} ms CPU of PostgreSQL"
    _print("catalogue page, whole", ratio, "× its SQL alone", WHOLE, note)
    note = f"CPU, PostgreSQL included: {typical[0]:.0f} ms at {few}, {typical[1]:.0f} ms at all"
    what = f"catalogue page, {sizes.products} against {few}"
    _print(what, growth, "×", GROWTH, note)


# Other questions of lists and pages, without a limit in the design; {known_at} is the last moment
# at which anything changed, and {ref} a product that proves everything.
BESIDE = {
    "search, another moment": PAGE.format("01") + "&known_at={known_at}",
    "search, longest compliant first": "/products/?as_of=2026-07-01&sort=longest",
    "search, until when": "/products/?as_of=2026-07-01&compliant_from=2026-07-01&until_when=on",
    "search, soonest to stop": "/products/?as_of=2026-07-01&sort=soonest",
    "product": "/products/{ref}/?as_of=2026-07-01",
    "product, another moment": "/products/{ref}/?as_of=2026-07-01&known_at={known_at}",
    "replacements": "/products/{ref}/replacements/?as_of=2026-07-01",
    "standards": "/standards/?as_of=2026-07-01",
}


def _beside(sizes: argparse.Namespace) -> None:
    """Print what other questions take at this size: no figure, but nobody should wait for one."""
    from django.utils import timezone

    from benchmarks.registers import remember
    from registry.evidence.models import Submission
    from registry.history.selectors import last_moment

    remember()
    given = {
        "known_at": last_moment(now=timezone.now()).isoformat().replace("+", "%2B"),
        "ref": Submission.objects.filter(ref__startswith="all-").first().product.ref,
    }
    for what, address in BESIDE.items():
        took = []
        for _ in range(4):
            started = time.perf_counter()
            _get(address.format(**given))
            took.append(1000 * (time.perf_counter() - started))
        note = f"median of three, at {sizes.products} × {sizes.standards}; the first {took[0]:.0f}"
        _print(what, statistics.median(took[1:]), "ms elapsed", None, note)


def _machine() -> str:
    """How fast the machine is just now: what a fixed piece of Python costs it."""

    def work() -> float:
        started = time.process_time()
        "".join({str(number): [number] for number in range(6000)})
        return 1000 * (time.process_time() - started)

    return f"a fixed piece of Python took {statistics.median(work() for _ in range(50)):.2f} ms"


def _why():
    from registry.common.causes import Cause, CauseKind

    return Cause(CauseKind.RECOMPUTED, "the bench")


def _print(what: str, value: float, unit: str, limit: float | None, note: str) -> None:
    figure = {"id": "F4", "what": what, "value": round(value, 2), "unit": unit, "limit": limit}
    met = None if limit is None else value <= limit
    print(json.dumps(figure | {"met": met, "note": note}), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
