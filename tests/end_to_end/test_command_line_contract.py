"""The command line as scripts depend on it: streams, languages, exit statuses, the place of options, Ctrl+C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from patrolmap.cli import main
from patrolmap.i18n import tr
from patrolmap.model.kinds import ring_title

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = {
    "journal": ("verify",),
    "rings": ("crossings", "closure", "depth", "blocks", "coverage", "place", "district"),
    "hotspots": ("find", "backtest"),
}
COMMANDS = [
    *((name,) for name in ("demo", "new", "check", "import", "webmap", "plan", "replan", "sheets")),
    *((group, name) for group, names in GROUPS.items() for name in names),
]
SHARED = {"--json", "--lang", "--quiet", "--seed"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two squares joined by one street, as an office's tables: junctions 1 to 4, and 5 to 8 behind 4-5."""
    folder = tmp_path_factory.mktemp("town")
    nodes = "路口标号,横坐标,纵坐标\n" + "".join(f"{k},{(k - 1) % 4 + 4 * (k > 4)},{k % 3}\n" for k in range(1, 9))
    edges = "路线起点(节点标号),路线终点(节点标号)\n1,2\n2,3\n3,4\n4,1\n4,5\n5,6\n6,7\n7,8\n8,5\n"
    (folder / "nodes.csv").write_text(nodes, encoding="gb18030")
    (folder / "edges.csv").write_text(edges, encoding="gb18030")
    project = folder / "p.gpkg"
    tables = ["--nodes", str(folder / "nodes.csv"), "--edges", str(folder / "edges.csv")]
    assert main(["new", str(project), "--quiet"]) == 0
    words = ["import", str(project), "--as", "streets", *tables, "--planar", "--metres-per-unit", "100", "--quiet"]
    assert main(words) == 0
    return project


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> tuple[str, str]:
    """Run a command and give what it said on its two streams."""
    capsys.readouterr()
    assert main([str(word) for word in words]) == status, capsys.readouterr().err
    return tuple(capsys.readouterr())


def document(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    return json.loads(said(capsys, *words, "--json")[0])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_takes_the_shared_options(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """``--json``, ``--lang``, ``--quiet`` and ``--seed`` stand in the help of each command."""
    help_text, _ = said(capsys, *command, "--help", "--lang", "en")
    assert set(re.findall(r"--[a-z-]+", help_text)) >= SHARED


@pytest.mark.parametrize("command", [(), *((group,) for group in GROUPS), *COMMANDS], ids=" ".join)
def test_help_is_in_one_language(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """No Chinese in English help; in Chinese help no English but names, options and values."""
    english, _ = said(capsys, *command, "--help", "--lang", "en")
    chinese, _ = said(capsys, *command, "--help", "--lang", "zh")
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert not re.search(r"usage|options|positional|show this|and exit", chinese)


@pytest.mark.parametrize(
    "words",
    [
        ("new",),
        ("nonsense",),
        ("new", "a.gpkg", "b.gpkg"),
        ("plan", "a.gpkg", "--time-limit-s", "soon"),
        ("plan", "a.gpkg", "--mode", "peace"),
        ("plan", "a.gpkg", "--shift"),
        ("check", "a.gpkg", "--json=3"),
        ("rings",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_explained_in_chinese(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, nothing on standard output, and the reason in the user's language."""
    out, err = said(capsys, *words, "--lang", "zh", status=2)
    assert out == ""
    reason = err.splitlines()[-1]
    assert re.search(r"[\u4e00-\u9fff]", reason)
    assert not re.search(r"argument|required|invalid|choose|expected", reason)


def test_options_stand_before_or_after(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the command, before the project, after it, and before it with many values, all say the same."""
    sides = ["--inside", "node:6,node:7", "--outside", "node:1", "node:2"]
    expected = document(capsys, "rings", "closure", town, *sides)
    assert expected["leaks"] == 1
    assert document(capsys, "rings", "closure", *sides, town) == expected
    out, _ = said(capsys, "--json", "--lang", "zh", "--quiet", "rings", "closure", town, *sides)
    assert json.loads(out) == expected
    out, _ = said(capsys, "rings", "--json", "closure", "--quiet", town, *sides)
    assert json.loads(out) == expected
    assert document(capsys, "rings", "closure", town, *sides, "--controlled", "node:4")["closed"] is True


def test_geometry_of_a_plane_is_in_its_own_units(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lengths are metres, 100 to the unit; coordinates are those of the table."""
    leak = document(capsys, "rings", "closure", town, "--inside", "node:5", "--outside", "node:4")["leak_paths"][0]
    assert leak["geometry"]["coordinates"] == [[3.0, 1.0], [4.0, 2.0]]
    assert leak["length_m"] == pytest.approx(100 * 2**0.5, abs=0.01)


def test_keys_are_snake_case(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At every depth of a document."""

    def keys(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [*value, *(key for item in value.values() for key in keys(item))]
        return [key for item in value for key in keys(item)] if isinstance(value, list) else []

    found = keys(document(capsys, "rings", "closure", town, "--inside", "node:6", "--outside", "node:1"))
    assert [key for key in found if not re.fullmatch(r"[a-z][a-z0-9_]*", key)] == []


def test_an_unknown_language_and_no_project_are_the_users_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2 with one message on standard error and no document."""
    (tmp_path / "not.gpkg").write_text("nothing")
    for words in (
        ("check", "x.gpkg", "--lang", "fr"),
        ("check", tmp_path / "none.gpkg", "--json"),
        ("check", tmp_path / "not.gpkg", "--json"),
        ("rings", "closure", tmp_path, "--json"),
    ):
        out, err = said(capsys, *words, status=2)
        assert out == ""
        assert err.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process")
@pytest.mark.parametrize("after_s", [0.2, 0.6])
def test_ctrl_c_gives_3_at_any_moment(town: Path, after_s: float) -> None:
    """Even while the program is still being loaded; no traceback is shown."""
    words = [
        sys.executable,
        "-c",
        "import time; from patrolmap.__main__ import main; print(flush=True); raise SystemExit(main())",
    ]
    environment = {**os.environ, "PATROLMAP_LANG": "en"}
    with subprocess.Popen(
        [*words, "hotspots", "find", str(town)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(after_s)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
    # Without incidents the command may have ended by itself, as the user's fault.
    assert run.returncode in {3, 2}
    assert b"Traceback" not in err


def test_chinese_answers_name_layers_and_rings_in_chinese(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the check of a project nor the progress of a ring shows the names that the program uses inside."""
    out, _ = said(capsys, "check", town, "--lang", "zh", "--quiet")
    assert "道路 9" in out
    assert not re.search(r"streets|nodes", out)
    assert tr(ring_title("city")) == "环市圈"
    assert tr(ring_title("自定义圈")) == "自定义圈"
