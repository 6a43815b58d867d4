"""Names along streets.

A name follows its line letter by letter. Chinese names on steep streets keep their characters upright, one below
the other, as Chinese maps do; Latin names turn with the street and never stand on their head.
"""

from __future__ import annotations

import bisect
import itertools
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from patrolmap.maps.offset import sideways
from patrolmap.maps.text import paint_labels, text_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from patrolmap.maps.content import StreetLayer
    from patrolmap.maps.occupancy import Box, Occupancy
    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import LabelStyle

__all__ = ["PlacedName", "paint_street_names", "place_street_names"]

_MAX_BEND_DEG: Final = 28.0
_STRAIGHT_DEG: Final = 4.0
_REPEAT_MM: Final = 75.0
_STEEP: Final = 1.15
"""Rise over run from which Chinese names are written downwards."""
_MAX_SPIN_DEG: Final = 60.0
_SHIFTS: Final = (0.0, 0.08, -0.08, 0.18, -0.18, 0.3, -0.3)
"""Where else in its stretch a name may go, as shares of the stretch."""
_DETAIL_MM: Final = 0.25
_BESIDE_MM: Final = 1.7
"""From the middle of a street to a name beside a route along it, which is drawn to the right, arrows included."""
_FARTHER: Final = 1.6
"""How much farther off a name on a slanting street goes, whose letters' boxes are wider."""
_WITHIN: Final = (0.1, 0.9)
_ALONG: Final = (-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4)


@dataclass(frozen=True)
class PlacedName:
    """
    A name with a place for each of its pieces.

    Parameters
    ----------
    label : LabelStyle
        How it is written.
    pieces : tuple of tuple of (str, float, float, float)
        Text, left end of its base line (x, y, device dots) and turn in degrees clockwise.
    box : Box
        What it covers with some room around, device dots.
    """

    label: LabelStyle
    pieces: tuple[tuple[str, float, float, float], ...]
    box: Box = (-math.inf, -math.inf, math.inf, math.inf)


def place_street_names(streets: StreetLayer, view: MapView, occupancy: Occupancy) -> list[PlacedName]:
    """
    Choose where names go, large streets first, without two names touching.

    Parameters
    ----------
    streets : StreetLayer
        The streets.
    view : MapView
        The view.
    occupancy : Occupancy
        What is taken already; the names' places are added.

    Returns
    -------
    list of PlacedName
        In order of importance.
    """
    lines, names, classes, tree = streets.named
    styles = view.style.streets
    found = tree.query(shapely.box(*view.world))
    shown = np.array([style.label_max_denominator >= view.denominator for style in styles])
    found = found[shown[classes[found]]]
    clipped = shapely.clip_by_rect(lines[found], *view.world)
    order = np.lexsort((found, -shapely.length(clipped), -classes[found].astype(np.int64)))
    tolerance = view.dots(_DETAIL_MM) / view.dots_per_unit
    setters: dict[str, _Setter] = {}
    simple = shapely.simplify(clipped[order], tolerance, preserve_topology=False)
    for place, xy in _stretches(simple, view):
        which = found[order[place]]
        name = str(names[which])
        setter = setters.get(name)
        if setter is None:
            setter = setters[name] = _Setter(name, styles[classes[which]].label, view, occupancy)
        if len(xy) > 1:
            setter.write_along(_Track(xy))
    return [made for setter in setters.values() for made in setter.placed]


def _stretches(lines: NDArray[np.object_], view: MapView) -> Iterator[tuple[int, list[list[float]]]]:
    """Give the single lines on the device, each with the position of the line that it is part of."""
    parts, source = shapely.get_parts(lines, return_index=True)
    ends = np.cumsum(shapely.get_num_coordinates(parts)).tolist()
    points = view.to_device(shapely.get_coordinates(parts)).tolist()
    for place, (first, last) in zip(source.tolist(), itertools.pairwise([0, *ends]), strict=True):
        yield place, points[first:last]


def paint_street_names(painter: QPainter, placed: list[PlacedName], view: MapView) -> None:
    """
    Write names at their places.

    Parameters
    ----------
    painter : QPainter
        Where.
    placed : list of PlacedName
        From `place_street_names`.
    view : MapView
        The view.
    """
    paint_labels(
        painter, [(text, name.label, (x, y), turn) for name in placed for text, x, y, turn in name.pieces], view
    )


