"""EXPLAIN (ANALYZE, BUFFERS) of the hot statements, as docs/performance.md shows them.

    python benchmarks/explain.py [--products 20000] [--standards 40]

Fills a throw-away database as F4 does, catches each statement while the code that asks it runs,
and prints its plan without the parts that cost nothing.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.embedded import ensure_servers  # noqa: E402

# Lines of a plan that say where time and pages go.
TOLD = ("->", "Planning Time", "Execution Time", "Buffers: shared")
MOST_LINES = 45


def main() -> int:
    """Print the plans one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--standards", type=int, default=40)
    sizes = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "LOCAL": "1",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with ensure_servers(throw_away=True):
        import django

        django.setup()
        _fill(sizes)
        explain_all()
    return 0


def _fill(sizes: argparse.Namespace) -> None:
    from django.core.management import call_command

    from benchmarks.f4_catalogue import _grow
    from benchmarks.registers import prepare
    from registry.common import bells

    call_command("migrate", verbosity=0)
    prepare(sizes.standards)
    with bells.held_back(bells.spells_changed):
        _grow(1, sizes.products)


def explain_all() -> None:
    """Ask each hot question once, and show how its longest statement is answered."""
    for title, ask, mark in _questions():
        print(f"\n### {title}\n\n```\n{_plan(_caught(ask, mark))}\n```", flush=True)


def _questions() -> list[tuple[str, Callable[[], object], str]]:
    """What is asked, and a mark by which its statement is known."""
    from django.test import Client

    from benchmarks.f4_catalogue import NOW, PAGE
    from registry.catalogue.models import Product
    from registry.common.causes import Cause, CauseKind
    from registry.common.periods import civil_date
    from registry.compliance import selectors, services

    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True)[:25])
    supplier, on = Product.objects.get(pk=ids[0]).supplier_id, civil_date(NOW)
    client = Client(SERVER_NAME="localhost")
    spells = {"product_ids": ids, "on": on, "known_at": None}

    def refresh(product_ids):
        return lambda: services.refresh(
            product_ids=product_ids, now=NOW, cause=Cause(CauseKind.RECOMPUTED, "explain")
        )

    return [
        ("Refresh one product", refresh(ids[:1]), "spell_difference"),
        ("Stretches of one product", refresh(ids[:1]), "INSERT INTO compliance_stretch"),
        ("Search page with its facets", lambda: client.get(PAGE.format("01")), "matching AS"),
        ("Verdicts ahead", lambda: selectors.outlooks(**spells), "compliance_verdictspell"),
        (
            "Evidence behind explanations",
            lambda: selectors.facts_of(product_ids=ids[:1], standard_ids=[1, 2, 3]),
            "evidence_submission",
        ),
        (
            "What a supplier owes",
            lambda: list(selectors.owed(supplier_id=supplier, on=on)),
            "proved",
        ),
        ("Refresh all", refresh(None), "spell_difference"),
    ]


def _caught(ask: Callable[[], object], mark: str) -> str:
    """The statement with `mark` in it that `ask` sends."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with connection.cursor() as cursor:
        # What an earlier question prepared would be asked by its name alone.
        cursor.execute("DEALLOCATE ALL")
    with CaptureQueriesContext(connection) as queries:
        ask()
    sent = [each["sql"] for each in queries]
    found = max((statement for statement in sent if mark in statement), key=len)
    if not found.startswith("PREPARE "):
        return found
    call = f"EXECUTE {found.split()[1]} ("
    return next(call + each.split(call, 1)[1] for each in sent if call in each)


def _plan(statement: str) -> str:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        if statement.startswith("EXECUTE "):
            # As services/prepared.py asks it.
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement}")
        lines = [line for (line,) in cursor.fetchall()]
        transaction.set_rollback(True)
    told = [line[:150] for line in lines if any(mark in line for mark in TOLD)]
    told = [line for line in told if "never executed" not in line]
    buffers = next((line for line in told if "Buffers" in line), "")
    told = [line for line in told if "Buffers" not in line]
    if len(told) > MOST_LINES:
        head = [line for line in told[:-2] if not _cheap(line)]
        told = head[: MOST_LINES - 2] + told[-2:]
    return "\n".join([*told[:-2], buffers.strip(), *told[-2:]])


def _cheap(line: str) -> bool:
    """Whether a step of a plan took under a millisecond."""
    took = line.partition("actual time=")[2].partition(" ")[0].partition("..")[2]
    return bool(took) and float(took) < 1.0


if __name__ == "__main__":
    raise SystemExit(main())
