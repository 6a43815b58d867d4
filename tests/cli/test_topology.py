"""Topology care by the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from patrolmap.cli.app import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def streets(tmp_path: Path) -> tuple[str, str]:
    """Make an empty project, and two streets that cross without a common vertex."""
    project, lines = tmp_path / "p.gpkg", tmp_path / "s.csv"
    assert main(["new", str(project), "--quiet", "--json"]) == 0
    lines.write_text(
        'name,wkt\nA,"LINESTRING (113.70 34.7, 113.71 34.7)"\nB,"LINESTRING (113.705 34.69, 113.705 34.71)"\n',
        encoding="utf-8",
    )
    return str(project), str(lines)


def test_report_changes_nothing_and_repair_does(streets: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """`import --topology report` counts, `topology --repair` mends, and then nothing is left."""
    project, lines = streets
    capsys.readouterr()
    assert main(["import", project, lines, "--as", "streets", "--topology", "report", "--json", "--quiet"]) == 0
    seen = json.loads(capsys.readouterr().out)["topology"]
    assert (seen["mended"], seen["counts"]["crossing"]) == (False, 1)
    assert main(["topology", project, "--repair", "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["mended"] is True
    assert main(["topology", project, "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


@pytest.mark.parametrize(
    "words", [["--as", "sites", "--topology", "repair"], ["--as", "streets", "--topology", "repair", "--snap-m", "500"]]
)
def test_wrong_wishes_are_refused(streets: tuple[str, str], words: list[str]) -> None:
    """Sites have no topology, and half a kilometre is no tolerance; nothing is imported then."""
    assert main(["import", *streets, *words, "--quiet"]) == 2
    assert main(["topology", streets[0], "--quiet"]) == 2  # there are no streets: nothing was imported
