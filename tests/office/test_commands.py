"""The commands on the office store: what scripts get, and the exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from patrolmap.cli.app import main
from patrolmap.project.store import ProjectStore
from tests.office.conftest import PASSWORD, district
from tests.office.test_exchange import rename

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with the password in the environment; give exit status and JSON."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)

    def go(user: str, *words: str) -> tuple[int, Any]:
        url = f"postgresql://{user}@127.0.0.1:{port}/postgres"
        filled = [word.replace("URL", url) for word in words]
        status = main([*filled, "--json", "--quiet", "--lang", "en"])
        out = capsys.readouterr().out
        return status, json.loads(out) if out else None

    return go


def test_the_way_of_a_project_through_the_office(run: Any, tmp_path: Path) -> None:
    """Publish, check out, a conflict with both values and exit status 2, a decision, and a journal that holds."""
    district(tmp_path / "a.gpkg").close()
    a, b = str(tmp_path / "a.gpkg"), str(tmp_path / "b.gpkg")
    assert run("chief", "office", "put", a, "URL", "--name", "commands")[0] == 0
    assert run("anna", "office", "get", "URL?project=commands", b)[1]["role"] == "planner"
    for path, name in ((a, "mine"), (b, "theirs")):
        with ProjectStore.open(tmp_path / path) as project:
            rename(project, "K1", name)
    assert run("", "office", "sync", b)[1]["outgoing"] == [{"table": "sites", "added": 0, "changed": 1, "deleted": 0}]
    status, told = run("", "office", "sync", a)
    (conflict,) = told["conflicts"]
    assert (status, told["done"]) == (2, False)
    assert conflict["fields"] == [{"column": "name", "mine": "mine", "theirs": "theirs"}]
    assert run("", "office", "sync", a, "--choose", f"{conflict['conflict_id']}=theirs")[1]["done"]
    assert run("", "office", "status", a)[1]["incoming"] == []
    assert run("viktor", "journal", "verify", "URL?project=commands")[1]["intact"]
    with ProjectStore.open(tmp_path / "a.gpkg") as project:
        assert "theirs" in set(project.layer("sites")["name"])


@pytest.mark.parametrize(
    "words",
    [
        ("office", "sync", "PLAIN"),
        ("office", "sync", "PLAIN", "--choose", "x"),
        ("office", "users", "nonsense"),
        ("office", "get", "URL?project=none", "NEW"),
        ("office", "grant", "URL", "viktor", "admin"),
    ],
)
def test_wrong_input_is_status_2(run: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    """A project of no office, a choice that is none, no address, no such project, no right."""
    district(tmp_path / "plain.gpkg").close()
    places = {"PLAIN": str(tmp_path / "plain.gpkg"), "NEW": str(tmp_path / "new.gpkg")}
    assert run("anna", *(places.get(word, word) for word in words))[0] == 2
    assert not (tmp_path / "new.gpkg").exists()
