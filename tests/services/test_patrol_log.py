"""Claims about recording stops: by hand, by the code of a sheet, from a filled form, in one step of undo."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest

from patrolmap.errors import InputError
from patrolmap.exchange.plan_tables import plan_tables
from patrolmap.exchange.workbook import workbook_bytes
from patrolmap.i18n import set_language
from patrolmap.messages import Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.patrol_log import LogState, log_numbers
from patrolmap.project.store import ProjectStore
from patrolmap.services.log_form import record_form
from patrolmap.services.patrol_log import SaidOfStop, record_code, record_stops
from patrolmap.sheets.qr import sheet_code
from tests.exchange.conftest import on_earth
from tests.sheets.samples import made_plan, made_route

DONE = SaidOfStop(LogState.DONE)
RAIN = SaidOfStop(LogState.SKIPPED, reason="下雨")


def renamed(route, mark):
    """Give a route's visits ids of their own: a plan has each visit once."""
    return replace(
        route,
        stops=tuple(
            replace(stop, visit=replace(stop.visit, visit_id=f"{mark}{stop.visit.visit_id}")) for stop in route.stops
        ),
    )


@pytest.fixture
def plan():
    return made_plan(on_earth(made_route(4, "T07")), renamed(on_earth(made_route(3, "T08")), "B"))


@pytest.fixture
def project(tmp_path, plan):
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame.around(113, 34)) as store:
        store.save_plan(plan, label=Message("plan"))
        yield store


def test_by_hand(project, plan):
    """Numbers are those of the sheet; the rest stays open; a clock time is on the day of the plan."""
    record_stops(project, plan, "T07", ["2"], replace(DONE, arrived="19:40", left="19:55", event="灯坏"))
    record_stops(project, plan, "T08", ["1", "BS002-1"], RAIN)
    numbers = log_numbers(plan, project.log_entries(plan.plan_id))
    assert (numbers.done, numbers.skipped, numbers.open, numbers.events) == (1, 2, 4, 1)
    entry = project.log_entries(plan.plan_id)[0]
    assert entry.visit_id == "S001-1"
    assert (entry.arrived, entry.left) == (dt.datetime(2026, 11, 21, 19, 40), dt.datetime(2026, 11, 21, 19, 55))
    project.undo()
    assert len(project.log_entries(plan.plan_id)) == 1


def test_a_clock_after_midnight_is_the_next_day(project, plan):
    """00:05 for a stop planned at 23:50 is the day after the shift began; 23:55 for one at 00:10 the day before."""
    for planned_s, said, wanted in (
        (86_400 - 600, "00:05", dt.datetime(2026, 11, 22, 0, 5)),
        (86_400 + 600, "23:55", dt.datetime(2026, 11, 21, 23, 55)),
    ):
        stop = replace(plan.routes[0].stops[0], start_s=planned_s, leave_s=planned_s + 600)
        night = replace(plan, routes=(replace(plan.routes[0], stops=(stop,)),))
        done = record_stops(project, night, "T07", ["all"], replace(DONE, arrived=said))
        assert done.entries[0].arrived == wanted


def test_by_the_code_of_a_sheet(project, plan):
    """The numbers are those of the paper: when the plan has changed since, each finds its own visit or is refused."""
    text = sheet_code(plan, plan.routes[0]).text
    route = plan.routes[0]
    changed = replace(plan, routes=(replace(route, stops=route.stops[:0:-1]), plan.routes[1]))
    project.save_plan(changed, label=Message("plan"))
    done = record_code(project, text, ["1", "4"], DONE)
    assert [entry.visit_id for entry in done.entries] == ["S003-1"]
    assert [number for number, _ in done.refused] == [1]
    assert done.entries[0].source == "code"
    assert len(record_code(project, text, [], DONE).entries) == 3


