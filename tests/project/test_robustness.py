"""What can go wrong with a file: each case has its own error, and nothing confirmed is lost."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import DamagedProjectError, InputError, PatrolmapError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows, SetSetting
from patrolmap.model.frame import SpatialFrame
from patrolmap.project import journal
from patrolmap.project.check import examine
from patrolmap.project.lock import ProjectLock
from patrolmap.project.migrations import backup, migrate
from patrolmap.project.opening import looked_at
from patrolmap.project.schema import SCHEMA_VERSION
from patrolmap.project.store import ProjectStore
from tests.helpers.small_disk import files_end_at
from tests.project.older import make_older

EDIT = Message("Edit")
FRAME = SpatialFrame.around(113, 34)
ROOT = Path(__file__).resolve().parents[2]


def points(count: int, start: int = 0) -> gpd.GeoDataFrame:
    numbers = np.arange(start, start + count)
    return gpd.GeoDataFrame(
        {"incident_id": [f"i{n}" for n in numbers], "category": "burglary", "time_from": "2026-01-01T00:00:00"},
        geometry=shapely.points(113 + numbers % 100 / 100, 34 + numbers // 100 % 100 / 100),
        crs="EPSG:4326",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.gpkg"
    with ProjectStore.create(file, name="a", frame=FRAME) as project:
        project.apply(InsertRows("incidents", points(500)), EDIT)
    return file


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    """Making a project where one is says so and leaves it alone."""
    before = path.read_bytes()
    with pytest.raises(InputError, match="exists already"):
        ProjectStore.create(path, name="b", frame=None)
    assert path.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The folder that lacks is in the message."""
    with pytest.raises(InputError, match="nowhere"):
        ProjectStore.create(tmp_path / "nowhere" / "a.gpkg", name="b", frame=None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a patrolmap project"),
        (b"name,x,y\n", "not a patrolmap project"),
        (b"SQLite format 3\x00" + b"\x00" * 200, "not a patrolmap project"),
    ],
    ids=["empty", "csv", "bare sqlite"],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """What is no GeoPackage is the user's wrong file, not a defect."""
    file = tmp_path / "a.gpkg"
    file.write_bytes(content)
    with pytest.raises(InputError, match=words):
        ProjectStore.open(file)


def test_missing_file_folder_and_foreign_geopackage_are_refused(tmp_path: Path) -> None:
    """Each has its own message."""
    with pytest.raises(InputError, match="no project at"):
        ProjectStore.open(tmp_path / "b.gpkg")
    with pytest.raises(InputError, match="is a folder"):
        ProjectStore.open(tmp_path)
    gpd.GeoDataFrame(geometry=[shapely.Point(1, 2)], crs="EPSG:4326").to_file(tmp_path / "c.gpkg", driver="GPKG")
    with pytest.raises(InputError, match="but not a patrolmap project"):
        ProjectStore.open(tmp_path / "c.gpkg")
    assert [file.name for file in tmp_path.iterdir()] == ["c.gpkg"]


def test_a_newer_format_is_refused(path: Path) -> None:
    """The message names both formats."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE patrolmap_project SET value = '999' WHERE key = 'schema_version'")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(InputError, match=f"999.*{SCHEMA_VERSION}"):
            ProjectStore.open(path, read_only=read_only)


def test_a_damaged_file_is_called_damaged(path: Path) -> None:
    """A wrecked page gives `DamagedProjectError`; the examination says which tables cannot be read, and reads the rest."""
    with sqlite3.connect(path) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'incidents'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with ProjectStore.open(path) as project, pytest.raises(DamagedProjectError, match="damaged"):
        project.layer("incidents")
    with looked_at(path) as connection:
        report = examine(connection)
    assert "incidents" not in report.rows
    assert report.rows["sites"] == 0
    assert report.journal_entries == 2
    assert any("Incidents cannot be read" in str(finding.text) for finding in report.findings)


def test_a_truncated_file_is_called_damaged(path: Path) -> None:
    """Half a file opens with a clear error, or reads with one."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DamagedProjectError), ProjectStore.open(path) as project:
        project.layer("incidents")


def test_a_full_disk_changes_nothing(path: Path) -> None:
    """When no page can be added the edit fails with a clear error, and everything before it is there."""
    with ProjectStore.open(path) as project:
        connection = project._opened.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(PatrolmapError, match="is full") as caught:
            project.apply(InsertRows("incidents", points(5000, 500)), EDIT)
        assert not isinstance(caught.value, InputError)
        assert project.count("incidents") == 500
        connection.execute("PRAGMA max_page_count = 1000000")
        project.apply(InsertRows("incidents", points(5000, 500)), EDIT)
        assert examine(connection).findings == ()


