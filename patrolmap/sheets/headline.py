"""The first line of a sheet: logo, who issues it and what it is, and the mark in its frame."""

from __future__ import annotations

from typing import Final

from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle

__all__ = ["draw_headline"]

_TITLE: Final = TextStyle(22, bold=True)
_SMALLEST: Final = 0.6
_TWO_LINES_PT: Final = 11.5
_MARK: Final = TextStyle(11, bold=True, align=Align.CENTRE)


def draw_headline(canvas: Canvas, box: Box, words: str, mark: str, logo: bytes) -> None:
    """
    Draw the line; a long title is set smaller, then on two lines, before it is cut.

    Parameters
    ----------
    canvas : Canvas
        The page.
    box : Box
        Where; 11 mm high.
    words : str
        The title.
    mark : str
        The mark; empty for none.
    logo : bytes
        A PNG or JPEG picture; empty for none.
    """
    logo_mm = canvas.picture(Box(box.x_mm, box.y_mm, 3 * box.height_mm, box.height_mm - 0.5), logo)
    x_mm, right_mm = box.x_mm + logo_mm + 3 * bool(logo_mm), box.right_mm
    if mark:
        mark_mm = canvas.text_width_mm(mark, _MARK) + 5
        plate = Box(box.right_mm - mark_mm, box.y_mm + 1.5, mark_mm, 7)
        canvas.frame(plate, width_mm=0.4)
        canvas.text(plate, mark, _MARK, middle=True)
        right_mm = plate.x_mm - 3
    room_mm = right_mm - x_mm
    wide_mm = canvas.text_width_mm(words, _TITLE)
    share = min(room_mm / max(wide_mm, 1.0) * 0.99, 1.0)
    size_pt = _TITLE.size_pt * share if share >= _SMALLEST else _TWO_LINES_PT
    canvas.text(Box(x_mm, box.y_mm, room_mm, box.height_mm), words, TextStyle(size_pt, bold=True), middle=True)