@pytest.mark.parametrize(
    ("stops", "said", "words"),
    [
        (["9"], DONE, "no stop 9"),
        (["0"], DONE, "no stop 0"),
        (["1"], SaidOfStop(LogState.SKIPPED), "nothing says why"),
        (["1"], replace(DONE, arrived="25:99"), "no time of day"),
        (["1"], replace(DONE, arrived="2026-11-25 19:00"), "more than a day"),
        (["1"], replace(DONE, arrived="19:40", left="19:30"), "before arriving"),
        (["1", "2"], replace(DONE, arrived="19:40"), "cannot be that of 2"),
        (["1"], replace(DONE, note="联系 13800138000"), "telephone"),
        (["1"], replace(DONE, note="11010519491231002X"), "identity number"),
    ],
)
def test_what_cannot_be_is_refused(project, plan, stops, said, words):
    """The message says what is wrong, and nothing is recorded."""
    with pytest.raises(InputError, match=words):
        record_stops(project, plan, "T07", stops, said)
    assert project.log_entries(plan.plan_id) == ()


def test_an_unknown_team_is_named(project, plan):
    """With the teams that there are."""
    with pytest.raises(InputError, match=r"no team T99.*T07, T08"):
        record_stops(project, plan, "T99", [], DONE)


def filled(path, plan, project, language, rows):
    """Export the workbook, and fill in its last sheet as an office would: row -> (state, arrived, left, why, ...)."""
    set_language(language)
    path.write_bytes(workbook_bytes(plan_tables(plan, project.frame), title="方案"))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[-1]
    for number, values in rows.items():
        for column, value in enumerate(values, start=6):
            sheet.cell(number + 1, column, value)
    book.save(path)


@pytest.mark.parametrize(("language", "spoken"), [("zh", "en"), ("en", "zh"), ("zh", "zh")])
def test_a_filled_form_comes_back(project, plan, tmp_path, language, spoken):
    """In either language, whatever is spoken now: rows that were filled in are recorded, the others stay open."""
    path = tmp_path / "form.xlsx"
    rows = {
        1: ("√", dt.datetime(2026, 11, 21, 19, 3), dt.time(19, 20), None, None, "=1+1"),
        2: ("skipped" if language == "en" else "未完成", None, None, "下雨"),
        3: (None, "19:40"),
        5: (None, None, None, "封路"),
    }
    filled(path, plan, project, language, rows)
    set_language(spoken)
    done = record_form(project, path)
    assert done.refused == ()
    entries = {entry.visit_id: entry for entry in project.log_entries(plan.plan_id)}
    assert {key: str(entry.state) for key, entry in entries.items()} == {
        "S000-1": "done", "S001-1": "skipped", "S002-1": "done", "BS000-1": "skipped",
    }  # fmt: skip
    assert entries["S000-1"].stay_s == 17 * 60
    assert entries["S001-1"].reason == "下雨"
    assert entries["BS000-1"].team_id == "T08"


def test_a_form_filled_by_hand(project, plan, tmp_path):
    """Merged cells of plan and team, a title above, numbers as texts, and clocks as people jot them down or Excel keeps them."""
    path = tmp_path / "form.xlsx"
    clocks = ("1940", "19点40", "１９：４０", "19时40分", 0.8194444, dt.time(19, 40), "7点半")
    filled(path, plan, project, "zh", {row: ("√", one) for row, one in enumerate(clocks, start=1)})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[-1]
    for column in (1, 12):
        sheet.merge_cells(start_row=2, end_row=5, start_column=column, end_column=column)
    for row in range(2, 6):
        sheet.cell(row, 2).value = str(sheet.cell(row, 2).value)
    sheet.insert_rows(1)
    sheet.cell(1, 1, "巡逻记录")
    book.save(path)
    done = record_form(project, path)
    assert done.refused == ()
    assert [entry.arrived.strftime("%H:%M") for entry in done.entries] == ["19:40"] * 6 + ["19:30"]
    assert {entry.team_id for entry in done.entries[:4]} == {"T07"}


def test_bad_rows_are_refused_and_the_others_kept(project, plan, tmp_path):
    """Each bad row has its number and its reason."""
    path = tmp_path / "form.xlsx"
    filled(path, plan, project, "zh", {1: ("已完成",), 2: ("也许",), 3: ("未完成",), 4: ("已完成", "昨天")})
    done = record_form(project, path)
    assert len(done.entries) == 1
    assert [row for row, _ in done.refused] == [2, 3, 4]
    assert "neither done nor skipped" in str(done.refused[0][1])


