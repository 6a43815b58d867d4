"""Claims about writing: all files or none, and an old file stays until the new one is whole."""

from __future__ import annotations

import pytest

from patrolmap.errors import InputError
from patrolmap.whole_files import drafted, write_files


def test_files_are_replaced(tmp_path):
    """New contents stand where the old ones were, and no draft is left."""
    (tmp_path / "a").write_bytes(b"old")
    assert write_files({tmp_path / "a": b"1", tmp_path / "b": b"2"}) == (tmp_path / "a", tmp_path / "b")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


def test_one_that_fails_stops_all(tmp_path):
    """If the second cannot be written, the first keeps its old content and the message names the second."""
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(InputError, match="missing"):
        write_files({tmp_path / "a": b"1", tmp_path / "missing" / "b": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_what_ends_in_an_error_replaces_nothing(tmp_path):
    """A writer that breaks off half-way leaves the old file as it was, and no draft."""
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(UnicodeEncodeError), drafted(tmp_path / "a") as draft:
        draft.write_text("half\ud800", encoding="utf-8")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_a_file_that_cannot_be_replaced_leaves_no_draft(tmp_path):
    """If the place is taken by a folder, the message names it, and what was written beside it is gone."""
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match="another program"):
        write_files({tmp_path / "a": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_nothing_is_left_of_a_database_that_was_broken_off(tmp_path):
    """SQLite's journal goes with the draft that it belongs to."""

    def write():
        with drafted(tmp_path / "a.gpkg") as draft:
            draft.write_bytes(b"half")
            draft.with_name(f"{draft.name}-journal").write_bytes(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="cannot be written"):
        write()
    assert list(tmp_path.iterdir()) == []
