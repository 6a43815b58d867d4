"""Where the focus is can be seen: every control that Tab reaches is drawn another way while it has the focus, in both themes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from patrolmap.desktop.tasks import TASKS
from patrolmap.desktop.theme import apply_theme
from tests.desktop.test_clipping import dialog_of
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture
from tests.desktop.tiny import make_plan
from tools.every_dialog import EVERY_DIALOG

ENOUGH = 3.0
"""Contrast between a pixel with and without focus, as WCAG 2.2 asks of focus indicators (success criterion 2.4.13)."""
PARTS = (QAbstractSpinBox, QComboBox, QAbstractItemView)


@pytest.fixture(params=["light", "dark"])
def theme(qapp, request):
    apply_theme(qapp, request.param)
    yield request.param
    apply_theme(qapp, "light")


def luminance(picture):
    """Relative luminance of WCAG 2 for each pixel."""
    image = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    share = rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def ring_px(widget, elsewhere):
    """Count the pixels that stand out when a widget takes the focus from another one."""
    elsewhere.setFocus(Qt.FocusReason.TabFocusReason)
    before = luminance(widget.grab().toImage())
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    after = luminance(widget.grab().toImage())
    if before.shape != after.shape:
        return before.size
    high, low = np.maximum(before, after), np.minimum(before, after)
    return int(((high + 0.05) / (low + 0.05) >= ENOUGH).sum())


def wanted_px(widget):
    """Want at least the pixels of one side of a ring around it, of large things those of a small one."""
    return min(max(widget.width(), 2 * widget.height()) // 2, 60)


def reached(root):
    """List the controls that Tab stops at."""
    return [
        one
        for one in root.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.isVisible()
        and one.isEnabled()
        and one.focusProxy() is None
        and not isinstance(one.parent(), PARTS)
        and not one.objectName().startswith("qt_")
        and one.width() > 3
    ]


def unseen(root, elsewhere):
    """Describe the controls whose focus nobody can see."""
    return [
        f"{type(one).__name__} “{one.accessibleName() or getattr(one, 'text', str)()}”: {ring_px(one, elsewhere)} px"
        for one in reached(root)
        if one is not elsewhere and ring_px(one, elsewhere) < wanted_px(one)
    ]


@pytest.mark.usefixtures("theme")
def test_the_check_finds_a_control_without_a_ring(qtbot):
    """A button whose ring is taken away is found, one with a ring is not."""
    frame, first, bare, usual = QDialog(), QPushButton("A"), QPushButton("B"), QPushButton("C")
    bare.setStyleSheet("QPushButton, QPushButton:focus { border: 1px solid gray; padding: 6px 14px; }")
    line = QHBoxLayout(frame)
    for one in (first, bare, usual):
        one.setAutoDefault(False)
        line.addWidget(one)
    qtbot.addWidget(frame)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    assert [words[:15] for words in unseen(frame, first)] == ["QPushButton “B”"]


@pytest.mark.usefixtures("theme")
def test_switched_and_primary_controls_show_it_too(qtbot):
    """What is drawn in the accent's colour already must not hide the ring."""
    frame, first = QDialog(), QPushButton("A")
    primary, box, tool, tabs = QPushButton("Go"), QCheckBox("On"), QToolButton(), QTabBar()
    primary.setProperty("primary", True)
    box.setChecked(True)
    tool.setText("Tool")
    tool.setCheckable(True)
    tool.setChecked(True)
    tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    tabs.addTab("One")
    tabs.addTab("Two")
    line = QHBoxLayout(frame)
    for one in (first, primary, box, tool, tabs, QLabel()):
        line.addWidget(one)
    for one in (first, primary):
        one.setAutoDefault(False)
    qtbot.addWidget(frame)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    assert unseen(frame, first) == []


@pytest.mark.usefixtures("theme")
def test_it_is_seen_in_every_panel_and_dock(window, qtbot):  # noqa: F811
    """Each task, each section of the rings, each dock, with a plan on the desk."""
    window.core.desk.put(make_plan())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    found = []
    for task in TASKS:
        window.show_task(task.id)
        qtbot.wait(5)
        found += unseen(window.docks["tasks"], window.search)
    window.show_task("rings")
    rings = window.tasks.panel("rings")
    for name in rings.sections:
        rings.show_section(name)
        qtbot.wait(5)
        found += unseen(rings, window.search)
    for dock in window.docks.values():
        dock.show()
        dock.raise_()
        qtbot.wait(5)
        found += unseen(dock, window.search)
    found += unseen(window.stage, window.search)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=15_000)
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.usefixtures("theme")
def test_it_is_seen_in_every_dialog(window, qtbot):  # noqa: F811
    """All dialogs, each control of the page that is open."""
    window.core.desk.put(make_plan())
    found = []
    for name, make in EVERY_DIALOG.items():
        with dialog_of(window, make, qtbot) as dialog:
            dialog.activateWindow()
            qtbot.waitUntil(dialog.isActiveWindow)
            others = reached(dialog)
            if len(others) > 1:
                found += [f"{name}: {words}" for words in unseen(dialog, others[-1])]
    assert not found, "\n".join(sorted(set(found)))
