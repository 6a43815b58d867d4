"""Drawing on paper in millimetres and points."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTextLayout, QTextOption

from patrolmap.maps.fonts import has_bold

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["INK", "Align", "Box", "Canvas", "TextStyle"]

INK: Final = "#111111"
_POINT_MM: Final = 25.4 / 72
_WHOLE_DOTS: Final = 8
_FITTING: Final = (1.0, 0.93, 0.86, 0.79, 0.74, 0.68, 0.61, 0.55)


class Align(Enum):
    """Where a line of text stands in its box."""

    LEFT = Qt.AlignmentFlag.AlignLeft
    CENTRE = Qt.AlignmentFlag.AlignHCenter
    RIGHT = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Box:
    """
    A rectangle on the page.

    Parameters
    ----------
    x_mm, y_mm, width_mm, height_mm : float
        From the top left corner of the page.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float

    @property
    def right_mm(self) -> float:
        """Right edge."""
        return self.x_mm + self.width_mm

    @property
    def bottom_mm(self) -> float:
        """Bottom edge."""
        return self.y_mm + self.height_mm


@dataclass(frozen=True)
class TextStyle:
    """
    How text is set.

    Parameters
    ----------
    size_pt : float
        Type size.
    bold : bool, default False
        Whether it is bold.
    align : Align, default LEFT
        Where lines stand.
    colour : str, default INK
        ``#rrggbb``.
    """

    size_pt: float
    bold: bool = False
    align: Align = Align.LEFT
    colour: str = INK


