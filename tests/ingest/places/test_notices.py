"""Notices as they are."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import docx
import pytest

from patrolmap.errors import InputError
from patrolmap.ingest.places.files import read_notice
from patrolmap.ingest.places.notices import read_lines
from tests.ingest.making import write_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "number", "place", "recorded"),
    [
        (
            "1 车站南大街与河北大道交叉口(江南新城路口) 闯红灯、压线",
            "1",
            "车站南大街与河北大道交叉口(江南新城路口)",
            "闯红灯、压线",
        ),
        ("12、嘉鱼大道与园区二路T字路口", "12", "嘉鱼大道与园区二路T字路口", ""),
        ("3.102国道与花溪路交叉口", "3", "102国道与花溪路交叉口", ""),
        ("一、526国道与板东线路口;", "一", "526国道与板东线路口", ""),
        ("(2)和平路与人民路交叉口\t逆行", "2", "和平路与人民路交叉口", "逆行"),
        ("228国道典字路交叉口 | ①②", "", "228国道典字路交叉口", "①②"),
        ("4 | 228国道典字路交叉口 | ①②", "4", "228国道典字路交叉口", "①②"),
        ("7 河北大道 与 和平路 交叉口 东100米 测速", "7", "河北大道 与 和平路 交叉口 东100米", "测速"),
        (
            "8 卡口设备 体育场路和兴福堂大桥交叉路口 信号灯抓拍",
            "8",
            "体育场路和兴福堂大桥交叉路口",
            "卡口设备 信号灯抓拍",
        ),
        ("1车站南大街与河北大道交叉口", "1", "车站南大街与河北大道交叉口", ""),
        ("2.和平路与河北大道交叉口,抓拍:闯红灯", "2", "和平路与河北大道交叉口", "抓拍:闯红灯"),
        ("4）和平路与河北大道路口东200米——超速", "4", "和平路与河北大道路口东200米", "超速"),
        ("第8处：和平路与交通路交口", "8", "和平路与交通路交口", ""),
        ("11,和平路与河北大道路口,闯红灯", "11", "和平路与河北大道路口", "闯红灯"),
        ("12-1 和平路与河北大道路口 闯红灯", "12-1", "和平路与河北大道路口", "闯红灯"),
        ("No.13 和平路与河北大道路口", "13", "和平路与河北大道路口", ""),
        ("5、和平路与河北大道交叉口将于12月1日启用", "5", "和平路与河北大道交叉口", "将于12月1日启用"),
        ("1. Main St & 5th Ave", "1", "Main St & 5th Ave", ""),
    ],
)
def test_entries(line: str, number: str, place: str, recorded: str) -> None:
    """Number, place and what is recorded are parted, however they are joined."""
    (row,) = read_lines(line).rows
    assert (row.number, row.place, row.recorded) == (number, place, recorded)


def test_a_whole_notice() -> None:
    """Prose around the list is passed over and counted, and a sentence may list several places."""
    text = (
        "某县公安局关于启用交通技术监控设备的通告\n\n序号 地点 抓拍违法行为\n1 和平路与人民路交叉口 闯红灯\n特此通告\n"
        "这些设备分别位于15个路口,即:和平路与湖光路交叉口、和平路与阳光路交叉口、世纪大道与文景路交叉口。\n"
    )
    notice = read_lines(text)
    assert [row.place for row in notice.rows] == [
        "和平路与人民路交叉口",
        "和平路与湖光路交叉口",
        "和平路与阳光路交叉口",
        "世纪大道与文景路交叉口",
    ]
    assert [line for line, _ in notice.skipped] == [1, 3, 5]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "xls"])
def test_tables(tmp_path: Path, suffix: str) -> None:
    """A table's column of places is found by its name, and the other columns are kept."""
    rows = [
        ["序号", "设置地点", "采集内容"],
        ["1", "和平路与人民路交叉口", "闯红灯"],
        ["2", "和平路与河北大道路口", "逆行"],
    ]
    notice = read_notice(write_table(rows, tmp_path / f"n.{suffix}"))
    assert [(row.number, row.place, row.recorded) for row in notice.rows] == [
        ("1", "和平路与人民路交叉口", "闯红灯"),
        ("2", "和平路与河北大道路口", "逆行"),
    ]


