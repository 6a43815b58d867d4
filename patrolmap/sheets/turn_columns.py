"""The way in words, in two columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Box, Canvas, TextStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.sheets.content import TurnBlock
    from patrolmap.sheets.flow import Flow

__all__ = ["add_turns"]

_TITLE_MM: Final = 8.0
_GAP_MM: Final = 7.0
_BLOCK_GAP_MM: Final = 2.2
_INDENT_MM: Final = 4.0
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
    column_mm = (flow.paper.inner.width_mm - _GAP_MM) / 2
    items = [item for block in blocks for item in _items(block, column_mm, measure)]
    if not items:
        return
    if flow.room_mm < _TITLE_MM + 30.0:
        flow.new_page()
    flow.add(_TITLE_MM, _draw_title)
    while items:
        left, right, rest = _columns(items, flow.room_mm)
        height_mm = max(_height_mm(left), _height_mm(right))
        flow.add(height_mm, partial(_draw_columns, left=left, right=right, column_mm=column_mm))
        items = rest
        if items:
            flow.new_page()


def _items(block: TurnBlock, column_mm: float, measure: Canvas) -> list[_Item]:
    title_mm = measure.text_height_mm(block.title, column_mm, _BLOCK)
    found = [_Item(block.title, _BLOCK, 0.0, title_mm, first=True)]
    for line in block.lines:
        height_mm = measure.text_height_mm(line, column_mm - _INDENT_MM, _LINE)
        found.append(_Item(line, _LINE, _INDENT_MM, height_mm, first=False))
    return found


def _height_mm(items: Sequence[_Item]) -> float:
    gaps = sum(item.first for item in items[1:])
    return sum(item.height_mm for item in items) + gaps * _BLOCK_GAP_MM


def _columns(items: list[_Item], room_mm: float) -> tuple[list[_Item], list[_Item], list[_Item]]:
    wanted_mm = min(_height_mm(items) / 2, room_mm)
    left = _taken(items, wanted_mm, at_least=1)
    if _height_mm(items[len(left) :]) > room_mm or wanted_mm >= room_mm:
        left = _taken(items, room_mm, at_least=1)
    elif _height_mm(left) < wanted_mm and len(left) < len(items):
        more = items[: len(left) + 1]
        left = more if _height_mm(more) <= room_mm else left
    left = _without_lone_title(left, items)
    rest = items[len(left) :]
    right = _without_lone_title(_taken(rest, room_mm, at_least=0), rest)
    return left, right, rest[len(right) :]


def _taken(items: list[_Item], height_mm: float, *, at_least: int) -> list[_Item]:
    count = at_least
    while count < len(items) and _height_mm(items[: count + 1]) <= height_mm:
        count += 1
    return items[:count]


def _without_lone_title(taken: list[_Item], items: list[_Item]) -> list[_Item]:
    if len(taken) > 1 and len(taken) < len(items) and taken[-1].first and not items[len(taken)].first:
        return taken[:-1]
    return taken


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
