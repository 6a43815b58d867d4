"""Building: nodes where streets meet, and nowhere else."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.progress import CancelledError
from patrolmap.streets.build import build_graph
from tests.helpers.city import city_graph


def layer(*lines, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shapely.LineString(line) for line in lines], crs="EPSG:32649")


def degrees(graph):
    return {tuple(xy): int(d) for xy, d in zip(graph.node_xy.tolist(), graph.degree, strict=True)}


class TestJunctions:
    def test_a_t_at_a_shared_vertex_is_a_node(self):
        """A street that ends on another's vertex cuts it in two."""
        graph = build_graph(layer([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 80)], name=["A", "B"])).graph
        assert degrees(graph) == {(0, 0): 1, (50, 0): 3, (50, 80): 1, (100, 0): 1}
        assert sorted(graph.edge_length_m) == [50, 50, 80]

    def test_a_cross_at_a_shared_vertex_is_a_node(self):
        """Two streets with a common middle vertex meet there, as OpenStreetMap means it."""
        graph = build_graph(layer([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)])).graph
        assert degrees(graph)[50, 0] == 4
        assert graph.edge_count == 4

    def test_bends_are_no_nodes(self):
        """A vertex that only one street has stays geometry."""
        graph = build_graph(layer([(0, 0), (50, 10), (100, 0)])).graph
        assert graph.node_count == 2
        assert shapely.get_num_coordinates(graph.edge_geometry[0]) == 3

    def test_edges_run_from_u_to_v(self):
        """The geometry of an edge begins at its first node and ends at its second."""
        graph = city_graph()
        first = shapely.get_coordinates(shapely.get_point(graph.edge_geometry, 0))
        last = shapely.get_coordinates(shapely.get_point(graph.edge_geometry, -1))
        np.testing.assert_array_equal(first, graph.node_xy[graph.edge_u])
        np.testing.assert_array_equal(last, graph.node_xy[graph.edge_v])

    def test_grid_city(self):
        """A grid of 5 by 4 streets has 20 junctions and 4·4 + 5·3 = 31 edges of 200 m."""
        graph = city_graph(5, 4, 200)
        assert (graph.node_count, graph.edge_count) == (20, 31)
        np.testing.assert_allclose(graph.edge_length_m, 200)
        assert set(graph.component) == {0}


class TestPlanarCrossings:
    cross = ([(0, 0), (100, 0)], [(50, -50), (50, 50)])

    def test_without_any_shared_junction_crossings_are_junctions(self):
        """A drawing that shares no vertex at all was made without junctions; the report says so."""
        build = build_graph(layer(*self.cross))
        assert degrees(build.graph)[50, 0] == 4
        assert build.report.crossings_noded
        assert "the crossings are junctions" in str(build.report.choices[0])

    def test_among_shared_junctions_a_lone_crossing_is_a_bridge(self):
        """Where junctions are drawn as common vertices, a crossing without one passes over."""
        grid = [[(x, y) for y in (0, 100, 200, 300, 400)] for x in (0, 100, 200, 300, 400)]
        grid += [[(x, y) for x in (0, 100, 200, 300, 400)] for y in (0, 100, 200, 300, 400)]
        build = build_graph(layer(*grid, [(-50, 150), (450, 150)]))
        assert build.report.crossings_unshared == 5
        assert not build.report.crossings_noded
        assert build.graph.degree.max() == 4
        assert build.graph.component.max() == 1

    def test_other_levels_never_meet(self):
        """A bridge, a tunnel or another layer crosses without a junction even when crossings are noded."""
        for columns in ({"bridge": [None, "yes"]}, {"tunnel": ["yes", None]}, {"level": [0, 2]}):
            graph = build_graph(layer(*self.cross, **columns), node_crossings=True).graph
            assert graph.edge_count == 2

    def test_motorways_never_cross_on_the_level(self):
        """A motorway is bridged even where the layer does not say so."""
        graph = build_graph(layer(*self.cross, highway=["motorway", "residential"]), node_crossings=True).graph
        assert graph.edge_count == 2

    def test_a_wish_overrules_the_evidence(self):
        """node_crossings=False leaves crossings alone."""
        assert build_graph(layer(*self.cross), node_crossings=False).graph.edge_count == 2

    def test_a_line_that_crosses_itself(self):
        """A figure of eight drawn in one stroke meets itself where it crosses."""
        graph = build_graph(layer([(0, 0), (100, 100), (100, 0), (0, 100)]), node_crossings=True).graph
        assert degrees(graph)[50, 50] == 4
        assert graph.edge_count == 3
        assert graph.edge_length_m.sum() == pytest.approx(2 * np.hypot(100, 100) + 100)

    def test_several_crossings_along_one_line(self):
        """Every crossing of a long street becomes a node, in order."""
        lines = [[(0, 0), (400, 0)], *([(x, -10), (x, 10)] for x in (300, 100, 200))]
        graph = build_graph(layer(*lines)).graph
        assert [degrees(graph)[x, 0] for x in (100, 200, 300)] == [4, 4, 4]


