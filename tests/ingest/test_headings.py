"""Heads of tables, of one row and of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from patrolmap.ingest.headings import find_heading, join_heads
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
