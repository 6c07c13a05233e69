"""The commands, as people run them."""

import io
import json
import sys
from datetime import datetime
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from registry.accounts.models import Role, User
from registry.audit.models import Event
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import SupplierMembership
from tests import factories
from tests.interchange.world import LINES, TIMELINES, changed, dumped, load_lines, written

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What a command printed."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def world_file(tmp_path):
    """The little world, as a file."""
    path = tmp_path / "world.jsonl"
    path.write_bytes(written(LINES))
    return path


def typed(monkeypatch, content: bytes) -> None:
    """Standard input holds `content`."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


class TestLoadAndDump:
    def test_a_file_is_loaded_and_said(self, world_file, standards_editor):
        said = run("load_register", str(world_file), "--as", standards_editor.email.upper())

        assert "contract: 1 added, 0 changed, 0 as they were" in said
        assert said.endswith(f"{len(LINES)} lines loaded.\n")

    def test_standard_input_is_loaded(self, standards_editor, monkeypatch):
        typed(monkeypatch, written(LINES))

        run("load_register", "-", "--as", standards_editor.email)

        assert dumped() == written(LINES)

    def test_a_bad_file_is_refused_by_line_and_field(self, tmp_path, standards_editor):
        path = tmp_path / "bad.jsonl"
        path.write_bytes(written(changed("product", state="sold")))

        with pytest.raises(CommandError) as error:
            run("load_register", str(path), "--as", standards_editor.email)

        assert str(error.value) == (
            "line 15, state: 'sold' is not one of draft, listed, withdrawn\nNothing was loaded."
        )
        assert dumped() == b""

    def test_who_may_not_load_is_told(self, world_file, assessor):
        with pytest.raises(CommandError, match="standards editor may do this"):
            run("load_register", str(world_file), "--as", assessor.email)
        with pytest.raises(CommandError, match="There is no account for ghost@example.test"):
            run("load_register", str(world_file), "--as", "ghost@example.test")
        assert dumped() == b""

    def test_a_file_that_is_not_there_is_told(self, tmp_path, standards_editor):
        with pytest.raises(CommandError, match="cannot be read: No such file"):
            run("load_register", str(tmp_path / "none"), "--as", standards_editor.email)
        with pytest.raises(CommandError, match="cannot be read: Is a directory"):
            run("load_register", str(tmp_path), "--as", standards_editor.email)

    def test_a_dump_is_written_whole(self, world_file, standards_editor, tmp_path):
        run("load_register", str(world_file), "--as", standards_editor.email)
        path = tmp_path / "dump.jsonl"
        path.write_text("old")

        run("dump_register", "--output", str(path))

        assert path.read_bytes() == written(LINES)
        assert sorted(p.name for p in tmp_path.iterdir()) == ["dump.jsonl", "world.jsonl"]

    def test_a_dump_goes_to_standard_output(self, world_file, standards_editor, capfdbinary):
        run("load_register", str(world_file), "--as", standards_editor.email)

        call_command("dump_register")

        assert capfdbinary.readouterr().out == written(LINES)

    def test_a_dump_that_cannot_be_written_says_so(self, tmp_path, db):
        with pytest.raises(CommandError, match="cannot be written"):
            run("dump_register", "--output", str(tmp_path / "none" / "dump.jsonl"))


class TestTimelines:
    def test_the_designs_example_to_the_letter(self, standards_editor, now):
        load_lines(LINES, by=standards_editor, now=now)

        assert run("timelines") == TIMELINES
        assert run("timelines", "--product", "aldermoor-record") == TIMELINES

    def test_pairs_never_required_nor_met_are_left_out(self, standards_editor, now):
        advisory = {**LINES[2], "code": "ADVISORY"}
        load_lines([*LINES, advisory], by=standards_editor, now=now)

        assert run("timelines") == TIMELINES

    def test_what_was_known_then(self, standards_editor):
        before = datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone())
        after = datetime(2026, 2, 1, tzinfo=timezone.get_default_timezone())
        load_lines(LINES, by=standards_editor, now=before)
        load_lines(changed("proof", revoked_from="2024-06-01"), by=standards_editor, now=after)

        assert run("timelines", "--known-at", "2026-01-15T00:00:00Z") == TIMELINES
        assert run("timelines", "--known-at", "2025-12-31") == ""
        assert run("timelines") != TIMELINES
        first = json.loads(run("timelines").splitlines()[0])
        assert [s["status"] for s in first["spells"]] == [
            "not_required",
            "not_met",
            "exempt",
            "not_met",
        ]

    def test_neighbours_never_have_the_same_status(self, standards_editor, now):
        again = {**LINES[18], "ref": "aldermoor-cscr-4", "valid": ["2025-06-01", "2026-01-01"]}
        load_lines([*LINES, again], by=standards_editor, now=now)

        for line in run("timelines").splitlines():
            spells = json.loads(line)["spells"]
            assert all(one["until"] == other["from"] for one, other in pairwise(spells))
            assert all(one["status"] != other["status"] for one, other in pairwise(spells))

    def test_an_unknown_product_is_told(self, db):
        with pytest.raises(CommandError, match="There is no product ghost"):
            run("timelines", "--product", "ghost")

    def test_a_bad_moment_is_told(self, db):
        with pytest.raises(CommandError, match="“yesterday” is not a moment"):
            run("timelines", "--known-at", "yesterday")


class TestEnrol:
    PASSWORD = "orange-kettle-41"

    def enrol(self, monkeypatch, *arguments, password=PASSWORD):
        typed(monkeypatch, f"{password}\n".encode())
        return run("enrol", *arguments, "--password-stdin")

    @pytest.mark.parametrize("role", Role.values)
    def test_every_national_role(self, role, monkeypatch, db):
        said = self.enrol(monkeypatch, "New@Team.Test", "--role", role)

        assert said == f"Made an account: new@team.test is now {role}.\n"
        user = User.objects.get(email="new@team.test")
        assert user.has_role(role)
        assert user.check_password(self.PASSWORD)
        event = Event.objects.get(action="accounts.enrolled")
        assert event.detail == {"role": role, "organisation": None, "account_made": True}

    def test_a_buyer_and_a_supplier(self, monkeypatch, icb, supplier):
        self.enrol(monkeypatch, "p@x.test", "--role", "buyer", "--organisation", icb.ods)
        self.enrol(
            monkeypatch, "p@x.test", "--role", "supplier_owner", "--organisation", supplier.ref
        )

        user = User.objects.get(email="p@x.test")
        assert user.buyer_memberships.get().organisation == icb
        assert user.supplier_memberships.get().role == SupplierRole.OWNER

    def test_an_editor_becomes_an_owner(self, monkeypatch, supplier_editor, supplier):
        said = run(
            "enrol", supplier_editor.email, "--role", "supplier_owner",
            "--organisation", supplier.ref,
        )  # fmt: skip

        assert said.endswith("is now supplier_owner of aldermoor.\n")
        assert SupplierMembership.objects.get(user=supplier_editor).role == SupplierRole.OWNER

    def test_twice_is_once_and_keeps_the_password(self, monkeypatch, db):
        self.enrol(monkeypatch, "a@team.test", "--role", "auditor")
        events = Event.objects.count()

        said = self.enrol(monkeypatch, "A@team.test", "--role", "auditor", password="another-one-9")

        assert said == "The account was there, password kept: a@team.test was auditor already.\n"
        assert User.objects.get(email="a@team.test").check_password(self.PASSWORD)
        assert Event.objects.count() == events

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (["--role", "wizard"], "“wizard” is not one of buyer, supplier_owner"),
            (["--role", "buyer"], "give its ODS code"),
            (["--role", "buyer", "--organisation", "ZZZ"], "There is no organisation ZZZ"),
            (["--role", "supplier_editor"], "give its reference"),
            (["--role", "supplier_owner", "--organisation", "x"], "There is no supplier x"),
            (["--role", "auditor", "--organisation", "QOQ"], "leave it out"),
        ],
    )
    def test_what_does_not_fit_is_told(self, arguments, reason, monkeypatch, db):
        with pytest.raises(CommandError, match=reason):
            self.enrol(monkeypatch, "a@team.test", *arguments)

        assert not User.objects.filter(email="a@team.test").exists()

    @pytest.mark.parametrize("password", ["", "short", "password1234"])
    def test_a_weak_password_is_refused(self, password, monkeypatch, db):
        with pytest.raises(CommandError, match="password"):
            self.enrol(monkeypatch, "a@team.test", "--role", "auditor", password=password)

        assert not User.objects.filter(email="a@team.test").exists()

    def test_a_bad_address_is_refused(self, monkeypatch, db):
        with pytest.raises(CommandError, match="is not an e-mail address"):
            self.enrol(monkeypatch, "nobody", "--role", "auditor")

    def test_a_password_is_asked_for_twice_at_a_terminal(self, monkeypatch, db):
        asked = ["orange-kettle-41", "orange-kettle-42", "orange-kettle-41", "orange-kettle-41"]
        module = "procurement.interchange.management.commands.enrol"
        monkeypatch.setattr(f"{module}.getpass", lambda prompt: asked.pop(0))
        monkeypatch.setattr(f"{module}.sys.stdin", Terminal())

        with pytest.raises(CommandError, match="The two passwords differ"):
            run("enrol", "a@team.test", "--role", "auditor")
        run("enrol", "a@team.test", "--role", "auditor")

        assert User.objects.get(email="a@team.test").check_password(self.PASSWORD)

    def test_without_a_terminal_the_option_is_named(self, monkeypatch, db):
        typed(monkeypatch, b"")
        with pytest.raises(CommandError, match="--password-stdin"):
            run("enrol", "a@team.test", "--role", "auditor")

    def test_a_machine_is_not_enrolled(self, monkeypatch, db):
        factories.make_user("prober@machine.invalid")
        User.objects.update(is_machine=True)
        with pytest.raises(CommandError, match="one of the registry's machines"):
            run("enrol", "prober@machine.invalid", "--role", "auditor")


class Terminal(StringIO):
    """Standard input that somebody sits at."""

    def isatty(self) -> bool:
        return True
