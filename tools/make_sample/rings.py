"""Three nested rings with natural outlines that cross a wanted number of streets, each of them cleanly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import LineString, Polygon, STRtree

from tools.make_sample.curves import smooth
from tools.make_sample.plane import warp

if TYPE_CHECKING:
    from tools.make_sample.layout import Ground
    from tools.make_sample.network import Edge, Network

__all__ = ["CROSSINGS", "Crossing", "Ring", "draw_rings"]

CROSSINGS: Final = {"city": 132, "town": 40, "core": 49}
"""Streets that each ring crosses; three, one and two of them stay unguarded."""

_TITLES: Final = {"city": "环市圈", "town": "环城圈", "core": "主城区内层圈"}
_SHARPEST_RAD: Final = 0.75
_CORE_OUTLINE: Final = (
    (-3320, -1330), (-3300, -500), (-3330, 700), (-3270, 2100), (-3150, 2850), (-2640, 3255), (-1800, 3310), (-600, 3310), (600, 3285), (1700, 3360), (2700, 3435),
    (3560, 3500), (3660, 3000), (3690, 2400), (3600, 1500), (3540, 600), (3500, -300), (3440, -1000), (3380, -1530), (2900, -1590), (2050, -2020), (1050, -2330),
    (100, -2090), (-900, -1700), (-1500, -1680), (-2200, -1800), (-2800, -1600),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Crossing:
    """
    A street that passes a ring.

    Parameters
    ----------
    edge : Edge
        The street between two junctions.
    at : numpy.ndarray
        Where, in metres.
    """

    edge: Edge
    at: np.ndarray


@dataclass(frozen=True, eq=False)
class Ring:
    """
    A defence ring.

    Parameters
    ----------
    kind, name : str
        As in the file.
    area : shapely.Polygon
        In metres of the city's plane.
    crossings : tuple of Crossing
        All streets through its outline, around from the east.
    """

    kind: str
    name: str
    area: Polygon
    crossings: tuple[Crossing, ...]


class _Streets:
    """The streets that an outline may meet."""

    def __init__(self, network: Network, near: np.ndarray) -> None:
        band = LineString(near).buffer(950)
        self.edges = [edge for edge in network.edges if band.intersects(edge.line)]
        self.lines = [edge.line for edge in self.edges]
        self.tree = STRtree(self.lines)
        nodes = list(network.at())
        self.nodes = STRtree(shapely.points(nodes))

    def pass_through(self, outline: LineString) -> list[tuple[int, np.ndarray]]:
        found = []
        for i in sorted(self.tree.query(outline, predicate="intersects").tolist()):
            found += [(i, xy) for xy in shapely.get_coordinates(self.lines[i].intersection(outline))]
        return found


def draw_rings(network: Network, land: Ground, rng: np.random.Generator) -> dict[str, Ring]:
    """
    Move outlines by small steps until they cross the wanted number of streets, none of them near a junction.

    Parameters
    ----------
    network : Network
        Streets in the city's plane.
    land : Ground
        Extents, as drawn.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    dict of str to Ring
        By kind, from the outer to the inner one.

    Raises
    ------
    RuntimeError
        If no outline is found; another seed may help.
    """
    outer = shapely.get_coordinates(land.district.simplify(100))
    reach = np.hypot(*outer.T).mean()
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    sway = 230 * np.sin(3 * angles + 1.1) + 140 * np.sin(7 * angles + 2.0) + 90 * np.sin(11 * angles)
    starts = {
        "city": _around(angles, reach - 1180 + sway),
        "town": warp(shapely.get_coordinates(land.belt_line)[:-1]),
        "core": warp(smooth(_CORE_OUTLINE, closed=True, step_m=330))[:-1],
    }
    rings = {}
    for kind, points in starts.items():
        streets = _Streets(network, np.vstack([points, points[0]]))
        outline = _search(points, CROSSINGS[kind], streets, rng, step_m=95.0 if kind != "core" else 40.0)
        area = Polygon(outline)
        middle = shapely.get_coordinates(area.centroid)[0]
        crossings = [Crossing(streets.edges[i], xy) for i, xy in streets.pass_through(LineString(outline))]
        crossings.sort(key=lambda c, m=middle: float(np.arctan2(*(c.at - m)[::-1])))
        rings[kind] = Ring(kind, _TITLES[kind], area, tuple(crossings))
    return rings


def _around(angles: np.ndarray, radii: np.ndarray) -> np.ndarray:
    return warp(np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]))


def _outline(points: np.ndarray) -> np.ndarray:
    return np.round(smooth(points.tolist(), closed=True, step_m=130), 1)


def _search(
    points: np.ndarray, wanted: int, streets: _Streets, rng: np.random.Generator, *, step_m: float
) -> np.ndarray:
    best = points
    faults, hurt = _faults(_outline(best), wanted, streets)
    for turn in range(12000):
        if faults == 0:
            return _outline(best)
        if len(hurt) and rng.random() < 0.8:
            at = hurt[rng.integers(len(hurt))]
            place = int(np.hypot(*(best - at).T).argmin())
        else:
            place = int(rng.integers(len(best)))
        tried = _nudged(
            best, place, rng.normal(0, step_m, 2) * (1.6 if turn % 7 == 0 else 1.0), int(rng.integers(1, 6))
        )
        off = tried - points
        far = np.maximum(np.hypot(*off.T) / (6.5 * step_m), 1.0)
        tried = points + off / far[:, None]
        new_faults, new_hurt = _faults(_outline(tried), wanted, streets)
        back = 3.0 if rng.random() < 0.01 else 0.0  # a step back now and then leads out of dead ends
        if new_faults <= faults + back:
            best, faults, hurt = tried, new_faults, new_hurt
    raise RuntimeError(f"no ring with {wanted} crossings: {faults} faults left")


def _nudged(points: np.ndarray, place: int, shift: np.ndarray, width: int) -> np.ndarray:
    moved = points.copy()
    for k in range(-width, width + 1):
        moved[(place + k) % len(moved)] += shift * (1 - abs(k) / (width + 1))
    return moved


def _faults(outline: np.ndarray, wanted: int, streets: _Streets) -> tuple[float, np.ndarray]:
    line = LineString(outline)
    found = streets.pass_through(line) if line.is_simple else []
    if not found:
        return 1e6, np.empty((0, 2))
    edges, xy = np.array([i for i, _ in found]), np.array([at for _, at in found])
    points = shapely.points(xy)
    hurt = np.zeros(len(xy), bool)
    hurt[streets.nodes.query(points, predicate="dwithin", distance=11.0)[0]] = True
    hurt |= np.bincount(edges, minlength=len(streets.lines))[edges] > 1
    hurt |= _grazing(np.array(streets.lines, dtype=object)[edges], line, points)
    beside = streets.tree.query(points, predicate="dwithin", distance=9.0)[0]
    hurt |= np.bincount(beside, minlength=len(xy)) > 1
    corners = len(streets.tree.query(shapely.points(outline), predicate="dwithin", distance=2.0)[0])
    return 3.0 * (hurt.sum() + corners) + _kinks(outline) + abs(len(found) - wanted), xy[hurt]


def _grazing(lines: np.ndarray, ring: LineString, points: np.ndarray) -> np.ndarray:
    """Say which streets meet the ring at less than about 25 degrees."""

    def ways(of: np.ndarray | LineString) -> np.ndarray:
        along = shapely.line_locate_point(of, points)
        before = shapely.line_interpolate_point(of, np.maximum(along - 6, 0))
        after = shapely.line_interpolate_point(of, np.minimum(along + 6, shapely.length(of)))
        return shapely.get_coordinates(after) - shapely.get_coordinates(before)

    a, b = ways(lines), ways(ring)
    cross = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    return cross < 0.42 * np.hypot(*a.T) * np.hypot(*b.T)


def _kinks(outline: np.ndarray) -> int:
    ways = np.diff(np.vstack([outline, outline[1]]), axis=0)
    bearing = np.arctan2(ways[:, 1], ways[:, 0])
    return int((np.abs(np.angle(np.exp(1j * np.diff(bearing)))) > _SHARPEST_RAD).sum())
