"""Turn lists, checked by hand: north is up, x to the east."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph
from patrolmap.streets.paths import shortest_path
from patrolmap.streets.turns import turn_action, turn_list


def turns(lines, start, end, mode=TravelMode.WALK, **columns):
    streets = gpd.GeoDataFrame(columns, geometry=[shapely.LineString(line) for line in lines], crs="EPSG:32649")
    graph = build_graph(streets, snap_tolerance_m=0).graph
    path = shortest_path(graph, attach(graph, [start, end]), 0, 1, mode)
    assert path is not None
    listed = turn_list(graph, path)
    assert sum(turn.length_m for turn in listed) == pytest.approx(path.length_m)
    return [(turn.action, turn.street, round(turn.length_m)) for turn in listed]


@pytest.mark.parametrize(
    ("change_deg", "action"),
    [
        (0, "straight"),
        (19, "straight"),
        (-19, "straight"),
        (45, "slight_right"),
        (-45, "slight_left"),
        (90, "right"),
        (-90, "left"),
        (270, "left"),
        (140, "sharp_right"),
        (-140, "sharp_left"),
        (180, "u_turn"),
        (-175, "u_turn"),
        (725, "straight"),
    ],
)
def test_actions(change_deg, action):
    """Changes of bearing have the names of the route model."""
    assert turn_action(change_deg) == action


CROSS = [[(0, -200), (0, 0)], [(0, 0), (0, 200)], [(-200, 0), (0, 0)], [(0, 0), (200, 0)]]
NAMES = ["南路", "北路", "西街", "东街"]


@pytest.mark.parametrize(
    ("end", "action", "street"),
    [((150, 0), "right", "东街"), ((-150, 0), "left", "西街"), ((0, 150), "straight", "北路")],
)
def test_a_crossroads(end, action, street):
    """From the south: east is right, west is left, north is straight on."""
    expected = [("depart", "南路", 100), (action, street, 150), ("arrive", street, 0)]
    assert turns(CROSS, (0, -100), end, name=NAMES) == expected


def test_pieces_of_one_street_are_one_line():
    """Junctions passed on the same street are not listed."""
    lines = [[(x, 0), (x + 100, 0)] for x in (0, 100, 200, 300)]
    lines += [[(x, 0), (x, 50)] for x in (100, 200, 300)]
    found = turns(lines, (0, 0), (400, 0), name=["长街"] * 4 + ["甲路", "乙路", "丙路"])
    assert found == [("depart", "长街", 400), ("arrive", "长街", 0)]


def test_a_street_that_turns_at_a_junction_is_listed():
    """A named street that turns a corner where one could go on is a turn on that street."""
    found = turns(
        [[(-200, 0), (0, 0)], [(0, 0), (0, 200)], [(0, 0), (200, 0)]],
        (-100, 0),
        (0, 100),
        name=["环路", "环路", "支路"],
    )
    assert found == [("depart", "环路", 100), ("left", "环路", 100), ("arrive", "环路", 0)]


def test_a_bend_without_a_choice_is_not_listed():
    """Where a street only changes its class in a bend, nobody needs telling."""
    found = turns(
        [[(-200, 0), (0, 0)], [(0, 0), (0, 200)]],
        (-100, 0),
        (0, 100),
        name=["环路"] * 2,
        highway=["primary", "tertiary"],
    )
    assert found == [("depart", "环路", 200), ("arrive", "环路", 0)]


def test_unnamed_ways_of_one_kind_are_one_line():
    """Unnamed paths of one class run together when they go straight on; a turn between them is listed."""
    lines = [
        [(0, 0), (100, 0)],
        [(100, 0), (200, 0)],
        [(200, 0), (200, 100)],
        [(100, 0), (100, 50)],
        [(200, 0), (300, 0)],
    ]
    found = turns(lines, (0, 0), (200, 100), highway=["path"] * 5)
    assert found == [("depart", "", 200), ("left", "", 100), ("arrive", "", 0)]


def test_a_short_unnamed_piece_in_a_junction_is_no_street():
    """An unnamed connector of 10 m between two named streets is part of the turn."""
    lines = [[(0, -200), (0, 0)], [(0, 0), (10, 0)], [(10, 0), (200, 0)], [(0, 0), (0, 100)], [(10, 0), (10, 100)]]
    found = turns(lines, (0, -100), (110, 0), name=["南路", None, "东街", "甲", "乙"])
    assert found == [("depart", "南路", 100), ("right", "东街", 110), ("arrive", "东街", 0)]


def test_a_u_turn_through_a_median():
    """From one carriageway through a gap to the other of the same street is one U-turn."""
    lines = [
        [(0, 0), (200, 0)],
        [(200, 15), (0, 15)],
        [(200, 0), (200, 15)],
        [(200, 0), (300, 0)],
        [(300, 15), (200, 15)],
    ]
    found = turns(
        lines,
        (50, 0),
        (100, 15),
        TravelMode.CAR,
        name=["大道", "大道", None, "大道", "大道"],
        oneway=["yes", "yes", None, "yes", "yes"],
    )
    assert found == [("depart", "大道", 150), ("u_turn", "大道", 115), ("arrive", "大道", 0)]


def roundabout():
    """Four arms of 200 m at a circle of radius 20, driven anticlockwise as in China; its arcs join the arms."""
    angle = np.radians(np.arange(0, 360, 10))
    ring = np.column_stack([20 * np.cos(angle), 20 * np.sin(angle)]).round(6)
    ring = np.vstack([ring, ring[:1]])
    arms = [ring[0], ring[9], ring[18], ring[27]]
    lines = [[tuple(arm), tuple(arm * 11)] for arm in arms]
    return [*lines, [tuple(xy) for xy in ring]]


@pytest.mark.parametrize(
    ("end", "action", "street"), [((200, 0), "right", "东"), ((0, 200), "straight", "北"), ((-200, 0), "left", "西")]
)
def test_a_roundabout_is_one_turn(end, action, street):
    """Through a roundabout from the south, the turn is the one from entry to exit, found without any attribute."""
    found = turns(
        roundabout(), (0, -200), end, TravelMode.CAR, name=["东", "北", "西", "南", None], oneway=[None] * 4 + ["yes"]
    )
    assert [turn[:2] for turn in found] == [("depart", "南"), (action, street), ("arrive", street)]


def test_a_block_of_one_way_streets_is_no_roundabout():
    """A square block driven round is not round enough."""
    lines = [[(0, 0), (90, 0)], [(90, 0), (90, 90)], [(90, 90), (0, 90)], [(0, 90), (0, 0)], [(0, 0), (-50, 0)]]
    streets = gpd.GeoDataFrame(
        {"oneway": ["yes"] * 4 + [None], "name": list("abcde")},
        geometry=[shapely.LineString(x) for x in lines],
        crs="EPSG:32649",
    )
    assert not build_graph(streets).graph.edges["roundabout"].any()


def test_no_way_no_turns():
    """A way of no length departs and arrives."""
    assert turns(CROSS, (0, -100), (0, -100), name=NAMES) == [("depart", "", 0), ("arrive", "", 0)]


def test_bearings():
    """Headings are compass bearings: to the east 90, to the south 180."""
    streets = gpd.GeoDataFrame(
        {"name": ["a", "b"]},
        geometry=[shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(100, 0), (100, -100)])],
    )
    graph = build_graph(streets).graph
    path = shortest_path(graph, attach(graph, [(0, 0), (100, -100)]), 0, 1, TravelMode.WALK)
    assert [turn.heading_deg for turn in turn_list(graph, path)] == pytest.approx([90, 180, 180])
