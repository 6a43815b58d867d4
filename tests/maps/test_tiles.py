"""Tiles: PNG of the right size, the street where it belongs, the same from any thread."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pytest
import shapely

QtGui = pytest.importorskip("PySide6.QtGui")

from patrolmap.maps import tiles  # noqa: E402 - after the check that Qt is here
from patrolmap.maps.content import MapContent  # noqa: E402
from patrolmap.maps.painting import MapView, paint_map  # noqa: E402
from patrolmap.maps.street_names import paint_street_names  # noqa: E402
from patrolmap.maps.tile_grid import TileGrid  # noqa: E402
from patrolmap.maps.tiles import TILE_SETS, TileSource  # noqa: E402
from patrolmap.model.frame import SpatialFrame  # noqa: E402
from patrolmap.model.style import Theme, map_style  # noqa: E402
from patrolmap.progress import CancelledError  # noqa: E402

pytestmark = pytest.mark.usefixtures("gui")

LON, LAT, ZOOM = 113.7, 34.7, 15


def _address(lon, lat, zoom):
    """Columns and rows of XYZ tiles by the formula of the OpenStreetMap wiki, with fractions."""
    count = 2**zoom
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return (lon + 180) / 360 * count, row * count


@pytest.fixture
def source():
    streets = gpd.GeoDataFrame(
        {"name": ["中山路"], "highway": ["primary"]},
        geometry=[shapely.LineString([(LON - 0.05, LAT), (LON + 0.05, LAT)])],
        crs="EPSG:4326",
    )
    return TileSource.from_layers({"streets": streets}, SpatialFrame.around(LON, LAT))


def _pixels(data):
    image = QtGui.QImage.fromData(data).convertToFormat(QtGui.QImage.Format.Format_ARGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return raw[:, :, [2, 1, 0, 3]].copy()


@pytest.mark.parametrize("scale", [1, 2])
def test_a_tile_is_a_png_of_its_size(source, scale):
    """The signature and the header of the PNG say so."""
    column, row = _address(LON, LAT, ZOOM)
    data = source.render_tile(ZOOM, int(column), int(row), scale=scale)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(data[place : place + 4]) for place in (16, 20)] == [256 * scale] * 2


def test_the_street_is_in_the_row_that_mercator_says(source):
    """The row of the street's latitude, by the published formula, has the street's colour."""
    column, row = _address(LON, LAT, ZOOM)
    seen = _pixels(source.render_tile(ZOOM, int(column), int(row), tile_set="base"))
    street = next(street for street in map_style().streets if street.key == "primary")
    wanted = [int(street.colour[place : place + 2], 16) for place in (1, 3, 5)]
    rows = np.nonzero((seen[:, :, :3] == wanted).all(axis=2))[0]
    assert abs(rows.mean() - row % 1 * 256) < 1.0


def test_a_tile_far_away_is_only_paper(source):
    """Nothing is drawn where nothing is."""
    seen = _pixels(source.render_tile(ZOOM, 10, 10))
    paper = map_style().background
    assert (seen[:, :, :3] == [int(paper[place : place + 2], 16) for place in (1, 3, 5)]).all()


def test_a_layer_without_paper_is_transparent(source):
    """The street layer can be laid over another map."""
    column, row = _address(LON, LAT, ZOOM)
    alpha = _pixels(source.render_tile(ZOOM, int(column), int(row), tile_set="streets"))[:, :, 3]
    assert alpha.min() == 0
    assert alpha.max() == 255


def test_neighbouring_tiles_join(source):
    """Where two tiles meet, the street is at the same height in both."""
    column, row = _address(LON, LAT, ZOOM)
    left = _pixels(source.render_tile(ZOOM, int(column), int(row), tile_set="streets"))
    right = _pixels(source.render_tile(ZOOM, int(column) + 1, int(row), tile_set="streets"))
    assert np.abs(left[:, -1].astype(int) - right[:, 0].astype(int)).max() <= 2


def test_a_name_across_tiles_is_not_cut(source):
    """A block painted in one piece equals its tiles side by side."""
    column, row = (int(value) for value in _address(LON, LAT, ZOOM))
    first_column, first_row = column // 8 * 8, row // 8 * 8
    names = source._block_names((Theme.LIGHT, ZOOM, column // 8, row // 8))
    assert names
    world = source.grid.bounds(ZOOM, first_column, first_row, tiles=8)
    view = MapView(world, (0, 0, 2048, 2048), ground_factor=source.grid.ground_factor)
    image = QtGui.QImage(2048, 2048, QtGui.QImage.Format.Format_RGB32)
    painter = QtGui.QPainter(image)
    paint_map(painter, source.content, view, parts=TILE_SETS["base"] - {"street_names"})
    paint_street_names(painter, names, view)
    painter.end()
    whole = np.frombuffer(image.constBits(), np.uint8).reshape(2048, 2048, 4)[:, :, 2::-1].astype(int)
    for step in range(8):
        tile = _pixels(source.render_tile(ZOOM, first_column + step, row))[:, :, :3].astype(int)
        top = (row - first_row) * 256
        piece = whole[top : top + 256, step * 256 : step * 256 + 256]
        assert (np.abs(tile - piece).max(axis=2) > 24).mean() < 0.002


def test_threads_get_the_same_bytes(source):
    """Forty requests from eight threads equal what one thread makes."""
    column, row = (int(value) for value in _address(LON, LAT, ZOOM))
    places = [(column + x, row + y) for x in range(-2, 3) for y in range(-1, 1)] * 4
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda place: source.render_tile(ZOOM, *place), places))
    fresh = TileSource(source.content, source.grid)
    assert found == [fresh.render_tile(ZOOM, *place) for place in places]


def test_the_cache_keeps_its_bounds(source, monkeypatch):
    """Many tiles do not hold more than the limit, and what was thrown away is painted again."""
    monkeypatch.setattr(tiles, "_CACHE_BYTES", 10_000)
    first = source.render_tile(ZOOM, 0, 0)
    for step in range(30):
        source.render_tile(ZOOM, step, 1)
    assert sum(len(data) for data in source._tiles.values()) == source._held_bytes <= 10_000
    assert source.render_tile(ZOOM, 0, 0) == first


def test_a_cancelled_tile_is_not_kept(source):
    """A tile that scrolled away stops, and the next request for it gets a whole one."""
    with pytest.raises(CancelledError):
        source.render_tile(ZOOM, 1, 1, cancel=lambda: True)
    assert source.render_tile(ZOOM, 1, 1)[:4] == b"\x89PNG"


def test_a_plane_network_has_tiles_too():
    """At zoom 0 a pixel is a metre: a street along y = -100 lies in row 100 of tile 0, 0."""
    streets = gpd.GeoDataFrame({"highway": ["primary"]}, geometry=[shapely.LineString([(0, -50), (128, -50)])])
    source = TileSource.from_layers({"streets": streets}, SpatialFrame.planar(2.0))
    alpha = _pixels(source.render_tile(0, 0, 0, tile_set="streets", theme=Theme.DARK))[:, 128, 3]
    assert abs(np.flatnonzero(alpha > 128).mean() + 0.5 - 100) < 1.0


def test_planar_blocks_are_made_of_their_tiles():
    """A block of two by two tiles ends where its last tile ends."""
    grid = TileGrid(planar=True)
    block, last = grid.bounds(1, 2, -4, tiles=2), grid.bounds(1, 3, -3)
    assert (block[1], block[2]) == (last[1], last[2])


def test_an_unknown_tile_set_is_an_error(source):
    """The window must not ask for what does not exist."""
    assert "nothing" not in TILE_SETS
    with pytest.raises(KeyError):
        source.render_tile(1, 0, 0, tile_set="nothing")


def test_names_are_given_for_the_page_to_write(source):
    """The page gets the street with its name, packed; a project without names gives none."""
    packed = json.loads(source.names_json())
    assert packed["names"] == ["", "中山路"]
    assert [group["count"] for group in packed["groups"]] == [1]
    nameless = TileSource(MapContent(streets=source.content.streets.drop(columns="name")), source.grid)
    assert json.loads(nameless.names_json())["groups"] == []


def test_half_zooms_have_tiles_of_their_own(source):
    """A tile at zoom 14.5 is wider than one at 15 by the square root of two."""
    whole, half = source.grid.bounds(15, 0, 0), source.grid.bounds(14.5, 0, 0)
    assert (half[2] - half[0]) / (whole[2] - whole[0]) == pytest.approx(math.sqrt(2))


def test_tiles_in_which_nothing_changed_are_kept(source):
    """The tile of the street is painted anew, one a few tiles off is the very same, and bare edges reach a neighbour."""
    column, row = (int(part) for part in _address(LON, LAT, ZOOM))
    newer = TileSource(source.content, source.grid)
    old = {away: source.render_tile(ZOOM, column, row + away, tile_set="streets") for away in (0, 1, 4)}
    low_x, low_y, high_x, high_y = source.grid.bounds(ZOOM, column, row)
    newer.take_over(source, np.array([[low_x, low_y + 1.0, high_x, high_y]]))
    new = {away: newer.render_tile(ZOOM, column, row + away, tile_set="streets") for away in (0, 1, 4)}
    assert new[4] is old[4]
    assert new[0] is not old[0]
    assert new[1] is not old[1]


def test_tiles_with_names_are_not_kept(source):
    """A change moves names far around it: whole tiles of paper are painted anew."""
    column, row = (int(part) for part in _address(LON, LAT, ZOOM))
    old = source.render_tile(ZOOM, column, row + 4, tile_set="base")
    newer = TileSource(source.content, source.grid)
    newer.take_over(source, np.empty((0, 4)))
    assert newer.render_tile(ZOOM, column, row + 4, tile_set="base") is not old
