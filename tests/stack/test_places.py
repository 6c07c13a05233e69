"""Folders in places open to all: used only if they are ours."""

import os

import pytest

from config.embedded import EmbeddedServerError, places


def test_a_new_folder_is_closed_to_others(tmp_path):
    folder = places.own_folder(tmp_path / "state", 0o700)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert places.own_folder(folder, 0o700) == folder


def test_a_symbolic_link_is_refused(tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to(tmp_path / "real")
    with pytest.raises(EmbeddedServerError, match="is a symbolic link"):
        places.own_folder(tmp_path / "state", 0o700)
    assert list((tmp_path / "real").iterdir()) == []


def test_a_file_is_refused(tmp_path):
    (tmp_path / "state").write_text("mine")
    with pytest.raises(EmbeddedServerError, match="is not a folder"):
        places.own_folder(tmp_path / "state", 0o700)
    assert (tmp_path / "state").read_text() == "mine"


def test_a_folder_others_can_write_to_is_refused(tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    with pytest.raises(EmbeddedServerError, match="can be written to by others"):
        places.own_folder(tmp_path / "state", 0o700)
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o777


def test_a_folder_of_another_account_is_refused(tmp_path, monkeypatch):
    folder = places.own_folder(tmp_path / "state", 0o700)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(EmbeddedServerError, match="belongs to account"):
        places.own_folder(folder, 0o700)


def test_the_way_to_a_closed_folder_is_closed(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o700)
    assert not places.open_to_others(tmp_path / "closed")


def test_state_dir_chooses(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "here"))
    assert places.state_folder() == tmp_path / "here"
    monkeypatch.delenv("STATE_DIR")
    if places.running_as_root():
        assert places.state_folder().parent == places.SHARED_TMP
    else:
        assert places.state_folder() == places.PROJECT / ".state"


@pytest.mark.skipif(not places.running_as_root(), reason="only root hands its server to nobody")
def test_root_with_a_closed_state_folder_keeps_postgres_elsewhere(tmp_path):
    state = tmp_path / "state"
    mode = tmp_path.stat().st_mode
    folder = places.server_folder(state, "postgres")
    try:
        assert folder.is_relative_to(places.SHARED_TMP)
        assert places.open_to_others(folder)
        assert places.server_folder(state, "valkey") == state / "valkey"
        assert tmp_path.stat().st_mode == mode
    finally:
        folder.rmdir()
        folder.parent.rmdir()