class Canvas:
    """
    One page under a painter.

    Parameters
    ----------
    painter : PySide6.QtGui.QPainter
        Active; its origin is the top left corner of the page.
    dots_per_mm : float
        Resolution of the device.
    family : str
        Font family.
    """

    def __init__(self, painter: QPainter, dots_per_mm: float, family: str) -> None:
        self.painter = painter
        self.dots_per_mm = dots_per_mm
        self._family = family
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def text_height_mm(self, text: str, width_mm: float, style: TextStyle) -> float:
        """
        Measure wrapped text.

        Parameters
        ----------
        text : str
            The text.
        width_mm : float
            Width to wrap at.
        style : TextStyle
            How it is set.

        Returns
        -------
        float
            Height of all lines, mm.
        """
        lines = self._lines(text, width_mm, style)
        return len(lines) * self._line_height_mm(style)

    def text(self, box: Box, text: str, style: TextStyle, *, middle: bool = False) -> float:
        """
        Write text, wrapped at the box's width; what does not fit in height is cut with an ellipsis.

        Parameters
        ----------
        box : Box
            Where.
        text : str
            The text.
        style : TextStyle
            How it is set.
        middle : bool, default False
            Whether to centre it in height.

        Returns
        -------
        float
            Height used, mm.
        """
        lines = self._lines(text, box.width_mm, style)
        height_mm = self._line_height_mm(style)
        room = max(int((box.height_mm + 0.01) / height_mm), 1)
        if len(lines) > room:
            kept = "".join(lines[room - 1 :])
            lines = [*lines[: room - 1], self._elided(kept, box.width_mm, self._font(style, text))]
        used_mm = len(lines) * height_mm
        top_mm = box.y_mm + ((box.height_mm - used_mm) / 2 if middle else 0.0)
        self.painter.setFont(self._font(style, text))
        self.painter.setPen(QColor(style.colour))
        for number, line in enumerate(lines):
            place = self._rect(Box(box.x_mm, top_mm + number * height_mm, box.width_mm, height_mm))
            flags = int(style.align.value) | int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextDontClip)
            self.painter.drawText(place, flags, line.rstrip())
        return used_mm

    def fitted(self, text: str, box: Box, style: TextStyle) -> TextStyle:
        """
        Make type as much smaller as a text needs to be whole in its box, for what must not be cut: names and numbers.

        Parameters
        ----------
        text : str
            The text.
        box : Box
            Where it shall stand.
        style : TextStyle
            How it is set if it fits.

        Returns
        -------
        TextStyle
            At least 0.55 of the size.
        """
        sizes = (replace(style, size_pt=style.size_pt * share) for share in _FITTING)
        fits = (one for one in sizes if self.text_height_mm(text, box.width_mm, one) <= box.height_mm + 0.01)
        return next(fits, replace(style, size_pt=style.size_pt * _FITTING[-1]))

    def text_width_mm(self, text: str, style: TextStyle) -> float:
        """
        Measure one line of text.

        Parameters
        ----------
        text : str
            The text.
        style : TextStyle
            How it is set.

        Returns
        -------
        float
            Its width, mm.
        """
        return QFontMetricsF(self._font(style, text)).horizontalAdvance(text) / self.dots_per_mm

    def line(self, x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float, *, width_mm: float = 0.2) -> None:
        """
        Draw a straight line in ink.

        Parameters
        ----------
        x1_mm, y1_mm, x2_mm, y2_mm : float
            Its ends.
        width_mm : float, default 0.2
            Its width.
        """
        self.painter.setPen(QPen(QColor(INK), self.dots(width_mm)))
        self.painter.drawLine(QPointF(self.dots(x1_mm), self.dots(y1_mm)), QPointF(self.dots(x2_mm), self.dots(y2_mm)))

    def frame(self, box: Box, *, width_mm: float = 0.2, fill: str = "", colour: str = INK) -> None:
        """
        Draw a rectangle.

        Parameters
        ----------
        box : Box
            Where.
        width_mm : float, default 0.2
            Width of its line; 0 for no line.
        fill : str, default ""
            ``#rrggbb``; empty for none.
        colour : str, default INK
            Colour of its line.
        """
        self.painter.setPen(QPen(QColor(colour), self.dots(width_mm)) if width_mm else Qt.PenStyle.NoPen)
        self.painter.setBrush(QBrush(QColor(fill)) if fill else Qt.BrushStyle.NoBrush)
        self.painter.drawRect(self._rect(box))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def modules(self, box: Box, rows: Sequence[Sequence[bool]]) -> None:
        """
        Draw a square code; the box should have four modules of white around it.

        Parameters
        ----------
        box : Box
            Where; square.
        rows : sequence of sequence of bool
            True is dark.
        """
        side = self.dots(box.width_mm) / len(rows)
        left, top = self.dots(box.x_mm), self.dots(box.y_mm)
        if side >= _WHOLE_DOTS:  # all modules of one size, and shorter numbers in a file
            rest = (side - round(side)) * len(rows) / 2
            side, left, top = round(side), round(left + rest), round(top + rest)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor("#000000"))
        squares = [
            QRectF(left + first * side, top + row * side, (last - first) * side, side)
            for row, cells in enumerate(rows)
            for first, last in _dark_runs(cells)
        ]
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self.painter.drawRects(squares)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def picture(self, box: Box, data: bytes) -> float:
        """
        Draw a picture of a file's bytes, as large as fits at the left of a box.

        Parameters
        ----------
        box : Box
            Where.
        data : bytes
            PNG or JPEG; what cannot be read is left out.

        Returns
        -------
        float
            Width used, mm; 0 for none.
        """
        image = QImage.fromData(data) if data else QImage()
        if image.isNull():
            return 0.0
        scale = min(box.width_mm / image.width(), box.height_mm / image.height())
        width_mm, height_mm = image.width() * scale, image.height() * scale
        place = Box(box.x_mm, box.y_mm + (box.height_mm - height_mm) / 2, width_mm, height_mm)
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.painter.drawImage(self._rect(place), image)
        return width_mm

    def dots(self, length_mm: float) -> float:
        """
        Turn millimetres into device dots.

        Parameters
        ----------
        length_mm : float
            Length.

        Returns
        -------
        float
            Device dots.
        """
        return length_mm * self.dots_per_mm

    def _rect(self, box: Box) -> QRectF:
        return QRectF(self.dots(box.x_mm), self.dots(box.y_mm), self.dots(box.width_mm), self.dots(box.height_mm))

    def _font(self, style: TextStyle, text: str) -> QFont:
        return _font_of(self._font_key(style, text))

    def _font_key(self, style: TextStyle, text: str) -> _FontKey:
        dots = max(round(style.size_pt * _POINT_MM * self.dots_per_mm), 1)
        return self._family, dots, style.bold and has_bold(text)

    def _line_height_mm(self, style: TextStyle) -> float:
        return style.size_pt * _POINT_MM * 1.35

    def _elided(self, text: str, width_mm: float, font: QFont) -> str:
        return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, self.dots(width_mm))

    def _lines(self, text: str, width_mm: float, style: TextStyle) -> list[str]:
        key, width = self._font_key(style, text), self.dots(width_mm)
        lines = [line for paragraph in text.split("\n") for line in _wrapped(paragraph, key, width)]
        return lines or [""]


_FontKey = tuple[str, int, bool]
"""Family, height in dots, whether bold."""


@lru_cache(maxsize=128)
def _font_of(key: _FontKey) -> QFont:
    family, dots, bold = key
    font = QFont(family)
    font.setPixelSize(dots)
    font.setBold(bold)
    return font


@lru_cache(maxsize=4096)
def _wrapped(paragraph: str, key: _FontKey, width: float) -> tuple[str, ...]:
    """Break a paragraph into lines; each text is asked for twice, for its height and to be drawn."""
    font = _font_of(key)
    if QFontMetricsF(font).horizontalAdvance(paragraph) < width - 1:
        return (paragraph,)
    layout = QTextLayout(paragraph, font)
    layout.setTextOption(_wrapping())
    layout.beginLayout()
    lines: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append(paragraph[line.textStart() : line.textStart() + line.textLength()])
    layout.endLayout()
    return tuple(lines)


def _dark_runs(cells: Sequence[bool]) -> list[tuple[int, int]]:
    """Give first and last + 1 of each run of dark modules."""
    edges = [place for place in range(1, len(cells)) if cells[place] != cells[place - 1]]
    bounds = [0, *edges, len(cells)]
    return [(first, last) for first, last in itertools.pairwise(bounds) if cells[first]]


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option