class _Setter:
    """Sets one name along one line after the other, at a distance from where it stands already."""

    def __init__(self, name: str, label: LabelStyle, view: MapView, occupancy: Occupancy) -> None:
        self.name, self.label, self.view, self.occupancy = name, label, view, occupancy
        self.width, self.ascent, self.descent = text_size(name, label, view)
        self.spread = self.width * 1.06 + self.ascent * 0.3
        self.is_chinese = _is_chinese(name)
        self.apart = view.dots(_REPEAT_MM)
        self.middles: list[tuple[float, float]] = []
        self.placed: list[PlacedName] = []

    def write_along(self, track: _Track) -> None:
        if track.length < self.spread:
            return
        count = max(int(track.length // self.apart), 1)
        stretch = track.length / count
        for part in range(count):
            middle = (part + 0.5) * stretch
            if self._write_near(track, middle, stretch, self.occupancy.clear):
                continue
            if not any(self._is_on_route(track, middle + shift * stretch) for shift in (0.0, 0.18, -0.18)):
                continue
            # Beside the street, if need be across other legs, else over the route after all: a street without its name is worse.
            beside = list(self._beside(track, middle))
            across = [each for each in beside if not self._is_along_route(*each[:2])]
            if not (
                any(self._write_near(*each, self.occupancy.clear) for each in beside)
                or any(self._write_near(*each, self.occupancy.free) for each in across)
            ):
                self._write_near(track, middle, stretch, self.occupancy.free)

    def _write_near(self, track: _Track, middle: float, stretch: float, is_room: Callable[[Box], bool]) -> bool:
        """Write the name at the first place in its stretch that has room."""
        for shift in _SHIFTS:
            start = middle + shift * stretch - self.spread / 2
            if start >= 0 and start + self.spread <= track.length and self._write_at(track, start, is_room):
                return True
        return False

    def _is_on_route(self, track: _Track, distance: float) -> bool:
        x, y = track.at(distance)
        reach = self.ascent * 0.5
        return self.occupancy.avoided((x - reach, y - reach, x + reach, y + reach))

    def _is_along_route(self, track: _Track, middle: float) -> bool:
        """Tell whether a name would hide more of a route than the legs that it crosses."""
        places = [track.at(middle + share * self.spread) for share in _ALONG]
        return 2 * sum(self.occupancy.avoided(place * 2) for place in places) > len(places)

    def _beside(self, track: _Track, middle: float) -> Iterator[tuple[_Track, float, float]]:
        """Give the lines along which a name leaves room for a route there and back, with the middle of the name."""
        away = self.view.dots(_BESIDE_MM) + self.ascent * 0.5
        for distance in (-away, away, -_FARTHER * away, _FARTHER * away):
            moved = _Track(sideways(np.array(track.points), distance).tolist())
            if moved.length:
                share = moved.length / track.length
                yield moved, middle * share, min(track.length, self.apart) * share

    def _write_at(self, track: _Track, start: float, is_room: Callable[[Box], bool]) -> bool:
        x, y = track.at(start + self.spread / 2)
        near = self.apart * 0.6
        for ox, oy in self.middles:
            if math.hypot(x - ox, y - oy) < near:
                return False
        core = self.ascent * 0.25
        if not is_room((x - core, y - core, x + core, y + core)):
            return False
        # Most tries fail where the first and the last letter would stand, and letters are dear.
        for share in _WITHIN:
            end = track.at(start + self.spread * share) * 2
            if not (self.occupancy.inside(end) and is_room(end)):
                return False
        made = self._letters(track, start)
        if made is None:
            return False
        boxes = self._boxes(made)
        if not all(self.occupancy.inside(box) and is_room(box) for box in boxes):
            return False
        self.occupancy.take(boxes)
        self.middles.append((x, y))
        self.placed.append(replace(made, box=_around(boxes)))
        return True

    @cached_property
    def letters(self) -> list[_Letter]:
        """Its letters; most names of a map are too long for their street, and never need them."""
        widths = [text_size(letter, self.label, self.view)[0] for letter in self.name]
        extra = (self.spread - sum(widths)) / max(len(widths), 1)
        ends = itertools.accumulate(width + extra for width in widths)
        return [
            _Letter(letter, width, end - (width + extra) / 2)
            for letter, width, end in zip(self.name, widths, ends, strict=True)
        ]

    def _letters(self, track: _Track, start: float) -> PlacedName | None:
        ends = (track.at(start), track.at(start + self.spread))
        delta_x, delta_y = ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]
        upright = abs(delta_y) > abs(delta_x) * _STEEP and self.is_chinese
        backwards = delta_y < 0 if upright else delta_x < 0
        if not upright and track.is_straight(start, start + self.spread):
            return self._one_piece(ends, backwards=backwards)
        middles: list[tuple[float, float]] = []
        angles_deg: list[float] = []
        for letter in self.letters:
            centre = start + (self.spread - letter.centre if backwards else letter.centre)
            before, after = track.at(centre - letter.width / 2), track.at(centre + letter.width / 2)
            head, tail = (before, after) if backwards else (after, before)
            angle_deg = math.degrees(math.atan2(head[1] - tail[1], head[0] - tail[0]))
            if angles_deg and (
                _turn_deg(angle_deg, angles_deg[-1]) > _MAX_BEND_DEG
                or _turn_deg(angle_deg, angles_deg[0]) > _MAX_SPIN_DEG
            ):
                return None
            angles_deg.append(angle_deg)
            middles.append(((before[0] + after[0]) / 2, (before[1] + after[1]) / 2))
        if not upright and max(_turn_deg(angle_deg, angles_deg[0]) for angle_deg in angles_deg) < _STRAIGHT_DEG:
            return self._one_piece(ends, backwards=backwards)
        return PlacedName(self.label, self._letter_pieces(middles, angles_deg, 90.0 if upright else 0.0))

    def _letter_pieces(
        self, middles: list[tuple[float, float]], angles_deg: list[float], less_deg: float
    ) -> tuple[tuple[str, float, float, float], ...]:
        drop = _optical_drop(self.ascent, self.descent)
        pieces = []
        for letter, (x, y), angle_deg in zip(self.letters, middles, angles_deg, strict=True):
            turn = math.radians(angle_deg - less_deg)
            across, along = math.cos(turn), math.sin(turn)
            left, base = x - across * letter.width / 2 - along * drop, y - along * letter.width / 2 + across * drop
            pieces.append((letter.text, left, base, angle_deg - less_deg))
        return tuple(pieces)

    def _boxes(self, made: PlacedName) -> list[Box]:
        """Cover each letter with a box: one large box of a long turned name would claim the corners too."""
        boxes: list[Box] = []
        pad = self.view.dots(0.3)
        rises = (-self.descent * 0.6, self.ascent * 0.85)
        is_whole = len(made.pieces) == 1
        for place, (_, x, y, angle_deg) in enumerate(made.pieces):
            turn = math.radians(angle_deg)
            across, along = math.cos(turn), math.sin(turn)
            count = len(self.name) if is_whole else 1
            step = self.width / count if is_whole else self.letters[place].width
            left, right = sorted(along * rise for rise in rises)
            top, bottom = sorted(-across * rise for rise in rises)
            step_x, step_y = across * step, along * step
            left, right = x + left + min(step_x, 0.0) - pad, x + right + max(step_x, 0.0) + pad
            top, bottom = y + top + min(step_y, 0.0) - pad, y + bottom + max(step_y, 0.0) + pad
            boxes += [
                (left + part * step_x, top + part * step_y, right + part * step_x, bottom + part * step_y)
                for part in range(count)
            ]
        return boxes

    def _one_piece(self, ends: tuple[tuple[float, float], tuple[float, float]], *, backwards: bool) -> PlacedName:
        sign = -1 if backwards else 1
        turn = math.atan2((ends[1][1] - ends[0][1]) * sign, (ends[1][0] - ends[0][0]) * sign)
        middle_x, middle_y = (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
        drop = _optical_drop(self.ascent, self.descent)
        x = middle_x - math.cos(turn) * self.width / 2 - math.sin(turn) * drop
        y = middle_y - math.sin(turn) * self.width / 2 + math.cos(turn) * drop
        return PlacedName(self.label, ((self.name, x, y, math.degrees(turn)),))


class _Letter(NamedTuple):
    """A letter of a name, its width, and where its middle stands from the start of the name."""

    text: str
    width: float
    centre: float


class _Track:
    """A line on the device with places by distance; plain numbers, for a name asks for a dozen at a time."""

    def __init__(self, points: list[list[float]]) -> None:
        self.points = points
        steps = (math.dist(one, other) for one, other in itertools.pairwise(self.points))
        self.along = list(itertools.accumulate(steps, initial=0.0))
        self.length = self.along[-1]

    def is_straight(self, first: float, last: float) -> bool:
        """Tell whether no bend lies between two distances."""
        most = len(self.along) - 1
        return bisect.bisect_left(self.along, first, 1, most) == bisect.bisect_left(self.along, last, 1, most)

    def at(self, distance: float) -> tuple[float, float]:
        along, points = self.along, self.points
        after = bisect.bisect_left(along, distance, 1, len(along) - 1)
        before = along[after - 1]
        step = along[after] - before
        share = (distance - before) / step if step else 0.0
        if share < 0.0:
            share = 0.0
        elif share > 1.0:
            share = 1.0
        (from_x, from_y), (to_x, to_y) = points[after - 1], points[after]
        return from_x + share * (to_x - from_x), from_y + share * (to_y - from_y)


def _turn_deg(one_deg: float, other_deg: float) -> float:
    return abs((one_deg - other_deg + 180) % 360 - 180)


def _optical_drop(ascent: float, descent: float) -> float:
    """From the middle of a line of type to its base; the line box of CJK fonts is taller than the letters."""
    return (ascent - descent) * 0.43


def _around(boxes: list[Box]) -> Box:
    columns = list(zip(*boxes, strict=True))
    return min(columns[0]), min(columns[1]), max(columns[2]), max(columns[3])


def _is_chinese(text: str) -> bool:
    return all("\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" for letter in text)
