"""Travel times by mode, known by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import attach, attach_nodes
from patrolmap.streets.attributes import normal_oneway
from patrolmap.streets.build import build_graph
from patrolmap.streets.matrix import travel_matrix
from patrolmap.streets.paths import shortest_path
from patrolmap.streets.reach import reach_s, reached_length_m, reached_points, reached_stretches
from patrolmap.streets.travel import CAR_KPH, edge_travel_s, street_arcs

INF = np.inf


def street(*, length_m=1000.0, **columns):
    row = {name: [value] for name, value in columns.items()}
    return build_graph(
        gpd.GeoDataFrame(row, geometry=[shapely.LineString([(0, 0), (length_m, 0)])], crs="EPSG:32649")
    ).graph


@pytest.mark.parametrize(
    ("mode", "columns", "expected_s"),
    [
        (TravelMode.WALK, {}, (1000 / 1.2, 1000 / 1.2)),
        (TravelMode.EBIKE, {}, (240, 240)),
        (TravelMode.CAR, {}, (120, 120)),
        (TravelMode.CAR, {"highway": "primary"}, (72, 72)),
        (TravelMode.CAR, {"highway": "primary", "maxspeed_kph": 30.0}, (120, 120)),
        (TravelMode.CAR, {"highway": "primary", "maxspeed_kph": 80.0}, (72, 72)),
        (TravelMode.CAR, {"maxspeed_kph": 60.0}, (60, 60)),
        (TravelMode.CAR, {"travel_s": 33.0}, (33, 33)),
        (TravelMode.WALK, {"travel_s": 33.0}, (1000 / 1.2, 1000 / 1.2)),
        (TravelMode.CAR, {"oneway": "yes"}, (120, INF)),
        (TravelMode.CAR, {"oneway": "-1"}, (INF, 120)),
        (TravelMode.EBIKE, {"oneway": "yes"}, (240, INF)),
        (TravelMode.WALK, {"oneway": "yes"}, (1000 / 1.2, 1000 / 1.2)),
        (TravelMode.WALK, {"highway": "motorway"}, (INF, INF)),
        (TravelMode.CAR, {"highway": "motorway"}, (40, INF)),
        (TravelMode.CAR, {"highway": "steps"}, (INF, INF)),
        (TravelMode.EBIKE, {"highway": "steps"}, (INF, INF)),
        (TravelMode.WALK, {"highway": "steps"}, (1000 / 1.2, 1000 / 1.2)),
        (TravelMode.WALK, {"highway": "construction"}, (INF, INF)),
        (TravelMode.WALK, {"access": "no"}, (INF, INF)),
        (TravelMode.CAR, {"access": "private"}, (INF, INF)),
        (TravelMode.EBIKE, {"access": "private"}, (240, 240)),
        (TravelMode.CAR, {"access": "bicycle"}, (INF, INF)),
        (TravelMode.EBIKE, {"access": "bicycle"}, (240, 240)),
        (TravelMode.EBIKE, {"access": "foot"}, (INF, INF)),
        (TravelMode.WALK, {"access": "foot"}, (1000 / 1.2, 1000 / 1.2)),
        (TravelMode.CAR, {"access": "destination"}, (120, 120)),
        (TravelMode.CAR, {"junction": "roundabout"}, (120, INF)),
        (TravelMode.CAR, {"junction": "roundabout", "oneway": "no"}, (120, 120)),
    ],
)
def test_a_kilometre(mode, columns, expected_s):
    """A kilometre there and back, by mode and attributes."""
    np.testing.assert_allclose(edge_travel_s(street(**columns), mode)[0], expected_s)


def test_a_given_speed_holds_for_all_classes():
    """60 km/h is a minute a kilometre, on any street that the mode may use."""
    np.testing.assert_allclose(edge_travel_s(street(highway="service", travel_s=5.0), TravelMode.CAR, 60)[0], 60)


@pytest.mark.parametrize("speed_kph", [0, -3, INF, np.nan])
def test_an_impossible_speed_is_refused(speed_kph):
    """A speed is a number above 0."""
    with pytest.raises(InputError):
        edge_travel_s(street(), TravelMode.CAR, speed_kph)


def test_one_way_words():
    """OpenStreetMap, Geofabrik and Esri words are understood; others are counted and go both ways."""
    words = ["yes", "1", "true", "-1", "reverse", "no", None, "F", "T", "B", "FT", "TF", "sometimes", 1.0, "reversible"]
    oneway, unknown = normal_oneway(gpd.pd.DataFrame({"oneway": words}))
    assert oneway.tolist() == [1, 1, 1, -1, -1, 0, 0, 1, -1, 0, 1, -1, 0, 1, 0]
    assert unknown == 1


def test_every_class_of_the_table_is_slower_than_its_limit():
    """No class is driven faster than China's limit of 120 km/h, links never faster than their road."""
    assert max(CAR_KPH.values()) <= 120
    for name, kph in CAR_KPH.items():
        if name.endswith("_link"):
            assert kph <= CAR_KPH[name.removesuffix("_link")]


