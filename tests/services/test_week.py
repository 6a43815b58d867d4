"""Claims about a week planned from a project: one plan a night, rules of rest kept, wishes met or explained."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from shapely import Point

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.roster import Attendance, RosterEntry
from patrolmap.model.week import week_from_dict, week_to_dict
from patrolmap.planner.settings import PlanSettings
from patrolmap.planner.week_settings import WeekSettings
from patrolmap.progress import CancelledError
from patrolmap.services.streets import street_graph
from patrolmap.services.visit_rounds import listed_places, read_visit_rounds
from patrolmap.services.week import NightSearch, plan_week, week_fairness, week_shifts
from tests.services.test_planning import at, project, put  # noqa: F401 - a fixture

MONDAY = dt.date(2026, 11, 23)
SHORT = NightSearch(iterations=20)


def planned(project, nights=4, **values):  # noqa: F811 - pytest's way of asking for a fixture
    return plan_week(project, week_shifts(MONDAY, nights, "20:00", "24:00"), search=SHORT, **values)


def test_each_night_has_a_plan_of_its_teams_and_sites(project):  # noqa: F811 - likewise
    """Plans are in the project; only teams on duty walk; sites come on their nights; nobody is on every night."""
    week = planned(project)
    assert project.weeks() == (week,)
    assert week_from_dict(week_to_dict(week)) == week
    assert [night.plan_id for night in week.nights] == list(project.plan_ids())
    visits = dict.fromkeys(week.wanted, 0)
    for night in week.nights:
        plan = project.plan(night.plan_id)
        assert {route.team_id for route in plan.routes} == set(night.teams)
        assert plan.shift == night.shift
        stops = {stop.visit.place_id for route in plan.routes for stop in route.stops}
        assert set(night.served) == stops & set(week.wanted)
        for place in night.served:
            visits[place] += 1
    assert all(visits[place] <= times for place, times in week.wanted.items())
    assert {one.place_id: one.met for one in week.unmet} == {p: n for p, n in visits.items() if n < week.wanted[p]}
    fairness = week_fairness(project, week)
    assert set(fairness.nights) == {"t0", "t1", "t2"}
    assert max(fairness.nights.values()) <= 3
    assert fairness.met == sum(visits.values())
    worked = sum(r.end_s - r.depart_s for n in week.nights for r in project.plan(n.plan_id).routes if r.stops)
    assert sum(fairness.work_s.values()) == worked


def test_wishes_of_the_office_are_kept(project):  # noqa: F811 - likewise
    """A checkpoint wanted twice is visited twice, at a distance; one wanted never is left alone."""
    week = planned(project, rules=WeekSettings(times_by_place={"s1": 2, "s2": 0}))
    nights = [number for number, night in enumerate(week.nights) if "s1" in night.served]
    assert len(nights) == 2
    assert nights[1] - nights[0] >= 2
    for night in week.nights:
        assert not any(s.visit.place_id == "s2" for r in project.plan(night.plan_id).routes for s in r.stops)


def test_the_next_week_knows_the_last(project):  # noqa: F811 - likewise
    """Over two weeks no team has more nights in a row than the rules allow."""
    rules = WeekSettings(max_nights=3, max_in_row=2)
    first = planned(project, rules=rules)
    second = plan_week(project, week_shifts(MONDAY + dt.timedelta(4), 3, "20:00", "24:00"), rules=rules, search=SHORT)
    nights = [*first.nights, *second.nights]
    for team, start in itertools.product(("t0", "t1", "t2"), range(5)):
        assert sum(team in night.teams for night in nights[start : start + 3]) <= 2


def test_absent_teams_are_not_on_duty(project):  # noqa: F811 - likewise
    """A team of whom nobody comes on one date has that night off."""
    project.save_roster(
        (RosterEntry("m1", "t0", "甲"), RosterEntry("m2", "t0", "乙")), teams={"t0"}, label=Message("r")
    )
    off = [Attendance(MONDAY, "m1", present=False), Attendance(MONDAY, "m2", present=False)]
    project.save_attendance(off, label=Message("a"))
    week = planned(project, nights=2, rules=WeekSettings(max_nights=1))
    assert "t0" not in week.nights[0].teams
    assert "t0" in week.nights[1].teams


def test_rounds_go_to_their_own_team(project):  # noqa: F811 - likewise
    """Each sub-cell is visited once, by its own team; a re-plan of the night keeps the pair."""
    cells = [
        {"cell_id": f"c{k}", "name": f"小区{k}", "level": "subcell", "geometry": at(k + 0.5, 2).buffer(50)}
        for k in range(5)
    ]
    put(project, "grid_cells", cells)
    rules = WeekSettings(round_level="subcell", round_dwell_s=900, round_teams={"c4": "t0"})
    week = planned(project, rules=rules)
    assert week.round_teams["round-c4"] == "t0"
    done = {}
    for night in week.nights:
        for route in project.plan(night.plan_id).routes:
            for stop in route.stops:
                if stop.visit.kind == "round":
                    assert stop.visit.place_id not in done
                    done[stop.visit.place_id] = route.team_id
    assert done == {place: team for place, team in week.round_teams.items() if place in done}
    assert {one.place_id for one in week.unmet if one.place_id.startswith("round-")} == set(week.round_teams) - set(
        done
    )
    assert done


def test_a_fixed_pair_that_rests_is_named(project):  # noqa: F811 - likewise
    """A key site wanted every night by one team alone lacks a night, and the reason is the rest of its team."""
    week = planned(project, settings=PlanSettings(fixed_pairs={"s0": ("t1",)}))
    (why,) = [one for one in week.unmet if one.place_id == "s0"]
    assert (why.wanted, why.met, why.code) == (4, 3, "rest")
    for night in week.nights:
        for route in project.plan(night.plan_id).routes:
            assert route.team_id == "t1" or all(stop.visit.place_id != "s0" for stop in route.stops)


def test_same_seed_same_week(project):  # noqa: F811 - likewise
    """The same input and seed give the same week."""
    one, two = planned(project, nights=3, seed=4), None
    project.undo()
    two = planned(project, nights=3, seed=4)
    assert [(n.plan_id, n.teams, n.served) for n in one.nights] == [(n.plan_id, n.teams, n.served) for n in two.nights]


def test_what_cannot_be_is_said(project):  # noqa: F811 - likewise
    """No nights, no cells for rounds, and the user's wish to stop."""
    with pytest.raises(InputError):
        week_shifts(MONDAY, 0, "20:00", "24:00")
    with pytest.raises(InputError, match="subcell"):
        planned(project, rules=WeekSettings(round_level="subcell"))
    with pytest.raises(CancelledError):
        planned(project, cancel=lambda: True)
    assert project.weeks() == ()


