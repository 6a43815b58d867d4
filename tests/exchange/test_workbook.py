"""Claims about Excel files: openpyxl opens them, times are times, and no text becomes a formula."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from patrolmap.exchange.plan_tables import plan_tables
from patrolmap.exchange.workbook import Column, Table, inert_text, restored_text, workbook_bytes
from patrolmap.messages import Message
from patrolmap.model.plan import UnmetVisit

ATTACKS = (
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＠x",
    "\x00=1+1",
    '=HYPERLINK("http://example.invalid","点我")',
    "'=1+1",
    "-",
)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_stays_a_text(attack):
    """In the file it is a string cell; after the way over CSV it does not begin like a formula; it can be restored."""
    content = workbook_bytes([Table("表", (Column(attack),), [(attack,)])], title=attack)
    sheet = opened(content)["表"]
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        saved = io.StringIO()
        csv.writer(saved).writerow([cell.value])
        first = next(csv.reader(io.StringIO(saved.getvalue())))[0]
        assert first.startswith("'")
    assert restored_text(inert_text(attack)) == attack.replace("\x00", "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("plain", ["人民路", "3-5号楼", "a=b", "'quoted'", "", "用户@单位", "’"])
def test_harmless_texts_are_left_alone(plain):
    """No apostrophe where none is needed."""
    assert inert_text(plain) == plain == restored_text(plain)


def test_an_escape_is_no_way_in():
    """Excel reads ``_x003D_`` as an equals sign: the underscore is written as an escape of its own."""
    content = workbook_bytes([Table("表", (Column("a"),), [("_x003D_1+1",)])], title="t")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "_x005F_x003D_1+1" in texts


def test_a_plan_as_excel(plan, frame):
    """Five sheets with Chinese heads, frozen; the stops are those of the plan, with real times and places."""
    unmet = UnmetVisit(
        plan.routes[0].stops[0].visit, Message("short by {minutes} min", {"minutes": 4}), None, "no_time_left", 240.0
    )
    book = opened(workbook_bytes(plan_tables(dataclasses.replace(plan, unmet=(unmet,)), frame), title="方案"))
    assert book.sheetnames == ["方案", "点位", "未安排的任务", "巡逻队", "巡逻记录"]
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    head, *rows = book["点位"].iter_rows(values_only=True)
    assert head[:4] == ("巡逻队", "序号", "点位", "任务")
    assert head[11:] == ("方案编号", "队伍编号", "任务编号", "经度", "纬度")
    wanted = [(route, stop) for route in plan.routes for stop in route.stops]
    assert [row[13] for row in rows] == [stop.visit.visit_id for _, stop in wanted]
    assert [row[6] for row in rows] == [plan.moment(stop.start_s) for _, stop in wanted]
    assert isinstance(rows[0][6], dt.datetime)
    assert rows[0][14] == pytest.approx(109.0, abs=0.01)
    unmet_head, unmet_row = book["未安排的任务"].iter_rows(values_only=True)
    assert unmet_row[unmet_head.index("原因")] == "short by 4 min"
    assert unmet_row[8] == 4
    assert book["巡逻队"].max_row == 1 + len(plan.routes)


def test_no_person_is_in_it(plan, frame):
    """Leaders and telephones are on the sheets only."""
    book = opened(workbook_bytes(plan_tables(plan, frame), title="方案"))
    values = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert not {value for value in values if "组长" in value or value.startswith("000-")}


def test_ids_stay_off_the_paper_and_the_rest_fits_its_width(plan, frame):
    """Stops and form print on the width of one page without ids and coordinates, in columns that add up to what A4 holds."""
    book = opened(workbook_bytes(plan_tables(plan, frame), title="方案"))
    for name, last in (("点位", "K"), ("巡逻记录", "K")):
        sheet = book[name]
        assert sheet.print_area == f"'{name}'!$A$1:${last}${sheet.max_row}"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        letters = [get_column_letter(place) for place in range(1, sheet.max_column + 1)]
        printed = sum(sheet.column_dimensions[letter].width for letter in letters[: letters.index(last) + 1])
        assert printed < 180  # of 145 on landscape A4 at 11 points: not below 8.8
    assert book["方案"].print_area == ""


def test_long_reasons_wrap(plan, frame):
    """A reason longer than its column goes on in the next line, in the table and on paper."""
    reason = Message(
        "no team is free long enough between its other visits to be there in time for this one, by {minutes} min",
        {"minutes": 4},
    )
    unmet = UnmetVisit(plan.routes[0].stops[0].visit, reason, None, "no_time_left", 240.0)
    sheet = opened(workbook_bytes(plan_tables(dataclasses.replace(plan, unmet=(unmet,)), frame), title="方案"))[
        "未安排的任务"
    ]
    place = [cell.value for cell in sheet[1]].index("原因") + 1
    assert sheet.cell(2, place).alignment.wrap_text
    assert sheet.column_dimensions[get_column_letter(place)].width <= 48
    assert sheet.row_dimensions[2].height >= 30


def test_heads_on_two_lines_have_room(plan, frame):
    """A head that is wider than its column is in a row for two lines."""
    for sheet in opened(workbook_bytes(plan_tables(plan, frame), title="方案")):
        letters = [get_column_letter(place) for place in range(1, sheet.max_column + 1)]
        fits = all(
            2 * len(str(cell.value)) < sheet.column_dimensions[letter].width
            for letter, cell in zip(letters, sheet[1], strict=True)
        )
        assert fits or sheet.row_dimensions[1].height >= 30