def test_of_parallel_edges_the_quickest_is_the_arc():
    """Between the same nodes the shorter edge is the arc, in both directions."""
    lines = [shapely.LineString([(0, 0), (50, 50), (100, 0)]), shapely.LineString([(0, 0), (100, 0)])]
    graph = build_graph(gpd.GeoDataFrame(geometry=lines, crs="EPSG:32649"), snap_tolerance_m=0).graph
    graph = (
        graph if graph.node_count == 2 else build_graph(gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=lines)).graph
    )
    arcs = street_arcs(graph, edge_travel_s(graph, TravelMode.WALK))
    assert graph.edge_length_m[arcs.edge].tolist() == [100, 100]


class TestOneWayOnOneEdge:
    """Both points on one one-way edge of a circuit: with the flow straight, against it all the way round."""

    def setup_method(self):
        lines = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(100, 0), (100, 50), (0, 50), (0, 0)])]
        self.graph = build_graph(
            gpd.GeoDataFrame({"oneway": ["yes", "yes"], "name": ["a", "b"]}, geometry=lines, crs="EPSG:32649")
        ).graph
        self.places = attach(self.graph, [(20, 0), (70, 0)])

    def test_with_the_flow(self):
        """50 m straight."""
        found = travel_matrix(self.graph, self.places, TravelMode.CAR)
        assert found.length_m[0, 1] == pytest.approx(50)

    def test_against_the_flow(self):
        """30 m to the end, 200 m round, 20 m from the start."""
        found = travel_matrix(self.graph, self.places, TravelMode.CAR)
        assert found.length_m[1, 0] == pytest.approx(250)
        path = shortest_path(self.graph, self.places, 1, 0, TravelMode.CAR)
        assert path is not None
        assert path.edges.tolist() == [0, 1, 0]
        assert path.length_m == pytest.approx(250)

    def test_on_foot(self):
        """Walkers turn round."""
        found = travel_matrix(self.graph, self.places, TravelMode.WALK)
        np.testing.assert_allclose(found.length_m, [[0, 50], [50, 0]], atol=1e-9)


def test_unattached_points_have_no_travel():
    """Rows and columns of unattached points are infinite, and no way is drawn."""
    graph = street(name="a")
    places = attach(graph, [(0, 0), (0, 9999)])
    found = travel_matrix(graph, places, TravelMode.WALK)
    assert found.travel_s.tolist() == [[0, INF], [INF, INF]]
    assert shortest_path(graph, places, 0, 1, TravelMode.WALK) is None


class TestReach:
    def test_along_a_street(self):
        """From the middle of a kilometre at 36 km/h, 30 s reach 300 m each way, in one stretch."""
        graph = street(highway="primary")
        reach = reach_s(graph, attach(graph, [(500, 0)]), TravelMode.CAR, speed_kph=36)
        assert [one.tolist() for one in reached_stretches(graph, reach, 30)] == [
            [0],
            pytest.approx([0.2]),
            pytest.approx([0.8]),
        ]
        assert reached_length_m(graph, reach, 30) == pytest.approx([600])
        assert reached_length_m(graph, reach, 500) == pytest.approx([1000])

    def test_from_both_ends(self):
        """Two posts at the ends leave the middle unreached until they meet."""
        graph = street()
        reach = reach_s(graph, attach_nodes(graph, [0, 1]), TravelMode.CAR, speed_kph=36)
        assert reached_length_m(graph, reach, 40) == pytest.approx([800])
        assert len(reached_stretches(graph, reach, 40)[0]) == 2

    def test_one_way(self):
        """A car reaches only what lies ahead."""
        graph = street(oneway="yes")
        reach = reach_s(graph, attach(graph, [(500, 0)]), TravelMode.CAR, speed_kph=36)
        assert reached_length_m(graph, reach, 9999) == pytest.approx([500])

    def test_the_nearest_source(self):
        """Each point names the source that comes first; without a source nothing is reached."""
        graph = street()
        sources, points = attach(graph, [(0, 0), (1000, 0)]), attach(graph, [(400, 0), (600, 0)])
        _, nearest = reached_points(graph, reach_s(graph, sources, TravelMode.WALK), points)
        assert nearest.tolist() == [0, 1]
        nobody = reach_s(graph, attach(graph, [(0, 9999)]), TravelMode.WALK)
        assert np.isinf(nobody.node_s).all()
        assert nobody.nearest.tolist() == [-1, -1]
