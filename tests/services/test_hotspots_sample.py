"""Claims about the sample district: what was planted there is found, by place, hour and category."""

from __future__ import annotations

import json
from pathlib import Path

import pyproj
import pytest
import shapely

from patrolmap.resources import sample_layer
from patrolmap.services.hotspots import find_hotspots
from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project

TRUTH = Path(__file__).resolve().parents[1] / "reference" / "sample_truth.json"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Find hotspots with the defaults, and the planted places in metres beside them."""
    path = tmp_path_factory.mktemp("sample") / "sample.gpkg"
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    with create_project(path, "样例") as project:
        for name, layer in (
            ("boundary.geojson", "boundary"),
            ("streets.geojson", "streets"),
            ("incidents.csv", "incidents"),
        ):
            import_file(project, sample_layer(f"district/{name}"), layer)
        spots = find_hotspots(project, seed=1)
        to_metric = pyproj.Transformer.from_crs("EPSG:4326", project.frame.metric_crs, always_xy=True)
        planted = [(one, shapely.Point(*to_metric.transform(*one["lon_lat"]))) for one in truth["hotspots"]]
    return spots, planted, truth


def test_every_planted_place_is_in_a_hotspot(found):
    """All planted concentrations are recovered within 2 % of the area, and strays are left out and counted."""
    spots, planted, truth = found
    missed = [
        one["name"] for one, where in planted if all(spot.polygon.distance(where) > 50 for spot in spots.hotspots)
    ]
    assert missed == []
    assert spots.outside == len(truth["incidents"]["strays_lon_lat"])


def test_most_hotspots_were_planted(found):
    """Few others are named: at least two thirds of the polygons hold a planted place."""
    spots, planted, _ = found
    true = [spot for spot in spots.hotspots if any(spot.polygon.distance(where) < 50 for _, where in planted)]
    assert len(true) >= 2 / 3 * len(spots.hotspots)


def test_planted_hours_are_recovered(found):
    """The peak stretch of each holds the hour that was planted."""
    spots, planted, _ = found
    for one, where in planted:
        spot = min(spots.hotspots, key=lambda spot: spot.polygon.distance(where))
        first, last = spot.peak_hours
        assert any(first - 0.5 <= one["peak_hour"] + day <= last + 0.5 for day in (0, 24)), one["name"]


def test_what_emerges_ranks_high(found):
    """A place that began months ago is among the five strongest of the last year: memory does not bury it."""
    spots, planted, _ = found
    emerging = [where for one, where in planted if one["trend"] == "emerging"]
    assert emerging
    for where in emerging:
        assert min(spot.rank for spot in spots.hotspots if spot.polygon.distance(where) < 50) <= 5


def test_the_choice_beats_last_period(found):
    """In the back-test the chosen method predicts better than last period's count, and the layer can prove it."""
    spots, _, _ = found
    pai = {row.method: row.pai for row in spots.table.rows if row.area_share == 0.02}
    assert pai[spots.method] > pai["last period count"]
    assert all(tested.fdr == 0.01 for tested in spots.significance[:5])
