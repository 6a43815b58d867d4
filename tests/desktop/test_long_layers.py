"""What keeps the window awake on a long layer: work in slices and in the background, few questions, short messages."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from patrolmap.desktop.core import Core
from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.tables import arranging
from patrolmap.desktop.features.tables.attributes import runs
from patrolmap.desktop.features.tables.layer_model import LayerModel
from patrolmap.desktop.features.tables.stops import table_view
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.map.handing import LARGE_BYTES, LayerHand
from patrolmap.desktop.map.payloads import collection_text, gathered
from patrolmap.desktop.map.served import PageServer
from patrolmap.desktop.undoing import AT_ONCE_ROWS, take_step
from patrolmap.i18n import current_language, tr
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.slices import SLICE_ROWS
from patrolmap.progress import CancelledError
from tests.desktop.tiny import FRAME, at, make_project

ROWS = 2 * SLICE_ROWS + 11


@pytest.fixture
def streets():
    rng = np.random.default_rng(5)
    names = np.array([None, "北大街", "Elm", "elm", "Ash 12", "Oak"], dtype=object)[rng.integers(0, 6, ROWS)]
    lengths = np.where(rng.random(ROWS) < 0.2, np.nan, rng.integers(0, 40, ROWS).astype(float))
    xy = rng.uniform(0, 30_000, (ROWS, 1, 2)) + rng.uniform(-50, 50, (ROWS, 2, 2))
    fields = {"name": names, "highway": "residential", "length_m": lengths}
    return gpd.GeoDataFrame(fields, geometry=shapely.linestrings(xy), index=pd.RangeIndex(1, ROWS + 1, name="fid"))


@pytest.fixture
def core(tmp_path, qtbot):
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading, timeout=20_000)
    yield made
    qtbot.waitUntil(lambda: not made.jobs.alive, timeout=20_000)
    made.close()


@pytest.mark.parametrize("field", ["name", "length_m"])
@pytest.mark.parametrize("rising", [True, False])
def test_slices_are_sorted_as_pandas_sorts_the_whole(streets, field, rising):
    """Equal values stay as they were, rows without one come last: in both directions."""
    found = arranging.row_order(streets, field, rising=rising)
    expected = streets.sort_values(field, ascending=rising, kind="stable", na_position="last").index
    assert (streets.index[found] == expected).all()


def test_a_search_that_nobody_waits_for_ends_within_a_slice(streets):
    """Sorting and filtering stop when the user has asked for something else."""
    for work in (
        lambda: arranging.matching_rows("streets", streets, "elm", lambda: True),
        lambda: arranging.row_order(streets, "name", rising=True, cancel=lambda: True),
    ):
        with pytest.raises(CancelledError):
            work()


def test_rows_are_found_in_every_slice(streets):
    """Words of any case and order, in any field, as counted field by field."""
    found = arranging.matching_rows("streets", streets, "ELM resid")
    expected = streets.index[streets["name"].str.casefold().eq("elm").fillna(value=False)]
    assert list(found) == list(expected)
    assert found.max() > ROWS - SLICE_ROWS > SLICE_ROWS > found.min()


def test_new_rows_keep_the_order_until_theirs_is_known(streets):
    """A sorted table that is read again shows at once what it showed, without the rows that went, the new ones last."""
    waiting = []
    model = LayerModel(arrange=lambda *wish: waiting.append(wish))
    model.put("streets", streets)
    model.sort(0, Qt.SortOrder.AscendingOrder)
    waiting.pop()[3](arranging.row_order(streets, "name", rising=True))
    before = [model.fid(row) for row in range(model.rowCount())]
    model.put("streets", streets.drop(index=before[:2]))
    assert [model.fid(row) for row in range(model.rowCount())] == before[2:]
    assert len(waiting) == 1


def test_a_late_order_of_older_rows_is_dropped(streets):
    """Its positions would be those of other rows."""
    waiting = []
    model = LayerModel(arrange=lambda *wish: waiting.append(wish))
    model.put("streets", streets)
    model.sort(0, Qt.SortOrder.AscendingOrder)
    model.put("streets", streets.iloc[:50])
    waiting[0][3](arranging.row_order(streets, "name", rising=True))
    assert [model.fid(row) for row in range(model.rowCount())] == list(range(1, 51))


def test_many_rows_are_found_at_once_and_as_runs(streets):
    """Rows of a filtered, sorted table; those that are not shown are left out."""
    model = LayerModel()
    model.put("streets", streets)
    model.keep(streets.index[streets["name"] == "Elm"])
    model.sort(2, Qt.SortOrder.DescendingOrder)
    fids = [model.fid(row) for row in (3, 4, 5, 9)]
    absent = int(streets.index[streets["name"] == "Oak"][0])
    assert model.rows_of([absent, *fids[::-1]]).tolist() == [3, 4, 5, 9]
    assert runs(model.rows_of(fids)) == [(3, 5), (9, 9)]
    assert model.fids(np.array([9, 3])) == (fids[3], fids[0])
    assert model.row_of(absent) == -1


def test_choosing_all_rows_asks_few_cells(streets, qtbot, monkeypatch):
    """Qt's heads of columns would ask every cell whether it can be chosen."""
    asked = []
    flags = LayerModel.flags
    monkeypatch.setattr(LayerModel, "flags", lambda self, index: (asked.append(1), flags(self, index))[1])
    model = LayerModel()
    model.put("streets", streets)
    view = table_view(model)
    qtbot.addWidget(view)
    view.setSelectionMode(view.SelectionMode.ExtendedSelection)
    with qtbot.waitExposed(view):
        view.show()
    asked.clear()
    view.selectAll()
    view.grab()
    assert view.selectionModel().hasSelection()
    assert len(asked) < ROWS / 2


