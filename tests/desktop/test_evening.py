"""A whole evening by clicks, with the real services, on a small hand-made city."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from patrolmap.desktop.core import Core
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from tests.helpers.city import METRIC_CRS, city_streets, junction_xy

SEED = 5
SPOTS = ((1, 1), (3, 2))
LIMIT_MS = 25_000


def make_city_project(path):
    """Write streets, one ring, two key sites, two teams, and incidents around two junctions."""
    shuffled = np.random.default_rng(SEED)
    around = np.vstack([shuffled.normal(junction_xy(*spot), 25.0, (40, 2)) for spot in SPOTS])
    hours = shuffled.integers(19, 23, len(around))
    days = shuffled.integers(1, 29, len(around))
    box = shapely.box(*junction_xy(0, 0), *junction_xy(4, 3)).buffer(60.0)
    layers = {
        "streets": city_streets(),
        "rings": frame({"kind": ["core"], "name": ["核心圈"]}, [box.buffer(-200.0)]),
        "sites": frame(
            {"site_id": ["A", "B"], "name": ["车站", "学校"], "kind": "key_site", "level": [1, 2]},
            [shapely.Point(junction_xy(2, 1)), shapely.Point(junction_xy(3, 3))],
        ),
        "incidents": frame(
            {
                "incident_id": [str(place) for place in range(len(around))],
                "category": "theft",
                "time_from": [f"2026-10-{day:02d}T{hour}:10:00" for day, hour in zip(days, hours, strict=True)],
            },
            list(shapely.points(around)),
        ),
        "teams": frame(
            {"team_id": ["T1", "T2"], "name": ["一队", "二队"], "members": [4, 4], "mode": "walk"},
            [shapely.Point(junction_xy(0, 0)), shapely.Point(junction_xy(4, 3))],
        ),
    }
    spatial = SpatialFrame.around(110.46, 34.7)
    with ProjectStore.create(path, name="City", frame=spatial) as project:
        for name, rows in layers.items():
            project.apply(InsertRows(name, spatial.to_stored(rows.to_crs(spatial.metric_crs))), Message(name))
    return path


def frame(columns, shapes):
    """Make a layer in metres."""
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=METRIC_CRS)


@pytest.fixture
def window(qtbot, qapp, monkeypatch, tmp_path):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    apply_theme(qapp, "light")
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.project_flow.open(make_city_project(tmp_path / "city.gpkg"))
    qtbot.waitUntil(lambda: not made.core.cache.is_loading)
    yield made
    made.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not made.core.jobs.alive, timeout=LIMIT_MS)
    made.close()


def test_from_incidents_to_printed_sheets_by_clicks(window, qtbot, tmp_path, monkeypatch):
    """Hotspots where the incidents are, a plan for both teams, a page in the preview, a PDF for each team."""
    core, tasks = window.core, window.tasks

    def click(button):
        assert button.isVisible()
        assert button.isEnabled()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def work(run_button):
        click(run_button.button)
        qtbot.waitUntil(lambda: not core.jobs.alive and run_button.currentIndex() == 0, timeout=LIMIT_MS)

    click(tasks._buttons["hotspots"])
    spots = tasks.panel("hotspots")
    click(spots.tested)
    work(spots.run_button)
    qtbot.waitUntil(lambda: core.cache.count("hotspots") > 0 and spots.list.topLevelItemCount() > 0)
    found = core.cache["hotspots"].to_crs(METRIC_CRS)
    assert all(found.distance(shapely.Point(junction_xy(*spot))).min() < 60.0 for spot in SPOTS)

    click(spots.next_button)
    plan = tasks.panel("plan")
    assert tasks.task == "plan"
    plan.limit.setRange(1, 600)
    plan.limit.setValue(1)
    work(plan.run_button)
    qtbot.waitUntil(lambda: core.desk.plan is not None and core.cache.count("routes") == 2)
    assert {stop.visit.name for route in core.desk.plan.routes for stop in route.stops} >= {"车站", "学校"}
    assert plan.figures[0].text() == "2 / 2"

    click(plan.next_button)
    sheets = tasks.panel("sheets")
    qtbot.waitUntil(lambda: sheets.paper.preview is not None, timeout=LIMIT_MS)
    picture = sheets.paper.preview.picture
    assert picture.width() > 200
    assert sheets.page.text().startswith("1 / ")

    out = tmp_path / "sheets"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    work(sheets.run_button)
    written = sorted(out.rglob("*.pdf"))
    assert len(written) >= 2
    assert all(path.read_bytes().startswith(b"%PDF-") for path in written)
    assert sheets.open_button.isVisible()
