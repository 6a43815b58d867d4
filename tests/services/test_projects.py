"""Projects as the window and the command line make, open and examine them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from patrolmap.cli import main
from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting
from patrolmap.services.projects import check_project, create_project, frame_around, open_project, verify_journal

if TYPE_CHECKING:
    from pathlib import Path


def test_auto_leaves_the_frame_to_the_first_import(tmp_path: Path) -> None:
    """Then it is WGS 84 with the UTM zone of the data; the name is the file's unless given."""
    with create_project(tmp_path / "east.gpkg", "") as project:
        assert project.name == "east"
        assert not project.has_frame
        frame = frame_around(project, 113.66, 34.75)
        assert (frame.stored_crs, frame.metric_crs) == ("EPSG:4326", "EPSG:32649")
        assert not project.can_undo


@pytest.mark.parametrize(
    ("crs", "stored", "metric"),
    [
        ("EPSG:4547", "EPSG:4490", "EPSG:4547"),
        ("epsg:32650", "EPSG:4326", "EPSG:32650"),
        ("planar", None, None),
    ],
)
def test_a_system_in_metres_or_a_plane_is_chosen_at_once(
    tmp_path: Path, crs: str, stored: str | None, metric: str | None
) -> None:
    """CGCS2000 3-degree zones are stored in CGCS2000, UTM in WGS 84."""
    with create_project(tmp_path / "a.gpkg", "区", crs) as project:
        assert (project.frame.stored_crs, project.frame.metric_crs) == (stored, metric)


@pytest.mark.parametrize("crs", ["EPSG:4490", "cgcs2000"])
def test_a_geographic_system_is_remembered(tmp_path: Path, crs: str) -> None:
    """The first import stores in CGCS2000, also after a restart."""
    create_project(tmp_path / "a.gpkg", "区", crs).close()
    with open_project(tmp_path / "a.gpkg") as project:
        assert not project.can_undo
        assert frame_around(project, 113.66, 34.75).stored_crs == "EPSG:4490"


@pytest.mark.parametrize("crs", ["", "EPSG", "EPSG:abc", "EPSG:999999", "EPSG:2263", "gcj02", "EPSG:4979"])
def test_a_system_that_cannot_be_is_refused_before_a_file_is_made(tmp_path: Path, crs: str) -> None:
    """Feet, unknown numbers and things that are no reference system; nothing is left behind."""
    with pytest.raises(InputError, match="auto, planar"):
        create_project(tmp_path / "a.gpkg", "区", crs)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_system_takes_is_refused_in_words(tmp_path: Path) -> None:
    """Three hundred letters: the message says to choose a shorter one, and nothing is made."""
    with pytest.raises(InputError, match="cannot be made"):
        create_project(tmp_path / f"{'a' * 300}.gpkg", "long")
    assert list(tmp_path.iterdir()) == []


def test_the_commands_tell_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``new``, ``check`` and ``journal verify`` give one JSON document each and status 0."""
    path = tmp_path / "a.gpkg"
    assert main(["new", str(path), "--name", "甲区", "--crs", "EPSG:4547", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made == {"project": str(path), "name": "甲区", "stored_crs": "EPSG:4490", "metric_crs": "EPSG:4547"}
    assert main(["check", str(path), "--json", "--quiet"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["sound"] is True
    assert checked["findings"] == []
    assert main(["journal", "verify", str(path), "--json"]) == 0
    verified = json.loads(capsys.readouterr().out)
    assert verified["intact"] is True
    assert verified["last_hash"] == checked["journal_hash"] == verify_journal(path)[1]


def test_a_noted_hash_shows_that_the_end_of_the_journal_was_cut_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.gpkg"
    with create_project(path, "a") as project:
        for number in range(3):
            project.apply(SetSetting("n", number), Message("Edit"))
    noted = verify_journal(path)[1]
    with open_project(path) as project:
        project.apply(SetSetting("n", 9), Message("Edit"))
    verify = ["journal", "verify", str(path), "--json", "--noted", noted.upper()]
    assert main(verify) == 0
    assert json.loads(capsys.readouterr().out)["noted_entry_kept"] is True
    _without_guard(path, "DELETE FROM journal WHERE fid > 3")
    assert verify_journal(path)[2] is None
    assert main(verify) == 2
    assert json.loads(capsys.readouterr().out)["noted_entry_kept"] is False


def test_an_emptied_journal_is_no_intact_one(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    create_project(path, "a").close()
    _without_guard(path, "DELETE FROM journal")
    assert verify_journal(path)[2] == 1
    assert not check_project(path).is_sound


def _without_guard(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        guard = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'journal_keeps_its_rows'").fetchone()[0]
        raw.execute("DROP TRIGGER journal_keeps_its_rows")
        raw.execute(statement)
        raw.execute(guard)


def test_the_users_mistakes_have_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second ``new`` on the same file, a file that is none, a missing file."""
    path = tmp_path / "a.gpkg"
    (tmp_path / "b.gpkg").write_text("x")
    assert main(["new", str(path), "--lang", "en"]) == 0
    for words in (["new", str(path)], ["check", str(tmp_path / "b.gpkg")], ["check", str(tmp_path / "c.gpkg")]):
        assert main([*words, "--lang", "zh"]) == 2
        assert "Traceback" not in capsys.readouterr().err


def test_faults_are_listed_and_have_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The document comes out all the same; a changed journal is found by both commands."""
    path = tmp_path / "a.gpkg"
    create_project(path, "区").close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER journal_keeps_its_words")
        connection.execute("UPDATE journal SET author = 'x'")
    connection.close()
    assert main(["check", str(path), "--json", "--quiet"]) == 2
    checked = json.loads(capsys.readouterr().out)
    assert checked["sound"] is False
    assert [finding["code"] for finding in checked["findings"]] == ["schema", "journal"]
    assert [finding.code for finding in check_project(path).findings] == ["schema", "journal"]
    assert main(["journal", "verify", str(path), "--json", "--quiet"]) == 2
    assert json.loads(capsys.readouterr().out)["first_broken_entry"] == 1
