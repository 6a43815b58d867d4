"""Heads of tables, of one row and of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from patrolmap.ingest.headings import find_heading, join_heads, read_head
from patrolmap.services.importing import import_file

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore


@pytest.mark.parametrize(
    ("rows", "names", "last"),
    [
        (
            [["名称", "坐标", "", "类型"], ["", "经度", "纬度", ""], ["甲", "113.7", "34.7", "卡口"]],
            ["名称", "经度", "纬度", "类型"],
            1,
        ),
        (
            [["点位信息", "", "坐标", ""], ["名称", "类型", "经度", "纬度"], ["甲", "卡口", "113.7", "34.7"]],
            ["名称", "类型", "经度", "纬度"],
            1,
        ),
        ([["名称", "类型", "备注"], ["甲", "卡口", ""], ["乙", "", "无"]], ["名称", "类型", "备注"], 0),
        ([["名称", "", "类型"], ["甲", "某某", "卡口"], ["乙", "某", "卡口"]], ["名称", "", "类型"], 0),
        (
            [
                ["编号", "开始", "", "结束", ""],
                ["", "日期", "时间", "日期", "时间"],
                ["1", "2026-01-01", "8:00", "2026-01-01", "9:00"],
            ],
            ["编号", "开始 日期", "开始 时间", "结束 日期", "结束 时间"],
            1,
        ),
    ],
)
def test_joined_heads(rows: list[list[str]], names: list[str], last: int) -> None:
    """Two rows become one head only where the lower one fills gaps with known names; data is never eaten."""
    assert join_heads(rows, find_heading(rows)) == (names, last)


def test_merged_head_in_excel(project: ProjectStore, tmp_path: Path) -> None:
    """A workbook with a title and a head of merged cells imports without any help."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["某区卡口一览表", None, None, None],
        ["点位名称", "坐标", None, "类型"],
        [None, "经度", "纬度", None],
        ["甲", 113.7, 34.7, "卡口"],
        ["乙", 113.8, 34.8, "卡口"],
    ):
        sheet.append(row)
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(area)
    path = tmp_path / "k.xlsx"
    book.save(path)
    assert import_file(project, path, "sites").accepted == 2
    assert project.layer("sites").geometry.x.tolist() == [113.7, 113.8]


@pytest.mark.parametrize(
    ("rows", "width"),
    [
        ([["POINT (113.7 34.7)", "盗窃"]], 2),
        ([["1", "113.71", "34.71", "盗窃"], ["2", "113.72", "34.72", "抢夺"]], 4),
        ([["盗窃", "2026-11-20 21:00"], ["抢夺", "2026-11-21 22:00"], ["诈骗", "2026/11/22"]], 2),
        ([["甲", "113.71,34.71"], ["乙", "113.72,34.72"]], 2),
    ],
)
def test_no_head(rows: list[list[str]], width: int) -> None:
    """A table that begins with its data loses no row; its columns get numbers."""
    assert read_head(rows) == ([f"column {number}" for number in range(1, width + 1)], -1)


@pytest.mark.parametrize(
    "rows",
    [
        [["统计日", "2026-11-20", "", ""], ["类别", "时间", "经度", "纬度"], ["盗窃", "2026-11-20", "113.7", "34.7"]],
        [["名称", "2025", "2026"], ["甲", "1.5", "2.5"], ["乙", "3.5", "4.5"]],
        [["id", "geom"], ["1", "POINT (113.7 34.7)"]],
        [["甲", "乙"], ["丙", "丁"]],
    ],
)
def test_heads_that_have_numbers_or_days_above_them(rows: list[list[str]]) -> None:
    """A title with its day, years as names, and plain words stay a head."""
    assert read_head(rows)[1] == (1 if "" in rows[0] else 0)


def test_wkt_without_a_head(project: ProjectStore, tmp_path: Path) -> None:
    """Shapes, moments and categories are found by their values, and the first row counts."""
    path = tmp_path / "i.csv"
    rows = [f'"POINT (113.7{minute:02d} 34.7)",盗窃,2026-11-20 21:{minute:02d}' for minute in range(6)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    report = import_file(project, path, "incidents", mapping={"category": "column 2"})
    assert (report.accepted, report.rejected) == (6, ())
    assert project.layer("incidents")["time_from"].iloc[0] == "2026-11-20T21:00:00"
    assert project.layer("incidents").geometry.x.iloc[0] == 113.7


def test_streets_as_wkt_without_a_head(project: ProjectStore, tmp_path: Path) -> None:
    """A bare list of lines is a street layer."""
    path = tmp_path / "s.csv"
    path.write_text('"LINESTRING (113.7 34.7, 113.8 34.7)"\n"LINESTRING (113.8 34.7, 113.8 34.8)"\n', encoding="utf-8")
    assert import_file(project, path, "streets").accepted == 2
