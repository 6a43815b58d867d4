"""One team's sheet: head with code, map, stop table, signatures, way in words. Made to be read under a street lamp."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle
from patrolmap.sheets.flow import A4, Page, Paper
from patrolmap.sheets.foot import add_feet
from patrolmap.sheets.headline import draw_headline
from patrolmap.sheets.qr import modules_of
from patrolmap.sheets.sheet_layout import SheetParts, arranged

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
_CREW_MM: Final = 7.0
_SMALLEST_TEAM: Final = 0.86
_MODULE_MM: Final = 0.5  # what a cheap phone still reads by lamp light
_SMALLEST_CODE_MM: Final = 25.0
_LARGEST_CODE_MM: Final = 31.0
_SIGN_MM: Final = 11.0

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
        on portrait; a second map comes before the way in words, unless the other order saves a page. The foot of each page
        counts the pages.
    """
    parts = SheetParts(
        content.stops,
        content.turns,
        maps_of,
        (
            head_mm(content, measure, paper),
            partial(_head, content=content, has_crew_apart=_has_crew_apart(content, measure, paper)),
        ),
        (PAGE_HEAD_MM, partial(_page_head, content=content)),
        (_SIGN_MM * _sign_rows(content), partial(_signatures, content=content)),
        _remarks,
    )
    pages = arranged(parts, measure, paper).pages
    add_feet(pages, content.plan_id, content.printed, mark=content.mark)
    return pages


def head_mm(content: SheetContent, measure: Canvas, paper: Paper = A4) -> float:
    """
    Measure the head of a sheet.

    Parameters
    ----------
    content : SheetContent
        What it says.
    measure : Canvas
        For measuring text.
    paper : Paper, default A4
        The paper.

    Returns
    -------
    float
        Its height, mm.
    """
    more_mm = _LEADS_MM * bool(content.leads) + _PHONES_MM * bool(content.phones)
    return HEAD_MM + more_mm + _CREW_MM * _has_crew_apart(content, measure, paper)


def _has_crew_apart(content: SheetContent, measure: Canvas, paper: Paper) -> bool:
    """Tell whether team and crew need a line each: on one they would be too small for a street lamp."""
    room_mm = paper.inner.width_mm - _LARGEST_CODE_MM - 6.0
    return measure.text_width_mm(_team_line(content), _HEAD_STRONG) > room_mm / _SMALLEST_TEAM


def _team_line(content: SheetContent) -> str:
    return f"{content.team}    {content.crew}"


def _sign_rows(content: SheetContent) -> int:
    return max(-(-content.members // 4), 1)


def _head(canvas: Canvas, box: Box, *, content: SheetContent, has_crew_apart: bool) -> None:
    rows = modules_of(content.code)
    code_mm = min(max(len(rows) * _MODULE_MM, _SMALLEST_CODE_MM), _LARGEST_CODE_MM)
    code = Box(box.right_mm - code_mm, box.y_mm, code_mm, code_mm)
    canvas.modules(code, rows)
    canvas.text(Box(code.x_mm - 3, code.bottom_mm + 0.5, code_mm + 3, 4), tr("scan to record"), _SMALL_CENTRE)
    text_mm = box.width_mm - code_mm - 6.0
    words = f"{content.district} {content.title}"
    draw_headline(canvas, Box(box.x_mm, box.y_mm, text_mm, 11), words, content.mark, content.logo)
    y_mm = box.y_mm + 11.5
    more_mm = _CREW_MM * has_crew_apart
    lines = (
        (content.team if has_crew_apart else _team_line(content), 0.0, 8.0, _HEAD_STRONG),
        (content.crew if has_crew_apart else "", 7.5, 7.0, _HEAD_STRONG),
        (f"{content.date}    {content.shift}", 7.5 + more_mm, 7.0, _HEAD),
        (content.summary, 14.0 + more_mm, 7.0, _HEAD),
        (content.leads, 20.5 + more_mm, 7.0, _HEAD),
        (content.phones, 20.5 + more_mm + (_LEADS_MM + 1.0) * bool(content.leads), 7.0, _PHONES),
    )
    for text, down_mm, height_mm, style in lines:
        place = Box(box.x_mm, y_mm + down_mm, text_mm, height_mm)
        if text:
            canvas.text(place, text, canvas.fitted(text, place, style), middle=True)


def _page_head(canvas: Canvas, box: Box, *, content: SheetContent) -> None:
    half_mm = box.width_mm / 2
    name = Box(box.x_mm, box.y_mm, half_mm - 2.0, 6)
    canvas.text(name, content.team, canvas.fitted(content.team, name, TextStyle(12, bold=True)), middle=True)
    canvas.text(
        Box(box.x_mm + half_mm, box.y_mm, half_mm, 6),
        f"{content.date}  {content.shift}",
        TextStyle(10, align=Align.RIGHT),
        middle=True,
    )
    canvas.line(box.x_mm, box.y_mm + 7, box.right_mm, box.y_mm + 7, width_mm=0.3)


def _signatures(canvas: Canvas, box: Box, *, content: SheetContent) -> None:
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
