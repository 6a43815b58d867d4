"""Large edits are cancelled whole; what is not seen is brought up to date later and once; what did not change is not read again."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QVBoxLayout, QWidget

from patrolmap.desktop import actions
from patrolmap.desktop.actions import ActionBoard, ActionSpec
from patrolmap.desktop.core import Core
from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.hotspots.presenter import HotspotsPresenter
from patrolmap.desktop.features.importing import preview_map
from patrolmap.desktop.features.log.presenter import LogPresenter
from patrolmap.desktop.features.tables.presenter import AttributePresenter
from patrolmap.desktop.jobs import JobState
from patrolmap.desktop.theme import apply_theme, current_tokens, is_changing, style_sheet
from patrolmap.desktop.tokens import DARK
from patrolmap.desktop.undoing import AT_ONCE_ROWS, take_step
from patrolmap.desktop.unhurried import Unhurried
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows, SetSetting
from tests.desktop.tiny import FRAME, at, make_project


@pytest.fixture
def core(tmp_path, qtbot):
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading, timeout=20_000)
    yield made
    qtbot.waitUntil(lambda: not made.jobs.alive, timeout=20_000)
    made.close()


@pytest.fixture
def many(core, qtbot):
    """Incidents, so many that they are changed in the background."""
    count = 3 * AT_ONCE_ROWS
    spots = [at(float(n % 90), float(n // 90)) for n in range(count)]
    rows = gpd.GeoDataFrame({"incident_id": [f"N{n}" for n in range(count)]}, geometry=spots, crs=FRAME.metric_crs)
    core.session.project.apply(InsertRows("incidents", FRAME.to_stored(rows)), Message("incidents"))
    core.session.refresh()
    qtbot.waitUntil(lambda: not core.cache.is_loading, timeout=20_000)
    return core.cache["incidents"].index.tolist()


def cancel_next(core):
    """Cancel the next job at its first word."""
    seen = []

    def hear(job):
        seen.append(job)
        job.cancel()

    core.jobs.started.connect(hear)
    return seen


@pytest.mark.parametrize("deed", ["change", "delete", "undo", "redo"])
def test_a_large_edit_is_cancelled_whole(core, many, qtbot, deed):
    """The job ends as cancelled, and nothing of it is in the project, its journal or what can be undone."""
    project, table = core.session.project, AttributePresenter(core)
    if deed == "redo":
        project.undo()
        core.session.refresh()
    before = project.content_hash("incidents"), project.journal_state(), project.undo_label, project.redo_label
    seen = cancel_next(core)
    deeds = {
        "change": lambda: table.change("incidents", many, {"kind": ["theft"] * len(many)}),
        "delete": lambda: table.delete("incidents", many),
        "undo": lambda: take_step(core, undo=True),
        "redo": lambda: take_step(core, undo=False),
    }
    deeds[deed]()
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=20_000)
    assert [job.state for job in seen] == [JobState.CANCELLED]
    after = project.content_hash("incidents"), project.journal_state(), project.undo_label, project.redo_label
    assert after == before


def test_a_large_edit_tells_how_far_it_is(core, many, qtbot):
    """The jobs list has something to show before the end."""
    shares = []
    core.jobs.changed.connect(lambda job: shares.append(job.fraction))
    AttributePresenter(core).delete("incidents", many)
    qtbot.waitUntil(lambda: not core.jobs.alive, timeout=20_000)
    assert any(0 < share < 1 for share in shares)


def test_what_is_hidden_is_refreshed_later_and_once(qtbot):
    """Three wishes while nobody looks are one refresh, a moment later or when it is shown; a seen one follows each at once."""
    window, seen, hidden, shown_soon = QWidget(), QLabel(), QLabel(), QLabel()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    done = {part: [] for part in (seen, hidden, shown_soon)}
    asked = {part: Unhurried(part, lambda part=part: done[part].append(1)) for part in done}
    for part in done:
        column.addWidget(part)
    hidden.hide()
    shown_soon.hide()
    with qtbot.waitExposed(window):
        window.show()
    for part in done:
        for _ in range(3):
            asked[part]()
    assert [len(done[part]) for part in (seen, hidden, shown_soon)] == [3, 0, 0]
    shown_soon.show()
    assert len(done[shown_soon]) == 1
    qtbot.waitUntil(lambda: len(done[hidden]) == 1)
    qtbot.wait(50)
    assert [len(done[part]) for part in (seen, hidden, shown_soon)] == [3, 1, 1]


def test_the_log_is_read_again_only_when_it_changed(core, monkeypatch):
    """Other edits, their undo and redo leave it alone."""
    read = []
    log = LogPresenter(core)
    monkeypatch.setattr(log, "read", lambda: read.append(1))
    AttributePresenter(core).change("sites", core.cache["sites"].index[:1].tolist(), {"name": ["Gate"]})
    core.session.undo()
    core.session.redo()
    assert not read
    core.session.project.apply(SetSetting("event_types", {}), Message("types"))
    core.session.refresh()
    assert read


def test_a_dock_behind_another_one_follows_later(qtbot):
    """Qt takes it for visible; still the stops of a plan are listed there only when the window has painted what is seen."""
    window, front, back = QMainWindow(), QDockWidget(), QDockWidget()
    qtbot.addWidget(window)
    done = []
    inside = QLabel()
    back.setWidget(inside)
    front.setWidget(QLabel())
    for dock in (back, front):
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    window.tabifyDockWidget(back, front)
    front.raise_()
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: inside.visibleRegion().isEmpty() and not front.widget().visibleRegion().isEmpty())
    Unhurried(inside, lambda: done.append(1))()
    assert not done
    qtbot.waitUntil(lambda: done == [1])
    back.raise_()
    qtbot.waitUntil(lambda: not inside.visibleRegion().isEmpty())
    Unhurried(inside, lambda: done.append(2))()
    assert done == [1, 2]


def test_a_theme_is_put_on_in_turns(qtbot, qapp):
    """Palette at once, the sheet of a shown window in a later turn of the loop, then icons; of two wishes the last one counts."""
    window, seen, shown = QMainWindow(), QLabel("seen"), []
    qtbot.addWidget(window)
    window.setCentralWidget(seen)
    Dresser(seen, lambda: shown.append((current_tokens().name, window.styleSheet() == style_sheet(DARK))))
    with qtbot.waitExposed(window):
        window.show()
    before = window.styleSheet()
    try:
        assert apply_theme(qapp, "dark", in_turns=True).name == "dark"
        assert (current_tokens().name, window.styleSheet()) == ("dark", before)
        apply_theme(qapp, "light", in_turns=True)
        apply_theme(qapp, "dark", in_turns=True)
        qtbot.waitUntil(lambda: window.styleSheet() == style_sheet(DARK) and window.updatesEnabled())
        qtbot.wait(20)
        assert window.styleSheet() == style_sheet(DARK)
        qtbot.waitUntil(lambda: shown == [("dark", True)])
        assert not is_changing()
    finally:
        apply_theme(qapp, "light")


def test_icons_of_the_other_theme_are_drawn_beforehand(qtbot, monkeypatch):
    """Each once, while the window has nothing else to do; then they are there."""
    drawn = []
    monkeypatch.setattr(actions, "draw_for", lambda tokens, name: drawn.append((tokens.name, name)))
    owner = QWidget()
    qtbot.addWidget(owner)
    specs = [
        ActionSpec(name, name, lambda: None, icon=icon) for name, icon in (("a", "undo"), ("b", "redo"), ("c", "undo"))
    ]
    ActionBoard(owner, specs).prepare(DARK)
    assert not drawn
    qtbot.waitUntil(lambda: len(drawn) == 2)
    assert set(drawn) == {("dark", "undo"), ("dark", "redo")}


def test_a_preview_of_many_rows_is_painted_once_and_with_few_dots(qtbot):
    """Dots that others hide are left out, evenly; the picture stays until size, theme or rows are others."""
    shapes = shapely.points(np.random.default_rng(7).uniform(0, 9_000, (60_000, 2)))
    kept = preview_map._apart(shapely.get_coordinates(shapes) / 20)
    assert 3_000 < len(kept) <= 8_000
    assert np.all(np.abs(np.median(kept, axis=0) - 225) < 20)
    few = np.array([[1.0, 1.0], [1.1, 1.1]])
    assert np.array_equal(preview_map._apart(few), few)
    made, painted = preview_map.PreviewMap(), []
    qtbot.addWidget(made)
    usual = made._paint
    made._paint = lambda picture: (painted.append(1), usual(picture))
    made.show_shapes(gpd.GeoSeries([*shapes, None, shapely.Point()]), None)
    for _ in range(3):
        made.grab()
    assert len(painted) == 1
    made.resize(500, 400)
    image = made.grab().toImage()
    assert len(painted) == 2
    accent = QColor(current_tokens().accent)
    assert sum(image.pixelColor(x, 200) == accent for x in range(500)) > 100


def test_days_of_incidents_are_those_of_the_first_and_the_last(core):
    """As pandas finds them when it cuts the day out of each time."""
    presenter = HotspotsPresenter(core)
    frame = core.cache["incidents"]
    assert presenter.stock.count == len(frame)
    times = ["2026-03-01T23:59:00", None, "2025-12-31T00:00:00+08:00", "2026-03-01T00:01:00"]
    rows = frame.iloc[[0] * 4].set_index(pd.RangeIndex(4))
    core.cache._frames["incidents"] = rows.assign(time_from=times)
    stock = presenter.stock
    assert (stock.first, stock.last) == (dt.date(2025, 12, 31), dt.date(2026, 3, 1))
    core.cache._frames["incidents"] = rows.assign(time_from=None)
    assert (presenter.stock.first, presenter.stock.last) == (None, None)
