"""Claims about ``patrolmap plan``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from patrolmap.cli.app import main
from patrolmap.project.store import ProjectStore
from patrolmap.services.planning import SETTINGS_KEY
from tests.services.test_planning import project  # noqa: F401 - a fixture


@pytest.fixture
def path(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Close the project of the service's tests and give its path."""
    project.close()
    return str(project.path)


WORDS = ("--date", "2026-11-20", "--start", "20:00", "--end", "24:00", "--iterations", "40", "--quiet")


def test_json_tells_the_plan(path, capsys):
    """One document: ids, ISO times with offset, dwell, legs, unmet, totals; the plan is in the project."""
    assert main(["plan", path, *WORDS, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    stops = [stop for route in said["routes"] for stop in route["stops"]]
    assert said["totals"]["stops"] == len(stops) == 7
    assert said["totals"]["length_m"] == pytest.approx(sum(route["length_m"] for route in said["routes"]))
    for stop in stops:
        start = dt.datetime.fromisoformat(stop["start"])
        assert start.utcoffset() == dt.timedelta(hours=8)
        assert (dt.datetime.fromisoformat(stop["leave"]) - start).total_seconds() == stop["dwell_s"]
        assert stop["leg"]["length_m"] >= 0
    with ProjectStore.open(Path(path), read_only=True) as kept:
        assert kept.plan_ids() == (said["plan_id"],)


def test_lines_tell_the_plan(path, capsys):
    """People read a summary in their language."""
    assert main(["plan", path, *WORDS, "--lang", "zh"]) == 0
    assert "方案" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--date", "2026-11-20", "--start", "20:00"),
        ("--date", "tomorrow", "--start", "20:00", "--end", "22:00"),
        ("--date", "2026-11-20", "--start", "20:99", "--end", "22:00"),
        ("--shift", "中班"),
        ("--date", "2026-11-20", "--start", "20:00", "--end", "22:00", "--iterations", "0"),
    ],
)
def test_wrong_words_are_the_users_fault(path, words):
    """Exit status 2 for a shift that is not said, not readable or not there, and for no search at all."""
    assert main(["plan", path, *words, "--quiet"]) == 2


def test_replan_leaves_the_dropped_team_out(path, capsys):
    """The new plan names the old one's visits, none of them with the team that dropped out."""
    main(["plan", path, *WORDS, "--json"])
    before = json.loads(capsys.readouterr().out)
    team = next(route["team_id"] for route in before["routes"] if route["stops"])
    words = ["--plan", before["plan_id"], "--drop", team, "--iterations", "40", "--quiet", "--json"]
    assert main(["replan", path, *words]) == 0
    after = json.loads(capsys.readouterr().out)
    assert team not in {route["team_id"] for route in after["routes"]}
    assert after["totals"]["stops"] + after["totals"]["unmet"] == 7


def test_replan_of_an_unknown_plan_is_the_users_fault(path):
    """Exit status 2."""
    assert main(["replan", path, "--plan", "nothing", "--quiet"]) == 2


def test_json_tells_fairness_predictability_and_variants(path, capsys):
    """One variant within 3 % of the prize; the longest-working team is a team with stops; one plan is no habit yet."""
    assert main(["plan", path, *WORDS, "--json", "--variants", "1"]) == 0
    said = json.loads(capsys.readouterr().out)
    work_s = {
        route["team_id"]: (
            dt.datetime.fromisoformat(route["end"]) - dt.datetime.fromisoformat(route["depart"])
        ).total_seconds()
        for route in said["routes"]
        if route["stops"]
    }
    assert said["fairness"]["longest_work_s"] == max(work_s.values())
    assert said["fairness"]["least_served_cell"] is None
    assert said["predictability"] == {
        "plans": 1,
        "visits_compared": 0,
        "entropy_who_and_when": None,
        "entropy_who": None,
        "entropy_when": None,
        "warning": None,
    }
    assert len(said["variants"]) == 1
    assert said["variants"][0]["loss_share"] <= 0.03
    with ProjectStore.open(Path(path), read_only=True) as kept:
        assert kept.plan_ids() == (said["plan_id"], said["variants"][0]["plan_id"])
        assert kept.latest_plan().provenance.parameters["variant_of"] == said["plan_id"]