def test_another_writer_is_waited_for_and_then_named(path: Path) -> None:
    """While a GIS writes, an edit waits; if it takes too long, the user is told."""
    with ProjectStore.open(path) as project:
        project._opened.connection.execute("PRAGMA busy_timeout = 100")
        gis = sqlite3.connect(path, isolation_level=None)
        gis.execute("BEGIN IMMEDIATE")
        with pytest.raises(InputError, match="written by another program"):
            project.apply(SetSetting("a", 1), EDIT)
        gis.execute("ROLLBACK")
        gis.close()
        project.apply(SetSetting("a", 1), EDIT)
        assert project.setting("a") == 1


def test_a_folder_that_may_not_be_written_still_shows_the_project(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to make the lock file the project opens to look at, and says why."""

    def forbidden(_self: ProjectLock) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ProjectLock, "acquire", forbidden)
    with ProjectStore.open(path) as project:
        assert project.read_only
        assert "folder" in str(project.notice)
        assert project.count("incidents") == 500
        assert not project.can_undo
        with pytest.raises(InputError, match="only be looked at"):
            project.undo()


def test_a_hidden_trigger_makes_a_file_read_only(path: Path) -> None:
    """A file with instructions of a stranger is shown, but not written, since they would run unseen."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER surprise AFTER INSERT ON settings BEGIN DELETE FROM incidents; END")
    connection.close()
    with ProjectStore.open(path) as project:
        assert project.read_only
        assert "surprise" in str(project.notice)
        with pytest.raises(InputError, match="surprise"):
            project.apply(SetSetting("a", 1), EDIT)
    with looked_at(path) as connection:
        assert [finding.code for finding in examine(connection).findings] == ["foreign"]


def test_schema_functions_are_not_trusted(path: Path) -> None:
    """A view that calls a function with effects on the machine does not run."""
    with ProjectStore.open(path) as project:
        connection = project._opened.connection
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert connection.execute("PRAGMA cell_size_check").fetchone() == (1,)
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("SELECT load_extension('x')")


