"""`make bench`: run the figures one after the other, then show them as a table.

Each benchmarks/f*.py prints one JSON line:

    {"id": "F3", "what": "…", "value": 1.2, "unit": "× computing alone", "limit": 1.5,
     "met": true, "note": "…"}

or several, one for each part of the figure. `met` may be null where a peer is missing; the note
then says how to install it. Everything else a script has to say goes to its standard error.
"""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
WORDS = {True: "met", False: "NOT MET", None: "not measured"}
COLUMNS = ("id", "what", "value", "unit", "limit", "met", "note")


def scripts(wanted: list[str]) -> list[Path]:
    """The figures' scripts in order; all, or those whose name starts with one of `wanted`."""
    found = sorted(FOLDER.glob("[fr][0-9]*.py"))
    names = [name.lower() for name in wanted]
    return [path for path in found if not names or path.stem.split("_")[0] in names]


def measure(path: Path) -> list[dict]:
    """Run one script and read its lines; a script that fails is a figure not met."""
    print(f"{path.stem} …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, str(path)], cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    for line in lines:
        print(line, flush=True)
    figures = [json.loads(line) for line in lines]
    if done.returncode != 0 or not figures:
        what = f"{path.name} ended with exit code {done.returncode}"
        figures.append({"id": path.stem.split("_")[0].upper(), "what": what, "met": False})
    return figures


def table(figures: list[dict]) -> str:
    """The figures for people."""
    rows = [COLUMNS, *(tuple(_cell(figure, name) for name in COLUMNS) for figure in figures)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cell(figure: dict, name: str) -> str:
    value = figure.get(name)
    if name == "met":
        return "no limit" if value is None and figure.get("limit") is None else WORDS[value]
    if isinstance(value, float):
        return f"{value:.3g}"
    return "" if value is None else str(value)


def main() -> int:
    """0 when every figure that was measured is met."""
    figures = [figure for path in scripts(sys.argv[1:]) for figure in measure(path)]
    if not figures:
        print("There is no such figure.", file=sys.stderr)
        return 2
    print(f"\n{table(figures)}")
    return int(any(figure.get("met") is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
