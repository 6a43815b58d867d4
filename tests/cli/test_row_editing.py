"""What hands can do to rows on the map, the command line can do too: merge, split, draw, reshape, move."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

from patrolmap.cli.app import main
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.services.projects import open_project
from tests.desktop.tiny import FRAME, at, make_project


@pytest.fixture
def path(tmp_path):
    made = make_project(tmp_path / "tiny.gpkg")
    with open_project(made) as project:
        boxes = [shapely.box(*at(x, 0).coords[0], *at(x + 100, 200).coords[0]) for x in (0, 100)]
        columns = {"hotspot_id": ["H1", "H2"], "name": ["A", "B"], "incidents": [7, 5]}
        rows = gpd.GeoDataFrame(columns, geometry=boxes, crs=FRAME.metric_crs)
        project.apply(InsertRows("hotspots", FRAME.to_stored(rows)), Message("spots"))
    return made


def typed(*places):
    """Write metric places as a user types them."""
    degrees = shapely.get_coordinates(FRAME.metric_to_wgs84(shapely.MultiPoint([at(*one) for one in places])))
    return " ".join(f"{lon:.8f},{lat:.8f}" for lon, lat in degrees)


def rows(path, layer):
    with open_project(path) as project:
        return project.metric_layer(layer)


def edit(path, *words):
    return main(["edit", str(path), *words, "--quiet", "--json", "--lang", "en"])


def test_hotspots_are_merged(path, capsys):
    """Two neighbours of 100 m by 200 m become one of 40,000 square metres with twelve incidents."""
    assert edit(path, "hotspots", "--rows", "1,2", "--merge") == 0
    found = rows(path, "hotspots")
    assert json.loads(capsys.readouterr().out)["fids"] == list(found.index)
    assert (len(found), found["incidents"].iloc[0]) == (1, 12)
    assert found.geometry.iloc[0].area == pytest.approx(40_000, abs=1)


def test_a_side_of_a_ring_is_cut_off(path, capsys):
    """A third of 600 m by 600 m goes; the ring keeps its row, its kind and the rest. Rings are not merged."""
    assert edit(path, "rings", "--rows", "1", "--split", typed((650, 400), (650, 1100))) == 0
    left = rows(path, "rings")
    assert list(left["kind"]) == ["core"]
    assert left.geometry.iloc[0].area == pytest.approx(240_000, abs=2)
    assert edit(path, "rings", "--rows", "1", "--merge") == 2
    assert "each of the three" in capsys.readouterr().err


def test_a_ring_is_drawn_and_drawn_anew(path, capsys):
    """A town ring beside the core ring; drawn once more it has another outline, and there is still one of it."""
    for size in (1200, 900):
        corners = typed((300, 300), (size, 300), (size, size), (300, size))
        assert edit(path, "rings", "--outline", corners, "--set", "kind=town") == 0
        found = rows(path, "rings").set_index("kind").geometry
        assert list(found.index) == ["core", "town"]
        assert found["town"].area == pytest.approx((size - 300) ** 2, abs=3)
    capsys.readouterr()


def test_a_hotspot_is_drawn_and_reshaped(path, capsys):
    """Three of the four incidents lie in it; reshaped to a far corner it holds one."""
    corners = typed((550, 550), (700, 550), (700, 700), (550, 700))
    assert edit(path, "hotspots", "--outline", corners, "--set", "name=Market") == 0
    fid = json.loads(capsys.readouterr().out)["fids"][0]
    assert tuple(rows(path, "hotspots").loc[fid, ["name", "incidents"]]) == ("Market", 3)
    assert edit(path, "hotspots", "--rows", str(fid), "--outline", typed((50, 50), (150, 50), (100, 200))) == 0
    assert rows(path, "hotspots").loc[fid, "incidents"] == 1
    capsys.readouterr()


def test_a_site_is_moved(path, capsys):
    """To the junction at 300 m, 600 m."""
    assert edit(path, "sites", "--rows", "1", "--move", typed((300, 600))) == 0
    assert rows(path, "sites").geometry.loc[1].distance(at(300, 600)) < 0.01
    capsys.readouterr()


@pytest.mark.parametrize(
    "words",
    [
        ["hotspots", "--rows", "1,2"],
        ["hotspots", "--merge"],
        ["hotspots", "--rows", "1,2", "--merge", "--delete"],
        ["hotspots", "--rows", "1", "--split", "113.6,34.7"],
        ["hotspots", "--rows", "1", "--split", "here,there 113.6,34.7"],
        ["hotspots", "--rows", "1", "--split", "113.6,nan 113.6,34.7"],
        ["sites", "--rows", "1,2", "--move", "113.6,34.7"],
        ["sites", "--outline", "113.6,34.7 113.7,34.7 113.7,34.8"],
        ["rings", "--outline", "113.6,34.7 113.7,34.7 113.7,34.8"],
        ["rings", "--outline", "113.6,34.7 113.7,34.7 113.7,34.8", "--set", "kind=outer"],
        ["rings", "--rows", "9", "--outline", "113.6,34.7 113.7,34.7 113.7,34.8"],
    ],
)
def test_what_is_not_clear_is_refused(path, capsys, words):
    """Status 2, a reason, and nothing changed."""
    before = [rows(path, layer).to_wkt().to_csv() for layer in ("hotspots", "rings", "sites")]
    assert edit(path, *words) == 2
    assert capsys.readouterr().err
    assert [rows(path, layer).to_wkt().to_csv() for layer in ("hotspots", "rings", "sites")] == before
