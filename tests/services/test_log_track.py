"""Claims about logs from GPX tracks: the plan's own track visits all its stops, and nothing made by hand is lost."""

from __future__ import annotations

import re

import pytest

from patrolmap.errors import InputError
from patrolmap.exchange.gpx import gpx_document
from patrolmap.messages import Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.patrol_log import LogState, log_numbers
from patrolmap.project.store import ProjectStore
from patrolmap.services.log_track import record_track
from patrolmap.services.patrol_log import SaidOfStop, record_stops
from tests.exchange.conftest import on_earth
from tests.sheets.samples import made_plan, made_route


@pytest.fixture
def plan():
    return made_plan(on_earth(made_route(4, "T07")))


@pytest.fixture
def project(tmp_path, plan):
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame.around(109, 34)) as store:
        store.save_plan(plan, label=Message("plan"))
        yield store


def test_the_exported_track_visits_all_stops(project, plan, tmp_path):
    """What the program exports as GPX it reads back as all stops done, on time."""
    path = tmp_path / "a.gpx"
    path.write_bytes(gpx_document(plan, plan.routes, project.frame))
    record_stops(project, plan, "T07", ["2"], SaidOfStop(LogState.SKIPPED, reason="下雨"))
    done = record_track(project, plan, "T07", path)
    assert len(done.entries) == 3
    numbers = log_numbers(plan, project.log_entries(plan.plan_id))
    assert (numbers.done, numbers.skipped) == (3, 1)
    assert numbers.punctual == 3
    assert numbers.median_off_s < 30


def test_a_track_of_another_day_or_without_times(project, plan, tmp_path):
    """Each is refused with what is wrong; so is a document that declares entities."""
    path = tmp_path / "a.gpx"
    text = gpx_document(plan, plan.routes, project.frame).decode()
    path.write_text(text.replace("2026-11-21T", "2026-11-25T"), "utf-8")
    with pytest.raises(InputError, match="not of this shift"):
        record_track(project, plan, "T07", path)
    path.write_text('<?xml version="1.0"?><gpx version="1.1" creator="x"/>', "utf-8")
    with pytest.raises(InputError, match="no track with times"):
        record_track(project, plan, "T07", path)
    path.write_text('<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>', "utf-8")
    with pytest.raises(InputError):
        record_track(project, plan, "T07", path)
    path.write_text("no xml at all", "utf-8")
    with pytest.raises(InputError):
        record_track(project, plan, "T07", path)


def test_a_clock_of_here_written_as_universal(project, plan, tmp_path):
    """A telephone that writes the local clock with a Z: no moment would be of the shift, eight hours earlier all are."""
    path = tmp_path / "a.gpx"
    text = gpx_document(plan, plan.routes, project.frame).decode()
    path.write_text(re.sub(r"T(\d\d)(:\d\d:\d\dZ)", lambda found: f"T{int(found[1]) + 8:02d}{found[2]}", text), "utf-8")
    assert len(record_track(project, plan, "T07", path).entries) == 4


def test_a_track_in_gbk(project, plan, tmp_path):
    """Chinese programs write it, and say so."""
    path = tmp_path / "a.gpx"
    text = gpx_document(plan, plan.routes, project.frame).decode().replace('encoding="UTF-8"', 'encoding="GBK"')
    path.write_bytes(text.encode("gbk"))
    assert len(record_track(project, plan, "T07", path).entries) == 4


def test_a_track_of_elsewhere(project, plan, tmp_path):
    """A track that comes near no stop is refused with how far off it is."""
    path = tmp_path / "a.gpx"
    text = gpx_document(plan, plan.routes, project.frame).decode()
    path.write_text(re.sub(r'lat="(\d+)', lambda found: f'lat="{int(found[1]) + 1}', text), "utf-8")
    with pytest.raises(InputError, match=r"nowhere near the stops of T07: 1\d{5} m"):
        record_track(project, plan, "T07", path)