def test_a_chosen_row_is_still_marked(streets, qtbot):
    """The heads have no selection of their own to show, the cells have."""
    model = LayerModel()
    model.put("streets", streets)
    view = table_view(model)
    qtbot.addWidget(view)
    flag = QItemSelectionModel.SelectionFlag
    view.selectionModel().select(model.index(4, 0), flag.ClearAndSelect | flag.Rows)
    assert view.selectionModel().isRowSelected(4)
    assert not view.horizontalHeader().selectionModel().hasSelection()


def test_many_selected_lines_become_few_marks(streets):
    """Nothing of them is lost: the marks are as long as the streets."""
    marks = gathered(list(streets.geometry))
    assert len(marks) == 5
    assert sum(mark.length for mark in marks) == pytest.approx(streets.length.sum())


def test_many_selected_points_are_thinned_evenly():
    """At most 3,000, and no point is far from one that stayed."""
    xy = np.random.default_rng(6).uniform(0, 20_000, (40_000, 2))
    points = list(shapely.points(xy))
    kept = gathered(points)
    assert 500 < len(kept) <= 3_000
    assert set(kept) <= set(points)
    tree = shapely.STRtree(kept)
    assert tree.query_nearest(points, return_distance=True, all_matches=False)[1].max() < 1_500


def test_a_collection_is_written_part_by_part():
    """The text is that of one writing."""
    features = [{"type": "Feature", "id": n, "geometry": None, "properties": {"title": "街"}} for n in range(701)]
    made = {"type": "FeatureCollection", "features": features}
    assert json.loads(collection_text(made)) == made
    assert json.loads(collection_text({**made, "features": []}))["features"] == []


def test_a_long_layer_is_fetched_by_the_page(core):
    """Only a note goes through the channel; what is short goes itself."""
    said = []
    server = PageServer(core.jobs)
    hand = LayerHand(core, server, said.append)
    hand.give("sites", '{"do": "setLayer"}')
    long = json.dumps({"do": "setLayer", "name": "sites", "geojson": "x" * LARGE_BYTES})
    hand.give("sites", long)
    hand.give("sites", long)
    first, second, third = (json.loads(text) for text in said)
    assert first == {"do": "setLayer"}
    assert (second["do"], second["name"]) == ("fetch", "sites")
    assert third["version"] > second["version"]
    assert server.documents == {"sites": long.encode()}


def test_a_large_step_is_taken_back_in_the_background(core, qtbot):
    """The action returns before the step is undone, as a job that changes the project; a small one is undone at once."""
    spots = [at(float(n % 90), float(n // 90)) for n in range(AT_ONCE_ROWS + 1)]
    rows = gpd.GeoDataFrame({"incident_id": [f"N{n}" for n in range(len(spots))]}, geometry=spots, crs=FRAME.metric_crs)
    project = core.session.project
    before = project.count("incidents")
    project.apply(InsertRows("incidents", FRAME.to_stored(rows)), Message("incidents"))
    assert project.step_rows(undo=True) == len(spots)
    take_step(core, undo=True)
    assert core.is_changing
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=20_000)
    assert project.count("incidents") == before
    assert project.step_rows(undo=False) == len(spots)
    project.redo()
    assert project.count("incidents") == before + len(spots)
    project.undo()
    project.apply(InsertRows("incidents", FRAME.to_stored(rows[:5])), Message("incidents"))
    take_step(core, undo=True)
    assert not core.is_changing
    assert project.count("incidents") == before


def test_a_layer_that_changes_twice_is_shown_as_it_is_last(core):
    """What was read for the first change is neither shown after the second nor taken for the end of loading."""
    held = []
    core.cache._quick = lambda work, deliver, _haste: held.append((work, deliver))
    core.cache.load({"sites"})
    first = held[0][0]()
    core.cache.load({"sites"})
    late = first.iloc[:1]
    held[1][1](held[1][0]())
    held[0][1](late)
    assert core.cache.count("sites") == 3
    with pytest.raises(CancelledError):
        held[0][0]()
    assert not core.cache.is_loading


def test_what_is_not_seen_is_dressed_after_what_is(qtbot, qapp):
    """A hidden part of a shown window follows a change of language a moment later, or when it is shown; a shown one at once."""
    window, seen, hidden, shown_soon = QWidget(), QLabel(), QLabel(), QLabel()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for part in (seen, hidden, shown_soon):
        column.addWidget(part)
        Dresser(part).text(part.setText, "Search")
    hidden.hide()
    shown_soon.hide()
    with qtbot.waitExposed(window):
        window.show()
    before = current_language()
    try:
        switch_language(qapp, "zh" if before == "en" else "en")
        now = tr("Search")
        shown_soon.show()
        assert (seen.text() == now, hidden.text() == now, shown_soon.text() == now) == (True, False, True)
        qtbot.waitUntil(lambda: hidden.text() == now)
    finally:
        switch_language(qapp, before)
        qtbot.waitUntil(lambda: hidden.text() == tr("Search"))
