"""Cells gathered by column, and rows written in parts: the parts cannot be seen."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from patrolmap.ingest.cell_columns import CellColumns
from patrolmap.services.importing import import_file

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore


@pytest.mark.parametrize("count", [0, 1, 3, 24, 25, 26, 61])
def test_all_rows_in_their_order(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Whether or not a part is full when the table ends, every row is there once."""
    monkeypatch.setattr("patrolmap.ingest.cell_columns._ROWS", 5)
    cells = CellColumns(2)
    for number in range(count):
        cells.append([str(number), "same"])
    table = cells.as_table(["a", "b"])
    assert table["a"].tolist() == [str(number) for number in range(count)]
    assert table["b"].tolist() == ["same"] * count


def test_the_last_row_can_still_be_changed() -> None:
    """What was cut off at the end of a file is taken out of the last row."""
    cells = CellColumns(1)
    for number in range(3):
        cells.append([str(number)])
    cells.last_rows[-1][0] = ""
    assert cells.as_table(["a"])["a"].tolist() == ["0", "1", ""]


def test_line_ends_at_the_edges_of_pieces(
    project: ProjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a piece of the text ends, between two signs of a line's end too, the rows are the same, and so is the layer."""
    path = tmp_path / "i.csv"
    rows = [f"A{number},盗窃,2026-03-05 20:{number:02d},113.7,34.7\r\n" for number in range(40)]
    path.write_bytes(("编号,类别,时间,经度,纬度\r\n" + "".join(rows)).encode())
    monkeypatch.setattr("patrolmap.project.rows._WRITTEN", 7)
    for size in (17, 31, 64, 1000):
        monkeypatch.setattr("patrolmap.ingest.texttables._PIECE", size)
        import_file(project, path, "incidents")
        assert project.layer("incidents")["incident_id"].tolist() == [f"A{number}" for number in range(40)]
    with closing(sqlite3.connect(project.path)) as connection:
        assert connection.execute("SELECT count(*) FROM rtree_incidents_geom").fetchone() == (40,)