def test_the_journal_only_grows_and_shows_tampering(path: Path) -> None:
    """SQL cannot change an entry; a change below SQL, a missing one and a swapped one are found by number."""
    with ProjectStore.open(path) as project:
        for number in range(5):
            project.apply(SetSetting("a", number), Message("Set {n}", {"n": number}))
        entries = list(project.journal())
        assert [entry.number for entry in entries] == list(range(1, 8))
        assert all(later.previous_hash == entry.hash for entry, later in itertools.pairwise(entries))
        assert entries[4].label == Message("Set {n}", {"n": 2})
        assert entries[4].summary == [{"do": "set", "key": "a"}]
        assert project.journal_state() == (7, entries[-1].hash, None)
        connection = project._opened.connection
        for statement in ("UPDATE journal SET author = 'x' WHERE fid = 3", "DELETE FROM journal WHERE fid = 3"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    raw = sqlite3.connect(path, isolation_level=None)
    for trigger in ("journal_keeps_its_rows", "journal_keeps_its_words"):
        raw.execute(f"DROP TRIGGER {trigger}")
    raw.execute("UPDATE journal SET at = '2020-01-01T00:00:00.000+00:00' WHERE fid = 5")
    assert journal.first_broken_entry(raw) == 5
    raw.execute("DELETE FROM journal WHERE fid = 3")
    assert journal.first_broken_entry(raw) == 3
    raw.close()


def test_an_older_format_is_brought_up_to_date_with_a_backup(path: Path) -> None:
    """A made-up next step runs in one transaction, after a copy; a step that fails leaves the file as it was."""
    now = SCHEMA_VERSION

    def step(connection: sqlite3.Connection) -> None:
        connection.execute('ALTER TABLE sites ADD COLUMN "colour" TEXT')

    def failing(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE shifts")
        raise RuntimeError

    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(RuntimeError):
        migrate(connection, path, migrations={now: step, now + 1: failing}, target=now + 2)
    assert connection.execute("SELECT value FROM patrolmap_project WHERE key = 'schema_version'").fetchone() == (
        str(now),
    )
    assert "colour" not in [row[1] for row in connection.execute("PRAGMA table_info(sites)")]
    kept = migrate(connection, path, migrations={now: step}, target=now + 1)
    assert kept is not None
    assert kept.name == f"a.format-{now}.backup-2.gpkg"
    assert "colour" in [row[1] for row in connection.execute("PRAGMA table_info(sites)")]
    assert migrate(connection, path, migrations={now: step}, target=now + 1) is None
    assert journal.first_broken_entry(connection) is None
    connection.close()
    with pytest.raises(InputError, match="newer"):
        ProjectStore.open(path)
    with ProjectStore.open(kept) as old:
        assert old.count("incidents") == 500


def test_a_backup_is_whole(path: Path, tmp_path: Path) -> None:
    """A copy made while the project is open holds the same layers."""
    with ProjectStore.open(path) as project:
        copy = backup(project._opened.connection, tmp_path / "copy.gpkg")
        with ProjectStore.open(copy) as other:
            assert other.content_hash("incidents") == project.content_hash("incidents")


def test_threads_wait_for_each_other(path: Path) -> None:
    """Four threads that read and write at once make all their edits, and the chain of the journal holds."""
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                project.apply(InsertRows("incidents", points(3, 1000 + 100 * number + 10 * turn)), EDIT)
                assert len(project.layer("incidents")) >= 503
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)

    with ProjectStore.open(path) as project:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert project.count("incidents") == 500 + 4 * 5 * 3
        assert project.journal_state()[2] is None


WRITER = """
import sys
from pathlib import Path
from tests.project.test_robustness import EDIT, points
from patrolmap.model.edits import Compound, DeleteRows, InsertRows, SetSetting
from patrolmap.project.store import ProjectStore
project = ProjectStore.open(Path(sys.argv[1]))
number = project.setting("number", 0)
while True:
    number += 1
    project.apply(Compound((InsertRows("incidents", points(40, 1000 + 40 * number)), SetSetting("number", number))), EDIT)
    if number % 5 == 0:
        project.undo()
        project.redo()
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_kill_loses_nothing_confirmed(path: Path) -> None:
    """Killed at six seeded moments amid edits: each confirmed edit is there whole, and the file is sound."""
    rng = np.random.default_rng(20261120)
    confirmed, kills = 0, 6
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        said = [confirmed, *(int(line) for line in process.stdout.read().split())]
        process.wait()
        process.stdout.close()
        with ProjectStore.open(path) as project:
            assert not project.read_only
            number = project.setting("number")
            assert number >= max(said)
            assert project.count("incidents") == 500 + 40 * number or project.can_redo
            assert examine(project._opened.connection).findings == ()
            confirmed = number
    assert confirmed >= kills  # each was heard to confirm one before it was killed


def test_a_journal_left_by_a_kill_is_rolled_back_even_to_look(path: Path, tmp_path: Path) -> None:
    """A hot rollback journal beside the file is played back before a read-only opening."""
    script = (
        "import sqlite3, sys, os, signal\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 2')\nc.execute('PRAGMA cache_spill = ON')\nc.execute('BEGIN IMMEDIATE')\n"
        "c.execute('UPDATE settings SET value = 1')\n"
        "c.executemany('INSERT INTO settings (key, value) VALUES (?, ?)', [(str(n), '1' * 900) for n in range(900)])\n"
        "print(os.path.exists(sys.argv[1] + '-journal'), flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    copy = tmp_path / "copy.gpkg"
    shutil.copy(path, copy)
    ran = subprocess.run([sys.executable, "-c", script, str(copy)], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "True"
    assert copy.with_name("copy.gpkg-journal").exists()
    with ProjectStore.open(copy, read_only=True) as project:
        assert project.name == "a"
        assert project.setting("7") is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_the_lock_is_not_laid_through_a_link(path: Path, tmp_path: Path) -> None:
    """A stranger's link in the folder of a project must not empty another file."""
    mine = tmp_path / "mine.txt"
    mine.write_text("kept", encoding="utf-8")
    path.with_name(f"{path.name}.lock").symlink_to(mine)
    with ProjectStore.open(path) as project:
        assert project.read_only
        assert "lock file" in str(project.notice)
    assert mine.read_text(encoding="utf-8") == "kept"


def test_a_lock_whose_folder_went_away_is_released_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = ProjectLock(path)
    assert lock.acquire()

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", fail)
        lock.release()
    again = ProjectLock(path)
    assert again.acquire()
    again.release()


def test_a_lock_on_a_full_disk_is_held_though_nobody_can_tell_by_whom(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("patrolmap.project.lock.json.dumps", fail)
        project = ProjectStore.open(path)
    with project:
        assert not project.read_only
        with ProjectStore.open(path) as second:
            assert second.read_only


@pytest.mark.parametrize("room_bytes", [0, 5_000, 100_000])
def test_a_disk_that_fills_up_leaves_nothing_of_a_new_project(tmp_path: Path, room_bytes: int) -> None:
    with files_end_at(room_bytes), pytest.raises(PatrolmapError):
        ProjectStore.create(tmp_path / "a.gpkg", name="a", frame=FRAME)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_amid_a_backup_leaves_the_older_project_alone(path: Path) -> None:
    make_older(path, SCHEMA_VERSION - 1)
    before = path.read_bytes()
    with files_end_at(50_000), pytest.raises(PatrolmapError):
        ProjectStore.open(path)
    assert [(file.name, file.read_bytes()) for file in path.parent.iterdir()] == [(path.name, before)]
