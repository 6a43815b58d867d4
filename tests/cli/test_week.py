"""Claims about ``patrolmap week``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from patrolmap.cli.app import main
from patrolmap.project.store import ProjectStore
from tests.services.test_planning import project  # noqa: F401 - a fixture

WORDS = ("--from", "2026-11-23", "--nights", "3", "--start", "20:00", "--end", "24:00", "--iterations", "20")


def test_a_week_is_planned_and_told(project, capsys):  # noqa: F811 - pytest's way of asking for a fixture
    """One document: nights with their plans, fairness, unmet wishes and how far each aim is proved."""
    project.close()
    assert main(["week", str(project.path), *WORDS, "--quiet", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [night["date"] for night in said["nights"]] == ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert said["fairness"]["site_nights_met"] == sum(len(night["sites"]) for night in said["nights"])
    assert [stage["aim"] for stage in said["stages"]] == ["wishes", "strength", "fairness", "spacing", "load"]
    with ProjectStore.open(Path(project.path), read_only=True) as kept:
        assert list(kept.plan_ids()) == [night["plan_id"] for night in said["nights"]]


def test_wrong_words_are_the_users_fault(project, capsys):  # noqa: F811 - likewise
    """Exit status 2 for a date that is none, no nights, and cells that are not there."""
    project.close()
    path = str(project.path)
    for words in (("--from", "Monday"), ("--nights", "0"), ("--rounds", "subcell")):
        assert main(["week", path, *WORDS, *words]) == 2
        assert capsys.readouterr().err


def test_addresses_are_visited_once_and_have_their_sheets(project, capsys, tmp_path):  # noqa: F811 - likewise
    """Two of three rows are places, one with its own team; each is in one plan for half an hour, and on one sheet."""
    pytest.importorskip("PySide6.QtGui")  # sheets are painted by Qt
    project.close()
    path, addresses = str(project.path), tmp_path / "名单.csv"
    addresses.write_text(
        "地址,队伍\n经2路与纬3街交叉口,t1\n经5路与纬6街交叉口,\n无此路与纬1街交叉口,t0\n", encoding="utf-8"
    )

    def told(*words):
        assert main([words[0], path, *words[1:], "--quiet", "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    kept = told("rounds", "--file", str(addresses))
    assert [one["team_id"] for one in kept["places"]] == ["t1", None]
    assert [one["row"] for one in kept["left_out"]] == [3]
    week = told("week", *WORDS, "--rounds", "list", "--rounds-only")
    visited = {}
    with ProjectStore.open(Path(path), read_only=True) as store:
        plans = {night["plan_id"]: store.plan(night["plan_id"]) for night in week["nights"] if night["plan_id"]}
    for plan_id, plan in plans.items():
        for route in plan.routes:
            for stop in route.stops:
                visited.setdefault(stop.visit.name, []).append((plan_id, route.team_id, stop.leave_s - stop.start_s))
    assert {name: len(times) for name, times in visited.items()} == {"经2路与纬3街交叉口": 1, "经5路与纬6街交叉口": 1}
    (plan_id, team, stay_s) = visited["经2路与纬3街交叉口"][0]
    assert (team, stay_s) == ("t1", 1800)
    sheets = told("sheets", "--plan", plan_id, "--out", str(tmp_path / "sheets"))
    busy = [route for route in plans[plan_id].routes if route.stops]
    assert len(sheets["sheets"]) == len(busy)
    assert all(Path(sheet).read_bytes().startswith(b"%PDF") for sheet in [*sheets["sheets"], sheets["overview"]])
