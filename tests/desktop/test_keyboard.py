"""Keyboard and screen readers: all controls have names, all keys are on the sheet, the focus goes everywhere and is seen."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTextBrowser,
    QWidget,
)

from patrolmap.desktop.keys import KeysDialog
from patrolmap.desktop.tasks import TASKS
from tests.desktop.test_clipping import dialog_of
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture
from tests.desktop.tiny import make_plan
from tools.every_dialog import EVERY_DIALOG

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextBrowser,
    QSlider,
)


def nameless(root):
    """List the controls of which a screen reader could say nothing but their kind."""
    bought = {buddy for label in root.findChildren(QLabel) if (buddy := label.buddy()) is not None}
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or not widget.isVisibleTo(root) or widget in bought:
            continue
        if widget.objectName().startswith("qt_") or isinstance(
            widget.parent(), QAbstractSpinBox | QComboBox | QAbstractItemView | QLineEdit
        ):
            continue  # parts that Qt makes for itself
        if widget.parent() is not None and type(widget.parent()).__name__ == "QComboBoxPrivateContainer":
            continue
        said = widget.accessibleName() or (isinstance(widget, QAbstractButton) and (widget.text() or widget.toolTip()))
        if not said:
            path, owner = [], widget
            while owner is not None and len(path) < 4:
                path.append(type(owner).__name__ + (f"#{owner.objectName()}" if owner.objectName() else ""))
                owner = owner.parent()
            found.append(" < ".join(path))
    return found


def test_every_control_of_the_window_has_a_name(window, qtbot):  # noqa: F811
    """In every task and section, every dock."""
    window.core.desk.put(make_plan())
    found = []
    for task in TASKS:
        window.show_task(task.id)
        found += nameless(window)
    rings = window.tasks.panel("rings")
    window.show_task("rings")
    for name in rings.sections:
        rings.show_section(name)
        found += nameless(window)
    for dock in window.docks.values():
        dock.show()
        dock.raise_()
        qtbot.wait(5)
        found += nameless(dock)
    assert not found, "\n".join(sorted(set(found)))


def test_every_control_of_every_dialog_has_a_name(window, qtbot):  # noqa: F811
    """All dialogs."""
    window.core.desk.put(make_plan())
    found = []
    for name, make in EVERY_DIALOG.items():
        with dialog_of(window, make, qtbot) as dialog:
            found += [f"{name}: {words}" for words in nameless(dialog)]
    assert not found, "\n".join(sorted(set(found)))


def test_every_key_of_an_action_is_on_the_sheet(window, qtbot):  # noqa: F811
    """Whatever QAction of the window has a key: the sheet says it."""
    dialog = KeysDialog(window.actions_board, window, more=window.board.actions_board)
    qtbot.addWidget(dialog)
    listed = {label.text() for label in dialog.findChildren(QLabel)}
    keys = {
        key.toString(QKeySequence.SequenceFormat.NativeText)
        for action in window.findChildren(QAction)
        for key in action.shortcuts()
    }
    assert len(keys) > 30
    assert keys - listed == set()


def test_tab_goes_to_every_control_of_every_dialog(window, qtbot):  # noqa: F811
    """Round once: buttons, boxes and fields all get the focus."""
    window.core.desk.put(make_plan())
    found = []
    for name, make in EVERY_DIALOG.items():
        with dialog_of(window, make, qtbot) as dialog:
            dialog.activateWindow()
            qtbot.waitUntil(dialog.isActiveWindow)
            missing = unreached(dialog, qtbot)
            found += [f"{name}: {type(one).__name__} {one.accessibleName() or one.text()}" for one in missing]
    assert not found, "\n".join(found)


def unreached(dialog, qtbot):
    """Press Tab until all controls had the focus, and give those that never have."""
    wanted = {
        widget
        for widget in dialog.findChildren(QWidget)
        if isinstance(widget, QPushButton | QCheckBox | QComboBox | QLineEdit)
        and widget.isVisible()
        and widget.isEnabled()
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
    }
    for _ in range(400):  # a page of the guide has many links
        focus = QApplication.focusWidget()
        wanted.discard(focus)
        if not wanted:
            break
        qtbot.keyClick(focus or dialog, Qt.Key.Key_Tab)
    return wanted


def test_escape_leaves_every_dialog(window, qtbot):  # noqa: F811
    """From wherever the focus is first, and nothing of the project is changed."""
    window.core.desk.put(make_plan())
    stays, before = [], window.core.session.project.can_undo
    for name, make in EVERY_DIALOG.items():
        with dialog_of(window, make, qtbot) as dialog:
            dialog.activateWindow()
            qtbot.waitUntil(dialog.isActiveWindow)
            qtbot.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)
            qtbot.wait(5)
            if shiboken6.isValid(dialog) and dialog.isVisible():
                stays.append(name)
    assert stays == []
    assert window.core.session.project.can_undo == before
