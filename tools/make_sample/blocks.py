"""What fills the blocks between the wider streets: lanes, housing estates, works, a campus, parks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import split

from tools.make_sample.curves import bent, lines_of, long_axis, polygons_of
from tools.make_sample.stroke import Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.make_sample.grids import Quarter
    from tools.make_sample.layout import Ground
    from tools.make_sample.network import Network

__all__ = ["PARKS", "Corners", "Fabric", "block_styles", "fill", "subdivide"]


@dataclass(frozen=True)
class Fabric:
    """
    How a block is cut up.

    Parameters
    ----------
    block_m2 : float
        About the size of what is left.
    skew_deg : float
        How far cuts stray from square, one standard deviation.
    bulge : float
        How far a cut bends, as a share of its length, one standard deviation.
    snap_m : float
        How near to a corner a cut runs into it.
    highways : tuple of str
        Class of the first cuts, and of the later ones.
    first : int
        How many generations of cuts are first ones.
    """

    block_m2: float
    skew_deg: float
    bulge: float
    snap_m: float
    highways: tuple[str, str] = ("residential", "residential")
    first: int = 2


_FABRICS: Final = {
    "core": Fabric(7600, 8.0, 0.035, 14, ("residential", "living_street"), 4),
    "lanes": Fabric(6500, 11.0, 0.05, 13, ("residential", "living_street"), 3),
    "old": Fabric(23500, 2.5, 0.006, 30, ("residential", "residential"), 3),
    "new": Fabric(39000, 2.0, 0.012, 34, ("residential", "living_street"), 2),
    "industry": Fabric(80000, 1.0, 0.0, 40, ("residential", "service"), 3),
    "campus": Fabric(21000, 6.0, 0.09, 26, ("service", "footway"), 3),
    "park": Fabric(24000, 16.0, 0.16, 22, ("footway", "footway"), 3),
    "village": Fabric(6800, 5.0, 0.025, 14, ("residential", "living_street"), 3),
    "super": Fabric(230000, 2.0, 0.015, 60, ("tertiary", "tertiary"), 9),
    "fields": Fabric(430000, 9.0, 0.022, 60, ("unclassified", "track"), 1),
}

PARKS: Final = (
    # Each with its middle and its radius in metres.
    ("龙湖公园", (700, -4750), 560),
    ("人民公园", (1950, 1800), 300),
    ("文化公园", (-2750, 950), 240),
    ("澄洲公园", (-560, -1500), 180),
    ("北苑公园", (-1700, 4300), 300),
    ("铁东公园", (4750, 700), 260),
    ("西苑公园", (-4500, 900), 280),
    ("体育公园", (3300, -4300), 300),
)
"""Parks, each around its middle."""

_SPOTS: Final = (
    ((-1500, -4350), 620, "campus"),
    *((middle, radius, "park") for _, middle, radius in PARKS),
    ((-2550, 2650), 260, "lanes"),
    ((4650, 2450), 300, "lanes"),
    ((-4350, 1500), 300, "lanes"),
    ((1000, 4400), 300, "lanes"),
    ((-2800, -2600), 280, "lanes"),
    ((4200, -4300), 320, "lanes"),
    ((-700, -2750), 260, "lanes"),
    ((1700, 2800), 220, "lanes"),
    ((-1500, -1300), 240, "lanes"),
    ((2900, -900), 240, "lanes"),
)
"""Places with a use of their own: middle, radius in metres, style."""


_LARGEST_M2: Final = 4.5e6
_PARTED_M2: Final = 6.0e5


class Corners:
    """Junctions so far, to let streets of neighbouring blocks meet."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[np.ndarray]] = {}

    def add(self, xy: Sequence[float]) -> None:
        """
        Remember a junction.

        Parameters
        ----------
        xy : sequence of float
            Its place in metres.
        """
        point = np.asarray(xy, dtype=float)
        self._cells.setdefault((int(point[0] // 100), int(point[1] // 100)), []).append(point)

    def near(self, xy: np.ndarray, limit_m: float) -> np.ndarray | None:
        """
        Find the nearest junction.

        Parameters
        ----------
        xy : numpy.ndarray
            A place.
        limit_m : float
            Below 100 m.

        Returns
        -------
        numpy.ndarray or None
            Its place; None if none is that near.
        """
        cell = int(xy[0] // 100), int(xy[1] // 100)
        found = [p for i in (-1, 0, 1) for j in (-1, 0, 1) for p in self._cells.get((cell[0] + i, cell[1] + j), ())]
        best = min(found, key=lambda p: float(np.hypot(*(p - xy))), default=None)
        return best if best is not None and np.hypot(*(best - xy)) <= limit_m else None


def block_styles(
    network: Network, quarters: Sequence[Quarter], land: Ground, corners: Corners, rng: np.random.Generator
) -> tuple[list[tuple[Polygon, str, str]], list[Stroke]]:
    """
    Find the blocks of the built-up area and what each is for.

    Parameters
    ----------
    network : Network
        The wider streets.
    quarters : sequence of Quarter
        Parts of the city.
    land : Ground
        Water and railway, beside which nothing is cut.
    corners : Corners
        Junctions so far.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    tuple of (list of (shapely.Polygon, str, str), list of Stroke)
        Block, style and quarter; and the streets that part blocks which were too large.
    """
    lines = shapely.union_all([edge.line for edge in network.edges])
    water = shapely.union_all([land.river, land.moat, land.stream])
    rails = land.railway.buffer(20)
    found, streets = [], []
    for face in polygons_of(shapely.polygonize(lines_of(lines))):
        if face.buffer(-24).area < 4500 or face.area > _LARGEST_M2:
            continue
        if face.intersection(water).area > 0.06 * face.area or face.intersection(rails).area > 0.1 * face.area:
            continue
        middle = face.representative_point()
        home = next((q for q in quarters if q.area.contains(middle)), None)
        if land.core.contains(middle):
            found.append((face, "core", "core"))
        elif home is not None and home.area.buffer(60).contains(face):
            pieces, cuts = _parted(face, home, corners, rng)
            found += [(piece, _style_at(piece, home), home.name) for piece in pieces]
            streets += cuts
        elif home is not None and face.area < 1.1 * _PARTED_M2:
            found.append((face, _style_at(face, home), home.name))
    return found, streets


def _style_at(area: Polygon, home: Quarter) -> str:
    middle = area.representative_point()
    return next((style for at, radius, style in _SPOTS if middle.distance(Point(at)) < radius), home.style)


def _parted(
    face: Polygon, home: Quarter, corners: Corners, rng: np.random.Generator
) -> tuple[list[Polygon], list[Stroke]]:
    if face.area < _PARTED_M2:
        return [face], []
    strokes = fill(face, "super", home.name, corners, rng)
    lines = shapely.union_all([face.exterior, *(stroke.line for stroke in strokes)], grid_size=0.1)
    return polygons_of(shapely.polygonize(lines_of(lines))), strokes


def fill(area: Polygon, style: str, zone: str, corners: Corners, rng: np.random.Generator) -> list[Stroke]:
    """
    Cut up a block.

    Parameters
    ----------
    area : shapely.Polygon
        The block.
    style : str
        What it is for.
    zone : str
        Quarter, for names.
    corners : Corners
        Junctions so far; new ones are added.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    list of Stroke
        Its streets.
    """
    fabric = _FABRICS[style]
    size = fabric.block_m2 * rng.uniform(0.8, 1.3)
    cuts: list[tuple[LineString, int]] = []
    subdivide(area, size, fabric, corners, rng=rng, cuts=cuts)
    return [
        Stroke(
            line,
            fabric.highways[depth >= fabric.first],
            zone=zone if style == "super" else f"{zone}/{style}",
            over_stream=style == "park",
        )
        for line, depth in cuts
    ]


def subdivide(
    area: Polygon,
    size_m2: float,
    fabric: Fabric,
    corners: Corners,
    *,
    rng: np.random.Generator,
    cuts: list[tuple[LineString, int]],
    depth: int = 0,
) -> None:
    """
    Cut an area across its long side until the pieces are small.

    Parameters
    ----------
    area : shapely.Polygon
        What is left to cut.
    size_m2 : float
        About the size at which cutting ends.
    fabric : Fabric
        How to cut.
    corners : Corners
        Junctions so far; ends of cuts are added.
    rng : numpy.random.Generator
        Source of chance.
    cuts : list of (shapely.LineString, int)
        Receives the cuts with their generation.
    depth : int, default 0
        Generation.
    """
    if area.area < size_m2 * rng.uniform(1.25, 2.1) or depth > 11:
        return
    for _ in range(4):
        line = _cut_line(area, fabric, corners, rng)
        if line is None:
            continue
        pieces = polygons_of(split(area, line))
        if len(pieces) == 2 and min(piece.area for piece in pieces) > 0.16 * area.area:
            cuts.append((line, depth))
            for end in (line.coords[0], line.coords[-1]):
                corners.add(end)
            for piece in pieces:
                subdivide(piece, size_m2, fabric, corners, rng=rng, cuts=cuts, depth=depth + 1)
            return


def _cut_line(area: Polygon, fabric: Fabric, corners: Corners, rng: np.random.Generator) -> LineString | None:
    middle, axis, length, _ = long_axis(area)
    at = middle + axis * length * rng.uniform(-0.13, 0.13)
    angle = np.arctan2(axis[1], axis[0]) + np.pi / 2 + np.radians(rng.normal(0, fabric.skew_deg))
    reach = 2 * length * np.array([np.cos(angle), np.sin(angle)])
    inside = lines_of(LineString([at - reach, at + reach]).intersection(area))
    if not inside:
        return None
    chord = min(inside, key=lambda part: part.distance(Point(at)))
    ends = [np.asarray(chord.coords[0]), np.asarray(chord.coords[-1])]
    border = area.exterior
    for i, end in enumerate(ends):
        corner = corners.near(end, fabric.snap_m)
        if corner is not None and border.distance(Point(corner)) < 0.3:
            ends[i] = corner
    if np.hypot(*(ends[1] - ends[0])) < 25:
        return None
    line = bent(ends[0], ends[1], rng.normal(0, fabric.bulge) if fabric.bulge else 0.0)
    inner = line.difference(border.buffer(0.5))
    if inner.is_empty or not area.buffer(0.4).covers(line) or len(lines_of(inner)) != 1:
        return None
    return _meeting(line, border)


def _meeting(line: LineString, border: LineString) -> LineString:
    """Let both ends reach a hair over the border, so that `split` and the noding find them."""
    xy = shapely.get_coordinates(line).copy()
    for end, before in ((0, 1), (-1, -2)):
        way = xy[end] - xy[before]
        xy[end] = xy[end] + way / np.hypot(*way) * 0.05 if border.distance(Point(xy[end])) < 0.5 else xy[end]
    return LineString(xy)
