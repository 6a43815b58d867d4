"""Claims about the patrol log in the project file: kept, replaced, undone; older projects get its table."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest

from patrolmap.messages import Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.patrol_log import LogEntry, LogState
from patrolmap.project.check import examine
from patrolmap.project.schema import SCHEMA_VERSION
from patrolmap.project.store import ProjectStore
from tests.project.older import make_older, schema_of

LABEL = Message("log")
DONE = LogEntry(
    "P1", "T1", "v1", LogState.DONE, dt.datetime(2026, 11, 20, 23, 59, 30), dt.datetime(2026, 11, 21, 0, 12), "", "灯坏",
    "=1+1", "form", "2026-11-21T08:00:00+08:00",
)  # fmt: skip
SKIPPED = LogEntry("P1", "T1", "v2", LogState.SKIPPED, reason="下雨")
OTHER = LogEntry("P2", "T1", "v1", LogState.DONE)


@pytest.fixture
def path(tmp_path):
    with ProjectStore.create(tmp_path / "a.gpkg", name="a", frame=SpatialFrame.around(113, 34)) as project:
        project.save_log((DONE, OTHER), label=LABEL)
    return tmp_path / "a.gpkg"


def test_what_goes_in_comes_out(path):
    """Entries are equal after the project was closed, each plan with its own."""
    with ProjectStore.open(path) as project:
        assert project.log_entries("P1") == (DONE,)
        assert project.log_entries("P2") == (OTHER,)
        assert project.log_entries("P3") == ()


def test_a_stop_has_one_entry(path):
    """A later entry of the same stop replaces the older one, together with new ones; one undo takes both back."""
    changed = LogEntry("P1", "T2", "v1", LogState.SKIPPED, reason="封路")
    with ProjectStore.open(path) as project:
        project.save_log((SKIPPED, changed), label=LABEL)
        assert set(project.log_entries("P1")) == {SKIPPED, changed}
        project.undo()
        assert project.log_entries("P1") == (DONE,)


def test_an_older_project_gets_the_table(path):
    """A project of format 1 is opened as one of today, with a backup, sound and as a new one would be."""
    wanted = schema_of(path)
    make_older(path, 1)
    with ProjectStore.open(path, read_only=True) as project:
        assert project.log_entries("P1") == ()
    with ProjectStore.open(path) as project:
        assert project.backup_path is not None
        project.save_log((DONE,), label=LABEL)
        assert project.log_entries("P1") == (DONE,)
    assert schema_of(path) == wanted
    raw = sqlite3.connect(path)
    version = raw.execute("SELECT value FROM patrolmap_project WHERE key = 'schema_version'").fetchone()
    assert version == (str(SCHEMA_VERSION),)
    assert examine(raw).findings == ()
    raw.close()
