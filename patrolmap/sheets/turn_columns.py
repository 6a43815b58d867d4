"""The way in words, in two columns."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Box, Canvas, TextStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.sheets.content import TurnBlock
    from patrolmap.sheets.flow import Flow

__all__ = ["TurnColumns", "add_turns"]

_TITLE_MM: Final = 8.0
_GAP_MM: Final = 7.0
_BLOCK_GAP_MM: Final = 2.2
_INDENT_MM: Final = 4.0
_FEWEST_MM: Final = 20.0
"""Least room below the title for it to stand on a page."""
_HEADING: Final = TextStyle(12, bold=True)
_BLOCK: Final = TextStyle(11, bold=True)
_LINE: Final = TextStyle(11)


@dataclass(frozen=True)
class _Item:
    text: str
    style: TextStyle
    indent_mm: float
    height_mm: float
    first: bool


def add_turns(flow: Flow, blocks: Sequence[TurnBlock], measure: Canvas) -> None:
    """
    Put the way in words below what stands, in two columns of equal height.

    Parameters
    ----------
    flow : Flow
        Where.
    blocks : sequence of TurnBlock
        A block for each stop.
    measure : Canvas
        For measuring text.
    """
    TurnColumns(blocks, measure, flow.paper.inner.width_mm).add_to(flow)


class TurnColumns:
    """
    The way in words, measured once and laid out as often as is tried.

    Parameters
    ----------
    blocks : sequence of TurnBlock
        A block for each stop.
    measure : Canvas
        For measuring text.
    width_mm : float
        Of both columns with the gap between them.
    """

    def __init__(self, blocks: Sequence[TurnBlock], measure: Canvas, width_mm: float) -> None:
        self._column_mm = (width_mm - _GAP_MM) / 2
        self._items = [item for block in blocks for item in _items(block, self._column_mm, measure)]
        heights_mm = (item.height_mm + _BLOCK_GAP_MM * item.first for item in self._items)
        self._ends_mm = list(itertools.accumulate(heights_mm, initial=0.0))

    def add_to(self, flow: Flow) -> None:
        """
        Put it into a flow of that width, in two columns of equal height.

        Parameters
        ----------
        flow : Flow
            Where.
        """
        if not self._items:
            return
        if flow.room_mm < _TITLE_MM + _FEWEST_MM:
            flow.new_page()
        flow.add(_TITLE_MM, _draw_title)
        begin = 0
        while begin < len(self._items):
            middle, end = self._columns(begin, flow.room_mm)
            left, right = self._items[begin:middle], self._items[middle:end]
            height_mm = max(self._height_mm(begin, middle), self._height_mm(middle, end))
            flow.add(height_mm, partial(_draw_columns, left=left, right=right, column_mm=self._column_mm))
            begin = end
            if begin < len(self._items):
                flow.new_page()

    def _height_mm(self, begin: int, end: int) -> float:
        """Measure some items below each other; no gap stands above the first."""
        if end <= begin:
            return 0.0
        return self._ends_mm[end] - self._ends_mm[begin] - _BLOCK_GAP_MM * self._items[begin].first

    def _columns(self, begin: int, room_mm: float) -> tuple[int, int]:
        """Tell where the left column ends, and where the right one does."""
        count = len(self._items)
        wanted_mm = min(self._height_mm(begin, count) / 2, room_mm)
        middle = self._taken(begin, wanted_mm, at_least=1)
        if self._height_mm(middle, count) > room_mm or wanted_mm >= room_mm:
            middle = self._taken(begin, room_mm, at_least=1)
        elif (
            self._height_mm(begin, middle) < wanted_mm
            and middle < count
            and self._height_mm(begin, middle + 1) <= room_mm
        ):
            middle += 1
        middle = self._without_lone_title(begin, middle)
        return middle, self._without_lone_title(middle, self._taken(middle, room_mm, at_least=0))

    def _taken(self, begin: int, height_mm: float, *, at_least: int) -> int:
        end = begin + at_least
        while end < len(self._items) and self._height_mm(begin, end + 1) <= height_mm:
            end += 1
        return end

    def _without_lone_title(self, begin: int, end: int) -> int:
        is_lone = 1 < end - begin < len(self._items) - begin and self._items[end - 1].first
        return end - 1 if is_lone and not self._items[end].first else end


def _items(block: TurnBlock, column_mm: float, measure: Canvas) -> list[_Item]:
    title_mm = measure.text_height_mm(block.title, column_mm, _BLOCK)
    found = [_Item(block.title, _BLOCK, 0.0, title_mm, first=True)]
    for line in block.lines:
        height_mm = measure.text_height_mm(line, column_mm - _INDENT_MM, _LINE)
        found.append(_Item(line, _LINE, _INDENT_MM, height_mm, first=False))
    return found


def _draw_title(canvas: Canvas, box: Box) -> None:
    canvas.text(
        Box(box.x_mm, box.y_mm, box.width_mm, _TITLE_MM - 1.5), tr("The way, turn by turn"), _HEADING, middle=True
    )


def _draw_columns(canvas: Canvas, box: Box, *, left: list[_Item], right: list[_Item], column_mm: float) -> None:
    for items, x_mm in ((left, box.x_mm), (right, box.right_mm - column_mm)):
        y_mm = box.y_mm
        for place, item in enumerate(items):
            y_mm += _BLOCK_GAP_MM if item.first and place else 0.0
            width_mm = column_mm - item.indent_mm
            canvas.text(Box(x_mm + item.indent_mm, y_mm, width_mm, item.height_mm), item.text, item.style)
            y_mm += item.height_mm
