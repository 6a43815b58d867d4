"""Claims about ``patrolmap week``."""

from __future__ import annotations

import json
from pathlib import Path

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
