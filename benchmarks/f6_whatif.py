"""F6: what a draft of standards would do, over a whole register and every contract.

Fills a throw-away database with `--products` × `--standards` and `--contracts` (20,000 × 40 and
100,000 unless told otherwise), then looks ahead at drafts of growing reach, five times each: until
the numbers, the first page of each list and the buyers are there. Reported are one standard made
mandatory for every product, a draft of three changes, its page with the HTML, a comparison of those
two, and the spreadsheet. All in CPU seconds of this process and of its PostgreSQL backend, which
works without helpers, because other work on the machine would count otherwise; on an idle machine
that is what an editor waits for. The seconds that passed are in the note.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.embedded import ensure_servers  # noqa: E402

SECONDS = 3.0
NOW = datetime(2026, 7, 1, 11, tzinfo=UTC)
TODAY = date(2026, 7, 1)


def main() -> int:
    """Print the figures, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--standards", type=int, default=40)
    parser.add_argument("--contracts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
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

    call_command("migrate", verbosity=0)
    _said("the register", lambda: _fill(sizes))
    few, more = _drafts()
    _figure(sizes, "what-if, one standard for every product", lambda: _look(few))
    _figure(sizes, "what-if, three changes of three standards", lambda: _look(more))
    _figure(sizes, "what-if, the page with its HTML", _page(more))
    _figure(sizes, "what-if, those two drafts compared", lambda: _compare(few, more), limit=2)
    _figure(sizes, "what-if, every contract as a spreadsheet", lambda: _export(more), writing=1.0)


def _fill(sizes: argparse.Namespace) -> None:
    from django.db import connection

    from benchmarks.registers import grow, hold, prepare
    from registry.common import bells
    from registry.common.causes import Cause, CauseKind
    from registry.compliance import services

    prepare(sizes.standards)
    grow(1, sizes.products)
    hold(sizes.contracts)
    # What rooms above do with changed timelines is not part of this figure.
    with bells.held_back(bells.spells_changed):
        services.refresh(product_ids=None, now=NOW, cause=Cause(CauseKind.RECOMPUTED, "bench"))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        # Whatever works, works where its CPU is counted.
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def _drafts():
    """Two drafts: one change, and three of three standards."""
    from procurement.whatif import services
    from procurement.whatif.enums import ChangeKind
    from procurement.whatif.services import Wanted
    from registry.accounts.models import Role, User
    from registry.accounts.services import grant_role
    from registry.common.periods import period
    from registry.standards.models import Standard

    editor = User.objects.get(email="bench@example.test")
    grant_role(user=editor, role=Role.STANDARDS_EDITOR, now=NOW)
    # The first is mandatory so far for one capability, the others for every product; half of the
    # products meet each.
    first = Standard.objects.exclude(scopes__capability=None).order_by("pk")[0]
    second, third = Standard.objects.filter(scopes__capability=None).order_by("pk")[:2]
    soon = period(date(2026, 10, 1), None)
    mandate = Wanted(kind=ChangeKind.ADD_SCOPE, standard=first, period=soon)
    version = second.versions.get(version="2")
    retire = Wanted(
        kind=ChangeKind.CHANGE_ACCEPTED,
        standard=second,
        version=version.version,
        was=version.accepted,
        period=period(version.accepted.lower, date(2026, 12, 1)),
    )
    replace = Wanted(
        kind=ChangeKind.ADD_VERSION,
        standard=third,
        version="3",
        copied_from="2",
        period=period(date(2026, 9, 1), None),
    )
    made = []
    for title, changes in (("One", [mandate]), ("Three", [mandate, retire, replace])):
        draft = services.start_draft(title=title, reason="Bench.", by=editor, now=NOW)
        for wanted in changes:
            services.add_change(draft=draft, wanted=wanted, by=editor, now=NOW)
        made.append(draft)
    return made


def _look(draft):
    from procurement.whatif import selectors, services

    return services.preview(selectors.changes_of(draft), on=TODAY).summary


def _compare(one, other):
    from procurement.whatif import selectors, services

    compared = services.compare(selectors.changes_of(one), selectors.changes_of(other), on=TODAY)
    return compared.second


def _export(draft) -> str:
    from procurement.whatif import presenters, selectors, services

    rows = services.every_contract(selectors.changes_of(draft), on=TODAY)
    return f"{len(presenters.contracts_csv(rows, on=TODAY)) / 1e6:.1f} MB"


def _page(draft) -> Callable[[], str]:
    from django.test import Client

    from registry.accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email="bench@example.test"))

    def ask() -> str:
        response = client.get(f"/what-if/{draft.pk}/")
        if response.status_code != 200 or b"What would happen" not in response.content:
            raise SystemExit(f"the page answered {response.status_code} and looked nowhere")
        return f"{len(response.content) // 1000} kB"

    return ask


def _figure(
    sizes: argparse.Namespace,
    what: str,
    work: Callable[[], object],
    limit: int = 1,
    writing: float = 0.0,
) -> None:
    """Print a figure; `limit` is for how many previews it may take the time of, `writing` the
    seconds that it may take besides."""
    answer, spent, took = work(), [], []
    for _ in range(sizes.rounds):
        cpu, begun = _cpu(), time.perf_counter()
        work()
        spent.append(_cpu() - cpu)
        took.append(time.perf_counter() - begun)
    value, most = statistics.median(spent), limit * SECONDS + writing
    passed = f"{statistics.median(took):.2f} s elapsed at load {os.getloadavg()[0]:.1f}"
    note = f"CPU, the most {max(spent):.2f} s; {passed}; {_words(answer)}"
    figure = {"id": "F6", "what": what, "value": round(value, 2), "unit": "s", "limit": most}
    print(json.dumps(figure | {"met": value <= most, "note": note}), flush=True)


def _cpu() -> float:
    """Seconds of CPU that this process and its database backend have used."""
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = backend.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _words(answer) -> str:
    if isinstance(answer, str):
        return answer
    return f"{answer.products} products, {answer.contracts} contracts, {answer.buyers} buyers"


def _said(what: str, work: Callable[[], object]) -> None:
    begun = time.perf_counter()
    work()
    print(f"{what}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
