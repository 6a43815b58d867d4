"""Claims about coverage, placement, districts and drills of a project."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.kinds import TravelMode
from patrolmap.model.layers import empty_layer
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore
from patrolmap.services.rings_cover import cover, district, place_posts
from patrolmap.services.rings_demand import Travel, junction_demand
from patrolmap.services.rings_drills import drill_blockade, drill_pursuit
from patrolmap.services.streets import street_graph
from tests.services.test_rings import at, put, site
from tests.services.test_rings import project as city  # noqa: F401 - a fixture

KPH_60 = Travel(TravelMode.CAR, 60.0)
"""60 km/h: a street of 10 units of 100 m takes 60 s."""


@pytest.fixture
def line(tmp_path):
    """Seven junctions a to g in a row, one minute apart, with a side street from d to s; a plane of 100 m a unit."""
    with ProjectStore.create(tmp_path / "line.gpkg", name="x", frame=SpatialFrame.planar(100.0)) as store:
        places = {name: (10.0 * k, 0.0) for k, name in enumerate("abcdefg")} | {"s": (30.0, 10.0)}
        loads = dict(zip(places, (1, 2, 3, 4, 5, 6, 7, 8), strict=True))
        columns = list(empty_layer("nodes", None).columns)
        rows = [
            {
                **dict.fromkeys(columns),
                "node_id": name,
                "demand": float(loads[name]),
                "attributes": json.dumps({"rate": 1.0 if name in "ag" else 0.0}),
                "geometry": shapely.Point(xy),
            }
            for name, xy in places.items()
        ]
        store.apply(InsertRows("nodes", gpd.GeoDataFrame(rows, columns=columns, geometry="geometry")), Message("t"))
        columns = list(empty_layer("streets", None).columns)
        pairs = [*zip("abcdef", "bcdefg", strict=True), ("d", "s")]
        rows = [
            {
                **dict.fromkeys(columns),
                "from_node": a,
                "to_node": b,
                "geometry": shapely.LineString([places[a], places[b]]),
            }
            for a, b in pairs
        ]
        store.apply(InsertRows("streets", gpd.GeoDataFrame(rows, columns=columns, geometry="geometry")), Message("t"))
        yield store


def nodes(store, names):
    graph = street_graph(store)
    return [graph.node_index(name) for name in names]


def test_coverage_on_a_line(line):
    """From a post at a, one minute reaches b, three reach d; the street length is a share of seven streets."""
    found = cover(line, [1, 3], KPH_60, nodes(line, "a"))
    whole = {(row.what, row.minutes): row.share for row in found.rows if row.by == "all"}
    assert whole["junctions", 1] == pytest.approx(2 / 8)
    assert whole["junctions", 3] == pytest.approx(4 / 8)
    assert whole["street_length_m", 1] == pytest.approx(1 / 7)
    assert whole["street_length_m", 3] == pytest.approx(3 / 7)
    assert found.node_s[nodes(line, "g")[0]] == pytest.approx(360)
    assert found.areas[1].area > 2 * found.areas[0].area


def test_coverage_of_a_city_by_ring_and_class(city):  # noqa: F811 - pytest's way of asking for a fixture
    """The only posts are checkpoints; the key site is reached; the checkpoint far away is left out and named late."""
    found = cover(city, [5], Travel(TravelMode.WALK))
    assert found.posts.lost == ("far",)
    sites = {(row.by, row.group): (row.reached, row.total) for row in found.rows if row.what == "sites"}
    assert sites["class", "key_site"] == (1.0, 1.0)
    assert sites["ring", "core"][0] >= 1
    assert ("far", np.inf) in found.uncovered_sites
    lengths = {row.group: row for row in found.rows if row.what == "street_length_m" and row.by == "ring"}
    assert set(lengths) == {"core", "town", "city", "outside"}
    assert lengths["core"].share > lengths["outside"].share


def test_the_fewest_posts_for_all(line):
    """One minute: b, d or s for the middle, f: three posts cover eight junctions; with a post at a kept, three more."""
    plan = place_posts(line, 1, KPH_60)
    assert len(plan.nodes) == 3
    assert plan.placement.gap == 0
    assert plan.covered_after == plan.total == place_posts(line, 1, KPH_60, add=1).total == 36
    kept = place_posts(line, 1, KPH_60, keep_existing=True, posts=nodes(line, "b"))
    assert len(kept.nodes) == 2
    assert kept.covered_before == 6


def test_the_most_demand_with_one_post(line):
    """One post within a minute: d with c, e and s holds 4 + 3 + 5 + 8 = 20 of 36; by rate either end is best."""
    plan = place_posts(line, 1, KPH_60, add=1)
    assert plan.nodes.tolist() == nodes(line, "d")
    assert (plan.covered_after, plan.total) == (20.0, 36.0)
    by_rate = place_posts(line, 1, KPH_60, add=1, demand="rate")
    assert by_rate.covered_after == 1.0


def test_districts_on_a_line(line):
    """Posts at c and e within three minutes: d and s go to c, which halves 36 as well as it can be: 18 and 18."""
    plan = district(line, 3, KPH_60, nodes(line, "ce"))
    assert plan.districts.proven
    assert sorted(plan.districts.load.tolist()) == [18.0, 18.0]
    assert plan.districts.post[nodes(line, "d")].tolist() == plan.districts.post[nodes(line, "s")].tolist()
    assert not len(plan.districts.late)


def test_blockade_on_a_line(line):
    """Teams at c and d, exits a and g: c to a in 120 s, d to g in 180 s."""
    drill = drill_blockade(line, nodes(line, "ag"), nodes(line, "cd"), KPH_60)
    assert drill.blockade.worst_s == pytest.approx(180)
    assert drill.blockade.sum_s == pytest.approx(300)
    assert [drill.posts.names[team] for team in drill.blockade.team] == ["node:c", "node:d"]


def test_pursuit_on_a_line(line):
    """Away from d a minute ago, ways out a, g and s: teams at b, f and s hold where they stand, a minute ahead."""
    exits = nodes(line, "ags")
    drill = drill_pursuit(line, nodes(line, "d")[0], 60.0, nodes(line, "bfs"), KPH_60, exits=exits)
    assert drill.cordon is not None
    assert drill.cordon.proven
    assert drill.cordon.margins_s.min() == pytest.approx(0.0)
    assert set(nodes(line, "s")) <= set(drill.cordon.node.tolist())
    late = drill_pursuit(line, nodes(line, "d")[0], 120.0, nodes(line, "bfs"), KPH_60, exits=exits)
    assert late.cordon is None


def test_pursuit_goes_on_to_the_next_ring(city):  # noqa: F811
    """Teams far out cannot close the core; the town ring is named, and the core among those that fail."""
    posts = [site(f"P{k}", "post", c, r) for k, (c, r) in enumerate([(c, r) for c in range(9) for r in (1, 7)])]
    posts += [site(f"Q{k}", "post", c, r) for k, (c, r) in enumerate([(c, r) for r in range(2, 7) for c in (1, 7)])]
    put(city, "sites", posts)
    graph = street_graph(city)
    start = int(np.argmin(np.hypot(*(graph.node_xy - np.array(at(4, 4).coords[0])).T)))
    drill = drill_pursuit(city, start, 20.0, None, KPH_60)
    assert drill.outside_kind == "ring"
    assert drill.cordon is not None
    assert (drill.ring, drill.failed_rings) == ("town", ("core",))
    assert drill.cordon.margins_s.min() == pytest.approx(16.0, abs=0.1)


def test_without_rings_the_rim_is_outside(tmp_path):
    """In a grid of streets without rings the outermost junctions are ways out."""
    from tests.helpers.city import METRIC_CRS, city_streets

    frame = SpatialFrame("EPSG:4326", METRIC_CRS)
    with ProjectStore.create(tmp_path / "p.gpkg", name="x", frame=frame) as store:
        put(store, "streets", city_streets(5, 5).to_dict("records"))
        graph = street_graph(store)
        middle = int(np.argmin(np.hypot(*(graph.node_xy - np.array(at(2, 2).coords[0])).T)))
        around = [
            int(np.argmin(np.hypot(*(graph.node_xy - np.array(at(*one).coords[0])).T)))
            for one in ((1, 2), (3, 2), (2, 1), (2, 3))
        ]
        drill = drill_pursuit(store, middle, 0.0, around, KPH_60)
        assert drill.outside_kind == "rim"
        assert drill.cordon is not None
        assert len(drill.cordon.node) == 4


def test_demand_by_name(line):
    """The node table's demand is the default; its other columns can be asked for; an unknown one lists them."""
    graph = street_graph(line)
    assert junction_demand(line, graph, None).sum() == 36
    assert junction_demand(line, graph, "junctions").sum() == 8
    assert junction_demand(line, graph, "rate").sum() == 2
    assert junction_demand(line, graph, "发案率").sum() == 36
    with pytest.raises(InputError, match="rate"):
        junction_demand(line, graph, "colour")


