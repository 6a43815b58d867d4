"""One team's sheet: head with code, map, stop table, signatures, way in words. Made to be read under a street lamp."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle
from patrolmap.sheets.flow import A4, Column, Flow, Page, Paper
from patrolmap.sheets.foot import add_feet
from patrolmap.sheets.headline import draw_headline
from patrolmap.sheets.qr import modules_of
from patrolmap.sheets.stop_table import TABLE_TITLE_MM, StopTable
from patrolmap.sheets.turn_columns import add_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolmap.sheets.content import SheetContent
    from patrolmap.sheets.flow import Draw

    MapsOf = Callable[[float, float], Sequence[Draw]]

__all__ = ["patrol_sheet_pages"]

HEAD_MM: Final = 36.0
PAGE_HEAD_MM: Final = 10.0
_LEADS_MM: Final = 5.0
_PHONES_MM: Final = 6.0
_MAP_SHARE: Final = 0.52
_BESIDE_MM: Final = 3.0
_WITH_LINES: Final = 2
_WITH_WAY: Final = 3
_MODULE_MM: Final = 0.5  # what a cheap phone still reads by lamp light
_SMALLEST_CODE_MM: Final = 25.0
_LARGEST_CODE_MM: Final = 31.0
_SMALLEST_MAP_MM: Final = 118.0
_LARGEST_MAP_MM: Final = 168.0
_SIGN_MM: Final = 11.0
_WASTED: Final = 0.6
"""Share of the last page that may stay empty before a tighter layout is tried."""


@dataclass(frozen=True)
class _Room:
    """How much room is given: that of the remarks, and what second maps are lower than the first."""

    remarks_mm: float
    lower_mm: float


_LOOSE: Final = _Room(24.0, 0.0)
_TIGHTER: Final = tuple(_Room(18.0, lower_mm) for lower_mm in (0.0, 8.0, 16.0, 24.0, 36.0, 48.0, 60.0, 75.0))

_HEAD: Final = TextStyle(13)
_HEAD_STRONG: Final = TextStyle(15, bold=True)
_PHONES: Final = TextStyle(13, bold=True)
_SMALL: Final = TextStyle(9)
_SMALL_CENTRE: Final = TextStyle(9, align=Align.CENTRE)
_BODY: Final = TextStyle(11)


def patrol_sheet_pages(content: SheetContent, maps_of: MapsOf, measure: Canvas, paper: Paper = A4) -> list[Page]:
    """
    Lay out one sheet.

    Parameters
    ----------
    content : SheetContent
        What it says.
    maps_of : callable
        Takes width and height of a map in mm and gives what draws it, or two where one would be too small to read.
    measure : Canvas
        For measuring text; any device of the resolution of the later drawing.
    paper : Paper, default A4
        The paper.

    Returns
    -------
    list of Page
        Head, map and as much of the stop table as fits come first, side by side on landscape paper, one below the other
        on portrait; a second map comes before the way in words. The foot of each page counts the pages.
    """
    flow = _laid_out(content, maps_of, measure, paper, _LOOSE)
    if flow.room_mm > _WASTED * paper.inner.height_mm:
        tighter = (_laid_out(content, maps_of, measure, paper, one) for one in _TIGHTER)
        flow = next((one for one in tighter if len(one.pages) < len(flow.pages)), flow)
    add_feet(flow.pages, content.plan_id, content.printed, mark=content.mark)
    return flow.pages


def _laid_out(content: SheetContent, maps_of: MapsOf, measure: Canvas, paper: Paper, room: _Room) -> Flow:
    flow = Flow(paper, lambda canvas, box: _page_head(canvas, box, content), PAGE_HEAD_MM)
    flow.add(head_mm(content), lambda canvas, box: _head(canvas, box, content))
    lay = _add_beside if paper.width_mm > paper.height_mm else _add_stacked
    lay(flow, content, maps_of, measure, room)
    return flow


def head_mm(content: SheetContent) -> float:
    """
    Measure the head of a sheet.

    Parameters
    ----------
    content : SheetContent
        What it says.

    Returns
    -------
    float
        Its height, mm.
    """
    return HEAD_MM + _LEADS_MM * bool(content.leads) + _PHONES_MM * bool(content.phones)


def _add_stacked(flow: Flow, content: SheetContent, maps_of: MapsOf, measure: Canvas, room: _Room) -> None:
    """Put the map above the table, and all else below."""
    inner = flow.paper.inner
    table = StopTable(content.stops, measure, inner.width_mm)
    height_mm = _map_height_mm(flow, table.height_mm)
    first, *more = maps_of(inner.width_mm, height_mm)
    flow.add(height_mm, first)
    flow.space(2.0)
    table.add_to(flow)
    _add_lines(flow, content, room)
    _add_maps(flow, (first, *more), partial(maps_of, inner.width_mm), (height_mm, height_mm - room.lower_mm))
    add_turns(flow, content.turns, measure)


def _add_beside(flow: Flow, content: SheetContent, maps_of: MapsOf, measure: Canvas, room: _Room) -> None:
    """Put the map on the left and on the right as much as there is room for: table, lines to fill in, way in words."""
    inner, height_mm = flow.paper.inner, flow.room_mm
    map_mm = inner.width_mm * _MAP_SHARE
    first, *more = maps_of(map_mm, height_mm)
    page, top_mm = flow.pages[-1], inner.bottom_mm - height_mm
    page.drawings.append((first, Box(inner.x_mm, top_mm, map_mm, height_mm)))
    area = Box(inner.x_mm + map_mm + _BESIDE_MM, top_mm, inner.width_mm - map_mm - _BESIDE_MM, height_mm)
    table = StopTable(content.stops, measure, area.width_mm)
    steps = (
        table.add_to,
        lambda part: _add_lines(part, content, room),
        lambda part: add_turns(part, content.turns, measure),
    )
    for count in (3, 2, 1):
        column = Flow(Column(flow.paper.width_mm, flow.paper.height_mm, area=area), _no_head, 0.0)
        for step in steps[:count]:
            step(column)
        if len(column.pages) == 1:
            break
    page.drawings += column.pages[0].drawings
    flow.space(height_mm)
    shown = table.fitting(height_mm)
    if shown < len(content.stops):
        StopTable(content.stops[shown:], measure, inner.width_mm).add_to(flow)
    if count < _WITH_LINES:
        _add_lines(flow, content, room)
    whole_mm = inner.height_mm - PAGE_HEAD_MM - 1.0 - room.lower_mm
    _add_maps(flow, (first, *more), partial(maps_of, map_mm), (height_mm, whole_mm))
    if count < _WITH_WAY:
        add_turns(flow, content.turns, measure)


def _add_lines(flow: Flow, content: SheetContent, room: _Room) -> None:
    flow.space(3.0)
    flow.add(_SIGN_MM * _sign_rows(content), lambda canvas, box: _signatures(canvas, box, content))
    flow.space(2.0)
    flow.add(room.remarks_mm, _remarks)
    flow.space(4.0)


def _add_maps(
    flow: Flow, maps: Sequence[Draw], maps_of: Callable[[float], Sequence[Draw]], heights_mm: tuple[float, float]
) -> None:
    """Add all maps but the first; lower than the first only if they show the same at the same scale."""
    first_mm, height_mm = heights_mm
    if len(maps) > 1 and height_mm < first_mm:
        lower = maps_of(height_mm)
        if [_extent(one) for one in lower] == [_extent(one) for one in maps]:
            maps = lower
        else:
            height_mm = first_mm
    for draw_map in maps[1:]:
        flow.add(height_mm, draw_map)
        flow.space(4.0)


def _extent(draw_map: Draw) -> tuple[object, ...] | None:
    part = getattr(draw_map, "part", None)
    return None if part is None else (part.bounds, part.scale)


def _no_head(_canvas: Canvas, _box: Box) -> None:
    """Leave the top of a column free: it has no second page."""


def _map_height_mm(flow: Flow, table_mm: float) -> float:
    """Leave the table on the page if the map stays large enough, on larger paper in proportion."""
    grown = flow.paper.inner.width_mm / A4.inner.width_mm
    room_mm = flow.room_mm - table_mm - 2.0
    if room_mm >= _SMALLEST_MAP_MM * grown:
        return min(room_mm, _LARGEST_MAP_MM * grown)
    return min(_LARGEST_MAP_MM * grown, flow.room_mm - TABLE_TITLE_MM - 2.0)


def _sign_rows(content: SheetContent) -> int:
    return max(-(-content.members // 4), 1)


def _head(canvas: Canvas, box: Box, content: SheetContent) -> None:
    rows = modules_of(content.code)
    code_mm = min(max(len(rows) * _MODULE_MM, _SMALLEST_CODE_MM), _LARGEST_CODE_MM)
    code = Box(box.right_mm - code_mm, box.y_mm, code_mm, code_mm)
    canvas.modules(code, rows)
    canvas.text(Box(code.x_mm - 3, code.bottom_mm + 0.5, code_mm + 3, 4), tr("scan to record"), _SMALL_CENTRE)
    text_mm = box.width_mm - code_mm - 6.0
    words = f"{content.district} {content.title}"
    draw_headline(canvas, Box(box.x_mm, box.y_mm, text_mm, 11), words, content.mark, content.logo)
    y_mm = box.y_mm + 11.5
    lines = (
        (f"{content.team}    {content.crew}", 0.0, 8.0, _HEAD_STRONG),
        (f"{content.date}    {content.shift}", 7.5, 7.0, _HEAD),
        (content.summary, 14.0, 7.0, _HEAD),
        (content.leads, 20.5, 7.0, _HEAD),
        (content.phones, 20.5 + (_LEADS_MM + 1.0) * bool(content.leads), 7.0, _PHONES),
    )
    for text, down_mm, height_mm, style in lines:
        place = Box(box.x_mm, y_mm + down_mm, text_mm, height_mm)
        if text:
            canvas.text(place, text, canvas.fitted(text, place, style), middle=True)


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
