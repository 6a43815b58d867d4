"""Tables of a narrow panel: all columns are inside it, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QTreeWidgetItem

from patrolmap.desktop.features.hotspots.panel import _spot_list
from patrolmap.desktop.features.tables.fitting import FittingTable, broken, shared
from patrolmap.desktop.features.tables.models import RowsModel

columns = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=9)


@given(columns, st.integers(0, 2000))
def test_columns_fill_the_room_and_none_goes_below_its_least(pairs, room):
    """Only where the least are more than the room are they wider than it."""
    wanted, least = [max(pair) for pair in pairs], [min(pair) for pair in pairs]
    found = shared(wanted, least, room)
    assert sum(found) == max(room, sum(least))
    assert all(width >= low for width, low in zip(found, least, strict=True))


@given(columns, st.integers(0, 2000))
def test_a_narrow_column_is_not_cut_for_a_wider_one(pairs, room):
    """What is missing is taken from the widest: a cut column is as wide as any that could still be cut, to a pixel."""
    wanted = [max(pair) for pair in pairs]
    if sum(wanted) <= room:
        return
    found = shared(wanted, [0] * len(wanted), room)
    cut = [width for width, whole in zip(found, wanted, strict=True) if width < whole]
    assert all(width >= max(found) - 1 for width in cut)


@pytest.mark.usefixtures("qtbot")
def test_long_heads_are_broken_where_a_reader_would():
    """After a space, before a bracket."""
    metrics = QFontMetrics(QApplication.font())
    assert broken("The weakest way passes", metrics) == "The weakest\nway passes"
    assert broken("用时（分:秒）", metrics) == "用时\n（分:秒）"
    assert broken("Share", metrics) == "Share"
    assert broken("序号", metrics) == "序号"


def shown(qtbot, width):
    """Show a table of many columns and a long name in so many pixels."""
    model = RowsModel(("Junction", "Checkpoints to pass", "Time (min:s)", "Share", "Incidents"))
    table = FittingTable(model, 9)
    qtbot.addWidget(table)
    model.put([("人民东路与东大街交叉口东北角的卡口旁", 3, "12:05", "100 %", 1234.5), ("B", 1, "0:30", "7 %", 0.0)])
    table.resize(width, 300)
    with qtbot.waitExposed(table):
        table.show()
    return table


def test_nothing_lies_beside_the_edge(qtbot):
    """All columns that are seen are together as wide as the table; narrower, they follow."""
    table = shown(qtbot, 330)
    for width in (330, 290, 600):
        table.resize(width, table.height())
        assert table.horizontalHeader().length() == table.viewport().width()


def test_what_has_no_room_is_written_below_with_its_title(qtbot):
    """And comes back as a column in a wider table."""
    table = shown(qtbot, 250)
    assert table.isColumnHidden(4)
    assert table.below_px(0) > 0
    table.resize(700, table.height())
    assert [table.isColumnHidden(column) for column in range(5)] == [False] * 5
    assert table.below_px(0) == 0


def test_a_long_name_has_two_lines_and_others_one(qtbot):
    """And no row is hidden below the edge."""
    table = shown(qtbot, 330)
    assert table.rowHeight(0) > table.rowHeight(1)
    assert table.verticalScrollBar().maximum() == 0


def test_a_row_tells_the_whole_of_itself(qtbot):
    """What a narrow column cuts is read in the tip, each value with its title."""
    table = shown(qtbot, 330)
    tip = table.model().index(0, 3).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[0] == "Junction: 人民东路与东大街交叉口东北角的卡口旁"
    assert len(tip.splitlines()) == 5


def test_a_long_name_of_a_hotspot_has_two_lines_while_its_column_is_narrow(qtbot):
    """And one in a wide panel."""
    tree = _spot_list()
    qtbot.addWidget(tree)
    tree.resize(330, 200)
    tree.addTopLevelItem(QTreeWidgetItem(["1", "站前路—丰收大街东段", "316", "16-21", "12 min × 2"]))
    with qtbot.waitExposed(tree):
        tree.show()
    narrow = tree.visualItemRect(tree.topLevelItem(0)).height()
    tree.resize(900, 200)
    qtbot.waitUntil(lambda: tree.visualItemRect(tree.topLevelItem(0)).height() < narrow)
