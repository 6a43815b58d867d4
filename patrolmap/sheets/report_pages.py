"""A document on pages: the same blocks as in the Word file, through the page engine of the sheets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.maps.report_map import paint_picture
from patrolmap.reports.document import Figure, Heading, Paragraph, TableBlock, begins_page, caption_line
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle
from patrolmap.sheets.flow import Flow, Page, Paper

if TYPE_CHECKING:
    from patrolmap.reports.document import ReportDocument

__all__ = ["ReportPages", "report_pages"]

_PAPER: Final = Paper(210.0, 297.0, 22.0, 8.0)
_HEAD_MM: Final = 9.0
_TITLE: Final = TextStyle(23, bold=True, align=Align.CENTRE)
_COVER: Final = TextStyle(12, align=Align.CENTRE)
_SMALLEST_TITLE: Final = 0.7
_CONTENTS: Final = TextStyle(14, bold=True)
_ENTRY: Final = TextStyle(10.5)
_ENTRY_RIGHT: Final = TextStyle(10.5, align=Align.RIGHT)
_HEADINGS: Final = {1: TextStyle(16, bold=True), 2: TextStyle(13, bold=True)}
_BODY: Final = TextStyle(11)
_NOTE: Final = TextStyle(9)
_CAPTION: Final = TextStyle(9.5, bold=True, align=Align.CENTRE)
_CELL: Final = TextStyle(9)
_CELL_RIGHT: Final = TextStyle(9, align=Align.RIGHT)
_CELL_HEAD: Final = TextStyle(8.5, bold=True)
_CELL_HEAD_RIGHT: Final = TextStyle(8.5, bold=True, align=Align.RIGHT)
_SMALL: Final = TextStyle(8.5)
_SMALL_CENTRE: Final = TextStyle(8.5, align=Align.CENTRE)
_SMALL_RIGHT: Final = TextStyle(8.5, align=Align.RIGHT)
_HEAD_FILL: Final = "#e8edf3"
_PAD_MM: Final = 1.2
_ENOUGH: Final = 0.3
"""Share of a page that must be left for a chapter to begin on it."""
_SMALLEST_FIGURE: Final = 0.7
"""Of a figure's height, to which it may shrink so that it stays on the page of its words."""
_ROW_GAP_MM: Final = 1.4


@dataclass
class ReportPages:
    """
    A document laid out.

    Parameters
    ----------
    pages : list of Page
        The pages.
    heading_pages : dict of int to int
        The page of each heading, by its place among the headings from 0.
    fresh : set of int
        Chapters that begin a page, likewise.
    figure_mm : dict of int to float
        Height of each figure by its number: as wanted, or lower to stay on its page.
    """

    pages: list[Page] = field(default_factory=list)
    heading_pages: dict[int, int] = field(default_factory=dict)
    fresh: set[int] = field(default_factory=set)
    figure_mm: dict[int, float] = field(default_factory=dict)


def report_pages(document: ReportDocument, measure: Canvas) -> ReportPages:
    """
    Lay out a document.

    Parameters
    ----------
    document : ReportDocument
        What it says.
    measure : Canvas
        For measuring text.

    Returns
    -------
    ReportPages
        Ready to be written or shown.
    """
    flow = Flow(_PAPER, lambda canvas, box: _page_head(canvas, box, document), _HEAD_MM)
    done = ReportPages(flow.pages)
    _add_cover(flow, document, done, measure)
    number = 0
    for place, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            if begins_page(document, place):
                if number == 0 or flow.room_mm < _ENOUGH * flow.paper.inner.height_mm:
                    flow.new_page()
                if flow.is_at_top:
                    done.fresh.add(number)
            _add_heading(flow, block, measure)
            done.heading_pages[number] = len(flow.pages)
            number += 1
        elif isinstance(block, Paragraph):
            _add_paragraph(flow, block, measure)
        elif isinstance(block, TableBlock):
            _add_table(flow, block, measure)
        else:
            done.figure_mm[block.number] = _add_figure(flow, block, measure)
    for place, page in enumerate(flow.pages, start=1):
        right = tr("page {number} of {count}", number=place, count=len(flow.pages))
        page.drawings.append((partial(_foot, left=document.header, middle=document.mark, right=right), page.paper.foot))
    return done


