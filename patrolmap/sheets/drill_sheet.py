"""The sheet of one post in a cordon drill: where to go, by when, by which way, and what to do there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle
from patrolmap.sheets.flow import A4, Flow, Page, Paper
from patrolmap.sheets.foot import add_feet
from patrolmap.sheets.turn_columns import add_turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.sheets.content import TurnBlock

__all__ = ["DrillSheet", "drill_sheet_pages"]

_HEAD_MM: Final = 30.0
_TIME_MM: Final = 17.0
_LARGEST_MAP_MM: Final = 150.0
_LINE_MM: Final = 6.5
_SIGN_MM: Final = 13.0
_TURN_MM: Final = 5.4
_SMALLEST_MAP_MM: Final = 85.0

_TITLE: Final = TextStyle(22, bold=True)
_MARK: Final = TextStyle(11, bold=True, align=Align.CENTRE)
_STRONG: Final = TextStyle(16, bold=True)
_HEAD: Final = TextStyle(12.5)
_SMALL: Final = TextStyle(9)
_FIGURE: Final = TextStyle(17, bold=True)
_BODY: Final = TextStyle(12)
_TURN: Final = TextStyle(11)


@dataclass(frozen=True)
class DrillSheet:
    """
    A drill sheet in words.

    Parameters
    ----------
    district, drill : str
        The district, and what is practised.
    post, place : str
        Who goes, and where to.
    times : tuple of (str, str)
        What happens when: name and value, three or four.
    tasks : tuple of str
        What to do there, in order.
    way : TurnBlock
        The way in words.
    printed : str
        When it was printed.
    number, count : int
        Which of how many sheets.
    """

    district: str
    drill: str
    post: str
    place: str
    times: tuple[tuple[str, str], ...]
    tasks: tuple[str, ...]
    way: TurnBlock
    printed: str
    number: int
    count: int


def drill_sheet_pages(
    sheet: DrillSheet, draw_map: Callable[[Canvas, Box], None], measure: Canvas, paper: Paper = A4
) -> list[Page]:
    """
    Lay out one sheet.

    Parameters
    ----------
    sheet : DrillSheet
        What it says.
    draw_map : callable
        Draws the map of the way into a box.
    measure : Canvas
        For measuring text; any device of the resolution of the later drawing.
    paper : Paper, default A4
        The paper.

    Returns
    -------
    list of Page
        One, with head, times, map, way, tasks and lines to fill in; a long way goes on a second.
    """
    flow = Flow(paper, lambda canvas, box: _page_head(canvas, box, sheet), 10.0)
    flow.add(_HEAD_MM, lambda canvas, box: _head(canvas, box, sheet))
    flow.add(_TIME_MM, lambda canvas, box: _times(canvas, box, sheet))
    flow.space(3.0)
    lines = [f"{number}. {task}" for number, task in enumerate(sheet.tasks, 1)]
    heights = [max(measure.text_height_mm(line, paper.inner.width_mm, _BODY) + 1.5, _LINE_MM) for line in lines]
    below_mm = sum(heights) + _LINE_MM + _SIGN_MM + 10.0
    way_mm = _LINE_MM + _TURN_MM * (1 + len(sheet.way.lines)) + 3.0
    is_short = flow.room_mm - below_mm - way_mm >= _SMALLEST_MAP_MM
    flow.add(min(flow.room_mm - below_mm - (way_mm if is_short else 0.0), _LARGEST_MAP_MM), draw_map)
    flow.space(3.0)
    if is_short:
        flow.add(way_mm - 3.0, lambda canvas, box: _way(canvas, box, sheet))
        flow.space(3.0)
    flow.add(_LINE_MM, lambda canvas, box: _heading(canvas, box, tr("What to do there")))
    for line, height_mm in zip(lines, heights, strict=True):
        flow.add(height_mm, partial(_text, words=line))
    flow.space(3.0)
    flow.add(_SIGN_MM, _signatures)
    if not is_short:
        flow.space(4.0)
        add_turns(flow, (sheet.way,), measure)
    words = tr("Sheet {number} of {count} · printed {time}", number=sheet.number, count=sheet.count, time=sheet.printed)
    add_feet(flow.pages, "", sheet.printed, words=words)
    return flow.pages


def _head(canvas: Canvas, box: Box, sheet: DrillSheet) -> None:
    mark = tr("For internal use")
    mark_mm = canvas.text_width_mm(mark, _MARK) + 5
    title = Box(box.x_mm, box.y_mm, box.width_mm - mark_mm - 4, 11)
    canvas.text(title, f"{sheet.district} {tr('Drill sheet')}", _TITLE, middle=True)
    plate = Box(box.right_mm - mark_mm, box.y_mm + 1.5, mark_mm, 7)
    canvas.frame(plate, width_mm=0.4)
    canvas.text(plate, mark, _MARK, middle=True)
    who = Box(box.x_mm, box.y_mm + 11.5, box.width_mm, 8)
    canvas.text(who, f"{sheet.post}  →  {sheet.place}", _STRONG, middle=True)
    canvas.text(Box(box.x_mm, box.y_mm + 20, box.width_mm, 7), sheet.drill, _HEAD, middle=True)


def _times(canvas: Canvas, box: Box, sheet: DrillSheet) -> None:
    width_mm = box.width_mm / len(sheet.times)
    for place, (name, value) in enumerate(sheet.times):
        cell = Box(box.x_mm + place * width_mm, box.y_mm, width_mm, box.height_mm - 1)
        canvas.frame(cell, width_mm=0.3)
        canvas.text(Box(cell.x_mm + 2, cell.y_mm + 1, cell.width_mm - 4, 5), name, _SMALL, middle=True)
        canvas.text(Box(cell.x_mm + 2, cell.y_mm + 6, cell.width_mm - 4, 9), value, _FIGURE, middle=True)


def _page_head(canvas: Canvas, box: Box, sheet: DrillSheet) -> None:
    words = Box(box.x_mm, box.y_mm, box.width_mm, 6)
    canvas.text(words, f"{sheet.post}  →  {sheet.place}", TextStyle(12, bold=True), middle=True)
    canvas.line(box.x_mm, box.y_mm + 7, box.right_mm, box.y_mm + 7, width_mm=0.3)


def _heading(canvas: Canvas, box: Box, words: str) -> None:
    canvas.text(box, words, TextStyle(13, bold=True), middle=True)


def _text(canvas: Canvas, box: Box, *, words: str) -> None:
    canvas.text(box, words, _BODY)


def _way(canvas: Canvas, box: Box, sheet: DrillSheet) -> None:
    _heading(canvas, Box(box.x_mm, box.y_mm, box.width_mm, _LINE_MM), tr("The way, turn by turn"))
    for place, line in enumerate((sheet.way.title, *sheet.way.lines)):
        y_mm = box.y_mm + _LINE_MM + place * _TURN_MM
        words = line if place == 0 else f"{place}. {line}"
        canvas.text(Box(box.x_mm, y_mm, box.width_mm, _TURN_MM), words, _TURN, middle=True)


def _signatures(canvas: Canvas, box: Box) -> None:
    names = (tr("Arrived at"), tr("Reported at"), tr("Relieved at"), tr("Signature"))
    width_mm = box.width_mm / len(names)
    for place, name in enumerate(names):
        x_mm = box.x_mm + place * width_mm
        canvas.text(Box(x_mm, box.y_mm, width_mm, 5), name, _SMALL)
        canvas.line(x_mm, box.bottom_mm - 1, x_mm + width_mm - 5, box.bottom_mm - 1, width_mm=0.25)