def test_a_form_of_another_plan_or_a_stranger(project, plan, tmp_path):
    """Rows of a plan that is not here are refused one by one; a workbook that is no form is refused as a whole."""
    path = tmp_path / "form.xlsx"
    filled(path, replace(plan, plan_id="other"), project, "zh", {1: ("已完成",)})
    done = record_form(project, path)
    assert done.entries == ()
    assert "no plan other" in str(done.refused[0][1])
    book = openpyxl.Workbook()
    book.active.title = "巡逻记录"
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.save(path)
    with pytest.raises(InputError, match="not the form"):
        record_form(project, path)


def test_the_form_saved_as_csv(project, plan, tmp_path):
    """An office may save the sheet as CSV, in the encoding of Chinese Windows."""
    path = tmp_path / "form.xlsx"
    filled(path, plan, project, "zh", {1: ("已完成", "2026/11/21 19:03")})
    rows = openpyxl.load_workbook(path).worksheets[-1].iter_rows(values_only=True)
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    csv = tmp_path / "form.csv"
    csv.write_bytes(text.encode("gb18030"))
    assert [entry.visit_id for entry in record_form(project, csv).entries] == ["S000-1"]


@pytest.mark.parametrize("alone", [False, True])
def test_a_form_whose_sheet_and_heads_were_renamed(project, plan, tmp_path, alone):
    """Beside the other sheets or alone: the sheet is known by its heads, and these with blanks or in the office's words."""
    path = tmp_path / "form.xlsx"
    filled(path, plan, project, "zh", {1: ("已完成",)})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[-1]
    sheet.title = "二十一日"
    for cell in sheet[1]:
        cell.value = {"方案编号": "方案 编号", "任务编号": "任务\n编号", "完成情况": "是否完成"}.get(
            cell.value, cell.value
        )
    for other in book.worksheets[:-1] if alone else ():
        book.remove(other)
    book.save(path)
    assert [entry.visit_id for entry in record_form(project, path).entries] == ["S000-1"]


@pytest.mark.parametrize(
    ("word", "state"),
    [("✔", "done"), ("Ｙ", "done"), ("已巡逻", "done"), ("到。", "done"), ("没去", "skipped"), ("Not done", "skipped"), ("缺", "skipped")],
)  # fmt: skip
def test_states_in_other_words(project, plan, tmp_path, word, state):
    """What offices write for done and skipped."""
    path = tmp_path / "form.xlsx"
    filled(path, plan, project, "zh", {1: (word, None, None, "下雨" if state == "skipped" else None)})
    assert [str(entry.state) for entry in record_form(project, path).entries] == [state]


def test_a_remark_alone_says_nothing_of_the_stop(project, plan, tmp_path):
    """It may stand for either, so its row is refused with the reason."""
    path = tmp_path / "form.xlsx"
    filled(path, plan, project, "zh", {2: (None, None, None, None, None, "门锁着")})
    done = record_form(project, path)
    assert done.entries == ()
    assert [row for row, _ in done.refused] == [2]
    assert "done or skipped" in str(done.refused[0][1])


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("晚上7点40分", "21 19:40"), ("7:40 PM", "21 19:40"), ("19.40", "21 19:40"), ("21日19:40", "21 19:40"), ("当晚19点40", "21 19:40"),
        ("2026-11-21T11:40:00Z", "21 19:40"), ("次日0:20", "22 00:20"), ("24:20", "22 00:20"),
    ],
)  # fmt: skip
def test_clocks_in_other_words(project, plan, written, moment):
    """Halves of the day, days in words, hours past midnight, and universal time."""
    done = record_stops(project, plan, "T07", ["1"], replace(DONE, arrived=written))
    assert done.entries[0].arrived.strftime("%d %H:%M") == moment


@pytest.mark.parametrize("note", ["车主身份证360681199001011234", "联系人赵六", "赣L·A1234占道"])
def test_persons_in_a_note_are_refused(project, plan, note):
    """A mistyped identity number, a name after its part, and a plate."""
    with pytest.raises(InputError, match="identity number"):
        record_stops(project, plan, "T07", ["1"], replace(DONE, note=note))
