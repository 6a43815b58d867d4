"""Claims about hotspots found in a project: kept as a layer with their proof, undone in one step, repeatable."""

from __future__ import annotations

import datetime as dt
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.incidents import IncidentFilter
from patrolmap.hotspots.naming import SEPARATOR
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore
from patrolmap.services.apart import Apart
from patrolmap.services.area import study_area
from patrolmap.services.hotspots import HotspotParams, backtest_hotspots, find_hotspots, search_hotspots
from tests.helpers.city import METRIC_CRS, ORIGIN_XY, city_streets

STORED = "EPSG:4326"
QUICK = HotspotParams(origins=3)
WEST, EAST = (600.0, 600.0), (1600.0, 1200.0)


def put(project, name, rows):
    columns = list(empty_layer(name, None).columns)
    frame = gpd.GeoDataFrame([{**dict.fromkeys(columns), **row} for row in rows], columns=columns, geometry="geometry")
    project.apply(InsertRows(name, frame.set_crs(METRIC_CRS).to_crs(STORED)), Message("test"))


def place(x_m, y_m):
    return shapely.Point(ORIGIN_XY[0] + x_m, ORIGIN_XY[1] + y_m)


def incident_rows(seed=4):
    """Burglaries in the evening around one junction, thefts at noon around another, noise, and one far away."""
    random = np.random.default_rng(seed)
    rows = []
    for count, category, hour, centre, spread_m in (
        (120, "burglary", 20, WEST, 60.0),
        (60, "theft", 12, EAST, 60.0),
        (40, "theft", 9, (1100.0, 900.0), 700.0),
    ):
        days = random.integers(0, 200, count)
        for day, offset in zip(days, random.normal(0, spread_m, (count, 2)), strict=True):
            moment = dt.datetime(2026, 1, 1, hour, 30) + dt.timedelta(days=int(day))
            where = place(*np.clip(np.add(centre, offset), 5, (2195, 1795)))
            rows.append({"category": category, "time_from": moment.isoformat(), "geometry": where})
    rows.append({"category": "theft", "time_from": "2026-03-01T10:00:00", "geometry": place(90_000, 90_000)})
    return rows


def make_project(path, *, streets=True):
    store = ProjectStore.create(path, name="测试区", frame=SpatialFrame(STORED, METRIC_CRS))
    put(store, "boundary", [{"name": "测试区", "geometry": shapely.box(*ORIGIN_XY, *np.add(ORIGIN_XY, (2200, 1800)))}])
    if streets:
        put(store, "streets", city_streets(12, 10).to_dict("records"))
    put(store, "incidents", incident_rows())
    return store


@pytest.fixture
def project(tmp_path):
    """Build a district of 2.2 km x 1.8 km with 12 x 10 streets and two planted concentrations."""
    with make_project(tmp_path / "p.gpkg") as store:
        yield store


def test_planted_places_are_found(project):
    """The two strongest hotspots lie on the planted places, named by streets there, with their hours and categories."""
    found = find_hotspots(project, QUICK)
    first, second = found.hotspots[:2]
    assert first.polygon.distance(place(*WEST)) == 0
    assert second.polygon.distance(place(*EAST)) == 0
    assert (first.peak_hours, first.categories[0][0]) == ((20, 21), "burglary")
    assert set(found.names[0].split(SEPARATOR)) <= {"经3路", "经4路", "经5路", "纬3街", "纬4街", "纬5街"}
    assert found.outside == 1


def test_another_process_finds_the_same(project):
    """Searched beside the program, the project is only read, and the hotspots are those of the usual search."""
    apart = Apart(project.path)
    try:
        beside = apart.run(search_hotspots, QUICK)
    finally:
        apart.close()
    assert project.count("hotspots") == 0
    found = find_hotspots(project, QUICK)
    assert [spot.polygon.wkb for spot in beside.hotspots] == [spot.polygon.wkb for spot in found.hotspots]
    assert beside.incidents_hash == found.incidents_hash


