"""The list of unmet visits: one scroll, buttons where they are wanted, and each belongs to its visit."""

from __future__ import annotations

import itertools
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from patrolmap.desktop.features.board.unmet import UnmetList
from patrolmap.desktop.forms import scrolled
from patrolmap.i18n import tr
from patrolmap.messages import Message
from patrolmap.services.plan_remedies import Remedy, RemedyKind
from tests.desktop.tiny import make_plan


def unmet(count):
    """Make visits that nobody has time for, of names in order."""
    (one,) = make_plan().unmet
    return [replace(one, visit=replace(one.visit, visit_id=f"U{k}", name=f"Visit {k}")) for k in range(count)]


def remedies(one):
    """Offer two."""
    return [Remedy(RemedyKind.SEARCH, one.visit.visit_id, Message(f"Remedy {k}")) for k in (1, 2)]


def shown(qtbot, count, width=340):
    """Show so many visits in a list that is seen, in a panel that scrolls."""
    panel, made = QWidget(), UnmetList()
    column = QVBoxLayout(panel)
    column.addWidget(made)
    column.addStretch(1)
    area = scrolled(panel)
    qtbot.addWidget(area)
    area.resize(width, 500)
    with qtbot.waitExposed(area):
        area.show()
    made.show_visits(unmet(count), remedies)
    made.setFocus()
    qtbot.waitUntil(lambda: panel.height() >= made.height() > 0)
    made.area = area
    return made


def test_many_visits_have_buttons_for_two_rows_at_most(qtbot):
    """For the one in hand and the one below the pointer; the others are painted."""
    made = shown(qtbot, 450)
    made.setCurrentIndex(made.visits.index(1, 0))
    qtbot.mouseMove(made.viewport(), made.visualRect(made.visits.index(0, 0)).center())
    qtbot.waitUntil(lambda: 0 in made.buttons)
    assert sorted(made.buttons) == [0, 1]
    assert len(made.findChildren(QPushButton, options=Qt.FindChildOption.FindChildrenRecursively)) == 5  # and a pattern


def test_only_the_panel_scrolls(qtbot):
    """The list is as high as all its rows, also after its panel became narrower; no word is cut."""
    made = shown(qtbot, 40)
    for width in (340, 240):
        made.area.resize(width, 500)
        qtbot.waitUntil(lambda: made.verticalScrollBar().maximum() == 0)
        last = made.visualRect(made.visits.index(39, 0))
        assert last.bottom() <= made.viewport().height()
        assert made.area.verticalScrollBar().maximum() > 0


def test_each_row_has_room_for_its_name_its_reason_and_its_buttons(qtbot):
    """None lies over another, and all lie in the row."""
    made = shown(qtbot, 3, width=240)
    for place in range(3):
        index = made.visits.index(place, 0)
        room = made.visualRect(index)
        boxes = made.itemDelegate().boxes(room, index, made.font())
        assert len(boxes) == 4
        assert all(room.contains(box) for box in boxes)
        assert all(above.bottom() < below.top() for above, below in itertools.pairwise(boxes))


def test_every_button_belongs_to_its_own_visit(qtbot):
    """It has the name of its visit for those who hear it, and asks for its own remedy."""
    made, asked = shown(qtbot, 3), []
    made.remedy_wanted.connect(asked.append)
    made.setCurrentIndex(made.visits.index(1, 0))
    assert [one.accessibleDescription() for one in made.buttons[1]] == ["Visit 1", "Visit 1"]
    qtbot.mouseClick(made.buttons[1][1], Qt.MouseButton.LeftButton)
    assert [(one.visit_id, str(one.label)) for one in asked] == [("U1", "Remedy 2")]


def test_one_click_without_a_move_before_it_asks_for_the_remedy(qtbot):
    """As a finger does, where a button is painted only."""
    made, asked = shown(qtbot, 3), []
    made.remedy_wanted.connect(asked.append)
    index = made.visits.index(2, 0)
    box = made.itemDelegate().boxes(made.visualRect(index), index, made.font())[2]
    qtbot.mouseClick(made.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert [(one.visit_id, str(one.label)) for one in asked] == [("U2", "Remedy 1")]


def test_the_keyboard_reaches_every_remedy(qtbot):
    """Down to a visit, Enter to its first button, Tab to the second, Space presses it; Esc goes back to the list."""
    made, asked = shown(qtbot, 30), []
    made.remedy_wanted.connect(asked.append)
    for _ in range(20):
        qtbot.keyClick(made, Qt.Key.Key_Down)
    place = made.currentIndex().row()
    assert place >= 19
    assert made.visibleRegion().boundingRect().contains(made.visualRect(made.currentIndex()).center())
    qtbot.keyClick(made, Qt.Key.Key_Return)
    assert made.buttons[place][0].hasFocus()
    qtbot.keyClick(made.buttons[place][0], Qt.Key.Key_Tab)
    assert made.buttons[place][1].hasFocus()
    qtbot.keyClick(made.buttons[place][1], Qt.Key.Key_Space)
    qtbot.keyClick(made.buttons[place][1], Qt.Key.Key_Escape)
    assert made.hasFocus()
    assert [(one.visit_id, str(one.label)) for one in asked] == [(f"U{place}", "Remedy 2")]


def test_no_button_can_be_pressed_while_something_is_planned(qtbot):
    """Neither those that are there nor those that come."""
    made = shown(qtbot, 3)
    made.setCurrentIndex(made.visits.index(0, 0))
    made.allow(can_run=False)
    made.setCurrentIndex(made.visits.index(1, 0))
    assert not any(one.isEnabled() for row in made.buttons.values() for one in row)


def test_a_plan_that_meets_everything_says_so(qtbot):
    """One line, no button, nothing to choose."""
    made, chosen = UnmetList(), []
    qtbot.addWidget(made)
    made.chosen.connect(chosen.append)
    made.show_visits([], None)
    made.setCurrentIndex(made.visits.index(0, 0))
    assert made.visits.rowCount() == 1
    assert made.visits.index(0, 0).data() == tr("Every visit is met.")
    assert (made.buttons, chosen) == ({}, [])
