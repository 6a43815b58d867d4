"""Hotspots drawn and reshaped: what is in them is counted anew, undo brings all back, and what hangs on them is out of date."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patrolmap.errors import InputError
from patrolmap.services.freshness import outdated_plan
from patrolmap.services.hotspot_editing import hotspot_corners, save_hotspot
from patrolmap.services.plan_making import PLAN_INPUTS
from patrolmap.services.projects import open_project
from tests.desktop.tiny import at, make_plan, make_project

AROUND_600 = [(at(x, y).x, at(x, y).y) for x, y in ((550, 550), (650, 550), (650, 650), (550, 650))]


@pytest.fixture
def project(tmp_path):
    with open_project(make_project(tmp_path / "tiny.gpkg")) as opened:
        yield opened


def spots(project):
    return project.metric_layer("hotspots")


def test_a_drawn_hotspot_knows_its_incidents_and_area(project):
    """Three of the four incidents lie in a square of 100 m around 600, 600."""
    fid = save_hotspot(project, AROUND_600)
    row = spots(project).loc[fid]
    assert (row["incidents"], row["area_m2"], row["method"]) == (3, pytest.approx(10_000), "drawn")
    assert row["name"] == row["hotspot_id"]


def test_a_second_one_has_another_id_and_the_next_rank(project):
    first, second = save_hotspot(project, AROUND_600), save_hotspot(project, AROUND_600, name="Market")
    found = spots(project).loc[[first, second]]
    assert found["hotspot_id"].is_unique
    assert found["rank"].diff().iloc[1] == 1
    assert found["name"].iloc[1] == "Market"


def test_reshaping_counts_anew_and_undo_brings_it_back(project):
    fid = save_hotspot(project, AROUND_600)
    before = hotspot_corners(project, fid)
    save_hotspot(project, [(x - 500, y - 500) for x, y in AROUND_600], fid)
    assert spots(project).loc[fid, "incidents"] == 1
    project.undo()
    assert hotspot_corners(project, fid) == before
    assert spots(project).loc[fid, "incidents"] == 3


def test_a_plan_is_out_of_date_after_a_hotspot_was_drawn_and_not_after_undo(project):
    plan = make_plan()
    inputs = {name: project.content_hash(name) for name in PLAN_INPUTS}
    plan = replace(plan, provenance=replace(plan.provenance, inputs=inputs))
    assert outdated_plan(project, plan) is None
    save_hotspot(project, AROUND_600)
    assert outdated_plan(project, plan).layers == ("hotspots",)
    project.undo()
    assert outdated_plan(project, plan) is None


@pytest.mark.parametrize("order", [(0, 2, 1, 3), (0, 1), ()])
def test_an_outline_that_is_none_is_refused_and_changes_nothing(project, order):
    before = project.layer_version("hotspots")
    with pytest.raises(InputError, match="crosses itself"):
        save_hotspot(project, [AROUND_600[place] for place in order])
    assert project.layer_version("hotspots") == before


def test_one_that_is_gone_is_told(project):
    with pytest.raises(InputError, match="no longer there"):
        save_hotspot(project, AROUND_600, 4711)
