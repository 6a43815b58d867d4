"""Claims about ``patrolmap log``."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from patrolmap.messages import Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from patrolmap.sheets.qr import sheet_code
from tests.exchange.conftest import on_earth
from tests.sheets.samples import made_plan, made_route

PLAN = made_plan(on_earth(made_route(4, "T07")))


@pytest.fixture
def path(tmp_path):
    """Make a project with a plan and close it."""
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame.around(113, 34)) as project:
        project.save_plan(PLAN, label=Message("plan"))
    return str(tmp_path / "p.gpkg")


def said(capsys, *words):
    assert main(["log", *words, "--json", "--quiet"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_loop(path, capsys):
    """By hand, by code, and the comparison alone: one document each, figures that add up."""
    typed = said(capsys, path, "--team", "T07", "--stops", "1", "--arrived", "19:03", "--left", "19:20")
    assert (typed["recorded"], typed["totals"]["done"], typed["totals"]["open"]) == (1, 1, 3)
    code = sheet_code(PLAN, PLAN.routes[0]).text
    scanned = said(capsys, path, "--code", code, "--stops", "2", "3", "--skipped", "下雨")
    assert scanned["recorded"] == 2
    seen = said(capsys, path)
    assert seen["recorded"] == 0
    totals = seen["totals"]
    assert totals["done"] + totals["skipped"] + totals["open"] == totals["planned"] == 4
    assert totals["coverage"] == 0.25
    assert (totals["stays"], totals["stays_reached"], totals["punctual"]) == (1, 1, 1)
    assert [team["team_id"] for team in seen["teams"]] == ["T07"]


def test_lines_for_people(path, capsys):
    """In their language."""
    assert main(["log", path, "--team", "T07", "--quiet", "--lang", "zh"]) == 0
    assert "4 个点位中已完成 4 个" in capsys.readouterr().out


def test_wrong_words_are_the_users_fault(path):
    """Exit status 2 for stops of nobody, an unknown stop, a wrong code, two ways at once, and a missing form."""
    assert main(["log", path, "--stops", "1", "--quiet"]) == 2
    assert main(["log", path, "--team", "T07", "--stops", "9", "--quiet"]) == 2
    assert main(["log", path, "--code", "x|y", "--quiet"]) == 2
    assert main(["log", path, "--code", "x", "--team", "T07", "--quiet"]) == 2
    assert main(["log", path, "--form", "missing.xlsx", "--quiet"]) == 2