def test_each_hotspot_tells_how_to_patrol_it(project):
    """The layer holds the ways in, their streets, and a stay of 10 to 16 minutes at least two hours apart."""
    found = find_hotspots(project, QUICK)
    layer = project.layer("hotspots")
    assert list(layer["entrances"]) == [len(places) for places in found.entrances]
    assert layer["entrances"].max() >= 4
    assert "街" in layer["entrance_streets"].iloc[0]
    assert layer["dwell_min"].between(10, 16).all()
    assert layer["visits"].between(1, 4).all()
    assert set(layer["gap_min"]) == {120}


def test_the_back_test_takes_as_many_periods_as_there_are(project):
    """Without a number it takes what the incidents reach back for, and still leaves three to choose from."""
    layer = project.layer("incidents")["time_from"].astype(str).str.slice(0, 10)
    days = (dt.date.fromisoformat(layer.max()) - dt.date.fromisoformat(layer.min())).days + 1
    table = backtest_hotspots(project, HotspotParams(methods=("kde", "last")))
    assert len(table.origins) == max(3, min(12, days // 30 - 1 - 3))


def test_the_area_budget_holds(project):
    """Hotspots together cover at most the share of the district that was asked for."""
    found = find_hotspots(project, HotspotParams(area_share=0.01, method="kde"))
    assert 0 < sum(spot.area_m2 for spot in found.hotspots) <= 0.01 * 2200 * 1800 * 1.001


def test_the_layer_carries_its_proof(project):
    """Each row says its method and period; its record holds parameters, seed, input version and the back-test."""
    found = find_hotspots(project, QUICK, seed=5)
    layer = project.layer("hotspots")
    assert len(layer) == len(found.hotspots)
    record = json.loads(layer["provenance"].iloc[0])
    assert (record["method"], record["seed"]) == (found.method, 5)
    assert record["inputs"]["incidents"] == project.content_hash("incidents")
    assert len(record["backtest"]["origins"]) == 3
    assert record["parameters"]["area_share"] == 0.02


def test_finding_is_one_step_that_undo_takes_back(project):
    """New hotspots replace the old ones; undo brings the old ones back, fids and all."""
    find_hotspots(project, HotspotParams(method="kde"))
    before = project.layer("hotspots")
    find_hotspots(project, HotspotParams(method="kde", area_share=0.005))
    assert len(project.layer("hotspots")) != 0
    project.undo()
    assert project.layer("hotspots").equals(before)


def test_same_seed_same_answer(project):
    """Two runs with one seed agree in every figure."""
    first, again = find_hotspots(project, QUICK, seed=3), find_hotspots(project, QUICK, seed=3)
    assert first.table == again.table
    assert [spot.polygon.wkb for spot in first.hotspots] == [spot.polygon.wkb for spot in again.hotspots]


def test_a_filter_by_category_moves_the_hotspot(project):
    """Only thefts: the strongest hotspot is the eastern one."""
    params = HotspotParams(filter=IncidentFilter(categories=frozenset({"theft"})), method="kde")
    assert find_hotspots(project, params).hotspots[0].polygon.distance(place(*EAST)) == 0


def test_a_back_test_changes_nothing(project):
    """The table has every method at every share, and the project stays as it was."""
    table = backtest_hotspots(project, QUICK)
    methods = {row.method for row in table.rows}
    assert {"last period count", "average count, 365 d"} < methods
    assert len(table.rows) == 4 * len(methods)
    assert project.count("hotspots") == 0


def test_cancel_changes_nothing(project):
    """A cancelled search leaves no hotspots."""
    with pytest.raises(CancelledError):
        find_hotspots(project, QUICK, cancel=lambda: True)
    assert project.count("hotspots") == 0


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (HotspotParams(area_share=0.0), "area share"),
        (HotspotParams(area_share=0.7), "area share"),
        (HotspotParams(method="tea leaves"), "no method"),
        (HotspotParams(filter=IncidentFilter(categories=frozenset({"arson"}))), "No incident"),
    ],
)
def test_what_cannot_be_done_says_why(project, params, said):
    """Shares out of range, unknown methods and filters that leave nothing are the user's to mend."""
    with pytest.raises(InputError, match=said):
        find_hotspots(project, params)


