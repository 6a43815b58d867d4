"""Claims about geometry in answers of the command line."""

from __future__ import annotations

import pytest
import shapely

from patrolmap.cli.geometry import geojson
from patrolmap.model.frame import SpatialFrame


def test_degrees_have_seven_decimals():
    """One centimetre is enough; longer tails are noise of the projection."""
    frame = SpatialFrame("EPSG:4326", "EPSG:32649")
    lon, lat = geojson(shapely.Point(460_123.456, 3_914_000.789), frame)["coordinates"]
    assert (lon, lat) == (round(lon, 7), round(lat, 7))
    assert 110 < lon < 111
    assert 35 < lat < 36


@pytest.mark.parametrize(("metres_per_unit", "expected"), [(1.0, 0.123), (100.0, 0.00123), (1000.0, 0.000123)])
def test_planes_are_written_to_the_millimetre(metres_per_unit, expected):
    """Whatever the unit is, no more than half a millimetre is lost."""
    found = geojson(shapely.Point(0.12345, 0.0), SpatialFrame.planar(metres_per_unit))
    assert found["coordinates"][0] == pytest.approx(expected, abs=1e-12)


def test_nothing_is_null():
    """Without geometry there is null."""
    assert geojson(None, SpatialFrame.planar(1.0)) is None
    assert geojson(shapely.Point(), SpatialFrame.planar(1.0)) is None
