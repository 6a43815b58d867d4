"""Claims about roster and attendance in the project file: kept, exchanged, undone; older projects get the tables."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace

import pytest

from patrolmap.messages import Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.roster import Attendance, Role, RosterEntry
from patrolmap.project.check import examine
from patrolmap.project.schema import SCHEMA_VERSION
from patrolmap.project.store import ProjectStore
from tests.project.older import make_older, schema_of

LABEL = Message("roster")
LEADER = RosterEntry("m1", "T1", "队长甲", Role.LEADER, "一组", "000-0001")
MEMBER = RosterEntry("m2", "T1", "队员乙", group="二组", present=False)
OTHER = RosterEntry("m3", "T2", "队员丙")
TONIGHT = dt.date(2026, 11, 21)


@pytest.fixture
def path(tmp_path):
    with ProjectStore.create(tmp_path / "a.gpkg", name="a", frame=SpatialFrame.around(113, 34)) as project:
        project.save_roster((LEADER, MEMBER, OTHER), teams={"T1", "T2"}, label=LABEL)
        project.save_attendance((Attendance(TONIGHT, "m1", present=False),), label=LABEL)
    return tmp_path / "a.gpkg"


def test_what_goes_in_comes_out(path):
    """Roster and attendance are equal after the project was closed."""
    with ProjectStore.open(path) as project:
        assert project.roster() == (LEADER, MEMBER, OTHER)
        assert project.attendance() == (Attendance(TONIGHT, "m1", present=False),)


def test_a_team_is_exchanged_in_one_step(path):
    """Who left is gone with all attendance, who stayed is changed, other teams stay; one undo takes all back."""
    with ProjectStore.open(path) as project:
        new = RosterEntry("m4", "T1", "队员丁")
        project.save_roster((replace(MEMBER, present=True), new), teams={"T1"}, label=LABEL)
        assert set(project.roster()) == {replace(MEMBER, present=True), new, OTHER}
        assert project.attendance() == ()
        project.undo()
        assert project.roster() == (LEADER, MEMBER, OTHER)
        assert len(project.attendance()) == 1


def test_what_is_said_last_holds(path):
    """A person has one word a date; saying the same again is no step of undo."""
    here = Attendance(TONIGHT, "m1", present=True)
    with ProjectStore.open(path) as project:
        project.save_attendance((here, Attendance(TONIGHT, "m3", present=False)), label=LABEL)
        assert set(project.attendance()) == {here, Attendance(TONIGHT, "m3", present=False)}
        before = len(list(project.journal()))
        project.save_attendance((here,), label=LABEL)
        assert len(list(project.journal())) == before


def test_an_older_project_gets_the_tables(path):
    """A project of format 2 is brought up to date, with a backup, sound and as a new one would be."""
    wanted = schema_of(path)
    make_older(path, 2)
    with ProjectStore.open(path) as project:
        assert project.backup_path is not None
        project.save_roster((LEADER,), teams={"T1"}, label=LABEL)
        assert project.roster() == (LEADER,)
    assert schema_of(path) == wanted
    raw = sqlite3.connect(path)
    version = raw.execute("SELECT value FROM patrolmap_project WHERE key = 'schema_version'").fetchone()
    assert version == (str(SCHEMA_VERSION),)
    assert examine(raw).findings == ()
    raw.close()


def test_the_journal_names_nobody(path):
    """Names and phones are on the roster alone: the journal tells tables and numbers of rows."""
    with ProjectStore.open(path) as project:
        said = " ".join(map(str, project.journal()))
    assert "roster" in said
    assert not any(word in said for word in ("队长甲", "队员乙", "000-0001"))
