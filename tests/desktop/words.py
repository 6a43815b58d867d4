"""What is written in a widget, whether it has the room it needs, and whether it is in the language of the window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPushButton,
    QRadioButton,
    QStyleOptionHeader,
    QTabBar,
    QToolButton,
    QTreeWidget,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHINESE = re.compile(r"[\u3400-\u9fff]")
LATIN_WORDS = re.compile(r"[A-Za-z]{3,}")
MARKUP = re.compile(r"<[^>]+>")


def clipped(root: QWidget) -> list[str]:
    """List the texts that need more room than their widget has."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible():
            continue
        for words, has, needs in _rooms(widget):
            if has[0] < needs[0] or has[1] < needs[1]:
                found.append(f"{words!r}: has {has[0]}x{has[1]}, needs {needs[0]}x{needs[1]}")
    return found


def untranslated(root: QWidget, language: str, known: Iterable[str] = ()) -> list[str]:
    """List the texts in another language, once ``known`` names and what has no translation are taken out."""
    names = sorted({*known, *KEPT}, key=len, reverse=True)
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisibleTo(root) and not isinstance(widget, QMenu):
            continue
        for words in texts(widget):
            rest = MARKUP.sub(" ", words)
            for name in names:
                rest = rest.replace(name, " ")
            foreign = (
                CHINESE.search(rest) if language == "en" else not CHINESE.search(rest) and LATIN_WORDS.search(rest)
            )
            if foreign:
                found.append(f"{type(widget).__name__}: {words!r}")
    return found


def texts(widget: QWidget) -> Iterator[str]:
    """Give everything that a widget says, seen, read out or shown as a tip."""
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QGroupBox):
        yield widget.title()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(place) for place in range(widget.count()))
    if isinstance(widget, QMenu | QMenuBar):
        yield from (action.text() for action in widget.actions())
    if isinstance(widget, QTreeWidget):
        head = widget.headerItem()
        yield from (head.text(place) for place in range(widget.columnCount()) if not widget.isHeaderHidden())
    yield widget.toolTip()
    if not isinstance(widget, QMenu):
        yield widget.accessibleName()


KEPT = (
    "patrolmap", "中文", "English", "PDF", "GPX", "GPS", "Excel", "Word", "CSV", "PNG", "SVG", "WGS 84", "CGCS2000", "GCJ-02",
    "BD-09", "EPSG", "MBTiles", "PMTiles", "PySide6", "Python", "postgresql://user@server/database",
    "postgresql://user@host/database?table=schema.table", "UTF-8", "Ctrl", "Shift",
    "Alt", "Esc", "Enter", "Tab", "Qt", "GBK", "GB18030", "Linux", "Windows", "DBSCAN", "HDBSCAN", "KDE", "Knox", "PAI", "PEI",
    "Big5", "UTF-16", "Del", "Ins", "Night", "A街与B路交叉口", "Kind ← 类别", "Getis-Ord Gi*", "SQLite", "GeoPackage", "Shapefile", "KML", "GeoJSON",
)  # fmt: skip
"""What is written alike in both languages."""


def _rooms(widget: QWidget) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    has = (widget.width(), widget.height())
    if isinstance(widget, QLabel) and widget.text():
        hint = widget.sizeHint()
        needs = (0, widget.heightForWidth(widget.width())) if widget.wordWrap() else (hint.width(), hint.height())
        yield widget.text(), has, needs
    elif isinstance(widget, QPushButton | QCheckBox | QRadioButton) and widget.text():
        yield widget.text(), has, (widget.sizeHint().width(), widget.sizeHint().height())
    elif isinstance(widget, QToolButton) and widget.text() and _shows_text(widget):
        wide = widget.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, widget.text()).width()
        yield widget.text(), has, (wide, widget.fontMetrics().height())
    else:
        yield from _rooms_of_fields(widget, has)


def _rooms_of_fields(widget: QWidget, has: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    if isinstance(widget, QComboBox) and widget.currentText():
        # An elided item is read when the list is open; the height must do.
        yield widget.currentText(), has, (0, widget.fontMetrics().height())
    elif isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
        room = widget.width() - 2 * 4
        yield widget.placeholderText(), (room, has[1]), (_wide(widget, widget.placeholderText()), 0)
    elif isinstance(widget, QTabBar):
        for place in range(widget.count()):
            if widget.isTabVisible(place):
                box = widget.tabRect(place)
                yield widget.tabText(place), (box.width(), box.height()), (_wide(widget, widget.tabText(place)), 0)
    elif isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal and widget.model():
        for place in range(widget.count()):
            words = str(widget.model().headerData(place, Qt.Orientation.Horizontal) or "")
            if words and not widget.isSectionHidden(place):
                yield words, (widget.sectionSize(place), has[1]), (_wide_head(widget, place, words), 0)


def _shows_text(tool: QToolButton) -> bool:
    return tool.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly or tool.icon().isNull()


def _wide_head(head: QHeaderView, place: int, words: str) -> int:
    """Measure what is painted: a head may go on in a second line, but not leave letters out."""
    option = QStyleOptionHeader()
    head.initStyleOptionForIndex(option, place)
    whole = option.text.replace("\n", "").replace(" ", "") == words.replace(" ", "")
    return max(_wide(head, line) for line in (option.text if whole else words).split("\n"))


def _wide(widget: QWidget, words: str) -> int:
    return widget.fontMetrics().horizontalAdvance(words)
