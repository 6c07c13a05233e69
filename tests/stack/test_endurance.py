"""The endurance run in short: every kind of program killed once, and the books compared."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_when_programs_are_killed():
    script = PROJECT / "benchmarks" / "r3_endurance.py"
    sizes = ["--endpoints", "40", "--kills", "5", "--pause", "3", "--claim", "15"]
    done = subprocess.run(
        [sys.executable, str(script), *sizes],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(figures) == 5, done.stderr
    assert [each["what"] for each in figures if not each["met"]] == []
    assert "1 × worker, 1 × process of the worker, 1 × beat" in figures[0]["note"]
    assert "1 × valkey, 1 × postgres" in figures[0]["note"]
