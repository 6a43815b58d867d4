"""The street graph of a project: built once, built again when its streets change."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows, InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from patrolmap.services.streets import parse_nodes, street_build, street_graph
from tests.helpers.city import city_streets


@pytest.fixture
def project(tmp_path):
    frame = SpatialFrame("EPSG:4326", "EPSG:32649")
    with ProjectStore.create(tmp_path / "d.gpkg", name="D", frame=frame) as store:
        yield store


def add_city(project):
    project.apply(InsertRows("streets", city_streets(4, 3).to_crs("EPSG:4326")), Message("streets"))


def test_a_project_without_streets(project):
    """Whoever needs streets is told to import them."""
    with pytest.raises(InputError, match="no streets"):
        street_graph(project)


def test_the_graph_is_in_metres(project):
    """Stored in degrees, computed in metres: 12 junctions, 17 edges of 200 m."""
    add_city(project)
    graph = street_graph(project)
    assert (graph.node_count, graph.edge_count) == (12, 17)
    assert graph.edge_length_m == pytest.approx([200.0] * 17, abs=1e-4)
    assert graph.crs == "EPSG:32649"


def test_built_once_until_the_streets_change(project):
    """The same object comes back, also by another opening; an edit makes a new one, its undo the old one."""
    add_city(project)
    first = street_graph(project)
    assert street_graph(project) is first
    fid = int(project.layer("streets").index[0])
    project.apply(DeleteRows("streets", (fid,)), Message("delete"))
    second = street_graph(project)
    assert second is not first
    assert second.edge_count < first.edge_count
    project.undo()
    assert street_graph(project) is first


def test_a_network_of_tables_keeps_its_ids(tmp_path):
    """Nodes and edges of tables stay as they are, scaled to metres."""
    with ProjectStore.create(tmp_path / "p.gpkg", name="P", frame=SpatialFrame.planar(100.0)) as store:
        nodes = gpd.GeoDataFrame({"node_id": ["a", "b", "c"]}, geometry=shapely.points([(0, 0), (3, 4), (6, 8)]))
        lines = [shapely.LineString([(0, 0), (3, 4)]), shapely.LineString([(3, 4), (6, 8)])]
        edges = gpd.GeoDataFrame({"from_node": ["a", "b"], "to_node": ["b", "c"]}, geometry=lines)
        store.apply(InsertRows("nodes", nodes), Message("nodes"))
        store.apply(InsertRows("streets", edges), Message("edges"))
        build = street_build(store)
        assert build.graph.node_id.tolist() == ["a", "b", "c"]
        assert build.graph.edge_length_m == pytest.approx([500, 500])
        assert build.report.nodes == 3
        assert build.report.choices == ()
        assert parse_nodes("node:c, node:a,node:c", build.graph).tolist() == [2, 0]
        assert parse_nodes(["node:a", "node:b,node:c"], build.graph).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("12", "names no junction"),
        ("node:zz", "no junction “zz”"),
        ("", "No junction"),
        ("edge:1", "names no junction"),
    ],
)
def test_lists_of_junctions_that_cannot_be_read(project, text, part):
    """Each mistake in a list of junctions has its message."""
    add_city(project)
    with pytest.raises(InputError, match=part):
        parse_nodes(text, street_graph(project))
