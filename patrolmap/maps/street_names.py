"""Names along streets.

A name follows its line letter by letter. Chinese names on steep streets keep their characters upright, one below
the other, as Chinese maps do; Latin names turn with the street and never stand on their head.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from PySide6.QtCore import QPointF

from patrolmap.maps.text import paint_label, text_size

if TYPE_CHECKING:
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
    for place in order:
        name, label = str(names[found[place]]), styles[classes[found[place]]].label
        setter = setters.setdefault(name, _Setter(name, label, view, occupancy))
        for part in shapely.get_parts(shapely.simplify(clipped[place], tolerance, preserve_topology=False)):
            if part.geom_type == "LineString" and not part.is_empty:
                setter.write_along(_Track(view.to_device(shapely.get_coordinates(part))))
    return [made for setter in setters.values() for made in setter.placed]


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
    for name in placed:
        for text, x, y, angle_deg in name.pieces:
            paint_label(painter, text, name.label, view, QPointF(x, y), angle_deg=angle_deg)


class _Setter:
    """Sets one name along one line after the other, at a distance from where it stands already."""

    def __init__(self, name: str, label: LabelStyle, view: MapView, occupancy: Occupancy) -> None:
        self.name, self.label, self.view, self.occupancy = name, label, view, occupancy
        self.width, self.ascent, self.descent = text_size(name, label, view)
        self.spread = self.width * 1.06 + self.ascent * 0.3
        self.apart = view.dots(_REPEAT_MM)
        self.middles: list[tuple[float, float]] = []
        self.placed: list[PlacedName] = []

    def write_along(self, track: _Track) -> None:
        if track.length < self.spread:
            return
        count = max(int(track.length // self.apart), 1)
        stretch = track.length / count
        for part in range(count):
            for shift in _SHIFTS:
                start = (part + 0.5 + shift) * stretch - self.spread / 2
                if start >= 0 and start + self.spread <= track.length and self._write_at(track, start):
                    break

    def _write_at(self, track: _Track, start: float) -> bool:
        x, y = track.at(start + self.spread / 2)
        if any(math.hypot(x - ox, y - oy) < self.apart * 0.6 for ox, oy in self.middles):
            return False
        made = self._letters(track, start)
        if made is None:
            return False
        boxes = _boxes(made, self.view, self.ascent, self.descent)
        if not all(self.occupancy.inside(box) and self.occupancy.free(box) for box in boxes):
            return False
        self.occupancy.take(boxes)
        self.middles.append((x, y))
        self.placed.append(replace(made, box=_around(boxes)))
        return True

    def _letters(self, track: _Track, start: float) -> PlacedName | None:
        ends = track.places(np.array([start, start + self.spread]))
        delta_x, delta_y = ends[1] - ends[0]
        upright = abs(delta_y) > abs(delta_x) * _STEEP and _is_chinese(self.name)
        backwards = bool(delta_y < 0 if upright else delta_x < 0)
        advances = np.array([text_size(letter, self.label, self.view)[0] for letter in self.name])
        roomy = advances + (self.spread - float(advances.sum())) / max(len(advances), 1)
        centres = start + np.cumsum(roomy) - roomy / 2
        if backwards:
            centres = 2 * start + self.spread - centres
        before, after = track.places(centres - advances / 2), track.places(centres + advances / 2)
        tangent = (after - before) * (-1 if backwards else 1)
        angles_deg = np.degrees(np.arctan2(tangent[:, 1], tangent[:, 0]))
        bends = np.abs((np.diff(angles_deg) + 180) % 360 - 180)
        spin = np.abs((angles_deg - angles_deg[0] + 180) % 360 - 180)
        if len(bends) and (bends.max() > _MAX_BEND_DEG or spin.max() > _MAX_SPIN_DEG):
            return None
        if not upright and spin.max() < _STRAIGHT_DEG:
            return self._one_piece(ends, backwards=backwards)
        turned = angles_deg - 90 if upright else angles_deg
        return PlacedName(self.label, _letter_pieces(self.name, self.label, self.view, (before + after) / 2, turned))

    def _one_piece(self, ends: NDArray[np.float64], *, backwards: bool) -> PlacedName:
        delta = (ends[1] - ends[0]) * (-1 if backwards else 1)
        turn, centre = math.atan2(delta[1], delta[0]), ends.mean(axis=0)
        drop = _optical_drop(self.ascent, self.descent)
        x = float(centre[0]) - math.cos(turn) * self.width / 2 - math.sin(turn) * drop
        y = float(centre[1]) - math.sin(turn) * self.width / 2 + math.cos(turn) * drop
        return PlacedName(self.label, ((self.name, x, y, math.degrees(turn)),))


class _Track:
    """A line on the device with places by distance."""

    def __init__(self, xy: NDArray[np.float64]) -> None:
        self.xy = xy
        self.along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))))
        self.length = float(self.along[-1])

    def at(self, distance: float) -> tuple[float, float]:
        return (
            float(np.interp(distance, self.along, self.xy[:, 0])),
            float(np.interp(distance, self.along, self.xy[:, 1])),
        )

    def places(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(
            (np.interp(distances, self.along, self.xy[:, 0]), np.interp(distances, self.along, self.xy[:, 1]))
        )


def _letter_pieces(
    name: str, label: LabelStyle, view: MapView, middle: NDArray[np.float64], angles: NDArray[np.float64]
) -> tuple[tuple[str, float, float, float], ...]:
    pieces = []
    for letter, (x, y), angle in zip(name, middle, angles, strict=True):
        width, ascent, descent = text_size(letter, label, view)
        drop = _optical_drop(ascent, descent)
        turn = np.radians(angle)
        pieces.append(
            (
                letter,
                float(x - np.cos(turn) * width / 2 - np.sin(turn) * drop),
                float(y - np.sin(turn) * width / 2 + np.cos(turn) * drop),
                float(angle),
            )
        )
    return tuple(pieces)


def _optical_drop(ascent: float, descent: float) -> float:
    """From the middle of a line of type to its base; the line box of CJK fonts is taller than the letters."""
    return (ascent - descent) * 0.43


def _boxes(made: PlacedName, view: MapView, ascent: float, descent: float) -> list[Box]:
    boxes: list[Box] = []
    pad = view.dots(0.3)
    for text, x, y, angle_deg in made.pieces:
        turn = math.radians(angle_deg)
        across, along = math.cos(turn), math.sin(turn)
        width = text_size(text, made.label, view)[0]
        # A long turned text is covered by several small boxes: one large box would claim the corners too.
        count = max(len(text), 1)
        ends = [width * part / count for part in range(count + 1)]
        rises = (-descent * 0.6, ascent * 0.85)
        for near, far in itertools.pairwise(ends):
            xs = [x + across * reach + along * rise for reach in (near, far) for rise in rises]
            ys = [y + along * reach - across * rise for reach in (near, far) for rise in rises]
            boxes.append((min(xs) - pad, min(ys) - pad, max(xs) + pad, max(ys) + pad))
    return boxes


def _around(boxes: list[Box]) -> Box:
    columns = list(zip(*boxes, strict=True))
    return min(columns[0]), min(columns[1]), max(columns[2]), max(columns[3])


def _is_chinese(text: str) -> bool:
    return all("\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" for letter in text)
