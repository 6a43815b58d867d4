"""What the page is told of names: the same field and size as the painted map takes."""

from __future__ import annotations

import geopandas as gpd
import shapely

from patrolmap.maps.feature_looks import dress_features
from patrolmap.model.map_looks import LayerLook


def test_names_of_areas_bring_their_size() -> None:
    rows = gpd.GeoDataFrame({"name": ["Market"]}, geometry=[shapely.box(0, 0, 2, 2)], index=[7])
    collection = {
        "features": [{"id": 7, "geometry": shapely.geometry.mapping(rows.geometry.iloc[0]), "properties": {}}]
    }
    dress_features(collection, rows, LayerLook(label_field="name", label_pt=13.0))
    properties = collection["features"][0]["properties"]
    assert (properties["label"], properties["label_pt"]) == ("Market", 13.0)
    assert shapely.box(0, 0, 2, 2).contains(shapely.Point(properties["label_at"]))
