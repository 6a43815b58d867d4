"""Claims about the roster in use: what a file brings, and how those who are there decide the plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from patrolmap.errors import InputError
from patrolmap.model.plan_json import from_dict, to_dict
from patrolmap.planner.settings import PlanSettings
from patrolmap.services.planning import plan_shift
from patrolmap.services.roster import crews_on_shift, import_roster, rosters, set_presence
from tests.services.test_planning import EVENING, project  # noqa: F401 - a fixture

ROWS = [
    ("队0", "甲", "队长", "000-0001", "是"),
    ("队0", "乙", "片长", "", ""),
    ("队0", "丙", "点长", "", ""),
    ("队0", "丁", "", "", ""),
    ("队1", "戊", "队长", "", "否"),
    ("队1", "己", "", "", "否"),
]


@pytest.fixture
def roster_file(tmp_path):
    """Write a roster as an office keeps it."""
    path = tmp_path / "花名册.xlsx"
    pd.DataFrame(ROWS, columns=["队伍", "姓名", "职务", "联系电话", "是否到岗"]).to_excel(path, index=False)
    return path


def test_those_who_are_there_are_counted(project, roster_file):  # noqa: F811 - pytest's way of asking for a fixture
    """A team has its members present and its leads; one of whom nobody comes is not on duty; others are as before."""
    done = import_roster(project, roster_file)
    assert (done.teams, done.members, done.rejected) == (2, 6, ())
    crews = {crew.team_id: crew for crew in crews_on_shift(project, EVENING)}
    assert set(crews) == {"t0", "t2"}
    assert (crews["t0"].members, crews["t2"].members) == (3, 3)
    assert (crews["t0"].leader, crews["t0"].phone) == ("甲", "000-0001")
    assert (crews["t0"].area_lead, crews["t0"].point_lead) == ("乙", "丙")


def test_a_date_differs_from_what_is_usual(project, roster_file):  # noqa: F811 - likewise
    """Absence on one date counts on that date alone, and one undo takes it back."""
    import_roster(project, roster_file)
    set_presence(project, "t0", ["甲", "t0-04"], present=False, date=EVENING.date)
    tonight = next(crew for crew in crews_on_shift(project, EVENING) if crew.team_id == "t0")
    assert (tonight.members, tonight.leader, tonight.phone) == (1, "", "")
    tomorrow = replace(EVENING, date=EVENING.date + dt.timedelta(1))
    assert next(crew for crew in crews_on_shift(project, tomorrow) if crew.team_id == "t0").members == 3
    project.undo()
    assert rosters(project, EVENING.date)["t0"].strength == 3


def test_presence_of_a_file_can_be_for_one_date(project, roster_file):  # noqa: F811 - likewise
    """With a date the usual presence stays; the whole import is one step of undo."""
    import_roster(project, roster_file, date=EVENING.date)
    assert rosters(project)["t1"].strength == 2
    assert rosters(project, EVENING.date)["t1"].strength == 0
    project.undo()
    assert project.roster() == project.attendance() == ()


def test_the_smallest_team_is_counted_from_those_present(project, roster_file):  # noqa: F811 - likewise
    """A place for three goes to the only team with three; with one of them absent it is unmet for want of a team."""
    import_roster(project, roster_file)
    set_presence(project, "t0", ["丁"], present=False)
    settings = PlanSettings(min_members={"s0": 3})
    plan = plan_shift(project, EVENING, settings=settings, iterations=30)
    teams = {route.team_id for route in plan.routes for stop in route.stops if stop.visit.place_id == "s0"}
    assert teams == {"t2"}
    settings = PlanSettings(min_members={"s0": 4})
    plan = plan_shift(project, EVENING, settings=settings, iterations=30)
    assert {one.code for one in plan.unmet if one.visit.place_id == "s0"} == {"no_team_allowed"}
    assert from_dict(to_dict(plan)) == plan
    assert plan.route("t0").area_lead == "乙"
    assert {"roster"} <= set(plan.provenance.inputs)


def test_what_cannot_be_is_said(project, roster_file):  # noqa: F811 - likewise
    """A name that is not there, a team without a roster, and a file for other teams are the user's to mend."""
    import_roster(project, roster_file)
    with pytest.raises(InputError, match="0 times"):
        set_presence(project, "t0", ["壬"], present=True)
    with pytest.raises(InputError, match="no roster"):
        set_presence(project, "t2", [], present=True)
    other = roster_file.with_name("other.csv")
    other.write_text("队伍,姓名\n九队,甲\n", encoding="utf-8")
    with pytest.raises(InputError, match="None of the rows"):
        import_roster(project, other)
