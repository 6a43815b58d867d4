"""A place in the systems that an office in China meets."""

from __future__ import annotations

import re

import pyproj
import pytest
import shapely

from patrolmap.model.frame import SpatialFrame
from patrolmap.services.coordinate_text import SYSTEM_TITLES, place_text, typed_places

FRAME = SpatialFrame.around(116.4, 39.9)
TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", FRAME.metric_crs, always_xy=True)


def degrees(system, lon, lat, frame=FRAME):
    """Read the numbers back as lon, lat."""
    x, y = pyproj.Transformer.from_crs("EPSG:4326", frame.metric_crs, always_xy=True).transform(lon, lat)
    name, text = place_text(frame, system, x, y)
    north, east = (float(part) for part in re.findall(r"[\d.]+(?=°)", text))
    return name, (east, north)


@pytest.mark.parametrize(
    ("system", "wanted"),
    [
        ("wgs84", (116.404, 39.915)),
        ("cgcs2000", (116.404, 39.915)),
        # Published by the library coordtransform for this place.
        ("gcj02", (116.41024449916938, 39.91640428150164)),
        ("bd09", (116.41662724378733, 39.922699552216216)),
    ],
)
def test_degrees_in_each_system(system, wanted):
    """Tian'anmen, to the fifth decimal."""
    name, found = degrees(system, 116.404, 39.915)
    assert name == SYSTEM_TITLES[system]
    assert found == pytest.approx(wanted, abs=1.1e-5)


def test_gauss_krueger_takes_the_zone_of_the_place():
    """Central meridian 117°E, false easting 500 km: against the transverse Mercator written out for PROJ."""
    x, y = TO_METRES.transform(116.404, 39.915)
    name, text = place_text(FRAME, "gk3", x, y)
    written = "+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80"
    east, north = pyproj.Proj(written)(116.404, 39.915)
    assert name == "CGCS2000 GK 117°E"
    assert [float(part) for part in text.split(", ")] == pytest.approx([east, north], abs=0.11)


def test_outside_china_wgs84_stands_in_and_says_so():
    """Chicago has no GCJ-02 and no zone."""
    frame = SpatialFrame.around(-87.6, 41.9)
    for system in ("gcj02", "bd09", "gk3"):
        name, text = place_text(frame, system, 450_000.0, 4_640_000.0)
        assert name == "WGS 84"
        assert "W" in text


def test_a_plane_has_only_its_own_units():
    """No system, no degrees."""
    assert place_text(SpatialFrame.planar(), "gcj02", 12.34, 5.0) == ("", "12.3, 5.0")


@pytest.mark.parametrize("system", ["", "wgs84", "cgcs2000", "gcj02", "bd09", "gk3"])
def test_what_is_written_is_found_again(system):
    """Within a metre in each system: what the status bar shows can be pasted into the search."""
    x, y = TO_METRES.transform(116.404, 39.915)
    _, text = place_text(FRAME, system, x, y)
    first, second = (float(part) for part in re.findall(r"-?[\d.]+", text))
    typed = (second, first) if "°" in text else (first, second)
    name, spot = typed_places(FRAME, system, *typed, near=shapely.Point(x + 9_000, y - 7_000))[0]
    assert spot.distance(shapely.Point(x, y)) < 1.0
    assert name == place_text(FRAME, system, x, y)[0]


def test_degrees_of_another_origin_are_offered_too():
    """To one who reads GCJ-02 the same numbers may have come as WGS 84: 500 to 600 m apart in Beijing."""
    (first, near), (second, other) = typed_places(FRAME, "gcj02", 116.404, 39.915)
    assert (first, second) == ("GCJ-02", "WGS 84")
    assert 400 < near.distance(other) < 700


def test_a_zone_before_the_metres_is_understood():
    """39500000 is the middle of zone 39, 117°E, whatever system is read."""
    for system in ("", "gk3"):
        name, spot = typed_places(FRAME, system, 39_500_000.0, 4_419_000.0)[0]
        assert name == "CGCS2000 GK 117°E"
        assert FRAME.metric_to_wgs84(spot).x == pytest.approx(117.0, abs=1e-6)
