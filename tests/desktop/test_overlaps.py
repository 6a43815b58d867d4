"""Nothing lies over anything else: in no dialog and no panel do two things of one layout share their place."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.tasks import TASKS
from tests.desktop.test_clipping import dialog_of
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture
from tests.desktop.tiny import make_plan
from tools.every_dialog import EVERY_DIALOG

OWN = (QAbstractScrollArea, QAbstractSpinBox, QComboBox, QHeaderView, QLineEdit, QMainWindow, QSplitter, QTabWidget)
"""They put their parts themselves."""
ENOUGH_PX = 3


def overlaps(root):
    """Describe the pairs of neighbours that share a place."""
    found = []
    for parent in [root, *root.findChildren(QWidget)]:
        if isinstance(parent, OWN) or not parent.isVisible():
            continue
        inside = [
            one for one in parent.children() if isinstance(one, QWidget) and one.isVisible() and not one.isWindow()
        ]
        for one, other in combinations(inside, 2):
            shared = one.geometry() & other.geometry()
            if shared.width() > ENOUGH_PX and shared.height() > ENOUGH_PX:
                names = " over ".join(f"{type(part).__name__} “{part.accessibleName()}”" for part in (one, other))
                found.append(f"{type(parent).__name__}: {names}")
    return found


def test_the_check_finds_what_lies_over_something(qtbot):
    """A button left behind over a label."""
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.addWidget(QLabel("words"))
    left = QPushButton("left behind", frame)
    left.setGeometry(0, 0, 90, 30)
    qtbot.addWidget(frame)
    frame.show()
    assert len(overlaps(frame)) == 1


def test_nothing_overlaps_in_any_dialog(window, qtbot):  # noqa: F811
    """As each of them opens."""
    window.core.desk.put(make_plan())
    found = []
    for name, make in EVERY_DIALOG.items():
        with dialog_of(window, make, qtbot) as dialog:
            found += [f"{name}: {words}" for words in overlaps(dialog)]
    assert not found, "\n".join(found)


def test_nothing_overlaps_in_any_panel(window, qtbot):  # noqa: F811
    """Each task, each section of the rings, each dock."""
    window.core.desk.put(make_plan())
    found = []
    for task in TASKS:
        window.show_task(task.id)
        qtbot.wait(10)
        found += overlaps(window.docks["tasks"])
    rings = window.tasks.panel("rings")
    window.show_task("rings")
    for name in rings.sections:
        rings.show_section(name)
        qtbot.wait(10)
        found += overlaps(rings)
    for dock in window.docks.values():
        dock.raise_()
        qtbot.wait(10)
        found += overlaps(dock)
    assert not found, "\n".join(sorted(set(found)))
