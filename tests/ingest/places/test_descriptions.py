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
