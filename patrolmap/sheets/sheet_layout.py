"""How the parts of a patrol sheet share its pages: as usual, or tighter where that saves a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from patrolmap.sheets.canvas import Box, Canvas
from patrolmap.sheets.flow import A4, Column, Flow, Paper
from patrolmap.sheets.stop_table import TABLE_TITLE_MM, StopTable
from patrolmap.sheets.turn_columns import TurnColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolmap.sheets.content import StopRow, TurnBlock
    from patrolmap.sheets.flow import Draw

    MapsOf = Callable[[float, float], Sequence[Draw]]
    _Extent = tuple[tuple[float, float, float, float], float]

__all__ = ["SheetParts", "arranged"]

_MAP_SHARE: Final = 0.52
_BESIDE_MM: Final = 3.0
_WITH_LINES: Final = 2
_WITH_WAY: Final = 3
_SMALLEST_MAP_MM: Final = 118.0
_LARGEST_MAP_MM: Final = 168.0
_LOWEST_MAP_MM: Final = 85.0
_CLEAR_SCALE: Final = 5_000
"""The N of 1:N up to which every lane is drawn wide and named: a short way may be drawn so instead of larger."""
_GAPS_MM: Final = 4.0
_WASTED: Final = 0.6
"""Share of a page that may stay empty, on all pages together, before a tighter layout is tried."""
_BARE: Final = 0.75
"""Share of the last page that may stay empty before more is put on it."""


@dataclass(frozen=True)
class SheetParts:
    """
    What stands on a sheet.

    Parameters
    ----------
    stops : tuple of StopRow
        The table.
    turns : tuple of TurnBlock
        The way in words.
    maps_of : callable
        Takes width and height of a map in mm and gives what draws it, or two where one would be too small to read.
    head : tuple of (float, Draw)
        Height and drawing of the head.
    page_head : tuple of (float, Draw)
        Likewise for the pages after the first.
    signatures : tuple of (float, Draw)
        Likewise for the lines to sign.
    remarks : Draw
        Draws the box for remarks.
    """

    stops: tuple[StopRow, ...]
    turns: tuple[TurnBlock, ...]
    maps_of: MapsOf
    head: tuple[float, Draw]
    page_head: tuple[float, Draw]
    signatures: tuple[float, Draw]
    remarks: Draw


@dataclass(frozen=True)
class _Room:
    """
    How much room is given.

    That of the remarks, what the first and a second map are lower than usual (on A4), whether the way in words begins a page, and
    whether it comes before the second map.
    """

    remarks_mm: float
    first_lower_mm: float = 0.0
    lower_mm: float = 0.0
    turns_apart: bool = False
    map_last: bool = False

    @property
    def change(self) -> float:
        """How far from the usual layout it is; the way above the second map is as bad as maps lower by 2 cm."""
        return self.first_lower_mm + self.lower_mm + 20.0 * self.map_last


_LOOSE: Final = _Room(24.0)
_LOWER_MM: Final = (0.0, 8.0, 16.0, 24.0, 36.0, 48.0, 60.0, 75.0)
_TIGHTER: Final = tuple(
    sorted(
        (
            _Room(18.0, first_mm, lower_mm, map_last=map_last)
            for first_mm in _LOWER_MM
            for lower_mm in _LOWER_MM
            for map_last in (False, True)
        ),
        key=lambda room: room.change,
    )
)
"""What is tried to save a page, the least change first."""
_FULLER: Final = (_Room(24.0, turns_apart=True), _Room(32.0), _Room(40.0), _Room(32.0, turns_apart=True))
"""What is tried to give the last page more to carry, where no page can be saved."""


def arranged(parts: SheetParts, measure: Canvas, paper: Paper) -> Flow:
    """
    Lay a sheet out as usual, tighter if that saves a page, or so that its last page carries something.

    Parameters
    ----------
    parts : SheetParts
        What stands on it.
    measure : Canvas
        For measuring text.
    paper : Paper
        The paper.

    Returns
    -------
    Flow
        Its pages. No map is lower than usual at the price of a smaller scale than 1:5,000.
    """
    sheet = _Sheet(parts, measure, paper)
    room, best = _best(sheet)
    if len(best.pages) > 1 and not room.turns_apart:
        whole = sheet.laid_out(replace(room, turns_apart=True))  # one look at the way in words, where it costs no page
        return whole if len(whole.pages) == len(best.pages) else best
    return best


def _best(sheet: _Sheet) -> tuple[_Room, Flow]:
    usual, height_mm = sheet.laid_out(_LOOSE), sheet.paper.inner.height_mm
    if usual.empty_mm < _WASTED * height_mm:
        return _LOOSE, usual
    rooms = [room for room in _TIGHTER if sheet.allows(room)]
    if sheet.may_be_shorter(usual, rooms):
        for room in rooms:
            flow = sheet.laid_out(room)
            if len(flow.pages) < len(usual.pages):
                return room, flow
    if len(usual.pages) == 1 or usual.room_mm <= _BARE * height_mm:
        return _LOOSE, usual
    fuller = [(room, sheet.laid_out(room)) for room in (_LOOSE, *_FULLER)]
    same = [one for one in fuller if len(one[1].pages) == len(usual.pages)]
    return min(same, key=lambda one: one[1].room_mm)


class _Sheet:
    """A sheet whose parts are measured once for all layouts that are tried."""

    def __init__(self, parts: SheetParts, measure: Canvas, paper: Paper) -> None:
        self.parts, self.paper, self.is_wide = parts, paper, paper.width_mm > paper.height_mm
        self.maps_of = cache(parts.maps_of)
        self.grown = max(paper.width_mm, paper.height_mm) / A4.height_mm
        self.table = cache(lambda shown, width_mm: StopTable(parts.stops[shown:], measure, width_mm))
        self.turns = cache(lambda width_mm: TurnColumns(parts.turns, measure, width_mm))
        self.stays_clear = cache(self._stays_clear)
        inner = paper.inner
        self.map_mm = inner.width_mm * _MAP_SHARE if self.is_wide else inner.width_mm
        """Width of a map."""
        room_mm = inner.height_mm - parts.head[0]
        self.first_mm = room_mm if self.is_wide else self._stacked_mm(room_mm)
        """Usual height of the first map."""
        self.second_mm = inner.height_mm - parts.page_head[0] - 1.0 if self.is_wide else self.first_mm
        """Usual height of the second one."""
        self.maps = self.maps_of(self.map_mm, self.first_mm)

    def allows(self, room: _Room) -> bool:
        """Tell whether a layout is one of its own, with maps that stay as clear."""
        has_second = len(self.maps) > 1
        if (self.is_wide and room.first_lower_mm) or (not has_second and (room.lower_mm or room.map_last)):
            return False
        heights_mm = {self._first_mm(room), self._second_mm(room) if has_second else 0.0}
        return all(self.stays_clear(height_mm) for height_mm in heights_mm if 0.0 < height_mm < self.first_mm)

    def may_be_shorter(self, usual: Flow, rooms: list[_Room]) -> bool:
        """Tell whether what stands on it has room on a page less at all."""
        lower_mm = self.grown * max(room.first_lower_mm + room.lower_mm for room in rooms)
        least_mm = usual.used_mm - _LOOSE.remarks_mm - lower_mm
        least_mm += rooms[0].remarks_mm - _GAPS_MM * len(usual.pages)
        return least_mm <= (len(usual.pages) - 1) * self.paper.inner.height_mm

    def laid_out(self, room: _Room) -> Flow:
        """Lay it out."""
        flow = Flow(self.paper, self.parts.page_head[1], self.parts.page_head[0])
        flow.add(*self.parts.head)
        has_way = self._begin_beside(flow, room) if self.is_wide else self._begin_stacked(flow, room)
        if room.map_last and not has_way:
            self._add_way(flow, room)
        self._add_second(flow, room)
        if not room.map_last and not has_way:
            self._add_way(flow, room)
        return flow

    def _begin_stacked(self, flow: Flow, room: _Room) -> bool:
        """Put the map above the table and the lines to fill in; tell whether the way in words is there."""
        height_mm = self._first_mm(room)
        flow.add(height_mm, self._map_at(height_mm)[0])
        flow.space(2.0)
        self.table(0, self.paper.inner.width_mm).add_to(flow)
        self._add_lines(flow, room)
        return False

    def _begin_beside(self, flow: Flow, room: _Room) -> bool:
        """Put the map on the left and on the right as much as there is room for: table, lines to fill in, way in words."""
        inner, height_mm = self.paper.inner, self.first_mm
        page, top_mm = flow.pages[-1], inner.bottom_mm - height_mm
        page.drawings.append((self.maps[0], Box(inner.x_mm, top_mm, self.map_mm, height_mm)))
        left_mm = self.map_mm + _BESIDE_MM
        area = Box(inner.x_mm + left_mm, top_mm, inner.width_mm - left_mm, height_mm)
        table = self.table(0, area.width_mm)
        steps = (table.add_to, partial(self._add_lines, room=room), lambda part: self.turns(area.width_mm).add_to(part))
        for count in (3, 2, 1):
            column = Flow(Column(self.paper.width_mm, self.paper.height_mm, area=area), _no_head, 0.0)
            for step in steps[:count]:
                step(column)
            if len(column.pages) == 1:
                break
        page.drawings += column.pages[0].drawings
        flow.space(height_mm)
        shown = table.fitting(height_mm)
        if shown < len(self.parts.stops):
            self.table(shown, inner.width_mm).add_to(flow)
        if count < _WITH_LINES:
            self._add_lines(flow, room)
        return count == _WITH_WAY

    def _add_lines(self, flow: Flow, room: _Room) -> None:
        flow.space(3.0)
        flow.add(*self.parts.signatures)
        flow.space(2.0)
        flow.add(room.remarks_mm, self.parts.remarks)
        flow.space(4.0)

    def _add_second(self, flow: Flow, room: _Room) -> None:
        height_mm = self._second_mm(room)
        for draw_map in self._map_at(height_mm)[1:]:
            flow.add(height_mm, draw_map)
            flow.space(4.0)

    def _add_way(self, flow: Flow, room: _Room) -> None:
        if room.turns_apart and self.parts.turns and not flow.is_at_top:
            flow.new_page()
        self.turns(self.paper.inner.width_mm).add_to(flow)

    def _first_mm(self, room: _Room) -> float:
        return self.first_mm - room.first_lower_mm * self.grown

    def _second_mm(self, room: _Room) -> float:
        return self.second_mm - room.lower_mm * self.grown

    def _map_at(self, height_mm: float) -> Sequence[Draw]:
        """Give the maps for a height that keeps their scale; a higher box shows more around what must be seen."""
        return self.maps_of(self.map_mm, height_mm) if height_mm < self.first_mm else self.maps

    def _stays_clear(self, height_mm: float) -> bool:
        lower = self.maps_of(self.map_mm, height_mm) if height_mm >= _LOWEST_MAP_MM else ()
        pairs = list(zip(map(_extent, lower), map(_extent, self.maps), strict=False))
        return len(lower) == len(self.maps) and all(_is_as_clear(*pair) for pair in pairs)

    def _stacked_mm(self, room_mm: float) -> float:
        """Leave the table on the page if the map stays large enough, on larger paper in proportion."""
        grown = self.paper.inner.width_mm / A4.inner.width_mm
        beside_mm = room_mm - self.table(0, self.paper.inner.width_mm).height_mm - 2.0
        if beside_mm >= _SMALLEST_MAP_MM * grown:
            return min(beside_mm, _LARGEST_MAP_MM * grown)
        return min(_LARGEST_MAP_MM * grown, room_mm - TABLE_TITLE_MM - 2.0)


def _extent(draw_map: Draw) -> _Extent | None:
    part = getattr(draw_map, "part", None)
    return None if part is None else (part.bounds, part.scale)


def _is_as_clear(lower: _Extent | None, usual: _Extent | None) -> bool:
    """Tell whether a lower map shows the same at the same scale, or at one that is large still."""
    if lower is None or usual is None:
        return lower == usual
    return lower[0] == usual[0] and (lower[1] == usual[1] or lower[1] <= _CLEAR_SCALE)


def _no_head(_canvas: Canvas, _box: Box) -> None:
    """Leave the top of a column free: it has no second page."""
