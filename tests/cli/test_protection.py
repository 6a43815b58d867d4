"""`patrolmap protect` and `unprotect`: the password from a variable or a prompt, never from the words of the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from patrolmap.cli.app import main
from patrolmap.project import sealing

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "four words are enough"  # noqa: S105 - of a made-up project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setattr(sealing, "_COST", (4, 8, 1))
    monkeypatch.setenv("PATROLMAP_PASSWORD", PASSWORD)
    assert main(["new", str(tmp_path / "a.gpkg"), "--lang", "en"]) == 0
    capsys.readouterr()
    return tmp_path / "a.gpkg"


def test_there_and_back(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protect", str(project), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"protected": f"{project}.protected", "open_copies": []}
    assert main(["unprotect", f"{project}.protected", "--json", "--keep"]) == 0
    assert json.loads(capsys.readouterr().out) == {"project": str(project)}
    assert sorted(file.name for file in project.parent.iterdir()) == ["a.gpkg", "a.gpkg.protected"]


def test_a_wrong_password_is_the_users_input(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["protect", str(project), "--lang", "en"])
    monkeypatch.setenv("PATROLMAP_PASSWORD", "something else")
    assert main(["unprotect", f"{project}.protected", "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert "cannot be opened with this password" in err
    assert "something else" not in err


def test_nobody_to_ask_is_said_and_no_word_of_the_command_is_taken(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PATROLMAP_PASSWORD")
    assert main(["protect", str(project), "--lang", "en"]) == 2
    assert "PATROLMAP_PASSWORD" in capsys.readouterr().err
    assert main(["protect", str(project), "--password", PASSWORD]) == 2
    assert project.exists()


def test_the_prompt_asks_twice_for_a_new_password(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PATROLMAP_PASSWORD")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    answers = iter([PASSWORD, "another word", PASSWORD, PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    assert main(["protect", str(project), "--lang", "en"]) == 2
    assert "differ" in capsys.readouterr().err
    assert main(["protect", str(project)]) == 0
    assert main(["unprotect", f"{project}.protected"]) == 0
    assert project.exists()