def test_a_table_without_a_head(tmp_path: Path) -> None:
    """The first entry is not lost where a head is missing."""
    rows = [["1", "和平路与人民路交叉口", "闯红灯"], ["2", "和平路与河北大道路口", "逆行"]]
    notice = read_notice(write_table(rows, tmp_path / "n.csv"))
    assert [row.place for row in notice.rows] == ["和平路与人民路交叉口", "和平路与河北大道路口"]


def test_a_title_of_a_notice_is_no_place() -> None:
    """Words such as 道路交通 in a title name no street."""
    assert read_lines("关于新增道路交通技术监控设备的公告").rows == ()


def test_a_word_document(tmp_path: Path) -> None:
    """Paragraphs and a table with a merged title above its head are read in their order."""
    document = docx.Document()
    document.add_paragraph("现将下列点位公告如下:")
    rows = [["点位一览表", "", ""], ["序号", "设置地点", "抓拍行为"], ["1", "和平路与\n河北大道路口", "压线"]]
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text or cell.text
    document.add_paragraph("2 和平路与人民路交叉口 逆行")
    path = tmp_path / "n.docx"
    document.save(str(path))
    notice = read_notice(path)
    assert [(row.line, row.number, row.place, row.recorded) for row in notice.rows] == [
        (4, "1", "和平路与 河北大道路口", "压线"),
        (5, "2", "和平路与人民路交叉口", "逆行"),
    ]


def test_a_word_document_with_entities_is_refused(tmp_path: Path) -> None:
    """A document type declaration in the text of a document is refused before anything expands."""
    path = tmp_path / "n.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(InputError, match="refused"):
        read_notice(path)


def test_personal_columns_of_a_table_are_left_out(tmp_path: Path) -> None:
    """Names and telephones beside a place are not repeated with it."""
    rows = [["编号", "案发地点", "报警人", "联系电话", "案别"]]
    rows += [[f"J{n}", "和平路与人民路交叉口", "张三丰", f"1380013{n * 37 % 9973:04d}", "盗窃"] for n in range(20)]
    for row in read_notice(write_table(rows, tmp_path / "n.csv")).rows:
        assert row.place == "和平路与人民路交叉口"
        assert "张三丰" not in row.recorded
        assert "1380013" not in row.recorded


def test_text_in_gbk(tmp_path: Path) -> None:
    """A text file in GBK is read."""
    path = tmp_path / "n.txt"
    path.write_bytes("1 车站南大街与河北大道交叉口(江南新城路口) 闯红灯\n2 和平路与人民路交叉口 逆行\n".encode("gbk"))
    assert [row.number for row in read_notice(path).rows] == ["1", "2"]


def test_no_places(tmp_path: Path) -> None:
    """A file that names no place is refused."""
    path = tmp_path / "n.txt"
    path.write_text("特此通告。\n", encoding="utf-8")
    with pytest.raises(InputError, match="names no place"):
        read_notice(path)


def test_telephones_of_a_notice_stay_outside(tmp_path: Path) -> None:
    """A line with a telephone is told by its number alone, and what is recorded loses the telephone."""
    path = tmp_path / "n.txt"
    path.write_text(
        "1 和平路与河北大道交叉口 闯红灯 13812345678\n联系人：王建国 0371-66881234\n以上启用。\n", encoding="utf-8"
    )
    notice = read_notice(path)
    assert "13812345678" not in str(notice)
    assert notice.skipped == ((2, ""), (3, "以上启用。"))


def test_shapes_without_any_column_name_no_place(tmp_path: Path) -> None:
    """A map file that has nothing but geometry is refused, with what to give instead."""
    path = tmp_path / "bare.geojson"
    shape = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [113.7, 34.7]}}'
    path.write_text(f'{{"type": "FeatureCollection", "features": [{shape}]}}', encoding="utf-8")
    with pytest.raises(InputError, match="names no place"):
        read_notice(path)
