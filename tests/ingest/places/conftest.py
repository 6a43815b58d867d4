"""A small town whose junctions are known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from patrolmap.ingest.places.geocoder import Geocoder
from patrolmap.streets.build import build_graph

if TYPE_CHECKING:
    from patrolmap.streets.network import StreetGraph

STREETS = (
    ("车站南大街", "", None, [(0, -1000), (0, 0), (0, 1000)]),
    ("河北大道", "", None, [(-2000, 0), (0, 0), (1500, 0)]),
    ("和平路", "", None, [(-500, -1000), (-500, 0), (-500, 800)]),
    ("交通路", "", None, [(-2000, 400), (-500, 400), (0, 400), (1500, 400)]),
    ("航海东路", "", None, [(0, -600), (1500, -600)]),
    ("航海西路", "", None, [(0, -600), (-2000, -600)]),
    ("北大街", "", None, [(700, -1000), (700, 0), (700, 400), (700, 1500)]),
    ("", "X054", None, [(-2000, 0), (-30000, 0)]),
    ("228国道", "G228", None, [(-1200, -1500), (-1200, 0), (-1200, 1500)]),
    ("典字路", "", None, [(-3000, 900), (-1200, 900), (1000, 900)]),
    ("月牙街", "", None, [(200, 0), (200, -250), (500, -250), (500, 0)]),
    ("纬一路", "", None, [(0, 4500), (0, 5000), (0, 6000)]),
    ("经五路", "", None, [(0, 5000), (2000, 5000)]),
    ("经六路", "", None, [(0, 5500), (2000, 5500)]),
    ("创业三街", "", None, [(0, 5800), (500, 5800)]),
    ("迎宾大道", "", "yes", [(3000, -20), (8000, -20)]),
    ("迎宾大道", "", "yes", [(8000, 20), (3000, 20)]),
    ("雄石路", "", "yes", [(5020, -900), (5020, 900)]),
    ("雄石路", "", "yes", [(4980, 900), (4980, -900)]),
    ("西街", "", None, [(4000, 700), (6000, 700)]),
    ("环岛路", "", None, [(6000, 5000), (6970, 5000)]),
    ("环岛路", "", None, [(7030, 5000), (8000, 5000)]),
    ("广场路", "", None, [(7000, 5030), (7000, 6000)]),
    ("广场路", "", None, [(7000, 4970), (7000, 4000)]),
    ("", "", "yes", [(7030, 5000), (7000, 5030), (6970, 5000), (7000, 4970), (7030, 5000)]),
    ("Main Street", "", None, [(10000, 0), (11000, 0), (12000, 0)]),
    ("St. John's Avenue", "", None, [(11000, -500), (11000, 0), (11000, 500)]),
    ("5th Ave N", "", None, [(11500, -500), (11500, 0), (11500, 500)]),
)


@pytest.fixture(scope="session")
def town() -> StreetGraph:
    """Build the town's street graph; x is east, y is north, metres."""
    rows = [
        {"name": name, "ref": ref, "oneway": oneway, "highway": "secondary", "geometry": shapely.LineString(line)}
        for name, ref, oneway, line in STREETS
    ]
    return build_graph(gpd.GeoDataFrame(rows), node_crossings=True).graph


@pytest.fixture
def geocoder(town: StreetGraph) -> Geocoder:
    """Make a geocoder without memory of other tests."""
    return Geocoder(town)