def _page_head(canvas: Canvas, box: Box, document: ReportDocument) -> None:
    canvas.text(Box(box.x_mm, box.y_mm, box.width_mm, 5), document.header, _SMALL_CENTRE, middle=True)
    canvas.line(box.x_mm, box.y_mm + 6, box.right_mm, box.y_mm + 6, width_mm=0.2)


def _foot(canvas: Canvas, box: Box, *, left: str, middle: str, right: str) -> None:  # noqa: ARG001 - the head names it
    canvas.line(box.x_mm, box.y_mm + 1.5, box.right_mm, box.y_mm + 1.5, width_mm=0.2)
    canvas.text(Box(box.x_mm, box.y_mm + 2.5, 0.6 * box.width_mm, 5), middle, _SMALL)
    canvas.text(Box(box.x_mm + 0.6 * box.width_mm, box.y_mm + 2.5, 0.4 * box.width_mm, 5), right, _SMALL_RIGHT)


def _add_cover(flow: Flow, document: ReportDocument, done: ReportPages, measure: Canvas) -> None:
    width_mm = flow.paper.inner.width_mm
    flow.add(10.0, _nothing)
    _add_text(flow, document.title, _title_style(document.title, width_mm, measure), measure)
    flow.space(4.0)
    for line in document.cover_lines:
        _add_text(flow, line, _COVER, measure)
    flow.space(9.0)
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    if not document.has_contents or not headings:
        return
    flow.add(9.0, partial(_line_of_text, text=tr("Contents"), style=_CONTENTS))
    for number, heading in enumerate(headings):
        height_mm = 6.4
        indent_mm = 6.0 * (heading.level - 1)
        words = _elided_entry(heading.line, width_mm - indent_mm - 14, measure)
        flow.add(height_mm, partial(_entry, words=words, indent_mm=indent_mm, number=number, done=done))


def _title_style(title: str, width_mm: float, measure: Canvas) -> TextStyle:
    """Set a title smaller if it fits on one line then: a single word below looks lost."""
    wide_mm = measure.text_width_mm(title, _TITLE)
    if width_mm < wide_mm <= width_mm / _SMALLEST_TITLE:
        return replace(_TITLE, size_pt=_TITLE.size_pt * (width_mm - 1.0) / wide_mm)
    return _TITLE


def _entry(canvas: Canvas, box: Box, *, words: str, indent_mm: float, number: int, done: ReportPages) -> None:
    canvas.text(Box(box.x_mm + indent_mm, box.y_mm, box.width_mm - indent_mm, 6), words, _ENTRY)
    page = str(done.heading_pages.get(number, ""))
    canvas.text(Box(box.right_mm - 12, box.y_mm, 12, 6), page, _ENTRY_RIGHT)
    start_mm = indent_mm + canvas.text_width_mm(words, _ENTRY) + 2
    end_mm = box.width_mm - canvas.text_width_mm(page, _ENTRY) - 2
    x_mm = start_mm
    while x_mm < end_mm:
        canvas.line(box.x_mm + x_mm, box.y_mm + 3.6, box.x_mm + x_mm + 0.3, box.y_mm + 3.6, width_mm=0.25)
        x_mm += 1.6


def _elided_entry(text: str, width_mm: float, measure: Canvas) -> str:
    while len(text) > 4 and measure.text_width_mm(text, _ENTRY) > width_mm:
        text = text[:-2].rstrip("…") + "…"
    return text


def _add_heading(flow: Flow, block: Heading, measure: Canvas) -> None:
    style = _HEADINGS[block.level]
    height_mm = measure.text_height_mm(block.line, flow.paper.inner.width_mm, style)
    if flow.room_mm < height_mm + 24.0:
        flow.new_page()
    flow.space(3.5 if block.level == 2 else 7.0)
    flow.add(height_mm + 2.5, partial(_line_of_text, text=block.line, style=style))


def _add_paragraph(flow: Flow, block: Paragraph, measure: Canvas) -> None:
    _add_text(flow, block.text, _NOTE if block.is_note else _BODY, measure)
    flow.space(1.8)


def _add_text(flow: Flow, text: str, style: TextStyle, measure: Canvas) -> None:
    flow.add(
        measure.text_height_mm(text, flow.paper.inner.width_mm, style) + 0.6,
        partial(_line_of_text, text=text, style=style),
    )


