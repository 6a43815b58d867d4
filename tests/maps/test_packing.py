"""Packed streets come out as they went in."""

from __future__ import annotations

import base64
import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("PySide6.QtGui")

from patrolmap.maps.packing import PACKED_ZOOM, pack_map, varints
from patrolmap.maps.tile_grid import MERCATOR, TileGrid


def _numbers(data):
    """Read variable-length numbers, written from their definition."""
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            found.append(value)
            value, shift = 0, 0
    return found


def _lines(packed):
    numbers = iter(_numbers(base64.b64decode(packed["data"])))
    x = y = 0
    found = []
    for group in packed["groups"]:
        for _ in range(group["count"]):
            name, count, points = next(numbers), next(numbers), []
            for _ in range(count):
                dx, dy = next(numbers), next(numbers)
                x += -(dx + 1) // 2 if dx % 2 else dx // 2
                y += -(dy + 1) // 2 if dy % 2 else dy // 2
                points.append((x, y))
            found.append((group, packed["names"][name], points))
    return found


@given(st.lists(st.integers(0, 2**62 - 1), max_size=40))
def test_numbers_survive(values):
    """Whatever is written is read back."""
    assert _numbers(varints(np.array(values, dtype=np.int64))) == values


def test_known_bytes():
    """127 takes one byte, 128 two: 0x80 0x01; 300 is 0xac 0x02."""
    assert varints(np.array([127, 128, 300])) == bytes([0x7F, 0x80, 0x01, 0xAC, 0x02])


def test_below_zero_is_refused():
    """A sign must be folded in before."""
    with pytest.raises(ValueError, match="-1"):
        varints(np.array([-1]))


def test_a_street_is_where_the_tile_formula_puts_it():
    """Pixels at zoom 18 by the formula of the OpenStreetMap wiki, to half a pixel; pieces of one name are joined."""
    lon, lat = 113.7, 34.7
    pieces = [[(lon, lat), (lon + 0.01, lat)], [(lon + 0.01, lat), (lon + 0.01, lat + 0.01)]]
    streets = gpd.GeoDataFrame(
        {"name": ["人民路", "人民路"], "highway": ["primary", "primary"]},
        geometry=[shapely.LineString(piece) for piece in pieces],
        crs="EPSG:4326",
    ).to_crs(MERCATOR)
    [(group, name, points)] = _lines(pack_map(streets, None, TileGrid(planar=False)))
    count = 256 * 2**PACKED_ZOOM
    wanted = [
        ((x + 180) / 360 * count, (1 - math.asinh(math.tan(math.radians(y))) / math.pi) / 2 * count)
        for x, y in [(lon, lat), (lon + 0.01, lat), (lon + 0.01, lat + 0.01)]
    ]
    assert name == "人民路"
    assert not group["link"]
    ordered = points if abs(points[0][0] - wanted[0][0]) < 1 else points[::-1]
    assert np.abs(np.array(ordered) - np.array(wanted)).max() <= 0.51


def test_a_hole_in_water_stays_a_hole():
    """An island is a ring of its own beside the shore, in one group."""
    lake = shapely.box(0, 0, 1000, 1000).difference(shapely.box(400, 400, 600, 600))
    barriers = gpd.GeoDataFrame({"kind": ["water"]}, geometry=[lake])
    lines = _lines(pack_map(None, barriers, TileGrid(planar=True)))
    assert [group["barrier"] for group, _, _ in lines] == ["water", "water"]
    assert [len(points) for _, _, points in lines] == [5, 5]


def test_nothing_packs_to_nothing():
    """A project without streets still has a web map."""
    assert pack_map(None, None, TileGrid(planar=True))["groups"] == []
