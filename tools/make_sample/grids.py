"""The wider streets of each quarter: a grid of its own direction, bent a little, that gives way to the arterials."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, Point, Polygon

from tools.make_sample.curves import lines_of, polygons_of
from tools.make_sample.stroke import Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.make_sample.layout import Ground

__all__ = ["Quarter", "grid_streets", "quarters"]


@dataclass(frozen=True, eq=False)
class Quarter:
    """
    A part of the city with a grid of one direction.

    Parameters
    ----------
    name : str
        Key for street names.
    area : shapely.Polygon
        Its extent in metres.
    angle_deg : float
        Direction of its "east".
    across_m, along_m : float
        Distance between streets.
    block_m2 : float
        Size of what is left between the smallest streets.
    style : str
        ``core``, ``old``, ``new``, ``industry`` or ``edge``.
    """

    name: str
    area: Polygon
    angle_deg: float
    across_m: float
    along_m: float
    block_m2: float
    style: str


_SEEDS: Final = (
    # a point inside, name, direction, distances, size of a block, style
    ((0, 2500), "inner", 1.5, 470, 430, 19500, "old"),
    ((0, -2900), "south_bank", -7.0, 520, 400, 26000, "new"),
    ((4400, 1000), "rail_east", -4.5, 480, 470, 27000, "old"),
    ((4400, -2900), "south_east", -12.0, 520, 470, 30000, "new"),
    ((-1000, 4500), "north", 6.5, 560, 500, 33000, "new"),
    ((2900, 4500), "north", -2.0, 560, 500, 33000, "new"),
    ((-4300, 3000), "west", -14.0, 560, 540, 36000, "new"),
    ((-4300, 1000), "west", 9.0, 540, 500, 34000, "new"),
    ((-4300, -2500), "south_west", -24.0, 560, 480, 36000, "new"),
    ((-1800, -4400), "new_town", -9.0, 640, 560, 42000, "new"),
    ((1500, -4500), "new_town", -3.0, 640, 560, 42000, "new"),
    ((4200, -4600), "south_east", 4.0, 640, 560, 42000, "new"),
    ((5600, -2000), "east", 5.0, 620, 560, 60000, "industry"),
    ((5700, 1200), "east", -3.0, 560, 520, 90000, "industry"),
    ((5600, 3600), "works", -9.0, 520, 470, 110000, "industry"),
    ((4700, 4500), "works", -20.0, 500, 450, 110000, "industry"),
    ((5600, -3700), "east", 12.0, 640, 560, 60000, "industry"),
)


def quarters(land: Ground, skeleton: Sequence[Stroke]) -> list[Quarter]:
    """
    Part the built-up area along its great roads, the river and the railway.

    Parameters
    ----------
    land : Ground
        Water, railway, extents.
    skeleton : sequence of Stroke
        The arterials.

    Returns
    -------
    list of Quarter
        They do not overlap; the old core is none of them.
    """
    dividers = [
        s.line for s in skeleton if s.name.endswith("二环路") or s.name in {"永宁路", "长陵路", "云阳路", "青陂路"}
    ]
    lines = shapely.union_all([*dividers, land.river_line, land.railway, land.built.exterior], grid_size=0.5)
    found = []
    for face in polygons_of(shapely.polygonize(lines_of(lines))):
        part = face.intersection(land.built).difference(land.core)
        for area in polygons_of(part):
            if area.area < 60000:
                continue
            middle = area.representative_point()
            inside = [seed for seed in _SEEDS if area.contains(Point(seed[0]))]
            _, name, angle, across, along, block, style = (
                inside[0] if inside else min(_SEEDS, key=lambda seed, at=middle: at.distance(Point(seed[0])))
            )
            found.append(Quarter(name, area, angle, across, along, block, style))
    return found


def grid_streets(quarter: Quarter, skeleton: Sequence[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """
    Lay the grid of a quarter.

    Parameters
    ----------
    quarter : Quarter
        Where, and how.
    skeleton : sequence of Stroke
        Arterials; a grid street does not run beside one.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    list of Stroke
        Secondary and tertiary streets.
    """
    nearby = [s.line for s in skeleton if s.line.distance(quarter.area) < 200]
    made = []
    for turn, spacing in ((0.0, quarter.along_m), (90.0, quarter.across_m)):
        for number, line in enumerate(_parallels(quarter, turn, spacing, rng)):
            wide = number % 3 == 0
            keep = _away_from(line, nearby)
            for part in lines_of(keep.intersection(quarter.area.buffer(3))):
                if part.length < 130:
                    continue
                for piece in [part] if wide else _with_gaps(part, rng):
                    rail = "tunnel" if wide and (quarter.name == "works" or rng.random() < 0.3) else ""
                    made.append(
                        Stroke(
                            piece,
                            "secondary" if wide else "tertiary",
                            over_stream=True,
                            over_rail=rail,
                            zone=quarter.name,
                        )
                    )
    return made


def _parallels(quarter: Quarter, turn_deg: float, spacing_m: float, rng: np.random.Generator) -> list[LineString]:
    angle = np.radians(quarter.angle_deg + turn_deg)
    along, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    corners = shapely.get_coordinates(quarter.area)
    low, high = (corners @ aside).min(), (corners @ aside).max()
    first, last = (corners @ along).min() - 100, (corners @ along).max() + 100
    # The same numbers for all quarters of a name: their streets meet across a river or a railway.
    at = np.floor(low / spacing_m) * spacing_m
    lines = []
    while at < high:
        t = np.arange(first, last, 45.0)
        sway = 17 * np.sin(t / 610.0 + at) + 9 * np.sin(t / 260.0 + 2 * at)
        lines.append(LineString(t[:, None] * along + (at + sway)[:, None] * aside))
        at += spacing_m * rng.uniform(0.78, 1.22)
    return lines


def _away_from(line: LineString, others: list[LineString]) -> shapely.Geometry:
    xy = shapely.get_coordinates(line)
    tree = shapely.STRtree(others)
    kept: list[LineString] = []
    for a, b in itertools.pairwise(xy):
        piece = LineString([a, b])
        beside = any(_parallel(piece, others[i]) for i in tree.query(piece, predicate="dwithin", distance=125.0))
        if not beside:
            kept.append(piece)
    return shapely.line_merge(shapely.union_all(kept)) if kept else LineString()


def _parallel(piece: LineString, other: LineString) -> bool:
    (ax, ay), (bx, by) = piece.coords
    at = other.project(piece.interpolate(0.5, normalized=True))
    c, d = other.interpolate(max(at - 25, 0)), other.interpolate(min(at + 25, other.length))
    bearing = np.arctan2(by - ay, bx - ax) - np.arctan2(d.y - c.y, d.x - c.x)
    return abs(np.sin(bearing)) < 0.5


def _with_gaps(line: LineString, rng: np.random.Generator) -> list[LineString]:
    if line.length < 900 or rng.random() < 0.45:
        return [line]
    gap_at, gap = rng.uniform(0.15, 0.7) * line.length, rng.uniform(350, 650)
    parts = [shapely.ops.substring(line, 0, gap_at), shapely.ops.substring(line, gap_at + gap, line.length)]
    return [part for part in parts if part.length > 200]
