"""F3: the timelines of a whole register, and of one product in it.

Fills a throw-away database with `--products` × `--standards` and about 2.1 proofs a pair (20,000
× 40 and 1.7 million unless told otherwise), then runs in turn, five times each: computing all
timelines alone, and a refresh of everything when nothing changed. One product is refreshed after
a change of its facts, at 1,000 products and at all of them. All in CPU time of this process and
of its PostgreSQL backend, because other work on the machine would count otherwise.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.embedded import ensure_servers  # noqa: E402

RATIO, ONE_PRODUCT_MS, GROWTH = 1.5, 20.0, 1.5
FEW = 1000
NOW = datetime(2026, 7, 1, 11, tzinfo=UTC)


def main() -> int:
    """Print the three figures, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--standards", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    sizes = parser.parse_args()
    # Never fill a database that somebody keeps.
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"LOCAL": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    with ensure_servers(throw_away=True):
        import django

        django.setup()
        _measure(sizes)
    return 0


def _measure(sizes: argparse.Namespace) -> None:
    from django.core.management import call_command

    from registry.common import bells

    call_command("migrate", verbosity=0)
    # What rooms above do with changed timelines is not part of this figure.
    with bells.held_back(bells.spells_changed):
        _figures(sizes)


def _figures(sizes: argparse.Namespace) -> None:
    from benchmarks.registers import grow, prepare

    prepare(sizes.standards)
    few = min(FEW, sizes.products)
    _timed("a small register", lambda: grow(1, few))
    _refresh_all("its first refresh")
    at_few, _ = _one_product()
    if sizes.products > few:
        _timed("the whole register", lambda: grow(few + 1, sizes.products))
        _refresh_all("its first refresh")
    at_all, elapsed = _one_product()
    alone, refreshed = _in_turn(sizes.rounds)
    ratio = statistics.median(b / a for a, b in zip(alone, refreshed, strict=True))
    size = _size(sizes)
    seconds = (
        f"{statistics.median(alone):.2f} s alone, {statistics.median(refreshed):.2f} s refreshed"
    )
    _print("refresh all, nothing changed", ratio, "× computing alone", RATIO, f"{size}; {seconds}")
    note = f"CPU; {elapsed:.1f} ms elapsed"
    _print("refresh one product, changed", at_all, "ms", ONE_PRODUCT_MS, note)
    what = f"one product, at {sizes.products} against {few}"
    _print(what, at_all / at_few, "×", GROWTH, f"{at_few:.1f} ms of CPU at {few}")


def _size(sizes: argparse.Namespace) -> str:
    from registry.compliance.models import Spell
    from registry.evidence.models import SubmissionCriterion

    return (
        f"{sizes.products} products × {sizes.standards} standards, "
        f"{SubmissionCriterion.objects.count()} proofs, {Spell.objects.current().count()} spells"
    )


def _in_turn(rounds: int) -> tuple[list[float], list[float]]:
    """CPU seconds of each computation alone, and of each refresh."""
    alone, refreshed = [], []
    for number in range(rounds):
        alone.append(_timed("compute alone", _compute))
        moment = NOW + timedelta(days=1 + number)
        refreshed.append(_timed("refresh, nothing changed", lambda at=moment: _refresh_idly(at)))
    return alone, refreshed


def _refresh_idly(moment: datetime) -> None:
    from registry.compliance import services

    outcome = services.refresh(product_ids=None, now=moment, cause=_why())
    if outcome.written or outcome.closed:
        raise AssertionError(f"nothing changed, and yet {outcome}")


def _compute() -> None:
    """All timelines and verdicts, with the same memory as a refresh has, kept nowhere."""
    from django.db import connection, transaction

    from registry.compliance.selectors.statement import ask

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'")
            # A statement that writes runs on one core, so this does too.
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        ask(
            "SELECT (SELECT count(period) FROM spell), (SELECT count(period) FROM verdict)",
            product_ids=None,
        )


def _why():
    from registry.common.causes import Cause, CauseKind

    return Cause(CauseKind.RECOMPUTED, "the bench")


def _refresh_all(what: str) -> None:
    from django.db import connection

    from registry.compliance import services

    _timed(what, lambda: services.refresh(product_ids=None, now=NOW, cause=_why()))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _one_product(rounds: int = 40) -> tuple[float, float]:
    """Milliseconds (CPU, and median elapsed) to refresh a product after evidence was revoked, or
    reinstated.
    """
    from registry.catalogue.models import Product
    from registry.compliance import services
    from registry.evidence.models import Submission

    pks = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    spent, elapsed = 0.0, []
    for number in range(rounds):
        pk = pks[(number // 2) * 7919 % len(pks)]
        proof = Submission.objects.accepted().filter(product=pk).order_by("pk").first()
        revoked = None if proof.revoked_from else proof.valid.lower
        Submission.objects.filter(pk=proof.pk).update(revoked_from=revoked)
        cpu, begun = _cpu(), time.perf_counter()
        moment = NOW + timedelta(minutes=number)
        services.refresh(product_ids=[pk], now=moment, cause=_why())
        spent += _cpu() - cpu
        elapsed.append(time.perf_counter() - begun)
    return spent / rounds * 1000, statistics.median(elapsed) * 1000


def _cpu() -> float:
    """Seconds of CPU that this process and its database backend have used."""
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = backend.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _timed(what: str, work: Callable[[], object]) -> float:
    """CPU seconds of `work`; says so, with the seconds that passed."""
    cpu, begun = _cpu(), time.perf_counter()
    work()
    spent, took = _cpu() - cpu, time.perf_counter() - begun
    print(f"{what}: {spent:.2f} s of CPU in {took:.2f} s", file=sys.stderr, flush=True)
    return spent


def _print(what: str, value: float, unit: str, limit: float, note: str) -> None:
    figure = {"id": "F3", "what": what, "value": round(value, 2), "unit": unit, "limit": limit}
    print(json.dumps(figure | {"met": value <= limit, "note": note}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
