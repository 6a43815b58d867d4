"""Long arrays are worked through in slices, with the result of one call."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolmap.model.frame import SpatialFrame, projected
from patrolmap.model.slices import SLICE_ROWS, by_slices


def test_no_slice_is_longer_than_the_measure():
    """Of 9,001 values three slices are made, and every value comes back in its place."""
    sizes = []

    def work(part):
        sizes.append(len(part))
        return part * 2

    values = np.arange(2 * SLICE_ROWS + 1)
    assert (by_slices(work, values) == values * 2).all()
    assert max(sizes) == SLICE_ROWS
    assert len(sizes) == 3


def test_a_long_layer_is_projected_as_geopandas_projects_it():
    """The same coordinates to the last bit, index, fields and system, for a geometry column of another name too."""
    rng = np.random.default_rng(3)
    lines = shapely.linestrings(rng.uniform((113.0, 34.0), (114.0, 35.0), (SLICE_ROWS + 500, 2, 2)))
    index = pd.Index(rng.permutation(len(lines)) + 7, name="fid")
    layer = gpd.GeoDataFrame(
        {"name": [f"S{n}" for n in range(len(lines))]}, geometry=lines, crs="EPSG:4326", index=index
    )
    for given in (layer, layer.rename_geometry("way")):
        pd.testing.assert_frame_equal(projected(given, "EPSG:32649"), given.to_crs("EPSG:32649"))
        assert projected(given, "EPSG:32649").geometry.name == given.geometry.name


def test_a_long_layer_of_a_plane_is_scaled_in_slices():
    """Metres of a plane network of feet."""
    xy = np.random.default_rng(4).uniform(0, 1000, (SLICE_ROWS + 3, 2))
    layer = gpd.GeoDataFrame(geometry=shapely.points(xy))
    found = SpatialFrame.planar(0.3048).to_metric(layer)
    assert (shapely.get_coordinates(found.geometry.to_numpy()) == xy * 0.3048).all()