def test_equal_plans_on_many_dates_are_warned_of(path, capsys):
    """The same shift on three dates with the same seed: nothing left to guess, and the office is told."""
    for day in ("20", "21", "22"):
        words = ("--date", f"2026-11-{day}", *WORDS[2:])
        assert main(["plan", path, *words, "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
    assert said["predictability"]["plans"] == 3
    assert said["predictability"]["entropy_who_and_when"] < 0.5
    assert said["predictability"]["warning"]


@pytest.mark.parametrize("loss", ["-1", "101", "nan"])
def test_a_loss_that_cannot_be_is_refused(path, capsys, loss):
    """Before anything is planned or kept, with a remedy."""
    assert main(["plan", path, *WORDS, "--variants", "1", "--loss", loss]) == 2
    assert "0" in capsys.readouterr().err
    with ProjectStore.open(Path(path)) as kept:
        assert not kept.plan_ids()


def test_settings_of_a_file_hold_for_this_plan_alone(path, capsys, tmp_path):
    """Every stop at a place paired with a team is that team's; the project's settings stay."""
    assert main(["plan", path, *WORDS, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    route = next(route for route in first["routes"] if route["stops"])
    place, team = route["stops"][0]["place_id"], first["routes"][-1]["team_id"]
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"fixed_pairs": {place: [team]}}), encoding="utf-8")
    assert main(["plan", path, *WORDS, "--json", "--settings", str(settings)]) == 0
    second = json.loads(capsys.readouterr().out)
    who = {r["team_id"] for r in second["routes"] for stop in r["stops"] if stop["place_id"] == place}
    assert who <= {team}
    assert second["parameters"]["settings"]["fixed_pairs"] == {place: [team]}
    with ProjectStore.open(Path(path), read_only=True) as kept:
        assert not (kept.setting(SETTINGS_KEY) or {}).get("fixed_pairs")


@pytest.mark.parametrize("text", ["{", "[1]", '{"no_such": 1}'])
def test_settings_that_cannot_be_read_are_refused(path, capsys, tmp_path, text):
    """Broken JSON, no object, an unknown name: nothing is planned."""
    settings = tmp_path / "settings.json"
    settings.write_text(text, encoding="utf-8")
    assert main(["plan", path, *WORDS, "--settings", str(settings)]) == 2
    assert capsys.readouterr().err
    with ProjectStore.open(Path(path), read_only=True) as kept:
        assert not kept.plan_ids()


def test_plans_are_compared(path, capsys):
    """A team stays longer and one joins: the answer names both plans, their numbers, and the teams that changed."""
    assert main(["plan", path, *WORDS, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (
        main(["replan", path, "--join", "t1+1", "--overtime", "t0=30", "--iterations", "40", "--quiet", "--json"]) == 0
    )
    second = json.loads(capsys.readouterr().out)
    assert [route["team_id"] for route in second["routes"]] == ["t0", "t1", "t2", "t1+1"]
    assert second["parameters"]["overtime_s"] == {"t0": 1800}
    assert main(["compare", path, first["plan_id"], second["plan_id"], "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["first"]["stops"] == first["totals"]["stops"]
    assert said["second"]["length_m"] == pytest.approx(second["totals"]["length_m"])


@pytest.mark.parametrize("words", [("--overtime", "t0"), ("--join", "nobody"), ("--remedy", "s0")])
def test_changes_that_name_nothing_are_refused(path, words):
    """No minutes, no such team, no unmet visit."""
    assert main(["plan", path, *WORDS]) == 0
    assert main(["replan", path, *words, "--quiet"]) == 2