def test_a_list_of_addresses_is_visited_once_by_its_own_teams(project, tmp_path):  # noqa: F811 - likewise
    """Placed on the streets, each in one night of one team; the one with a named team goes with it; nothing else is planned."""
    names = street_graph(project).edges["name"].unique().tolist()
    across, along = names[0], next(n for n in names[::-1] if n[:1] != names[0][:1] or n != names[0])
    rows = [f"{across}与{along}交叉口,t2", f"{across},", "无此路与彼路交叉口,t1"]
    file = tmp_path / "rounds.csv"
    file.write_text("地址,队伍\n" + "\n".join(rows), encoding="utf-8")
    found = read_visit_rounds(project, file)
    assert [one.team_id for one in found.places][:1] == ["t2"]
    assert {row for row, _, _ in found.left_out} >= {3}
    assert listed_places(project) == found.places
    rules = WeekSettings(round_level="list", rounds_only=True, round_dwell_s=900)
    week = planned(project, rules=rules)
    visits = [
        (stop.visit.place_id, route.team_id)
        for night in week.nights
        if night.plan_id
        for route in project.plan(night.plan_id).routes
        for stop in route.stops
    ]
    assert sorted(place for place, _ in visits) == sorted(f"round-{one.place_id}" for one in found.places)
    assert dict(visits)[f"round-{found.places[0].place_id}"] == "t2"
    assert week.unmet == ()


def test_each_line_of_a_list_is_placed_or_left_out_with_a_reason(project, tmp_path):  # noqa: F811 - likewise
    """Places that the project has by name lie there, also some way off; what nobody knows is listed, not passed over."""
    site = project.metric_layer("sites").iloc[0]
    file = tmp_path / "rounds.txt"
    file.write_text(f"{site['name']}\tt2\n{site['name']}东200米\n\n幸福里小区 13812345678\n", encoding="utf-8")
    found = read_visit_rounds(project, file)
    spots = [project.frame.wgs84_to_metric(Point(one.lon, one.lat)) for one in found.places]
    assert [round(spot.distance(site.geometry)) for spot in spots] == [0, 200]
    assert [one.team_id for one in found.places] == ["t2", ""]
    assert [(row, "幸福里小区" in text, "138" in text) for row, text, _ in found.left_out] == [(4, True, False)]


def test_a_week_without_its_list_says_so(project):  # noqa: F811 - likewise
    """No list has been brought."""
    with pytest.raises(InputError):
        planned(project, rules=WeekSettings(round_level="list"))
