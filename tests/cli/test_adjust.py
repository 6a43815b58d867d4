"""Claims about ``patrolmap adjust`` and about incidents that ``patrolmap replan`` takes in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from patrolmap.cli.app import main
from patrolmap.project.store import ProjectStore
from tests.cli.test_plan import WORDS, path  # noqa: F401 - a fixture
from tests.services.test_planning import at, project  # noqa: F401 - a fixture


@pytest.fixture
def planned(path, capsys):  # noqa: F811 - pytest's way of asking for a fixture
    """Plan by the command line; give the project, and what it says of a further command."""
    assert main(["plan", path, *WORDS, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)

    def told(*words):
        assert main([*words[:1], path, *words[1:], "--quiet", "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return first, told


def orders(plan):
    return {route["team_id"]: [stop["visit_id"] for stop in route["stops"]] for route in plan["routes"]}


def test_stops_move_and_change_their_order_as_written(planned):
    """One to another team as its first stop, then that team's stops the other way round; all else stays where it was."""
    first, told = planned
    before = orders(first)
    giver, taker = sorted(before, key=lambda team: -len(before[team]))[:2]
    visit = before[giver][0]
    expected = [visit, *before[taker]][::-1]
    after = told("adjust", "--place", f"{visit}={taker}@1", "--order", f"{taker}={','.join(expected)}")
    assert orders(after) == {**before, giver: before[giver][1:], taker: expected}
    assert after["kept"] is True
    assert after["plan_id"] != first["plan_id"]


def test_a_dry_run_keeps_nothing(planned, path):  # noqa: F811
    """The answer tells what would be unmet; the project has the one plan it had."""
    first, told = planned
    visit = next(stop["visit_id"] for route in first["routes"] for stop in route["stops"])
    after = told("adjust", "--take-out", visit, "--dry-run")
    assert visit in {one["visit_id"] for one in after["unmet"]}
    with ProjectStore.open(Path(path), read_only=True) as kept:
        assert kept.plan_ids() == (first["plan_id"],)


def test_what_an_edit_breaks_is_said(planned):
    """A walking team is given everything: it is out longer than its shift, or late somewhere."""
    first, told = planned
    everything = [visit for team, visits in orders(first).items() if team != "t0" for visit in visits]
    after = told("adjust", "--place", *(f"{visit}=t0" for visit in everything))
    assert len(orders(after)["t0"]) == 7
    late = [route for route in after["routes"] if route["team_id"] == "t0" and route["end"] > first["shift"]["end"]]
    assert bool(after["broken"]) or not late


def test_what_is_done_and_locked_stays_when_planned_again(planned):
    """Marked by hand, then planned again without a word: team and time of each are as they were."""
    first, told = planned
    stops = [(route["team_id"], stop) for route in first["routes"] for stop in route["stops"]]
    team, done = stops[0]
    other, lock = next(one for one in stops if one[0] != team)
    told("adjust", "--done", done["visit_id"], "--lock", lock["visit_id"])
    again = told("replan", "--iterations", "40")
    now = {stop["visit_id"]: (route["team_id"], stop["start"]) for route in again["routes"] for stop in route["stops"]}
    assert now[done["visit_id"]] == (team, done["start"])
    assert now[lock["visit_id"]] == (other, lock["start"])


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--place", "s0"),
        ("--place", "s0=nobody"),
        ("--order", "t0"),
        ("--order", "t0=nothing"),
        ("--lock", "nothing"),
    ],
)
def test_steps_that_cannot_be_are_the_users_fault(path, words):  # noqa: F811
    """Nothing to do, no team, no such visit."""
    assert main(["plan", path, *WORDS]) == 0
    assert main(["adjust", path, *words, "--quiet"]) == 2


def test_an_incident_is_met_in_its_time(planned, project):  # noqa: F811
    """There between 22:00 and 22:20 for 10 minutes, on a street of the district."""
    _, told = planned
    with ProjectStore.open(project.path, read_only=True) as kept:
        where = kept.frame.metric_to_wgs84(at(3.5, 3))
    words = ("--incident", f"{where.x:.6f},{where.y:.6f}", "--name", "纠纷", "--from", "22:00", "--to", "22:20")
    after = told("replan", *words, "--stay", "10", "--iterations", "40")
    (stop,) = [stop for route in after["routes"] for stop in route["stops"] if stop["kind"] == "request"]
    assert stop["name"] == "纠纷"
    assert "22:00" <= stop["start"][11:16] <= "22:20"
    assert stop["dwell_s"] == 600
    assert after["totals"]["stops"] + after["totals"]["unmet"] == 8


@pytest.mark.parametrize("words", [("--incident", "here"), ("--incident", "112.5,34.6", "--stay", "nan")])
def test_an_incident_without_a_place_or_a_stay_is_refused(path, words):  # noqa: F811
    """Exit status 2, and no new plan."""
    assert main(["plan", path, *WORDS]) == 0
    assert main(["replan", path, *words, "--quiet"]) == 2
