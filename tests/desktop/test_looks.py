"""What was seen in pictures of the window, held: figures of what is shown, words for what is not, fields below each other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtWidgets import QApplication, QLabel

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.charts.presenter import _told
from patrolmap.desktop.features.rings.drill_section import DrillSection
from patrolmap.desktop.features.tables.models import RowsModel
from patrolmap.desktop.forms import date_field
from patrolmap.hotspots.time_charts import MonthCount
from patrolmap.messages import Message
from tests.desktop.tiny import make_plan, make_project


@pytest.fixture
def core(qapp, qtbot, tmp_path):  # noqa: ARG001 - a queue of events needs an application
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading)
    yield made
    made.close()


def test_the_layer_list_counts_the_plan_that_is_shown(core, qtbot):
    """Two plans of the project with the same stops; the list counts those of the one on the desk, and none without one."""
    plan = make_plan()
    core.session.project.save_plan(plan, label=Message("plan"))
    core.session.refresh()
    qtbot.waitUntil(lambda: not core.cache.is_loading)
    stored = core.cache.count("stops")
    assert stored == sum(len(route.stops) for route in plan.routes)
    core.desk.put(None)
    assert core.board.rows["stops"].count == 0
    core.desk.put(plan)
    assert core.board.rows["stops"].count == stored


def test_a_calendar_speaks_the_language_that_was_switched_to(qtbot):
    """It is a window of its own, which no owner tells."""
    field = date_field()
    qtbot.addWidget(field)
    before = QLocale()
    try:
        for name in ("zh_CN", "en_GB"):
            QLocale.setDefault(QLocale(name))
            QApplication.sendEvent(field, QEvent(QEvent.Type.LanguageChange))
            assert field.calendarWidget().locale().name() == name
    finally:
        QLocale.setDefault(before)


def test_truth_values_stand_with_words_and_numbers_with_numbers(qapp):  # noqa: ARG001
    """Yes and no are words; only numbers stand right."""
    model = RowsModel(("Team", "No.", "Required"))
    model.put([("A", 3, True)])
    sides = [model.data(model.index(0, place), Qt.ItemDataRole.TextAlignmentRole) for place in range(3)]
    assert sides[0] is None
    assert sides[1] & Qt.AlignmentFlag.AlignRight
    assert sides[2] is None


def test_a_month_that_has_just_begun_is_no_fall_to_nothing():
    """An empty month at the end that is not over is left out; an empty month that is over is told."""
    full = MonthCount("2026-02", 9, 4.1, 17.1, None, complete=True)
    empty = MonthCount("2026-03", 0, 0.0, 3.7, None, complete=True)
    begun = MonthCount("2026-04", 0, 0.0, 3.0, None, complete=False)
    assert _told((full, empty, begun)) == (full, empty)
    assert _told((begun,)) == (begun,)


def test_the_fields_of_a_drill_begin_below_each_other(core, qtbot):
    """Its forms are three, their names of different lengths."""
    section = DrillSection(core)
    qtbot.addWidget(section)
    section.resize(380, 700)
    section.show()
    names = [one for one in section.findChildren(QLabel) if one.buddy() is not None and one.isVisible()]
    lefts = {one.buddy().mapTo(section, one.buddy().rect().topLeft()).x() for one in names}
    assert len(names) >= 5
    assert len(lefts) == 1


def test_a_column_has_one_number_of_decimals(qapp):  # noqa: ARG001
    """Figures below each other are compared by their places; nothing is added that no row has."""
    model = RowsModel(("Hectares", "Load"))
    model.put([(677.9, 3.0), (2.6, 4.0), (824.0, 1200.0)])
    shown = [[model.data(model.index(row, column)) for row in range(3)] for column in range(2)]
    assert [text.rpartition(".")[2] for text in shown[0]] == ["9", "6", "0"]
    assert not any("." in text for text in shown[1])
