"""What an office's tables hold beside data: heads of two rows, merged cells, impossible numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlwt

from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project
from tests.ingest.making import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

TWO_HEADS = [
    ["名称", "类型", "位置", ""],
    ["", "", "经度", "纬度"],
    ["甲", "卡口", 113.7, 34.7],
    ["乙", "路口", 113.8, 34.8],
]
MERGED = [
    ["派出所", "名称", "类型", "经度", "纬度"],
    ["城东所", "甲", "卡口", 113.7, 34.7],
    ["", "乙", "卡口", 113.71, 34.71],
    ["", "丙", "卡口", 113.72, 34.72],
    ["", "丁", "卡口", 113.73, 34.73],
]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    """Make an empty project."""
    with create_project(tmp_path / "p.gpkg", "District") as made:
        yield made


def _merged_xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in MERGED:
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.save(path)
    return path


def _merged_xls(path: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate(MERGED):
        for column, value in enumerate(row):
            if value != "" and not (column == 0 and at == 1):
                sheet.write(at, column, value)
    sheet.write_merge(1, 3, 0, 0, "城东所")
    book.save(str(path))
    return path


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "xls"])
def test_a_head_of_two_rows_in_every_table(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """The lower head fills the gaps of the upper one, and the first row of data is a row."""
    import_file(project, write_table(TWO_HEADS, tmp_path / f"a.{suffix}"), "sites")
    layer = project.layer("sites")
    assert layer["name"].tolist() == ["甲", "乙"]
    assert layer.geometry.x.tolist() == [113.7, 113.8]


@pytest.mark.parametrize(("suffix", "write"), [("xlsx", _merged_xlsx), ("xls", _merged_xls)])
def test_cells_merged_over_rows_are_filled_down(project: ProjectStore, tmp_path: Path, suffix: str, write) -> None:
    """Each merged row gets the value, the row below the merged cell does not, and the report says it."""
    report = import_file(project, write(tmp_path / f"a.{suffix}"), "sites")
    assert project.layer("sites")["owner"].tolist()[:3] == ["城东所"] * 3
    assert project.layer("sites")["owner"].isna().tolist() == [False, False, False, True]
    assert any("filled down in 2 rows" in str(choice) for choice in report.choices)


def test_a_column_merged_to_the_end_of_the_sheet_makes_no_rows(project: ProjectStore, tmp_path: Path) -> None:
    """Only rows that hold something else are rows."""
    book = openpyxl.Workbook()
    for row in MERGED:
        book.active.append(row)
    book.active.merge_cells("A2:A1048576")
    book.save(tmp_path / "a.xlsx")
    report = import_file(project, tmp_path / "a.xlsx", "sites")
    assert (report.accepted, report.rejected) == (4, ())


@pytest.mark.parametrize(
    ("heading", "value", "field"),
    [
        ("人数", "0", "members"),
        ("人数", "-3", "members"),
        ("速度", "-5", "speed_kph"),
        ("休息", "-10", "break_minutes"),
    ],
)
def test_impossible_numbers_are_left_out_and_said(
    project: ProjectStore, tmp_path: Path, heading: str, value: str, field: str
) -> None:
    """The row stays, the value does not, and the report names row, column and value once."""
    text = f"队名,{heading},经度,纬度\n一队,{value},113.7,34.7\n二队,6,113.7,34.7\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    report = import_file(project, tmp_path / "a.csv", "teams")
    assert project.layer("teams")[field].isna().tolist() == [True, False]
    assert [(note.row, note.column, note.value) for note in report.repaired] == [(1, heading, value)]


@pytest.mark.parametrize("value", ["-30", "0"])
def test_a_speed_limit_is_above_nothing(project: ProjectStore, tmp_path: Path, value: str) -> None:
    """A street with a limit of −30 keeps its line and no limit."""
    text = f'name,限速,wkt\nA,{value},"LINESTRING (113.7 34.7, 113.71 34.7)"\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    import_file(project, tmp_path / "a.csv", "streets")
    assert project.layer("streets")["maxspeed_kph"].isna().tolist() == [True]
