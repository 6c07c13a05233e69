"""What only a hostile file or command line holds: refused in words, or kept for good."""

import io
import sys
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from procurement.interchange.services.loading import RegisterRefused, load
from registry.accounts.models import User
from tests.interchange.world import changed, dumped, written

pytestmark = pytest.mark.django_db

NUMBERS = ["1e16", "1e23", "1.5e20", "123456789012345678.5", "1e-7", "1.10", "-0.0", "1E5", "-2e22"]


def capability(number: str) -> bytes:
    """A capability whose facts hold `number` as it stands."""
    line = '{"kind":"capability","ref":"C1","name":"One","group":"national","facts":{"n":%s}}\n'
    return (line % number).encode()


def loaded(content: bytes, *, by, now):
    """Load a file."""
    return load(stream=BytesIO(content), name="nasty.jsonl", by=by, now=now)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_right_when_it_comes_again(number, standards_editor, now):
    loaded(capability(number), by=standards_editor, now=now)
    first = dumped()

    again = loaded(capability(number), by=standards_editor, now=now)
    from_dump = loaded(first, by=standards_editor, now=now)

    assert not again.changed_something
    assert not from_dump.changed_something
    assert dumped() == first


def test_a_number_that_a_dump_could_not_hold_is_refused(standards_editor, now):
    with pytest.raises(RegisterRefused, match="line 1, line: contains the number 1000"):
        loaded(capability("1e308"), by=standards_editor, now=now)


@pytest.mark.parametrize(
    ("kind", "field"),
    [("check_spell", "period"), ("scope", "required"), ("endpoint", "in_service")],
)
def test_a_period_before_the_first_day_is_empty(kind, field, standards_editor, now):
    lines = changed(kind, **{field: [None, "0001-01-01"]})

    with pytest.raises(RegisterRefused, match=f"{field}: the period is empty: no day"):
        loaded(written(lines), by=standards_editor, now=now)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (b"\xff\xfe long enough phrase\n", "is not UTF-8"),
        (b"a long enough\0 phrase\n", "holds a control character"),
        (b"a long enough\x1b phrase\n", "holds a control character"),
    ],
)
def test_a_password_that_no_form_takes_is_refused(typed, words, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))

    with pytest.raises(CommandError, match=words):
        call_command("enrol", "new@team.example", "--role", "assessor", "--password-stdin")

    assert not User.objects.filter(email="new@team.example").exists()


def test_an_address_that_is_too_long_is_refused(monkeypatch):
    # Every label and the local part are within their own limits; only the whole is too long.
    email = f"someone@{'.'.join(['label' * 10] * 6)}.example"
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a long enough phrase\n"), encoding="utf-8")
    )

    with pytest.raises(CommandError, match="is not an e-mail address"):
        call_command("enrol", email, "--role", "assessor", "--password-stdin", stdout=StringIO())
