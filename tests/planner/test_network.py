"""Claims about visits and teams on streets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.planner import StopRule, solve, verify
from patrolmap.planner.crews import TeamOnShift
from patrolmap.planner.demand import WantedVisit
from patrolmap.planner.explain import explain
from patrolmap.planner.large_streets import solve_shift
from patrolmap.planner.network import street_problem
from patrolmap.planner.solution import solution_of
from patrolmap.streets.build import build_graph
from tests.helpers.city import METRIC_CRS, ORIGIN_XY, city_graph, city_streets

EVENING = Shift("s", "s", dt.date(2026, 11, 20), TimeWindow(72_000, 86_400))
X0, Y0 = ORIGIN_XY


def streets_and(*lines, oneway=None):
    extra = gpd.GeoDataFrame(
        {"name": ["x"] * len(lines), "highway": "residential", "oneway": oneway},
        geometry=[shapely.LineString(line) for line in lines],
        crs=METRIC_CRS,
    )
    return build_graph(pd.concat([city_streets(5, 4), extra], ignore_index=True)).graph


def wish(x, y):
    point = shapely.Point(X0 + x, Y0 + y)
    return WantedVisit(Visit("v", "v", "post", "V", point, (EVENING.window,), 60, True, 1.0))


def crew(mode, x=0.0, y=0.0):
    home = shapely.Point(X0 + x, Y0 + y)
    return TeamOnShift("t", "T", "", "", 1, mode, None, EVENING.window, 0, "", home)


@pytest.mark.parametrize(
    ("line", "oneway"),
    [
        ([(X0 + 480, Y0 + 290), (X0 + 520, Y0 + 290)], None),
        ([(X0 + 400, Y0 + 290), (X0 + 540, Y0 + 290)], "yes"),
    ],
    ids=["stray piece", "one-way stub"],
)
def test_site_beside_a_piece_that_leads_nowhere_is_served(line, oneway):
    """10 m from a stray piece or from a street with no way out, 100 m from the real street: tied to the real one."""
    graph = streets_and(line, oneway=oneway)
    street = street_problem(graph, [wish(500, 300)], [crew(TravelMode.CAR)])
    plan = solve(street.problem, stop=StopRule(iterations=50))
    assert plan.unmet == ()
    assert verify(street.problem, plan) == ()
    assert street.attachments["car"].distance_m[0] == pytest.approx(100.0)


def test_team_whose_post_stands_at_a_stray_piece_goes_out():
    """The team's own end of the way is tied like the visits'."""
    graph = streets_and([(X0 + 480, Y0 + 290), (X0 + 520, Y0 + 290)])
    street = street_problem(graph, [wish(100, 0)], [crew(TravelMode.WALK, 500, 300)])
    assert np.isfinite(street.problem.travel_s["walk"]).all()


def test_large_shift_is_solved_in_parts_on_the_streets():
    """Ten teams in parts of three: every team and visit in one piece, all met, no rule broken."""
    graph = city_graph(9, 9)
    rng = np.random.default_rng(0)
    crews = [
        replace(crew(TravelMode.WALK, *rng.uniform(0, 1600, 2)), team_id=f"t{k}", window=EVENING.window)
        for k in range(10)
    ]
    wanted = [
        WantedVisit(replace(wish(*rng.uniform(0, 1600, 2)).visit, visit_id=f"v{k}", place_id=f"v{k}"))
        for k in range(40)
    ]
    solved = solve_shift(graph, wanted, crews, seed=1, stop=StopRule(iterations=200), large_from=5, part_teams=3)
    assert len(solved.pieces) == 4
    assert solved.broken == ()
    assert sorted(c.team_id for street, _ in solved.pieces for c in street.crews) == sorted(c.team_id for c in crews)
    assert sorted(w.visit.visit_id for street, _ in solved.pieces for w in street.wanted) == sorted(
        w.visit.visit_id for w in wanted
    )
    assert all(solution.unmet == () for _, solution in solved.pieces)


def ringed(x0, x1, **values):
    """Make a team bound to a ring between two streets' ends."""
    area = shapely.box(X0 + x0, Y0 - 10, X0 + x1, Y0 + 1_000)
    return replace(crew(TravelMode.CAR), ring="core", ring_area=area, **values)


def test_team_with_a_ring_serves_only_what_lies_inside():
    """Of the places 100 m and 400 m east, the ring reaches to 250 m: the far one names the ring in its reason."""
    near, far = wish(100, 0), wish(400, 0)
    far = replace(far, visit=replace(far.visit, visit_id="far", place_id="far"))
    street = street_problem(city_graph(5, 4), [near, far], [ringed(-10, 250)])
    plan = solve(street.problem, stop=StopRule(iterations=50))
    assert plan.orders == ((0,),)
    assert verify(street.problem, plan) == ()
    (why,) = explain(street.problem, plan)
    assert why.code == "no_team_allowed"
    assert str(why.reason.template).startswith("It lies outside the rings")


def test_a_free_team_goes_beside_one_with_a_ring():
    """The far place goes to the team without a ring; a plan that gives it to the other is refused by the verifier."""
    crews = [ringed(-10, 250), replace(crew(TravelMode.CAR), team_id="free")]
    street = street_problem(city_graph(5, 4), [wish(400, 0)], crews)
    plan = solve(street.problem, stop=StopRule(iterations=50))
    assert plan.orders == ((), (0,))
    loose = replace(street.problem, teams=(replace(street.problem.teams[0], ring=""), street.problem.teams[1]))
    wrong = solution_of(loose, [[0], []], plan.record)
    assert [one.rule for one in verify(street.problem, wrong)] == ["ring"]


def test_a_place_on_the_boundary_is_inside_and_an_unknown_ring_binds_nobody():
    """The boundary stands at 400 m, so does the place; without an area the team goes anywhere."""
    for team in (ringed(-10, 400), replace(ringed(-10, 100), ring_area=None)):
        street = street_problem(city_graph(5, 4), [wish(400, 0)], [team])
        assert street.problem.allowed(0, 0)


def test_a_fixed_place_goes_with_every_time_on_duty_of_its_team():
    """Team t has two times on duty and a copy: all three may serve its place, another team may not; a held stop is one's own."""
    graph, first = city_graph(5, 4), crew(TravelMode.WALK)
    crews = [
        first,
        replace(first, team_id="t#2", counts_as="t"),
        replace(first, team_id="t+1", counts_as="t"),
        replace(first, team_id="u"),
    ]
    fixed = replace(wish(200, 100), only_teams=("t",))
    for held, may in ((False, [True, True, True, False]), (True, [True, False, False, False])):
        problem = street_problem(graph, [replace(fixed, held=held)], crews).problem
        assert problem.allowed_matrix[:, 0].tolist() == may


def test_the_break_stays_in_the_middle_of_the_usual_hours():
    """Of 20:00 to 24:00 it may start from 21:00 to 23:00, also for a team that stays an hour longer."""
    graph = city_graph(5, 4)
    usual = replace(crew(TravelMode.WALK), break_s=600)
    window = TimeWindow(EVENING.window.start_s, EVENING.window.end_s + 3600)
    longer = replace(usual, team_id="u", window=window, rest_span=usual.break_span)
    problem = street_problem(graph, [wish(200, 100)], [usual, longer]).problem
    assert [team.break_span for team in problem.teams] == [(75_600.0, 82_800.0)] * 2
