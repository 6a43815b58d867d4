"""Where a layer changed is told row by row, so that an edit repaints no more than it must."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.maps.changes import changed_boxes

CRS = "EPSG:32649"


def streets(count=6):
    lines = [shapely.LineString([(100 * n, 0), (100 * n + 50, 40)]) for n in range(count)]
    columns = {"name": [f"S{n}" for n in range(count)], "level": [None] * count}
    return gpd.GeoDataFrame(columns, geometry=lines, crs=CRS, index=np.arange(1, count + 1))


def told(before, after):
    return {tuple(box) for box in changed_boxes({"streets": before}, {"streets": after}).tolist()}


def test_the_same_rows_are_no_change():
    """Values that are missing in both are the same."""
    assert told(streets(), streets()) == set()


def test_a_moved_row_is_told_where_it_was_and_where_it_is():
    """Both places look different."""
    after = streets()
    after.loc[3, "geometry"] = shapely.LineString([(0, 900), (10, 910)])
    assert told(streets(), after) == {(200.0, 0.0, 250.0, 40.0), (0.0, 900.0, 10.0, 910.0)}


@pytest.mark.parametrize(("column", "value"), [("name", "Other"), ("name", None), ("level", 1)])
def test_another_value_is_a_change(column, value):
    """A class, name or level is seen too, also one that goes missing or was missing."""
    after = streets()
    after.loc[2, column] = value
    assert told(streets(), after) == {(100.0, 0.0, 150.0, 40.0)}


def test_rows_that_come_and_go_are_changes():
    """The first went, the sixth is new."""
    assert told(streets(5), streets(6).drop(index=1)) == {(0.0, 0.0, 50.0, 40.0), (500.0, 0.0, 550.0, 40.0)}


def test_many_changes_are_one_box():
    """All of a hundred rows moved: one box around them, before and after."""
    after = streets(100)
    after.geometry = after.geometry.translate(0, 10)
    assert told(streets(100), after) == {(0.0, 0.0, 9950.0, 50.0)}


def test_another_layer_is_all_different():
    """A layer that comes, or one with other columns, is not compared."""
    assert changed_boxes({}, {"streets": streets()}) is None
    assert changed_boxes({"streets": streets()}, {"streets": streets().drop(columns="level")}) is None


@settings(max_examples=40)
@given(st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)))
def test_every_row_that_differs_lies_in_a_box(gone, moved, renamed):
    """Whatever changes: its bounds, old and new, are covered, and nothing else is told."""
    before = streets(30)
    after = before.copy()
    after.loc[list(moved), "geometry"] = after.geometry.loc[list(moved)].translate(7, 5)
    after.loc[list(renamed), "name"] = "Other"
    after = after.drop(index=list(gone))
    differs = gone | moved | renamed
    wanted = {tuple(before.geometry.loc[fid].bounds) for fid in differs}
    wanted |= {tuple(after.geometry.loc[fid].bounds) for fid in differs - gone}
    assert told(before, after) == wanted
