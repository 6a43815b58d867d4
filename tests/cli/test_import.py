"""`patrolmap import` from the command line: exit status, JSON, report file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from patrolmap.cli.app import main
from tests.ingest.making import write_sites

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make an empty project by the command line."""
    path = tmp_path / "p.gpkg"
    assert main(["new", str(path), "--quiet", "--json"]) == 0
    return path


def test_json_document(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json standard output is one document with the totals; the report file holds all rows."""
    path = tmp_path / "sites.csv"
    path.write_text("名称,类型,经度,纬度\n甲,卡口,113.7,34.7\n" + "乙,卡口,,\n" * 150, encoding="gbk")
    report = tmp_path / "r.json"
    capsys.readouterr()
    assert main(["import", str(project), str(path), "--as", "sites", "--json", "--quiet", "--report", str(report)]) == 0
    printed = json.loads(capsys.readouterr().out)
    written = json.loads(report.read_text(encoding="utf-8"))
    assert (printed["accepted"], printed["rejected"], len(printed["rejected_rows"])) == (1, 150, 100)
    assert len(written["rejected_rows"]) == 150
    assert any("GB18030" in choice for choice in printed["choices"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines_for_people(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """Without --json the report comes in the user's language."""
    write_sites(tmp_path / "sites.xlsx")
    assert main(["import", str(project), str(tmp_path / "sites.xlsx"), "--as", "sites", "--lang", language]) == 0
    out = capsys.readouterr().out
    assert ("新增 3" in out) if language == "zh" else ("3 added" in out)


def test_network(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A network given as tables imports with --nodes, --edges, --planar and --map."""
    (tmp_path / "n.csv").write_text("k,x,y\n1,0,0\n2,3,4\n")
    (tmp_path / "e.csv").write_text("from,to\n1,2\n")
    words = [
        "import",
        str(project),
        "--as",
        "streets",
        "--nodes",
        str(tmp_path / "n.csv"),
        "--edges",
        str(tmp_path / "e.csv"),
    ]
    words += ["--planar", "--metres-per-unit", "100", "--map", "node_id=k", "--json", "--quiet"]
    capsys.readouterr()
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["accepted"] == 3


@pytest.mark.parametrize(
    "words",
    [
        ["--as", "sites"],
        ["nowhere.csv", "--as", "sites"],
        [".", "--as", "sites"],
        ["sites.csv", "--as", "persons"],
        ["sites.csv", "--as", "sites", "--map", "name"],
        ["sites.csv", "--as", "sites", "--map", "name=nope"],
        ["sites.csv", "--as", "sites", "--crs", "mars"],
        ["sites.csv", "--as", "sites", "--encoding", "klingon"],
        ["sites.csv", "--as", "sites", "--planar"],
        ["sites.csv", "--as", "streets"],
        ["sites.csv"],
        ["--as", "streets", "--nodes", "sites.csv"],
        ["--as", "sites", "--nodes", "sites.csv", "--edges", "sites.csv"],
        ["--as", "streets", "--nodes", "sites.csv", "--edges", "sites.csv", "--planar", "--metres-per-unit", "0"],
        ["--as", "streets", "--nodes", "sites.csv", "--edges", "sites.csv", "--planar", "--metres-per-unit", "nan"],
    ],
)
def test_wrong_use(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Whatever the user does wrong ends with status 2, a message, and nothing on standard output."""
    monkeypatch.chdir(tmp_path)
    write_sites(tmp_path / "sites.csv")
    capsys.readouterr()
    assert main(["import", str(project), *words, "--quiet"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()


def test_report_of_a_file_without_a_good_row(project: Path, tmp_path: Path) -> None:
    """Status 2, and yet the report file says why for every row."""
    path, report = tmp_path / "bad.csv", tmp_path / "r.json"
    path.write_text("名称,类型,经度,纬度\n乙,卡口,,\n丙,卡口,,\n", encoding="utf-8")
    assert main(["import", str(project), str(path), "--as", "sites", "--report", str(report), "--quiet"]) == 2
    assert json.loads(report.read_text(encoding="utf-8"))["rejected"] == 2


def test_report_into_nowhere(project: Path, tmp_path: Path) -> None:
    """A report that cannot be written is the user's input at fault."""
    write_sites(tmp_path / "sites.csv")
    words = ["import", str(project), str(tmp_path / "sites.csv"), "--as", "sites", "--quiet"]
    assert main([*words, "--report", str(tmp_path / "no" / "r.json")]) == 2


def test_columns_are_shown_and_nothing_is_imported(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--show-columns answers with the mapping, its evidence and samples, and leaves the project as it is."""
    write_sites(tmp_path / "sites.csv")
    capsys.readouterr()
    words = [
        "import",
        str(project),
        str(tmp_path / "sites.csv"),
        "--as",
        "sites",
        "--show-columns",
        "--json",
        "--quiet",
    ]
    assert main(words) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["mapping"]["name"] == "name"
    assert shown["columns"][0]["samples"] == ["K1", "K2", "K3"]
    assert main(["profiles", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["project"] == []


def test_a_profile_by_the_command_line(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--column corrects, --save-profile keeps, --profile applies."""
    path = tmp_path / "sites.csv"
    path.write_text("甲,乙,类型,经度,纬度\n一,二,卡口,113.7,34.7\n", encoding="utf-8")
    start = ["import", str(project), str(path), "--as", "sites", "--json", "--quiet"]
    assert main([*start, "--column", "name=乙", "--save-profile", "月报"]) == 0
    capsys.readouterr()
    assert main([*start, "--profile", "月报"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1
    assert main([*start, "--profile", "周报"]) == 2