@pytest.mark.parametrize("minutes", [0.0, -1.0, float("nan")])
def test_a_time_must_be_above_nothing(line, minutes):
    """Each use case refuses it."""
    for call in (
        lambda: cover(line, [minutes], KPH_60, [0]),
        lambda: place_posts(line, minutes, KPH_60),
        lambda: district(line, minutes, KPH_60, [0]),
    ):
        with pytest.raises(InputError):
            call()
    with pytest.raises(InputError):
        drill_pursuit(line, 0, -5.0, [1], KPH_60)
    with pytest.raises(InputError):
        place_posts(line, 1, KPH_60, add=0)
    with pytest.raises(InputError, match="no posts"):
        cover(line, [1], KPH_60)


def test_a_post_on_a_junction_without_streets_reaches_that_junction_alone(line):
    """Coverage, districts and drills agree with placement: it is there at once, and nowhere else."""
    columns = list(empty_layer("nodes", None).columns)
    row = {**dict.fromkeys(columns), "node_id": "lone", "demand": 9.0, "geometry": shapely.Point(90.0, 90.0)}
    line.apply(InsertRows("nodes", gpd.GeoDataFrame([row], columns=columns, geometry="geometry")), Message("t"))
    graph = street_graph(line)
    lone, a = (list(graph.node_id).index(name) for name in ("lone", "a"))
    found = cover(line, [1.0], KPH_60, posts=[a, lone])
    assert (found.node_s[lone], found.posts.names[found.nearest[lone]]) == (0.0, "node:lone")
    assert found.node_s[a] == 0.0
    assert sorted(graph.node_id[found.nearest == 1]) == ["lone"]
    assert cover(line, [1.0], KPH_60, posts=[lone]).node_s[a] == np.inf
    parts = district(line, 1.0, KPH_60, [a, lone]).districts
    assert (parts.post[lone], parts.load[1]) == (1, 9.0)
    assert drill_blockade(line, [lone], [a, lone], KPH_60).blockade.team.tolist() == [1]


def test_coverage_hears_the_wish_to_stop_and_tells_how_far_it_is(line):
    """Between its steps it stops; the fractions rise."""
    told = []
    cover(line, [1.0, 2.0], KPH_60, posts=[0], progress=lambda fraction, _text=None: told.append(fraction))
    assert told == sorted(told)
    assert len(told) >= 3
    with pytest.raises(CancelledError):
        cover(line, [1.0, 2.0], KPH_60, posts=[0], cancel=lambda: True)
