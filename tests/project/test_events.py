"""Claims about events in the project file: kept, changed, undone; older projects get their layer."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace

import pytest
import shapely

from patrolmap.messages import Message
from patrolmap.model.events import Event, EventState, EventStep, advanced
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.check import examine
from patrolmap.project.store import ProjectStore
from tests.project.older import make_older, schema_of

LABEL = Message("events")
FRAME = SpatialFrame.around(113, 34)
NOON = dt.datetime(2026, 11, 21, 12)
FOUND = Event(
    "E20261121-001", "street_light", "A街与B路交叉口", shapely.Point(500_000, 3_800_000), NOON, NOON + dt.timedelta(hours=72),
    (EventStep(EventState.RECEIVED, NOON, "=1+1"),), source="P1/v1",
)  # fmt: skip


@pytest.fixture
def path(tmp_path):
    with ProjectStore.create(tmp_path / "a.gpkg", name="a", frame=FRAME) as project:
        project.save_events((FOUND, replace(FOUND, event_id="E20261121-002", source="")), label=LABEL)
    return tmp_path / "a.gpkg"


def test_what_goes_in_comes_out(path):
    """An event is equal after the project was closed, but for a thousandth of a millimetre in its place."""
    with ProjectStore.open(path) as project:
        event = project.events()[0]
    assert event.point.distance(FOUND.point) < 1e-3
    assert replace(event, point=FOUND.point) == FOUND


def test_a_step_is_one_undo(path):
    """A changed event replaces the older one, and one undo brings that back."""
    with ProjectStore.open(path) as project:
        changed = advanced(project.events()[0], EventStep(EventState.ASSIGNED, NOON), unit="城管办")
        project.save_events((changed,), label=LABEL)
        assert [event.state for event in project.events()] == [EventState.ASSIGNED, EventState.RECEIVED]
        project.undo()
        assert [event.state for event in project.events()] == [EventState.RECEIVED] * 2


def test_an_older_project_gets_the_layer(path):
    """A project of format 3 is opened as a new one would be, with a backup, and takes events."""
    wanted = schema_of(path)
    make_older(path, 3)
    with ProjectStore.open(path, read_only=True) as project:
        assert project.events() == ()
    with ProjectStore.open(path) as project:
        assert project.backup_path is not None
        project.save_events((FOUND,), label=LABEL)
        assert len(project.events()) == 1
    assert schema_of(path) == wanted
    raw = sqlite3.connect(path)
    assert examine(raw).findings == ()
    raw.close()
