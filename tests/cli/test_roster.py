"""Claims about ``patrolmap roster``."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from tests.services.test_planning import project  # noqa: F401 - a fixture
from tests.services.test_roster import roster_file  # noqa: F401 - a fixture


@pytest.fixture
def path(project, roster_file, capsys):  # noqa: F811 - pytest's way of asking for a fixture
    """Close the project of the service's tests with a roster in it, and give its path."""
    project.close()
    assert main(["roster", "import", str(project.path), str(roster_file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["teams"], said["members"], said["rejected"]) == (2, 6, [])
    return str(project.path)


def test_who_is_there_is_shown_and_changed(path, capsys):
    """Presence is said by name for a date, and shown for that date; the usual one stays."""
    words = ["roster", "present", path, "--team", "t0", "--absent", "甲", "--date", "2026-11-20", "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["teams"][0]["present"] == 2
    assert main(["roster", "show", path, "--team", "t0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["teams"][0]["present"] == 3
    assert main(["roster", "show", path, "--date", "2026-11-20", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "队0：到岗 2 人，共 3 人" in said
    assert "片长" in said


def test_a_team_may_be_called_by_its_name(path, capsys):
    """The name on the sheet does for the id; a name that two teams have is asked back with their ids."""
    assert main(["roster", "present", path, "--team", "队0", "--absent", "甲", "--json"]) == 0
    assert [team["team_id"] for team in json.loads(capsys.readouterr().out)["teams"]] == ["t0"]
    assert main(["edit", path, "teams", "--rows", "1-2", "--set", "name=队0"]) == 0
    capsys.readouterr()
    assert main(["roster", "show", path, "--team", "队0"]) == 2
    assert "t0、t1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("show", "--team", "t9"),
        ("show", "--date", "tomorrow"),
        ("present", "--team", "t0"),
        ("present", "--team", "t0", "--absent", "壬"),
    ],
)
def test_wrong_words_are_the_users_fault(path, words, capsys):
    """Exit status 2 for a team, date or name that is not there."""
    assert main(["roster", words[0], path, *words[1:]]) == 2
    assert capsys.readouterr().err
