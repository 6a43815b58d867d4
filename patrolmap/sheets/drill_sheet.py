"""The sheet of one post in a cordon drill: where to go, by when, by which way, and what to do there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Box, Canvas, TextStyle
from patrolmap.sheets.flow import A4, Flow, Page, Paper
from patrolmap.sheets.foot import add_feet
from patrolmap.sheets.headline import draw_headline
from patrolmap.sheets.turn_columns import add_turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.sheets.content import TurnBlock

__all__ = ["DrillSheet", "drill_sheet_pages"]

_HEAD_MM: Final = 30.0
_PHONES_MM: Final = 6.0
_RIGHT_SHARE: Final = 0.36
_TIME_MM: Final = 17.0
_LARGEST_MAP_MM: Final = 150.0
_LINE_MM: Final = 6.5
_SIGN_MM: Final = 13.0
_TURN_MM: Final = 5.4
_SMALLEST_MAP_MM: Final = 85.0

_STRONG: Final = TextStyle(16, bold=True)
_HEAD: Final = TextStyle(12.5)
_SMALL: Final = TextStyle(9)
_PHONES: Final = TextStyle(13, bold=True)
_TITLE_OF_PART: Final = TextStyle(13, bold=True)
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
    mark : str or None, default None
        Mark in its frame; None for "For internal use", empty for no mark.
    phones : str, default ""
        Telephones of the duty office; empty for none.
    logo : bytes, default b""
        A PNG or JPEG picture for the head; empty for none.
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
    mark: str | None = None
    phones: str = ""
    logo: bytes = b""


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
        One, with head, times, map, way, tasks and lines to fill in; a long way goes on a second. On landscape paper
        way and tasks stand beside the map.
    """
    flow = Flow(paper, lambda canvas, box: _page_head(canvas, box, sheet), 10.0)
    flow.add(_HEAD_MM + _PHONES_MM * bool(sheet.phones), lambda canvas, box: _head(canvas, box, sheet))
    flow.add(_TIME_MM, lambda canvas, box: _times(canvas, box, sheet))
    flow.space(3.0)
    lay = _lay_beside if paper.width_mm > paper.height_mm else _lay_below
    if not lay(flow, sheet, draw_map, measure):
        flow.space(4.0)
        add_turns(flow, (sheet.way,), measure)
    words = tr("Sheet {number} of {count} · printed {time}", number=sheet.number, count=sheet.count, time=sheet.printed)
    add_feet(flow.pages, "", sheet.printed, words=words, mark=sheet.mark)
    return flow.pages


def _lay_beside(flow: Flow, sheet: DrillSheet, draw_map: Callable[[Canvas, Box], None], measure: Canvas) -> bool:
    """Put tasks and way at the right of the map; tells whether the way had room."""
    width_mm = flow.paper.inner.width_mm * _RIGHT_SHARE
    height_mm = flow.room_mm - _SIGN_MM - 5.0
    tasks = [(f"{number}. {task}", _BODY) for number, task in enumerate(sheet.tasks, 1)]
    turns = [(f"{number}. {line}", _TURN) for number, line in enumerate(sheet.way.lines, 1)]
    lines = [(tr("What to do there"), _TITLE_OF_PART), *tasks]
    longer = [*lines, ("", _TURN), (tr("The way, turn by turn"), _TITLE_OF_PART), (sheet.way.title, _TURN), *turns]
    is_short = sum(measure.text_height_mm(words, width_mm, style) + 0.8 for words, style in longer) <= height_mm
    shown = longer if is_short else lines

    def draw(canvas: Canvas, box: Box) -> None:
        draw_map(canvas, Box(box.x_mm, box.y_mm, box.width_mm - width_mm - 6.0, box.height_mm))
        y_mm = box.y_mm
        for words, style in shown:
            room = Box(box.right_mm - width_mm, y_mm, width_mm, box.bottom_mm - y_mm)
            y_mm += canvas.text(room, words, style) + 0.8

    flow.add(height_mm, draw)
    flow.space(4.0)
    flow.add(_SIGN_MM, _signatures)
    return is_short


def _lay_below(flow: Flow, sheet: DrillSheet, draw_map: Callable[[Canvas, Box], None], measure: Canvas) -> bool:
    """Put way and tasks below the map; tells whether the way had room."""
    paper = flow.paper
    lines = [f"{number}. {task}" for number, task in enumerate(sheet.tasks, 1)]
    heights = [max(measure.text_height_mm(line, paper.inner.width_mm, _BODY) + 1.5, _LINE_MM) for line in lines]
    below_mm = sum(heights) + _LINE_MM + _SIGN_MM + 10.0
    way_mm = _LINE_MM + _TURN_MM * (1 + len(sheet.way.lines)) + 3.0
    is_short = flow.room_mm - below_mm - way_mm >= _SMALLEST_MAP_MM
    largest_mm = _LARGEST_MAP_MM * paper.width_mm / A4.width_mm
    flow.add(min(flow.room_mm - below_mm - (way_mm if is_short else 0.0), largest_mm), draw_map)
    flow.space(3.0)
    if is_short:
        flow.add(way_mm - 3.0, lambda canvas, box: _way(canvas, box, sheet))
        flow.space(3.0)
    flow.add(_LINE_MM, lambda canvas, box: _heading(canvas, box, tr("What to do there")))
    for line, height_mm in zip(lines, heights, strict=True):
        flow.add(height_mm, partial(_text, words=line))
    flow.space(3.0)
    flow.add(_SIGN_MM, _signatures)
    return is_short


def _head(canvas: Canvas, box: Box, sheet: DrillSheet) -> None:
    mark = tr("For internal use") if sheet.mark is None else sheet.mark
    words = f"{sheet.district} {tr('Drill sheet')}"
    draw_headline(canvas, Box(box.x_mm, box.y_mm, box.width_mm, 11), words, mark, sheet.logo)
    who = Box(box.x_mm, box.y_mm + 11.5, box.width_mm, 8)
    canvas.text(who, f"{sheet.post}  →  {sheet.place}", _STRONG, middle=True)
    canvas.text(Box(box.x_mm, box.y_mm + 20, box.width_mm, 7), sheet.drill, _HEAD, middle=True)
    if sheet.phones:
        canvas.text(Box(box.x_mm, box.y_mm + 27, box.width_mm, 7), sheet.phones, _PHONES, middle=True)


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
    canvas.text(box, words, _TITLE_OF_PART, middle=True)


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
