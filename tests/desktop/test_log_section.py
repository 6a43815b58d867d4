"""The patrol log in the window: sheets by keyboard and scanner, single stops, forms and tracks, and what the map shows."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import Qt

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.log.section import LogSection
from patrolmap.i18n import set_language
from patrolmap.messages import Message
from patrolmap.model.patrol_log import LogState
from patrolmap.services.exporting import export
from patrolmap.services.patrol_log import said_numbers
from patrolmap.sheets.qr import sheet_code
from tests.desktop.tiny import make_plan, make_project


@pytest.fixture
def section(qtbot, tmp_path):
    core = Core()
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    for plan in (make_plan("P0"), make_plan()):
        core.session.project.save_plan(plan, label=Message("test"))
    core.session.refresh()
    core.desk.put(core.session.project.plan("P1"))
    made = LogSection(core)
    made.core = core
    qtbot.addWidget(made, before_close_func=lambda _: core.close())  # work in the background ends before the widget
    made.show()
    return made


def kept(section, plan_id="P1"):
    return {one.visit_id: one for one in section.core.session.project.log_entries(plan_id)}


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("1-4 6", ["1", "2", "3", "4", "6"]),
        ("1、3，5", ["1", "3", "5"]),
        ("2 至 4", ["2", "3", "4"]),
        ("全部", ["all"]),
        ("ALL", ["all"]),
        ("V12", ["V12"]),
        ("第1、2站", ["1", "2"]),
        ("１－３ 5号", ["1", "2", "3", "5"]),
        ("1--3", ["1", "2", "3"]),
        ("A7号", ["A7号"]),
        ("", []),
        ("4-1", ["4-1"]),
    ],
)
def test_numbers_as_they_are_typed(typed, numbers):
    """Ranges, any separator of a Chinese or Western keyboard, all; what is no number is left for the refusal."""
    assert said_numbers(typed) == numbers


def test_a_sheet_by_scanner_and_two_keys(section, qtbot):
    """What a wedge scanner types ends with Enter; then the numbers and Enter; the next sheet can be scanned at once."""
    plan = section.core.session.project.plan("P0")
    qtbot.keyClicks(section.code, sheet_code(plan, plan.routes[0]).text)
    qtbot.keyClick(section.code, Qt.Key.Key_Return)
    assert (section.team.currentData(), section.done.text()) == ("T1", "all")
    section.done.setText("1")
    section.skipped.setText("2")
    section.reason.setText("rain")
    qtbot.keyClick(section.done, Qt.Key.Key_Return)
    assert [(one.state, one.reason, one.source) for one in kept(section, "P0").values()] == [
        (LogState.DONE, "", "code"),
        (LogState.SKIPPED, "rain", "code"),
    ]
    assert kept(section) == {}
    assert section.code.text() == section.done.text() == ""


def test_a_team_by_its_name(section, qtbot):
    """A name that is typed takes its sheet in hand; the numbers compare planned and done."""
    qtbot.keyClicks(section.code, "Team 1")
    qtbot.keyClick(section.code, Qt.Key.Key_Return)
    qtbot.keyClick(section.done, Qt.Key.Key_Return)
    assert [one.state for one in kept(section).values()] == [LogState.DONE] * 2
    assert "Team 1: 2 of 2 stops done (100%)" in section.numbers.text()
    assert "All teams: 2 of 3 stops done (67%), 0 skipped, 1 open" in section.numbers.text()


def test_one_stop_after_the_other_by_space(section, qtbot):
    """Space is done and goes on to the next stop, S is skipped; times and findings stand beside them."""
    section.presenter.take_team("T1")
    section.view.selectRow(0)
    section.arrived.setText("20:05")
    section.left.setText("20:20")
    section.finding.setCurrentIndex(section.finding.findData("street_light"))
    section.view.setFocus()
    qtbot.keyClick(section.view, Qt.Key.Key_Space)
    assert section.chosen == 2
    qtbot.keyClick(section.view, Qt.Key.Key_S)
    assert section.skipped.text() == "2"
    qtbot.keyClicks(section.reason, "rain")
    qtbot.keyClick(section.reason, Qt.Key.Key_Return)
    first, second = kept(section).values()
    assert (first.state, f"{first.arrived:%H:%M}", first.event) == (LogState.DONE, "20:05", "street_light")
    assert second.state is LogState.SKIPPED
    assert [event.type for event in section.core.session.project.events()] == ["street_light"]
    # The sheet of the other team has not come back: its stop is not marked among those that were recorded.
    assert [one.kind for one in section.core.scene.overlays] == ["log_done", "log_skipped"]


def test_undo_takes_a_sheet_back(section):
    """What was recorded is one step, and the list follows when it is taken back."""
    section.presenter.take_team("T1")
    assert section.presenter.record("all", "")
    section.core.session.undo()
    assert [row[3] for row in section.presenter.rows()] == ["–", "–"]


def test_what_is_no_sheet_or_stop_is_told(section):
    """A code from elsewhere, a number that is not on the sheet, a telephone number: a notice, and nothing is kept."""
    told = []
    section.core.notices.said.connect(told.append)
    assert not section.presenter.take_code("https://example.org")
    section.presenter.take_team("T1")
    assert not section.presenter.record("7", "")
    assert not section.presenter.record("", "1", "call 13800138000")
    assert len(told) == 3
    assert kept(section) == {}


def test_a_filled_form(section, qtbot, tmp_path):
    """The workbook that the program wrote comes back with what was entered."""
    (path,) = export(section.core.session.project, tmp_path / "form.xlsx", "xlsx", "P1").files
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[-1]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("Done or skipped") + 1).value = "done"
    book.save(path)
    section.presenter.record_file(path)
    qtbot.waitUntil(lambda: bool(kept(section)), timeout=10_000)
    assert [one.source for one in kept(section).values()] == ["form"]


def test_it_speaks_chinese(section):
    """Every word that stands in the section is Chinese when the window is."""
    set_language("zh")
    section.refill()
    assert "全部巡逻队：完成 0/3 个点位" in section.numbers.text()
    set_language("en")
