"""One team's sheet: head with code, map, stop table, signatures, way in words. Made to be read under a street lamp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle
from patrolmap.sheets.flow import A4, Flow, Page, Paper
from patrolmap.sheets.foot import add_feet
from patrolmap.sheets.qr import modules_of
from patrolmap.sheets.stop_table import TABLE_TITLE_MM, StopTable
from patrolmap.sheets.turn_columns import add_turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.sheets.content import SheetContent

__all__ = ["patrol_sheet_pages"]

HEAD_MM: Final = 36.0
PAGE_HEAD_MM: Final = 10.0
_LEADS_MM: Final = 5.0
_MODULE_MM: Final = 0.5  # what a cheap phone still reads by lamp light
_SMALLEST_CODE_MM: Final = 25.0
_LARGEST_CODE_MM: Final = 31.0
_SMALLEST_MAP_MM: Final = 118.0
_LARGEST_MAP_MM: Final = 168.0
_SIGN_MM: Final = 11.0
_REMARKS_MM: Final = 24.0

_TITLE: Final = TextStyle(22, bold=True)
_MARK: Final = TextStyle(11, bold=True, align=Align.CENTRE)
_HEAD: Final = TextStyle(13)
_HEAD_STRONG: Final = TextStyle(15, bold=True)
_SMALL: Final = TextStyle(9)
_SMALL_CENTRE: Final = TextStyle(9, align=Align.CENTRE)
_BODY: Final = TextStyle(11)


def patrol_sheet_pages(
    content: SheetContent, draw_map: Callable[[Canvas, Box], None], measure: Canvas, paper: Paper = A4
) -> list[Page]:
    """
    Lay out one sheet.

    Parameters
    ----------
    content : SheetContent
        What it says.
    draw_map : callable
        Draws the route's map into a box.
    measure : Canvas
        For measuring text; any device of the resolution of the later drawing.
    paper : Paper, default A4
        The paper.

    Returns
    -------
    list of Page
        Head, map and as much of the stop table as fits come first; the foot of each page counts the pages.
    """
    flow = Flow(paper, lambda canvas, box: _page_head(canvas, box, content), PAGE_HEAD_MM)
    flow.add(HEAD_MM + (_LEADS_MM if content.leads else 0.0), lambda canvas, box: _head(canvas, box, content))
    table = StopTable(content.stops, measure, paper.inner.width_mm)
    flow.add(_map_height_mm(flow.room_mm, table.height_mm), draw_map)
    flow.space(2.0)
    table.add_to(flow)
    flow.space(3.0)
    flow.add(_SIGN_MM * _sign_rows(content), lambda canvas, box: _signatures(canvas, box, content))
    flow.space(2.0)
    flow.add(_REMARKS_MM, _remarks)
    flow.space(4.0)
    add_turns(flow, content.turns, measure)
    add_feet(flow.pages, content.plan_id, content.printed)
    return flow.pages


def _map_height_mm(room_mm: float, table_mm: float) -> float:
    if room_mm - table_mm - 2.0 >= _SMALLEST_MAP_MM:
        return min(room_mm - table_mm - 2.0, _LARGEST_MAP_MM)
    return min(_LARGEST_MAP_MM, room_mm - TABLE_TITLE_MM - 2.0)


def _sign_rows(content: SheetContent) -> int:
    return max(-(-content.members // 4), 1)


def _head(canvas: Canvas, box: Box, content: SheetContent) -> None:
    rows = modules_of(content.code)
    code_mm = min(max(len(rows) * _MODULE_MM, _SMALLEST_CODE_MM), _LARGEST_CODE_MM)
    code = Box(box.right_mm - code_mm, box.y_mm, code_mm, code_mm)
    canvas.modules(code, rows)
    canvas.text(Box(code.x_mm - 3, code.bottom_mm + 0.5, code_mm + 3, 4), tr("scan to record"), _SMALL_CENTRE)
    text_mm = box.width_mm - code_mm - 6.0
    canvas.text(Box(box.x_mm, box.y_mm, text_mm, 11), f"{content.district} {content.title}", _TITLE, middle=True)
    mark_mm = canvas.text_width_mm(content.mark, _MARK) + 5
    mark = Box(box.x_mm + text_mm - mark_mm, box.y_mm + 1.5, mark_mm, 7)
    canvas.frame(mark, width_mm=0.4)
    canvas.text(mark, content.mark, _MARK, middle=True)
    y_mm = box.y_mm + 11.5
    canvas.text(Box(box.x_mm, y_mm, text_mm, 8), f"{content.team}    {content.crew}", _HEAD_STRONG, middle=True)
    canvas.text(Box(box.x_mm, y_mm + 7.5, text_mm, 7), f"{content.date}    {content.shift}", _HEAD, middle=True)
    canvas.text(Box(box.x_mm, y_mm + 14, text_mm, 7), content.summary, _HEAD, middle=True)
    if content.leads:
        canvas.text(Box(box.x_mm, y_mm + 20.5, text_mm, 7), content.leads, _HEAD, middle=True)


def _page_head(canvas: Canvas, box: Box, content: SheetContent) -> None:
    half_mm = box.width_mm / 2
    canvas.text(Box(box.x_mm, box.y_mm, half_mm, 6), content.team, TextStyle(12, bold=True), middle=True)
    canvas.text(
        Box(box.x_mm + half_mm, box.y_mm, half_mm, 6),
        f"{content.date}  {content.shift}",
        TextStyle(10, align=Align.RIGHT),
        middle=True,
    )
    canvas.line(box.x_mm, box.y_mm + 7, box.right_mm, box.y_mm + 7, width_mm=0.3)


def _signatures(canvas: Canvas, box: Box, content: SheetContent) -> None:
    title_mm = max(canvas.text_width_mm(tr("Signatures"), _BODY) + 4, 22.0)
    canvas.text(Box(box.x_mm, box.y_mm, title_mm, _SIGN_MM - 2), tr("Signatures"), _BODY, middle=True)
    width_mm = (box.width_mm - title_mm) / 4
    for place in range(content.members):
        x_mm = box.x_mm + title_mm + place % 4 * width_mm
        y_mm = box.y_mm + (place // 4 + 1) * _SIGN_MM - 3
        canvas.line(x_mm, y_mm, x_mm + width_mm - 4, y_mm, width_mm=0.25)


def _remarks(canvas: Canvas, box: Box) -> None:
    canvas.frame(box, width_mm=0.25)
    canvas.text(
        Box(box.x_mm + 2, box.y_mm + 1, box.width_mm - 4, 5), tr("What was found (place, time, what; no names)"), _SMALL
    )
