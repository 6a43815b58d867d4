"""The roster of a night to sign: who leads, who is expected, and a line for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.model.roster import ROLE_TITLES
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, SheetTemplate
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle
from patrolmap.sheets.content import mark_of, shift_line
from patrolmap.sheets.flow import Flow, Page, paper_of
from patrolmap.sheets.foot import add_feet

if TYPE_CHECKING:
    import datetime as dt

    from patrolmap.model.roster import RosterEntry, TeamRoster
    from patrolmap.model.schedule import Shift

__all__ = ["RosterSheet", "roster_pages"]

_HEAD_MM: Final = 21.0
_PAGE_HEAD_MM: Final = 10.0
_TEAM_MM: Final = 10.0
_TITLE_MM: Final = 6.5
_ROW_MM: Final = 9.0
_PADDING_MM: Final = 1.2
_SHARES: Final = (0.06, 0.19, 0.16, 0.12, 0.18, 0.08, 0.21)

_TITLE: Final = TextStyle(20, bold=True)
_HEAD: Final = TextStyle(11.5)
_TEAM: Final = TextStyle(13, bold=True)
_COUNT: Final = TextStyle(11, align=Align.RIGHT)
_COLUMN: Final = TextStyle(10, bold=True, align=Align.CENTRE)
_CELL: Final = TextStyle(11)
_NAME: Final = TextStyle(12)
_CENTRE: Final = TextStyle(11, align=Align.CENTRE)
_SMALL_RIGHT: Final = TextStyle(9, align=Align.RIGHT)


@dataclass(frozen=True)
class RosterSheet:
    """
    What the roster of a night says.

    Parameters
    ----------
    district : str
        Name of the district.
    shift : Shift
        The night.
    teams : tuple of (str, TeamRoster)
        Names of the teams with their rosters of the date.
    plan_id : str
        The plan of the night, for the foot.
    """

    district: str
    shift: Shift
    teams: tuple[tuple[str, TeamRoster], ...]
    plan_id: str


def roster_pages(sheet: RosterSheet, printed_at: dt.datetime, template: SheetTemplate = PLAIN_TEMPLATE) -> list[Page]:
    """
    Lay out the roster.

    Parameters
    ----------
    sheet : RosterSheet
        What it says.
    printed_at : datetime.datetime
        Local time of printing.
    template : SheetTemplate, optional
        Paper and mark.

    Returns
    -------
    list of Page
        A table a team, with a box to tick for who is expected and a dash for who is not; one that goes on over a page
        begins with its head again.
    """
    flow = Flow(paper_of(template), lambda canvas, box: _page_head(canvas, box, sheet), _PAGE_HEAD_MM)
    flow.add(_HEAD_MM, lambda canvas, box: _head(canvas, box, sheet))
    for name, roster in sheet.teams:
        _add_team(flow, name, roster)
        flow.space(4.0)
    add_feet(flow.pages, sheet.plan_id, printed_at.strftime("%Y-%m-%d %H:%M"), mark=mark_of(template))
    return flow.pages


def _add_team(flow: Flow, name: str, roster: TeamRoster) -> None:
    needs_title = True
    if flow.room_mm < _TEAM_MM + _TITLE_MM + 2 * _ROW_MM:
        flow.new_page()
    flow.add(_TEAM_MM, partial(_draw_team, name=name, roster=roster))
    for number, entry in enumerate(roster.entries, start=1):
        if flow.room_mm < _ROW_MM + (_TITLE_MM if needs_title else 0.0):
            flow.new_page()
            flow.add(_TEAM_MM, partial(_draw_team, name=name, roster=roster))
            needs_title = True
        if needs_title:
            flow.add(_TITLE_MM, _draw_title)
            needs_title = False
        flow.add(_ROW_MM, partial(_draw_row, number=number, entry=entry))


def _title(sheet: RosterSheet) -> str:
    return tr("{district} roster to sign", district=sheet.district)


def _head(canvas: Canvas, box: Box, sheet: RosterSheet) -> None:
    canvas.text(Box(box.x_mm, box.y_mm, box.width_mm, 10), _title(sheet), _TITLE, middle=True)
    there = sum(roster.strength for _, roster in sheet.teams)
    text = tr(
        "{shift} · {teams} {teams:team|teams} · {present} expected",
        shift=shift_line(sheet.shift),
        teams=len(sheet.teams),
        present=there,
    )
    canvas.text(Box(box.x_mm, box.y_mm + 10.5, box.width_mm, 6), text, _HEAD, middle=True)


def _page_head(canvas: Canvas, box: Box, sheet: RosterSheet) -> None:
    line = Box(box.x_mm, box.y_mm, box.width_mm, 6)
    canvas.text(line, _title(sheet), TextStyle(11, bold=True), middle=True)
    canvas.text(line, shift_line(sheet.shift), _SMALL_RIGHT, middle=True)
    canvas.line(box.x_mm, box.y_mm + 7, box.right_mm, box.y_mm + 7, width_mm=0.3)


def _draw_team(canvas: Canvas, box: Box, *, name: str, roster: TeamRoster) -> None:
    line = Box(box.x_mm, box.y_mm + 1.5, box.width_mm * 0.68, box.height_mm - 2)
    canvas.text(line, name, _TEAM, middle=True)
    count = tr("{present} of {members} expected", present=roster.strength, members=roster.size)
    side = Box(box.x_mm + 0.68 * box.width_mm, line.y_mm, 0.32 * box.width_mm, line.height_mm)
    canvas.text(side, count, _COUNT, middle=True)


def _cells(box: Box) -> list[Box]:
    cells, x_mm = [], box.x_mm
    for share in _SHARES:
        cells.append(Box(x_mm, box.y_mm, share * box.width_mm, box.height_mm))
        x_mm += share * box.width_mm
    return cells


def _draw_title(canvas: Canvas, box: Box) -> None:
    titles = (tr("No."), tr("Person"), tr("Role"), tr("Group"), tr("Phone"), tr("Here"), tr("Signature"))
    for cell, title in zip(_cells(box), titles, strict=True):
        canvas.frame(cell, width_mm=0.25, fill="#e6e6e6")
        canvas.text(cell, title, _COLUMN, middle=True)


def _draw_row(canvas: Canvas, box: Box, *, number: int, entry: RosterEntry) -> None:
    cells = _cells(box)
    for cell in cells:
        canvas.frame(cell, width_mm=0.25)
    canvas.text(cells[0], str(number), _CENTRE, middle=True)
    texts = (entry.name, tr(ROLE_TITLES[entry.role]), entry.group, entry.phone)
    for cell, text, style in zip(cells[1:5], texts, (_NAME, _CELL, _CELL, _CELL), strict=True):
        inner = Box(cell.x_mm + _PADDING_MM, cell.y_mm, cell.width_mm - 2 * _PADDING_MM, cell.height_mm)
        canvas.text(inner, text, canvas.fitted(text, inner, style), middle=True)
    _draw_tick(canvas, cells[5], expected=entry.present)


def _draw_tick(canvas: Canvas, cell: Box, *, expected: bool) -> None:
    """Draw a box to tick for who is expected, a dash for who is not."""
    middle_mm = cell.x_mm + cell.width_mm / 2
    if expected:
        canvas.frame(Box(middle_mm - 2.3, cell.y_mm + (cell.height_mm - 4.6) / 2, 4.6, 4.6), width_mm=0.4)
    else:
        y_mm = cell.y_mm + cell.height_mm / 2
        canvas.line(middle_mm - 2.5, y_mm, middle_mm + 2.5, y_mm, width_mm=0.4)