def _add_figure(flow: Flow, block: Figure, measure: Canvas) -> float:
    """Set a figure, a little lower if it would go to the next page otherwise; gives its height."""
    words = caption_line(block)
    caption_mm = measure.text_height_mm(words, flow.paper.inner.width_mm, _CAPTION)
    room_mm = flow.room_mm - caption_mm - 4.0
    height_mm = room_mm if _SMALLEST_FIGURE * block.height_mm <= room_mm < block.height_mm else block.height_mm
    flow.add(height_mm + caption_mm + 4.0, partial(_figure, block=block, words=words, height_mm=height_mm))
    return height_mm


def _figure(canvas: Canvas, box: Box, *, block: Figure, words: str, height_mm: float) -> None:
    left_mm = box.x_mm + (box.width_mm - block.width_mm) / 2
    painter = canvas.painter
    painter.save()
    painter.translate(canvas.dots(left_mm), canvas.dots(box.y_mm + 1))
    paint_picture(painter, block.picture, block.width_mm, height_mm, canvas.dots_per_mm)
    painter.restore()
    top_mm = box.y_mm + height_mm + 2
    canvas.text(Box(box.x_mm, top_mm, box.width_mm, box.bottom_mm - top_mm), words, _CAPTION)


def _add_table(flow: Flow, block: TableBlock, measure: Canvas) -> None:
    widths = [flow.paper.inner.width_mm * share / sum(block.widths) for share in block.widths]
    heights = [
        _row_mm(row, widths, _CELL_HEAD if place == 0 else _CELL, measure)
        for place, row in enumerate((block.head, *block.rows))
    ]
    words = caption_line(block)
    caption_mm = measure.text_height_mm(words, flow.paper.inner.width_mm, _CAPTION) + 1.5
    flow.space(2.0)
    if flow.room_mm < caption_mm + sum(heights[:3]):
        flow.new_page()
    flow.add(caption_mm, partial(_line_of_text, text=words, style=_CAPTION))
    head = partial(_row, cells=block.head, widths=tuple(widths), numeric=block.numeric, is_head=True)
    flow.add(heights[0], head)
    for place, (height_mm, row) in enumerate(zip(heights[1:], block.rows, strict=True)):
        needed_mm = sum(heights[-2:]) if 0 < place == len(block.rows) - 2 else height_mm  # no row alone on a page
        if flow.room_mm < needed_mm:
            flow.new_page()
            flow.add(heights[0], head)
        flow.add(height_mm, partial(_row, cells=row, widths=tuple(widths), numeric=block.numeric, is_head=False))
    flow.space(3.0)


def _row_mm(cells: tuple[str, ...], widths: list[float], style: TextStyle, measure: Canvas) -> float:
    return (
        max(measure.text_height_mm(text, width - 2 * _PAD_MM, style) for text, width in zip(cells, widths, strict=True))
        + _ROW_GAP_MM
    )


def _row(
    canvas: Canvas,
    box: Box,
    *,
    cells: tuple[str, ...],
    widths: tuple[float, ...],
    numeric: frozenset[int],
    is_head: bool,
) -> None:
    if is_head:
        canvas.frame(box, width_mm=0.0, fill=_HEAD_FILL)
        canvas.line(box.x_mm, box.y_mm, box.right_mm, box.y_mm, width_mm=0.3)
    canvas.line(box.x_mm, box.bottom_mm, box.right_mm, box.bottom_mm, width_mm=0.3 if is_head else 0.12)
    x_mm = box.x_mm
    for number, (text, width_mm) in enumerate(zip(cells, widths, strict=True)):
        right = number in numeric
        style = (_CELL_HEAD_RIGHT if right else _CELL_HEAD) if is_head else (_CELL_RIGHT if right else _CELL)
        cell = Box(x_mm + _PAD_MM, box.y_mm + _ROW_GAP_MM / 2, width_mm - 2 * _PAD_MM, box.height_mm - _ROW_GAP_MM)
        canvas.text(cell, text, style)
        x_mm += width_mm


def _line_of_text(canvas: Canvas, box: Box, *, text: str, style: TextStyle) -> None:
    canvas.text(box, text, style)


def _nothing(canvas: Canvas, box: Box) -> None:
    """Leave room."""
