"""Places go to streets from which a team can come back."""

from __future__ import annotations

import geopandas as gpd
import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph
from patrolmap.streets.parts import joined_edges
from tests.helpers.city import city_streets, junction_xy


def with_stray(oneway=None, *, joined=False):
    """Build the grid city with a stray piece of 30 m, which may hang on a junction."""
    x, y = junction_xy(1, 1)
    start = (x, y) if joined else (x + 40, y + 40)
    stray = gpd.GeoDataFrame(
        {"name": ["stray"], "highway": ["service"], "oneway": [oneway]},
        geometry=[shapely.LineString([start, (x + 70, y + 40)])],
        crs="EPSG:32649",
    )
    return build_graph(gpd.pd.concat([city_streets(), stray])).graph, [(x + 68, y + 41)]


def names(graph, places):
    return [graph.edges["name"][edge] if edge >= 0 else "" for edge in places.edge]


def test_a_stray_piece_is_passed_over():
    """A place 1 m from a stray piece and 41 m from a street is tied to the street, if ways matter."""
    graph, point = with_stray()
    assert names(graph, attach(graph, point, mode=TravelMode.WALK)) == ["stray"]
    assert names(graph, attach(graph, point, mode=TravelMode.WALK, joined=True)) == ["纬2街"]


def test_where_nothing_else_is_near_the_stray_piece_serves():
    """Within the limit there is only the stray piece: better than none."""
    graph, point = with_stray()
    assert names(graph, attach(graph, point, mode=TravelMode.WALK, joined=True, limit_m=20)) == ["stray"]


def test_a_one_way_dead_end_is_no_place_to_stop():
    """A car does not come back from a one-way dead end; a walker does."""
    graph, point = with_stray("yes", joined=True)
    assert names(graph, attach(graph, point, mode=TravelMode.CAR, joined=True)) == ["纬2街"]
    assert names(graph, attach(graph, point, mode=TravelMode.WALK, joined=True)) == ["stray"]


def test_a_second_town_is_large_enough():
    """Two towns without a road between them are both places to work in."""
    streets = city_streets()
    twin = streets.set_geometry(streets.translate(50_000, 0))
    graph = build_graph(gpd.pd.concat([streets, twin])).graph
    assert joined_edges(graph, TravelMode.WALK).all()


def test_nothing_usable():
    """Where the mode may use no street, no street is joined."""
    graph = build_graph(city_streets().assign(highway="steps")).graph
    assert not joined_edges(graph, TravelMode.CAR).any()