def test_a_short_history_uses_defaults_and_says_so(project):
    """Twenty days cannot be back-tested: the default density is used, with a notice."""
    short = IncidentFilter(date_from=dt.date(2026, 1, 1), date_to=dt.date(2026, 1, 20))
    found = find_hotspots(project, HotspotParams(filter=short))
    assert found.table is None
    assert any("too short" in str(notice) for notice in found.notices)


def test_density_along_streets_is_a_method(project):
    """Asked for by name, it finds the planted places on the streets; the automatic choice tests it too."""
    found = find_hotspots(project, HotspotParams(method="nkde", memory_days=400))
    assert found.hotspots[0].polygon.distance(place(*WEST)) < 100
    table = find_hotspots(project, QUICK).table
    assert any(name.startswith("nkde") for name in [*table.dropped, *(row.method for row in table.rows)])


def test_no_streets_no_names(tmp_path):
    """Without streets hotspots are found all the same, unnamed."""
    with make_project(tmp_path / "q.gpkg", streets=False) as store:
        found = find_hotspots(store, HotspotParams(method="kde"))
    assert found.hotspots
    assert set(found.names) == {""}


def test_without_incidents_or_area_the_user_learns_what_to_import(tmp_path):
    """No incidents, then incidents but no area: each says what is missing."""
    with ProjectStore.create(tmp_path / "e.gpkg", name="e", frame=SpatialFrame(STORED, METRIC_CRS)) as store:
        with pytest.raises(InputError, match="no incidents"):
            find_hotspots(store)
        put(store, "incidents", incident_rows()[:3])
        with pytest.raises(InputError, match="no area"):
            find_hotspots(store)


def test_the_study_area_is_the_best_that_is_there(project, tmp_path):
    """The boundary if there is one; else the hull of the streets with 200 m around it."""
    area, _ = study_area(project)
    assert area.area == pytest.approx(2200 * 1800, rel=1e-3)
    with ProjectStore.create(tmp_path / "s.gpkg", name="s", frame=SpatialFrame(STORED, METRIC_CRS)) as store:
        put(store, "streets", city_streets(12, 10).to_dict("records"))
        hull, choice = study_area(store)
        assert "streets" in str(choice)
        ring = shapely.box(*ORIGIN_XY, *np.add(ORIGIN_XY, (1000, 1000)))
        put(store, "rings", [{"name": "环", "kind": "city", "geometry": ring}])
        inner, choice = study_area(store)
        assert "ring" in str(choice)
    assert hull.area > 2200 * 1800 > inner.area == pytest.approx(1e6, rel=1e-3)


def test_a_wrong_year_does_not_move_the_forecast(project):
    """One theft of 2062 among two hundred incidents is left out and told; the planted places stay."""
    put(project, "incidents", [{"category": "theft", "time_from": "2062-05-01T10:00:00", "geometry": place(900, 900)}])
    found = find_hotspots(project, HotspotParams(method="kde"))
    assert found.hotspots[0].polygon.distance(place(*WEST)) == 0
    assert found.period[1] < "2027"
    assert any("wrong dates" in notice.template for notice in found.notices)


def test_single_incidents_are_no_hotspots_beside_real_ones(project):
    """With a fifth of the area to fill, lone incidents are left out, counted in a notice, and ranks have no holes."""
    found = find_hotspots(project, HotspotParams(method="average", area_share=0.2))
    assert all(spot.incidents > 1 for spot in found.hotspots)
    assert [spot.rank for spot in found.hotspots] == list(range(1, len(found.hotspots) + 1))
    assert any("weaker" in notice.template for notice in found.notices)
