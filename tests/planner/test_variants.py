"""Claims about variants of a plan and about how predictable plans are."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely

from patrolmap.messages import Message
from patrolmap.model.kinds import TravelMode
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, UnmetVisit, Visit
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.planner import StopRule, solve, verify
from patrolmap.planner.fairness import fairness_of
from patrolmap.planner.predictability import predictability_of
from patrolmap.planner.variants import variant_of

from .cases import random_problem

STOP = StopRule(iterations=200)
HERE = shapely.Point(0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_variant_differs_keeps_all_rules_and_loses_little(seed):
    """At most 10 % of the prize, no required visit more unmet, other routes."""
    problem = random_problem(np.random.default_rng(seed), visits=60, teams=4, features=False)
    best = solve(problem, stop=STOP)
    other = variant_of(problem, best, seed=seed + 1, stop=STOP, loss=0.1)
    assert other is not None
    assert verify(problem, other) == ()
    assert other.prize >= 0.9 * best.prize
    assert other.required_unmet <= best.required_unmet
    assert other.orders != best.orders


def test_same_seed_gives_the_same_variant():
    """And another seed another one."""
    problem = random_problem(np.random.default_rng(8), visits=60, teams=4, features=False)
    best = solve(problem, stop=STOP)
    one, two, three = (variant_of(problem, best, seed=seed, stop=STOP, loss=0.2).to_bytes() for seed in (1, 1, 2))
    assert one == two
    assert one != three


def visit(name, x=0.0):
    return Visit(name, name, "post", name, shapely.Point(x, 0), (), 600, False, 1.0)


def plan(*stops, unmet=()):
    """Make a plan of (team, place, start in minutes) with 10 minutes at each."""
    routes = []
    for team in ("a", "b"):
        mine = tuple(
            Stop(visit(*place), 60 * at, 60 * at, 60 * at + 600, Leg(shapely.LineString([HERE, HERE]), 0.0, 0.0))
            for who, place, at in stops
            if who == team
        )
        span = (mine[0].start_s, mine[-1].leave_s) if mine else (0, 0)
        routes.append(Route(team, team, "", "", 1, TravelMode.WALK, HERE, HERE, *span, mine, None))
    shift = Shift("s", "s", dt.date(2026, 11, 20), TimeWindow(0, 14_400))
    left = tuple(UnmetVisit(visit(*one), Message(""), None, "out_ranked") for one in unmet)
    return PatrolPlan("p", "d", shift, tuple(routes), left, Provenance("1", "t", "m"))


def test_always_the_same_is_zero_and_warned_of():
    """Three equal plans leave nothing to guess, although a place is visited twice in each."""
    meter = predictability_of([plan(("a", ("x",), 0), ("b", ("x",), 120), ("a", ("y",), 40))] * 3)
    assert (meter.who_and_when, meter.who, meter.when) == (0, 0, 0)
    assert meter.places == 3
    assert meter.warning is not None


def test_never_the_same_is_one():
    """Another half hour each time: all there could be, by time alone."""
    meter = predictability_of([plan(("a", ("x",), at)) for at in (0, 45, 100, 200)])
    assert meter.who_and_when == pytest.approx(1.0)
    assert (meter.who, meter.when) == (0.0, pytest.approx(1.0))
    assert meter.warning is None


def test_entropy_by_hand():
    """Four plans: a, a, b, b at the same time are 1 bit of log₂ 4 = 2 bits."""
    meter = predictability_of([plan((team, ("x",), 0)) for team in "aabb"])
    assert meter.who_and_when == pytest.approx(0.5)


def test_two_plans_are_too_few_to_warn():
    """And one alone has nothing to compare."""
    assert predictability_of([plan(("a", ("x",), 0))] * 2).warning is None
    assert predictability_of([plan(("a", ("x",), 0))]).who_and_when is None


def test_least_served_cell_and_longest_team():
    """Cell W has 1 of 3 visits, E 1 of 1; team a works from minute 0 to 70, b 10 minutes; the parent cell does not count."""
    cells = gpd.GeoDataFrame(
        {"cell_id": ["all", "E", "W"], "name": ["", "east", "west"], "parent_id": [None, "all", "all"]},
        geometry=[shapely.box(-100, -9, 100, 9), shapely.box(0, -9, 100, 9), shapely.box(-100, -9, 0, 9)],
    )
    made = plan(
        ("a", ("x", 5.0), 0), ("a", ("y", -5.0), 60), ("b", ("far", 500.0), 5), unmet=[("u", -6.0), ("v", -7.0)]
    )
    found = fairness_of(made, cells)
    assert (found.least_served.cell_id, found.least_served.met, found.least_served.wanted) == ("W", 1, 3)
    assert (found.least_served.dwell_s, found.cells_wanted, found.cells_served) == (600, 2, 2)
    assert (found.longest_team_id, found.longest_work_s, found.mean_work_s) == ("a", 4200, 2400)
    assert found.idle_teams == 0


def test_fairness_without_cells_or_stops():
    """Nothing to divide by."""
    none = gpd.GeoDataFrame({"cell_id": [], "name": [], "parent_id": []}, geometry=[])
    found = fairness_of(plan(), none)
    assert (found.least_served, found.longest_work_s, found.idle_teams) == (None, 0.0, 2)
