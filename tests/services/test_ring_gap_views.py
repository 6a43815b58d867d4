"""Claims about rings beside one another: the table of all pairs, and the places of the minimum cuts."""

from __future__ import annotations

import shapely

from patrolmap.services.ring_gap_views import closures_table, gap_marks, places_tables
from patrolmap.services.rings import ring_closure
from patrolmap.services.rings_between import ring_to_ring
from tests.services.test_rings import (
    at,
    project,  # noqa: F401 - a fixture
    put,
    site,
)


def views(project):  # noqa: F811 - a fixture
    answers, gaps = ring_closure(project), ring_to_ring(project)
    return closures_table(answers, gaps), places_tables(answers, gaps)


def test_each_ring_and_each_pair_has_a_row(project):  # noqa: F811 - a fixture
    """City and town have no checkpoint; the core has one gap, and only through it do ways from outside lead in."""
    table, _ = views(project)
    rows = {row.key: row.cells for row in table.rows}
    assert list(rows) == [
        "closure-city", "closure-town", "closure-core", "closure-city-town", "closure-city-core", "closure-town-core",
    ]  # fmt: skip
    assert [rows[f"closure-{key}"][1] for key in ("core", "city-core", "town-core")] == [1, 1, 1]
    assert [rows[f"closure-{key}"][4] for key in ("core", "city-core", "town-core")] == [1, 1, 1]
    assert rows["closure-core"][3] == 11
    assert rows["closure-core"][6] == 8


def test_the_places_of_the_cuts_can_be_shown_on_the_map(project):  # noqa: F811 - a fixture
    """The one new post of the core stands on the street of the gap, 200 m long; from nothing the eight junctions on its rim do."""
    _, (today, nothing) = views(project)
    (post,) = [row for row in today.rows if row.key.startswith("today-core-")]
    street = shapely.LineString([at(4, 2), at(4, 3)])
    assert street.distance(post.geometry) < 1.0
    assert post.cells[-1].template == "fewest and cheapest"
    fewest = [
        row for row in nothing.rows if row.key.startswith("nothing-core-") and row.cells[-1].template != "cheapest"
    ]
    assert len(fewest) == 8
    assert all(row.geometry is not None for row in (*today.rows, *nothing.rows))
    assert len({row.key for row in (*today.rows, *nothing.rows)}) == len(today.rows) + len(nothing.rows)


def test_a_closed_pair_needs_no_post(project):  # noqa: F811 - a fixture
    """With a checkpoint in its gap nothing leads into the core any more, from town or city."""
    put(project, "sites", [site("G", "checkpoint", 4, 2.5)])
    table, (today, _) = views(project)
    rows = {row.key: row for row in table.rows}
    assert [rows[f"closure-{key}"].cells[1] for key in ("core", "city-core", "town-core")] == [0, 0, 0]
    assert rows["closure-core"].geometry is None
    assert not [row for row in today.rows if "core" in row.key]


def test_the_map_shows_the_ways_from_ring_to_ring(project):  # noqa: F811 - a fixture
    """Each way of each pair is one line; the one into the core runs through the street of the gap."""
    gaps = ring_to_ring(project)
    marks = gap_marks(gaps)
    assert len(marks) == sum(len(gap.closure.leaks) for gap in gaps) > 2
    (way,) = [mark for mark in marks if mark.key.startswith("city-core-")]
    assert way.geometry.distance(shapely.Point(at(4, 2.5))) < 1
    assert way.rows[0][0] == "From, to"
