"""Lists whose long texts go on in the next line instead of ending in dots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget

from patrolmap.desktop.theme import current_tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QResizeEvent

__all__ = ["TitledTree", "TwoLines", "WrappingTree"]

_ROOM_PX: Final = 14
_PADDING_PX: Final = 8
_LEFT_PX: Final = 7
_EDGE_PX: Final = 4


class WrappingTree(QTreeWidget):
    """
    A tree of one column, as high in each row as its text needs.

    Parameters
    ----------
    most_px : int, default 0
        The tree is as high as its rows, up to this; above it scrolls. 0 leaves its height to the layout.
    """

    def __init__(self, most_px: int = 0) -> None:
        super().__init__()
        self._most_px = most_px
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Wrapping(self))
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self.fit)
        if most_px:
            for change in (self.itemExpanded, self.itemCollapsed, self.model().rowsInserted, self.model().modelReset):
                change.connect(lambda *_: self._fit.start())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """
        Lay the rows out for the new width.

        Parameters
        ----------
        event : QResizeEvent
            The size.
        """
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        if self._most_px and event.size().width() != event.oldSize().width():
            self._fit.start()

    def fit(self) -> None:
        """Be as high as the rows that are to be seen."""
        self.executeDelayedItemsLayout()
        last, item, high = None, self.topLevelItem(0), 0
        while item is not None and high <= self._most_px:
            last, high = item, high + self.rowHeight(self.indexFromItem(item))
            item = self.itemBelow(last)
        self.setFixedHeight(min(high, self._most_px) + 2 * self.frameWidth() + _EDGE_PX)


class _Wrapping(QStyledItemDelegate):
    def __init__(self, tree: WrappingTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        fixed = index.data(Qt.ItemDataRole.SizeHintRole)
        if isinstance(fixed, QSize):
            return fixed
        depth, parent = 1, index.parent()
        while parent.isValid():
            depth, parent = depth + 1, parent.parent()
        width = max(self._tree.viewport().width() - depth * self._tree.indentation() - _ROOM_PX, 60)
        font = index.data(Qt.ItemDataRole.FontRole)
        metrics = QFontMetrics(font if isinstance(font, QFont) else option.font)
        flags = int(Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value)
        box = metrics.boundingRect(QRect(0, 0, width, 10_000), flags, str(index.data() or ""))
        return QSize(width, box.height() + _PADDING_PX)


class TitledTree(WrappingTree):
    """A tree whose rows have a title in their first line, and quieter words below it."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_Titled(self))


class _Titled(_Wrapping):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = QStyleOptionViewItem(option)
        self.initStyleOption(look, index)
        title, _, words = str(index.data() or "").partition("\n")
        look.text = ""
        look.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, look, painter, look.widget)
        font, tokens = QFont(look.font), current_tokens()
        font.setBold(True)
        room = look.rect.adjusted(_LEFT_PX, _PADDING_PX // 2, -_LEFT_PX, 0)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        painter.setFont(look.font)
        painter.setPen(QColor(tokens.muted))
        below = room.adjusted(0, QFontMetrics(font).lineSpacing(), 0, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, words)
        painter.restore()


class TwoLines(QStyledItemDelegate):
    """
    Gives the texts of a column a second line, where one is too narrow for them.

    Parameters
    ----------
    tree : QTreeWidget
        Wraps its words and has rows of different heights.
    column : int
        The column.
    """

    def __init__(self, tree: QTreeWidget, column: int) -> None:
        super().__init__(tree)
        self._tree, self._column = tree, column
        tree.header().sectionResized.connect(lambda *_: tree.scheduleDelayedItemsLayout())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """
        Ask for one line or for two.

        Parameters
        ----------
        option : QStyleOptionViewItem
            The font.
        index : QModelIndex
            The cell.

        Returns
        -------
        QSize
            As wide as the column.
        """
        metrics, room = option.fontMetrics, self._tree.columnWidth(self._column)
        lines = 1 if metrics.horizontalAdvance(str(index.data() or "")) + _PADDING_PX <= room else 2
        return QSize(room, lines * metrics.lineSpacing() + _PADDING_PX)