class TestSnapping:
    def test_ends_within_the_tolerance_meet(self):
        """Two ends 0.3 m apart are one node at 0.5 m, two at 0.2 m."""
        lines = layer([(0, 0), (100, 0)], [(100.3, 0), (200, 0)], name=["A", "B"])
        assert build_graph(lines, snap_tolerance_m=0.5).graph.node_count == 3
        assert build_graph(lines, snap_tolerance_m=0.2).graph.node_count == 4

    def test_an_end_near_the_middle_of_a_line_meets_it(self):
        """A T that stops 0.4 m short of the through street is a junction on the through street, and reported."""
        build = build_graph(layer([(0, 0), (100, 0)], [(50, 0.4), (50, 80)], name=["A", "B"]))
        assert degrees(build.graph)[50, 0] == 3
        assert build.report.ends_on_lines == 1

    def test_an_overshoot_is_one_junction(self):
        """A T that runs 0.3 m past the through street does not leave a stub."""
        build = build_graph(layer([(0, 0), (100, 0)], [(50, -0.3), (50, 80)], name=["A", "B"]), node_crossings=True)
        assert degrees(build.graph)[50, 0] == 3
        assert build.graph.edge_count == 3

    def test_an_end_under_a_bridge_does_not_meet_it(self):
        """A street on the ground that ends below a bridge is not joined to the bridge."""
        lines = layer([(0, 0), (100, 0)], [(50, 0.2), (50, 80)], bridge=["yes", None])
        assert build_graph(lines).graph.component.max() == 1

    def test_a_bridge_comes_down_to_the_ground(self):
        """A bridge that ends on a street of the ground is joined to it."""
        lines = layer([(0, 0), (100, 0)], [(50, 0.2), (50, 80)], bridge=[None, "yes"])
        assert build_graph(lines).graph.component.max() == 0

    def test_close_vertices_within_one_line_stay(self):
        """The tolerance joins ends to other streets; it does not simplify a street."""
        line = [(0, 0), (0.2, 0.1), (0.4, 0), (100, 0)]
        graph = build_graph(layer(line)).graph
        assert graph.edge_length_m[0] == pytest.approx(shapely.LineString(line).length, abs=1e-9)

    def test_a_short_street_keeps_its_ends_apart(self):
        """A street shorter than the tolerance is a street all the same."""
        graph = build_graph(layer([(0, 0), (0.3, 0)])).graph
        assert graph.node_count == 2
        assert graph.edge_length_m[0] == pytest.approx(0.3)

    def test_a_nearly_closed_ring_closes(self):
        """A ring drawn with a gap of 0.2 m is a loop."""
        graph = build_graph(layer([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0.2)])).graph
        assert (graph.node_count, graph.edge_count) == (1, 1)


