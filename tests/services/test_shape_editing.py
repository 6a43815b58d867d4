"""Rows merged and split: areas keep their measure, fields their meaning, and undo brings all back."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.services.projects import open_project
from patrolmap.services.shape_editing import merge_rows, split_rows
from tests.desktop.tiny import FRAME, at, make_project


@pytest.fixture
def project(tmp_path):
    with open_project(make_project(tmp_path / "tiny.gpkg")) as opened:
        boxes = [shapely.box(*at(x, 0).coords[0], *at(x + 100, 200).coords[0]) for x in (0, 100, 500)]
        columns = {"hotspot_id": ["H1", "H2", "H3"], "name": ["A", "B", "C"], "incidents": [7, 5, 3]}
        rows = gpd.GeoDataFrame(columns, geometry=boxes, crs=FRAME.metric_crs)
        opened.apply(InsertRows("hotspots", FRAME.to_stored(rows)), Message("spots"))
        yield opened


def spots(project):
    return project.metric_layer("hotspots")


def test_two_neighbours_become_one(project):
    """200 m by 200 m, seven and five incidents; undo gives three rows again."""
    fids = tuple(spots(project).index[:2])
    kept = merge_rows(project, "hotspots", fids)
    found = spots(project)
    assert len(found) == 2
    assert found.geometry.loc[kept].area == pytest.approx(40_000, abs=0.5)
    assert (found["incidents"].loc[kept], found["area_m2"].loc[kept]) == (12, pytest.approx(40_000, abs=0.5))
    project.undo()
    assert sorted(spots(project)["incidents"]) == [3, 5, 7]


def test_a_line_across_cuts_what_it_crosses(project):
    """Two of three are cut at a quarter: the largest part keeps the row, the new ones get ids of their own and no counts."""
    line = shapely.LineString([at(-10, 50), at(210, 50)])
    cut = split_rows(project, "hotspots", tuple(spots(project).index), line)
    found = spots(project)
    assert len(cut) == 2
    assert sorted(found["hotspot_id"]) == ["H1", "H1-2", "H2", "H2-2", "H3"]
    by_id = found.set_index("hotspot_id")
    assert by_id.geometry.area[["H1", "H1-2"]].tolist() == pytest.approx([15_000, 5_000], abs=0.5)
    assert by_id["incidents"].isna().tolist() == [name != "H3" for name in by_id.index]
    project.undo()
    assert len(spots(project)) == 3


def test_a_line_that_ends_inside_cuts_nothing(project):
    """It is refused, and nothing is changed."""
    before = project.layer_version("hotspots")
    with pytest.raises(InputError, match="cuts none"):
        split_rows(project, "hotspots", tuple(spots(project).index), shapely.LineString([at(-10, 50), at(50, 50)]))
    assert project.layer_version("hotspots") == before


def test_a_street_is_cut_and_joined_again(project):
    """Street 2 at 450 m, then end to end; another street does not fit."""
    streets = project.metric_layer("streets")
    fid = int(streets.index[streets["name"] == "Street 2"][0])
    length_m = streets.geometry.loc[fid].length
    split_rows(project, "streets", (fid,), shapely.LineString([at(450, 200), at(450, 400)]))
    streets = project.metric_layer("streets")
    halves = tuple(streets.index[streets["name"] == "Street 2"])
    assert len(halves) == 2
    kept = merge_rows(project, "streets", halves)
    assert project.metric_layer("streets").geometry.loc[kept].length == pytest.approx(length_m, abs=0.01)
    other = int(streets.index[streets["name"] == "Street 1"][0])
    with pytest.raises(InputError, match="one street"):
        merge_rows(project, "streets", (kept, other))


@pytest.mark.parametrize(("layer", "fids"), [("sites", (1, 2)), ("hotspots", (1,)), ("hotspots", ())])
def test_what_cannot_be_merged_is_refused(project, layer, fids):
    """Points, and less than two rows."""
    with pytest.raises(InputError):
        merge_rows(project, layer, fids)
