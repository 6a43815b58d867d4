"""The table of stops, with a head on every page it reaches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.sheets.content import StopRow
    from patrolmap.sheets.flow import Flow

__all__ = ["TABLE_TITLE_MM", "StopTable"]

TABLE_TITLE_MM: Final = 7.0
_ROW_MM: Final = 9.5
_PADDING_MM: Final = 1.2
_NUMBER: Final = TextStyle(14, bold=True, align=Align.CENTRE)
_NO_NUMBER: Final = TextStyle(14, align=Align.CENTRE)  # the bold face has no dash
_TIMES: Final = TextStyle(13, bold=True, align=Align.CENTRE)
_PLACE: Final = TextStyle(12.5)
_TASK: Final = TextStyle(10.5)
_DWELL: Final = TextStyle(11, align=Align.CENTRE)
_TITLE: Final = TextStyle(10, bold=True, align=Align.CENTRE)
_SHARES: Final = (0.06, 0.165, 0.345, 0.155, 0.085, 0.06, 0.13)
_NARROW_MM: Final = 150.0
_NARROW_SHARES: Final = (0.07, 0.225, 0.315, 0.18, 0.115, 0.095)


class StopTable:
    """
    The stops of a sheet.

    Parameters
    ----------
    rows : sequence of StopRow
        The stops.
    measure : Canvas
        For measuring text.
    width_mm : float
        Width of the table.
    """

    def __init__(self, rows: Sequence[StopRow], measure: Canvas, width_mm: float) -> None:
        self._rows = rows
        self._widths_mm = [share * width_mm for share in (_NARROW_SHARES if width_mm < _NARROW_MM else _SHARES)]
        self._heights_mm = [self._row_height_mm(row, measure) for row in rows]

    @property
    def height_mm(self) -> float:
        """Height on one page."""
        return TABLE_TITLE_MM + sum(self._heights_mm)

    def fitting(self, height_mm: float) -> int:
        """
        Count the rows that stand below the head in a height.

        Parameters
        ----------
        height_mm : float
            Height, head included.

        Returns
        -------
        int
            Rows from the first.
        """
        used_mm, count = TABLE_TITLE_MM, 0
        while count < len(self._rows) and used_mm + self._heights_mm[count] <= height_mm:
            used_mm += self._heights_mm[count]
            count += 1
        return count

    def draw(self, canvas: Canvas, box: Box) -> None:
        """
        Draw the rows that fit into a box of the table's width.

        Parameters
        ----------
        canvas : Canvas
            The page.
        box : Box
            Where.
        """
        self._draw_title(canvas, Box(box.x_mm, box.y_mm, box.width_mm, TABLE_TITLE_MM))
        y_mm = box.y_mm + TABLE_TITLE_MM
        count = self.fitting(box.height_mm)
        for row, height_mm in zip(self._rows[:count], self._heights_mm[:count], strict=True):
            self._draw_row(canvas, Box(box.x_mm, y_mm, box.width_mm, height_mm), row=row)
            y_mm += height_mm

    def add_to(self, flow: Flow) -> None:
        """
        Put the table into a flow.

        Parameters
        ----------
        flow : Flow
            Where; a page that has no room for the head and a row is left.
        """
        needs_title = True
        for row, height_mm in zip(self._rows, self._heights_mm, strict=True):
            wanted_mm = height_mm + (TABLE_TITLE_MM if needs_title else 0.0)
            if flow.room_mm < wanted_mm:
                flow.new_page()
                needs_title = True
            if needs_title:
                flow.add(TABLE_TITLE_MM, self._draw_title)
                needs_title = False
            flow.add(height_mm, partial(self._draw_row, row=row))

    def _row_height_mm(self, row: StopRow, measure: Canvas) -> float:
        place_mm = measure.text_height_mm(row.place, self._widths_mm[2] - 2 * _PADDING_MM, _PLACE)
        task_mm = measure.text_height_mm(row.task, self._widths_mm[3] - 2 * _PADDING_MM, _TASK)
        return max(_ROW_MM, place_mm + 2 * _PADDING_MM, task_mm + 2 * _PADDING_MM)

    def _cells(self, box: Box) -> list[Box]:
        cells, x_mm = [], box.x_mm
        for width_mm in self._widths_mm:
            cells.append(Box(x_mm, box.y_mm, width_mm, box.height_mm))
            x_mm += width_mm
        return cells

    def _draw_title(self, canvas: Canvas, box: Box) -> None:
        titles = (tr("No."), tr("Time"), tr("Place"), tr("Task"), tr("Stay"), tr("Done"), tr("Remark"))
        for cell, title in zip(self._cells(box), titles, strict=False):  # a narrow table has no room for remarks
            canvas.frame(cell, width_mm=0.25, fill="#e6e6e6")
            canvas.text(cell, title, _TITLE, middle=True)

    def _draw_row(self, canvas: Canvas, box: Box, *, row: StopRow) -> None:
        cells = self._cells(box)
        for cell in cells:
            canvas.frame(cell, width_mm=0.25)
        number, times, place, task, dwell, done = cells[:6]
        canvas.text(number, str(row.number) if row.number else "–", _NUMBER if row.number else _NO_NUMBER, middle=True)
        canvas.text(times, row.times, _TIMES, middle=True)
        canvas.text(_padded(place), row.place, _PLACE, middle=True)
        canvas.text(_padded(task), row.task, _TASK, middle=True)
        canvas.text(dwell, row.dwell, _DWELL, middle=True)
        if not row.number:
            return  # nothing to tick off on a break
        side_mm = 5.0
        tick = Box(
            done.x_mm + (done.width_mm - side_mm) / 2, done.y_mm + (done.height_mm - side_mm) / 2, side_mm, side_mm
        )
        canvas.frame(tick, width_mm=0.4)


def _padded(box: Box) -> Box:
    return Box(
        box.x_mm + _PADDING_MM,
        box.y_mm + _PADDING_MM,
        box.width_mm - 2 * _PADDING_MM,
        box.height_mm - 2 * _PADDING_MM,
    )