class TestChains:
    def test_pieces_that_agree_are_joined(self):
        """Three pieces of one street in a row, one drawn backwards, are one edge."""
        lines = layer([(0, 0), (10, 0)], [(20, 0), (10, 0)], [(20, 0), (30, 5)], name=["A"] * 3)
        graph = build_graph(lines).graph
        assert graph.edge_count == 1
        assert graph.edge_geometry[0].equals_exact(shapely.LineString([(0, 0), (10, 0), (20, 0), (30, 5)]), 0)

    @pytest.mark.parametrize(
        "columns",
        [
            {"name": ["A", "B"]},
            {"highway": ["primary", "secondary"]},
            {"bridge": [None, True]},
            {"level": [0, 1]},
            {"maxspeed_kph": [30, 50]},
            {"access": [None, "private"]},
            {"oneway": ["yes", None]},
        ],
    )
    def test_pieces_that_differ_are_not(self, columns):
        """A change of any attribute keeps the node."""
        assert build_graph(layer([(0, 0), (10, 0)], [(10, 0), (20, 0)], **columns)).graph.edge_count == 2

    def test_one_way_pieces_join_by_direction_of_travel(self):
        """oneway=-1 drawn against the flow continues oneway=yes drawn with it; head to head does not."""
        along = layer([(0, 0), (10, 0)], [(20, 0), (10, 0)], oneway=["yes", "-1"])
        graph = build_graph(along).graph
        assert graph.edge_count == 1
        assert graph.edge_oneway[0] == 1
        against = layer([(0, 0), (10, 0)], [(20, 0), (10, 0)], oneway=["yes", "yes"])
        assert build_graph(against).graph.edge_count == 2

    def test_an_isolated_ring_is_a_loop(self):
        """A ring of pieces that nothing joins keeps one node."""
        lines = layer([(0, 0), (10, 0), (10, 10)], [(10, 10), (0, 10)], [(0, 10), (0, 0)])
        graph = build_graph(lines).graph
        assert (graph.node_count, graph.edge_count) == (1, 1)
        assert graph.edge_length_m[0] == pytest.approx(40)
        assert graph.node_xy.tolist() == [[0, 0]]

    def test_a_ring_at_the_end_of_a_street_is_a_loop(self):
        """A turning circle hangs on its street's end."""
        graph = build_graph(layer([(0, 0), (50, 0)], [(50, 0), (60, 10), (70, 0), (60, -10), (50, 0)])).graph
        assert degrees(graph) == {(0, 0): 1, (50, 0): 3}

    def test_parallel_edges_are_kept(self):
        """Two ways between the same junctions are two edges."""
        lines = layer([(0, 0), (100, 0)], [(0, 0), (50, 30), (100, 0)], [(-50, 0), (0, 0)], [(100, 0), (150, 0)])
        build = build_graph(lines)
        assert build.graph.edge_count == 4
        assert build.report.parallel == 1

    def test_the_longest_piece_names_the_row(self):
        """street_fid is that of the street most of the edge comes from."""
        lines = layer([(0, 0), (10, 0)], [(10, 0), (90, 0)]).set_index(gpd.pd.Index([7, 9], name="fid"))
        assert build_graph(lines).graph.edges["street_fid"].tolist() == [9]


class TestReport:
    def test_what_is_left_out_is_counted(self):
        """Duplicates in either order, lines without length and rows without a line are counted."""
        shapes = [
            shapely.LineString([(0, 0), (10, 0), (20, 5)]),
            shapely.LineString([(20, 5), (10, 0), (0, 0)]),
            shapely.LineString([(5, 5), (5, 5)]),
            None,
            shapely.LineString(),
            shapely.MultiLineString([[(0, 50), (0, 60)], [(0, 70), (0, 80)]]),
        ]
        report = build_graph(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:32649")).report
        assert (report.duplicate, report.zero_length, report.empty, report.exploded) == (1, 1, 2, 1)
        assert report.edges == 3
        assert report.streets == 6

    def test_two_one_way_streets_on_one_line_are_no_duplicates(self):
        """The same line drawn one-way in both directions is two streets; twice in one direction is one."""
        lines = layer([(0, 0), (10, 0)], [(10, 0), (0, 0)], oneway=["yes", "yes"])
        assert build_graph(lines).report.duplicate == 0
        lines = layer([(0, 0), (10, 0)], [(10, 0), (0, 0)], oneway=["yes", "-1"])
        assert build_graph(lines).report.duplicate == 1

    def test_parts_are_reported(self):
        """Parts that are not joined are listed, the longest first, and are not dropped."""
        build = build_graph(layer([(0, 0), (10, 0)], [(0, 50), (90, 50)], [(200, 0), (230, 0)]))
        assert [part.length_m for part in build.report.components] == [90, 30, 10]
        assert build.report.outside_main_m == 40
        assert build.graph.edge_length_m.sum() == 130

    def test_nothing_gives_an_empty_graph(self):
        """A layer without rows is a graph without nodes."""
        build = build_graph(gpd.GeoDataFrame(geometry=[], crs="EPSG:32649"))
        assert (build.graph.node_count, build.graph.edge_count) == (0, 0)
        assert build.graph.to_networkx().number_of_nodes() == 0

    def test_cancel(self):
        """Building stops when asked."""
        with pytest.raises(CancelledError):
            build_graph(layer([(0, 0), (10, 0)]), cancel=lambda: True)

    def test_the_order_of_rows_does_not_matter_for_nodes(self):
        """The same streets in another order give the same nodes with the same ids."""
        lines = layer([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 80)], [(50, 80), (0, 80)], name=["A", "B", "C"])
        one, two = build_graph(lines).graph, build_graph(lines.iloc[::-1]).graph
        np.testing.assert_array_equal(one.node_xy, two.node_xy)
        assert one.node_id.tolist() == two.node_id.tolist()
