"""The attribute table: filtered, edited in cells, many at once, from the clipboard; each one step of undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from patrolmap.desktop.features.tables.cell_editors import ManyDialog
from patrolmap.desktop.session import Selection
from tests.desktop.test_rings_sections import press, window  # noqa: F401 - fixtures
from tests.desktop.tiny import make_plan


@pytest.fixture
def panel(window, qtbot):  # noqa: F811
    window.docks["attributes"].raise_()
    qtbot.waitUntil(window.attributes.isVisible)
    return window.attributes


def column_of(panel, field):
    return [panel.model.field(place) for place in range(panel.model.columnCount())].index(field)


def choose(panel, *rows, field="name"):
    flag = QItemSelectionModel.SelectionFlag
    for step, row in enumerate(rows):
        index = panel.model.index(row, column_of(panel, field))
        panel.table.selectionModel().setCurrentIndex(
            index, (flag.ClearAndSelect if step == 0 else flag.Select) | flag.Rows
        )
    panel.table.setFocus()


def stored(window, field):  # noqa: F811
    return [None if value != value else value for value in window.core.session.project.layer("sites")[field]]  # noqa: PLR0124 - NaN


def test_a_cell_is_typed_over_and_undone(window, panel, qtbot):  # noqa: F811
    """F2, a new name, Enter: it is in the file, in the table, and one undo away."""
    choose(panel, 1)
    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    line = panel.table.findChild(QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, "West gate")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(window, "name") == ["Site A", "West gate", "Site C"])
    qtbot.waitUntil(lambda: panel.model.index(1, column_of(panel, "name")).data() == "West gate")
    window.core.session.undo()
    assert stored(window, "name") == ["Site A", "Site B", "Site C"]


def test_a_closed_list_is_chosen_from(window, panel, qtbot):  # noqa: F811
    """The kind of a site is a list of titles; the file gets the value."""
    choose(panel, 0, field="kind")
    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    box = panel.table.viewport().findChild(QComboBox)
    assert box.currentText() == "Checkpoint"
    box.setCurrentIndex(box.findText("Key site"))
    box.activated.emit(box.currentIndex())
    assert stored(window, "kind")[0] == "key_site"


def test_what_cannot_be_is_refused_with_the_choices(window, panel):  # noqa: F811
    """Level 7 does not exist; nothing is written and the notice lists what does."""
    said = []
    window.core.notices.said.connect(said.append)
    assert not panel.presenter.change("sites", [1, 2], {"level": ["2", "7"]})
    assert stored(window, "level") == [1, 2, 3]
    assert "1, 2, 3" in " ".join(str(part) for part in said[-1].parts)


def test_chosen_rows_get_one_value_in_one_step(window, panel, qtbot):  # noqa: F811
    """Two sites get the zone “North” by the dialog; one undo takes both back."""

    def answer():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ManyDialog)
        dialog.choose("zone")
        qtbot.keyClicks(dialog.value_box, "North")
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    choose(panel, 0, 2)
    QTimer.singleShot(50, answer)
    press(qtbot, panel.change_button)
    assert stored(window, "zone") == ["North", None, "North"]
    window.core.session.undo()
    assert stored(window, "zone") == [None, None, None]


def test_cells_from_excel_land_where_the_cursor_is(window, panel, qtbot):  # noqa: F811
    """Two rows of two columns, with the words a Chinese sheet has."""
    choose(panel, 1)
    QGuiApplication.clipboard().setText("东门\t卡口\r\n西门\t岗位\r\n")
    qtbot.keyClick(panel.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert stored(window, "name") == ["Site A", "东门", "西门"]
    assert stored(window, "kind") == ["checkpoint", "checkpoint", "post"]
    window.core.session.undo()
    assert stored(window, "name") == ["Site A", "Site B", "Site C"]


def test_too_many_pasted_rows_change_nothing(window, panel, qtbot):  # noqa: F811
    """The user is told how many there is room for."""
    said = []
    window.core.notices.said.connect(said.append)
    choose(panel, 2)
    QGuiApplication.clipboard().setText("a\nb\nc")
    press(qtbot, panel.paste_button)
    assert stored(window, "name") == ["Site A", "Site B", "Site C"]
    assert "3 rows of 1 columns do not fit" in str(said[-1].parts[0])


def test_deleted_rows_come_back(window, panel, qtbot):  # noqa: F811
    """The Delete key, then undo."""
    choose(panel, 0, 1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert stored(window, "name") == ["Site C"]
    window.core.session.undo()
    assert stored(window, "name") == ["Site A", "Site B", "Site C"]


def test_the_filter_keeps_rows_with_all_words_and_survives_an_edit(panel, qtbot):
    """“key site” is the title of a kind, not what is stored."""
    qtbot.keyClicks(panel.filter, "KEY c")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1)
    assert "1 of 3" in panel._count.text()
    panel.presenter.change("sites", [3], {"owner": ["Station"]})
    qtbot.waitUntil(lambda: panel.model.index(0, column_of(panel, "owner")).data() == "Station")
    assert panel.model.rowCount() == 1


def test_selection_goes_both_ways(window, panel):  # noqa: F811
    """Rows chosen in the table are selected on the map; rows selected elsewhere are chosen here."""
    choose(panel, 0, 2)
    assert window.core.session.selection == Selection("sites", (1, 3))
    window.core.session.select(Selection("teams", (2,)))
    assert (panel.layer_name, panel.chosen_fids) == ("teams", (2,))


def test_a_table_without_rows_says_what_to_do(panel, qtbot):
    """A filter that finds nothing, and a layer that has nothing; with rows the words are gone."""
    assert panel.note.label.isHidden()
    panel.filter.setText("no such words")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 0)
    assert "Clear the filter" in panel.note.label.text()
    panel.layer.setCurrentIndex(panel.layer.findData("barriers"))
    assert panel.model.total == 0
    assert "Import panel" in panel.note.label.text()
    panel.layer.setCurrentIndex(panel.layer.findData("sites"))
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0)
    assert panel.note.label.isHidden()


def test_columns_have_room_for_their_values_in_a_project_opened_again(window, panel, qtbot):  # noqa: F811
    """Also where the table knew its heads before its rows."""
    place, path = column_of(panel, "name"), window.core.session.project.path
    panel.presenter.change("sites", [1], {"name": ["A name much longer than the head of its column"]})
    qtbot.waitUntil(lambda: "much longer" in str(panel.model.index(0, place).data()))
    window.project_flow.close()
    window.project_flow.open(path)
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3 and not window.core.cache.is_loading)
    shown = panel.model.index(0, place).data()
    assert panel.table.columnWidth(place) >= panel.table.fontMetrics().horizontalAdvance(shown)


def test_a_project_without_any_row_says_what_to_do(window, tmp_path):  # noqa: F811
    """As soon as it is open, though no layer of it is read."""
    window.core.session.close()
    window.core.session.create(tmp_path / "new.gpkg", "New")
    assert "Import panel" in window.attributes.note.label.text()


def test_the_stops_say_that_there_is_no_plan(window, qtbot):  # noqa: F811
    """And no longer when there is one: at once if they are seen, else some moments later."""
    assert "Plan panel" in window.stops.note.label.text()
    window.core.desk.put(make_plan())
    qtbot.waitUntil(window.stops.note.label.isHidden)


def test_an_error_goes_when_work_goes_on(window, panel, qtbot):  # noqa: F811
    """A refusal stays until the next change is made, and not beyond it."""
    choose(panel, 0, field="level")
    QGuiApplication.clipboard().setText("seven")
    qtbot.keyClick(panel.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    bar = window.message_bar
    assert bar.isVisible()
    qtbot.wait(1_600)
    assert bar.isVisible()
    panel.presenter.change("sites", [1], {"level": ["2"]})
    assert not bar.isVisible()


def test_cells_with_headings_go_to_their_fields(window, panel, qtbot):  # noqa: F811
    """As Excel copies a table whole, with its first row."""
    choose(panel, 1)
    QGuiApplication.clipboard().setText("等级\t名称\r\n3\t东门\r\n1\t西门\r\n")
    qtbot.keyClick(panel.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (stored(window, "name"), stored(window, "level")) == (["Site A", "东门", "西门"], [1, 3, 1])
