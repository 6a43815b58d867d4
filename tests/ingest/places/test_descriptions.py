"""A thousand made-up descriptions of the junctions of real and made-up streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest

from patrolmap.ingest.places.answers import HIGH
from patrolmap.ingest.places.geocoder import Geocoder
from patrolmap.model.frame import SpatialFrame
from patrolmap.resources import sample_layer
from patrolmap.streets.build import build_graph
from tests.helpers.place_descriptions import descriptions
from tests.helpers.shared_data import shared_file

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 1000


def _layer(path: Path) -> gpd.GeoDataFrame:
    layer = gpd.read_file(path)
    lon, lat = np.median(layer.get_coordinates().to_numpy(), axis=0)
    layer = layer.rename(columns={"layer": "level"})
    return layer.to_crs(SpatialFrame.around(lon, lat).metric_crs)


@pytest.mark.parametrize("where", ["zhengzhou/roads.geojson", "guixi/roads.geojson", "sample"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_thousand_descriptions(where: str, seed: int) -> None:
    """At least 97 % are within 30 m of the truth, and at most 0.5 % are wrong with high confidence."""
    layer = _layer(sample_layer("district/streets.geojson") if where == "sample" else shared_file(where))
    geocoder = Geocoder(build_graph(layer).graph)
    right = wrong = 0
    for told in descriptions(layer, COUNT, seed):
        place = geocoder.find(told.text).place
        near = place is not None and np.hypot(place.x_m - told.x_m, place.y_m - told.y_m) <= 30.0
        right += near
        wrong += place is not None and not near and place.confidence >= HIGH
    assert right >= 0.97 * COUNT
    assert wrong <= 0.005 * COUNT


@pytest.mark.parametrize(
    ("text", "xy"),
    [
        ("和平路与交通路交叉口（东100米）", (-400, 400)),
        ("和平路与交通路交叉口(东100米)（加油站门口）", (-400, 400)),
        ("交通路（和平路交叉口东100米）", (-400, 400)),
        ("交通路(与和平路交汇处以东100米)", (-400, 400)),
    ],
)
def test_a_distance_in_brackets_counts(geocoder: Geocoder, text: str, xy: tuple[float, float]) -> None:
    """It is no remark that may be passed over: the place lies there, not at the junction."""
    place = geocoder.find(text).place
    assert place is not None
    assert (place.x_m, place.y_m) == pytest.approx(xy, abs=2.0)
    assert place.precision is Precision.OFFSET
