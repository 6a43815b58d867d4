"""A background lies where it should: to the pixel, in the project's system, in Web Mercator, and out of GCJ-02."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest
from PySide6.QtGui import QImage, QPainter

from patrolmap.ingest.china_offsets import gcj02_to_wgs84, wgs84_to_gcj02
from patrolmap.maps.basemap import Basemap, BasemapTiles, decoded_tile
from patrolmap.maps.view import MapView
from patrolmap.model.frame import SpatialFrame
from tests.helpers.tile_files import picture

FRAME = SpatialFrame.around(113.6, 34.7)
PLACES = [(113.6012, 34.7021), (113.35, 34.55), (113.93, 34.86)]
ZOOM = 15


def slippy(lon, lat, zoom):
    """Give column and row as fractions, by the formula of the OpenStreetMap wiki."""
    n = 2**zoom
    latitude = math.radians(lat)
    return (lon + 180) / 360 * n, (1 - math.log(math.tan(latitude) + 1 / math.cos(latitude)) / math.pi) / 2 * n


def spotted(lon, lat):
    """Make a source of grey tiles with a red spot at a place in the system of the tiles."""
    column, row = slippy(lon, lat, ZOOM)
    spot = (int(column % 1 * 256), int(row % 1 * 256))
    marked = picture((128, 128, 128), spot=(min(max(spot[0], 1), 254), min(max(spot[1], 1), 254)))
    plain = picture((128, 128, 128))
    return lambda z, x, y: (marked if (x, y) == (int(column), int(row)) else plain) if z == ZOOM else None


def red_spot(image):
    """Find the middle of what is red, in pixels."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(plain.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)
    rows, columns = np.nonzero((pixels[:, :, 0] > 190) & (pixels[:, :, 1] < 90))
    assert len(rows), "the spot is nowhere"
    return columns.mean() + 0.5, rows.mean() + 0.5


@pytest.mark.parametrize("shifted", [False, True], ids=["wgs84", "gcj02"])
@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_a_spot_is_where_the_projection_says(lon, lat, shifted):
    """In the project's system at 1:15,000, compared with pyproj: within a pixel and a half, spot and rounding included."""
    drawn = wgs84_to_gcj02(np.array([[lon, lat]]))[0] if shifted else (lon, lat)
    ways = (wgs84_to_gcj02, gcj02_to_wgs84) if shifted else (None, None)
    basemap = Basemap(spotted(*drawn), (ZOOM, ZOOM), "", *ways)
    x, y = pyproj.Transformer.from_crs("EPSG:4326", FRAME.metric_crs, always_xy=True).transform(lon, lat)
    view = MapView.at_scale((x + 130, y - 70), 15_000, (0, 0, 500, 400))
    image = QImage(500, 400, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    assert basemap.paint(painter, view, FRAME.metric_crs) >= 4
    painter.end()
    wanted = view.to_device(np.array([[x, y]]))[0]
    assert red_spot(image) == pytest.approx(wanted, abs=1.5)


def test_no_gap_between_tiles():
    """Every pixel of the view is covered, whatever the turn of the grid against the tiles."""
    basemap = Basemap(lambda _z, _x, _y: picture((0, 200, 0)), (0, 18))
    x, y = pyproj.Transformer.from_crs("EPSG:4326", FRAME.metric_crs, always_xy=True).transform(*PLACES[2])
    image = QImage(700, 500, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    basemap.paint(painter, MapView.at_scale((x, y), 23_456, (0, 0, 700, 500)), FRAME.metric_crs)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(500, 700, 4)
    assert (pixels[:, :, 1] == 200).all()


def test_a_web_tile_is_the_tile_itself():
    """Unshifted and at its own zoom nothing is resampled."""
    noise = np.random.default_rng(3).integers(0, 255, (256, 256, 3), dtype=np.uint8)
    import io

    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(noise).save(held, "PNG")
    tiles = BasemapTiles(Basemap(lambda z, x, y: held.getvalue() if (z, x, y) == (14, 13361, 6507) else None, (14, 14)))
    made = np.asarray(Image.open(io.BytesIO(tiles.render_tile(14, 13361, 6507))).convert("RGB"))
    assert (made == noise).mean() > 0.99


def test_nearer_than_the_last_zoom_the_last_tile_is_enlarged():
    """Two zooms beyond: a quarter of a quarter of it fills the tile."""
    tiles = BasemapTiles(Basemap(lambda z, _x, _y: picture((10, 20, 30)) if z == 14 else None, (12, 14)))
    image = QImage.fromData(tiles.render_tile(16, 53444, 26028, scale=2))
    assert (image.width(), image.pixelColor(300, 300).getRgb()[:3]) == (512, (10, 20, 30))


def test_giant_and_odd_pictures_are_no_tiles():
    """A bomb of 8,192 by 8,192 pixels, a narrow one, half a file, text."""
    assert decoded_tile(picture((0, 0, 0), 8192)) is None
    assert decoded_tile(picture((0, 0, 0))[:40]) is None
    assert decoded_tile(b"\x89PNG\r\n\x1a\n") is None
    assert decoded_tile(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>") is None
    assert decoded_tile(picture((0, 0, 0), 512, "WEBP")).width() == 512
