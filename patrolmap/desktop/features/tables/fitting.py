"""Tables that fit a narrow panel: heads and names go on in a second line, nothing is beside the edge."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from patrolmap.desktop.features.tables.stops import dress_table
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QStyleOptionHeader, QWidget

__all__ = ["FittingTable", "broken", "shared"]

_PADDING_PX: Final = 15
_LEFT_PX: Final = 6
_LEAST_PX: Final = 116
_MEASURED: Final = 60
_ROW_PX: Final = 25
_CLOSING: Final = "）)，。、：；！？」》”"
_WIDE_FROM: Final = "\u2e80"


def broken(words: str, metrics: QFontMetrics) -> str:
    """
    Break words into two lines where the longer one is shortest.

    Parameters
    ----------
    words : str
        One line.
    metrics : QFontMetrics
        Measures it.

    Returns
    -------
    str
        With a line break after a space, before a bracket or between Chinese characters; the same words if there is no such place.
    """
    best, least = words, metrics.horizontalAdvance(words)
    for place in range(2, len(words) - 1):
        before, after = words[place - 1], words[place]
        between = before >= _WIDE_FROM and after >= _WIDE_FROM and after not in _CLOSING and before not in "（("
        if not (before == " " or after in "（(" or between):
            continue
        lines = words[:place].rstrip(), words[place:]
        longest = max(map(metrics.horizontalAdvance, lines))
        if longest < least:
            best, least = "\n".join(lines), longest
    return best


def shared(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """
    Share the width of a table among its columns.

    Parameters
    ----------
    wanted : sequence of int
        Pixels with which each column shows all that it holds.
    least : sequence of int
        Pixels below which it may not go, at most those wanted.
    room : int
        Pixels of the table.

    Returns
    -------
    list of int
        Pixels of each, `room` together unless even the least are more. What is over goes to the widest column; what is
        missing is taken from the widest first.
    """

    def capped(cap: int) -> list[int]:
        return [min(most, max(cap, low)) for most, low in zip(wanted, least, strict=True)]

    cap = bisect_right(range(max(wanted, default=0) + 1), room, key=lambda one: sum(capped(one))) - 1
    widths = capped(cap)
    for place, most in enumerate(wanted):
        if sum(widths) < room and widths[place] < most:
            widths[place] += 1
    if widths:
        widths[max(range(len(widths)), key=widths.__getitem__)] += max(room - sum(widths), 0)
    return widths


def _bold(metrics_of: QWidget) -> QFontMetrics:
    font = QFont(metrics_of.font())
    font.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(font)


class _Head(QHeaderView):
    """Titles in two lines, where one is wider than its column."""

    def sectionSizeFromContents(self, section: int) -> QSize:
        size = super().sectionSizeFromContents(section)
        size.setHeight(size.height() + _bold(self).lineSpacing() * self._shown(section).count("\n"))
        return size

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:
        super().initStyleOptionForIndex(option, section)
        room, metrics = self.sectionSize(section) - _PADDING_PX, _bold(self)
        lines = self._shown(section).split("\n")
        option.text = "\n".join(metrics.elidedText(one, Qt.TextElideMode.ElideRight, room + 2) for one in lines)

    def _shown(self, section: int) -> str:
        title, metrics = str(self.model().headerData(section, Qt.Orientation.Horizontal) or ""), _bold(self)
        fits = metrics.horizontalAdvance(title) + _PADDING_PX <= self.sectionSize(section)
        return title if fits else broken(title, metrics)


class _TopOfRow(QStyledItemDelegate):
    """Paints a cell in the upper part of its row: below it stands what has no column."""

    def __init__(self, table: FittingTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        below = self._table.below_px(index.row())
        if below:
            ground = QStyleOptionViewItem(option)
            self.initStyleOption(ground, index)
            ground.text = ""
            ground.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, ground, painter, ground.widget)
            option.rect.adjust(0, 0, 0, -below)
        super().paint(painter, option, index)


class FittingTable(QTableView):
    """
    A table as wide as its panel and as high as its rows.

    Long names go on in a second line. The last columns, as many as have no room, are written below the others, each value
    with its title.

    Parameters
    ----------
    model : QAbstractItemModel
        Its rows; a row tells the whole of itself in its tool tip.
    most_rows : int
        How many rows are seen at once; the others are scrolled to.
    """

    def __init__(self, model: Any, most_rows: int) -> None:
        super().__init__()
        self._most_rows = most_rows
        self._below: dict[int, str] = {}
        head = _Head(Qt.Orientation.Horizontal)
        self.setHorizontalHeader(head)
        dress_table(self, model)
        self.setObjectName("fitting")
        self.setItemDelegate(_TopOfRow(self))
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(20)

    def fit(self) -> None:
        """Share the width among the columns and take the height that the rows need."""
        self.ensurePolished()
        rows, columns = self.model().rowCount(), self.model().columnCount()
        texts = [[self._text(row, column) for column in range(columns)] for row in range(min(rows, _MEASURED))]
        bounds = [self._bounds(column, [line[column] for line in texts]) for column in range(columns)]
        room, kept = self._room(rows), columns
        while kept > 1 and sum(low for _, low in bounds[:kept]) > room:
            kept -= 1
        # A column in which nothing is written yet gives its room to names that lack it.
        while kept > 1 and not any(line[kept - 1] for line in texts) and sum(most for most, _ in bounds[:kept]) > room:
            kept -= 1
        widths = shared([most for most, _ in bounds[:kept]], [low for _, low in bounds[:kept]], room)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        for column in range(columns):
            self.setColumnHidden(column, column >= kept)
        self._below = {row: words for row in range(rows) if (words := self._written_below(row, kept))}
        self._fit_rows(rows, kept)

    def below_px(self, row: int) -> int:
        """
        Tell the room below the cells of a row.

        Parameters
        ----------
        row : int
            From 0.

        Returns
        -------
        int
            Pixels; 0 where nothing is written there.
        """
        return self.fontMetrics().lineSpacing() + 1 if row in self._below else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """
        Fit the new width.

        Parameters
        ----------
        event : QResizeEvent
            The size.
        """
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """
        Write below the rows what has no column.

        Parameters
        ----------
        event : QPaintEvent
            What is to be painted.
        """
        super().paintEvent(event)
        painter, metrics = QPainter(self.viewport()), self.fontMetrics()
        painter.setPen(QColor(current_tokens().muted))
        left = self.columnViewportPosition(self._first_of_words) + _LEFT_PX
        for row, words in self._below.items():
            bottom = self.rowViewportPosition(row) + self.rowHeight(row)
            if bottom >= 0 and bottom - self.rowHeight(row) <= self.viewport().height():
                box = QRect(left, bottom - self.below_px(row) - 3, self.viewport().width() - left - 6, metrics.height())
                elided = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.end()

    @property
    def _first_of_words(self) -> int:
        """The column below which the rest is written: the first that is no number."""
        for column in range(self.model().columnCount()):
            if not self.isColumnHidden(column) and any(map(str.isalpha, self._text(0, column))):
                return column
        return 0

    def _room(self, rows: int) -> int:
        bar = self.verticalScrollBar().sizeHint().width() if rows > self._most_rows else 0
        return self.width() - 2 * self.frameWidth() - bar

    def _bounds(self, column: int, texts: Sequence[str]) -> tuple[int, int]:
        """Give the pixels with which a column shows all, and those below which it may not go."""
        metrics, bold = self.fontMetrics(), _bold(self)
        title = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
        head = max(map(bold.horizontalAdvance, broken(title, bold).split("\n"))) + _PADDING_PX
        widest = max(map(metrics.horizontalAdvance, texts), default=0) + _PADDING_PX
        has_words = any(any(map(str.isalpha, text)) for text in texts)
        wanted = max(head, widest)
        return wanted, max(head, min(widest, _LEAST_PX)) if has_words else wanted

    def _written_below(self, row: int, kept: int) -> str:
        model, told = self.model(), []
        for column in range(kept, model.columnCount()):
            value, title = self._text(row, column), str(model.headerData(column, Qt.Orientation.Horizontal))
            if value and value != "–":
                told.append(tr("{name}: {value}", name=title, value=value))
        return " · ".join(told)

    def _fit_rows(self, rows: int, kept: int) -> None:
        metrics, heights = self.fontMetrics(), []
        for row in range(rows):
            cells = ((self._text(row, column), self.columnWidth(column)) for column in range(kept))
            long = any(metrics.horizontalAdvance(text) + _PADDING_PX - 4 > width for text, width in cells)
            heights.append(_ROW_PX + (metrics.lineSpacing() if long else 0) + self.below_px(row))
            if self.rowHeight(row) != heights[-1]:
                self.setRowHeight(row, heights[-1])
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(sum(heights[: self._most_rows]) + head + 2 * self.frameWidth() + 2)

    def _text(self, row: int, column: int) -> str:
        return str(self.model().index(row, column).data() or "")
