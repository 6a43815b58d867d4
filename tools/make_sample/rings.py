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
    def __init__(self, network: Network) -> None:
        self.edges = network.edges
        self.lines = [edge.line for edge in network.edges]
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
    streets = _Streets(network)
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
    for turn in range(9000):
        if faults == 0:
            return _outline(best)
        tried = best.copy()
        if len(hurt) and rng.random() < 0.6:
            at = hurt[rng.integers(len(hurt))]
            place = int(np.hypot(*(tried - at).T).argmin())
        else:
            place = int(rng.integers(len(tried)))
        width = int(rng.integers(1, 4))
        shift = rng.normal(0, step_m, 2) * (1.6 if turn % 7 == 0 else 1.0)
        for k in range(-width, width + 1):
            tried[(place + k) % len(tried)] += shift * (1 - abs(k) / (width + 1))
        off = tried - points
        far = np.maximum(np.hypot(*off.T) / (6.5 * step_m), 1.0)
        tried = points + off / far[:, None]
        new_faults, new_hurt = _faults(_outline(tried), wanted, streets)
        if new_faults <= faults:
            best, faults, hurt = tried, new_faults, new_hurt
    raise RuntimeError(f"no ring with {wanted} crossings: {faults} faults left")


def _faults(outline: np.ndarray, wanted: int, streets: _Streets) -> tuple[float, np.ndarray]:
    line = LineString(outline)
    if not line.is_simple:
        return 1e6, np.empty((0, 2))
    found = streets.pass_through(line)
    if not found:
        return 1e6, np.empty((0, 2))
    xy = np.array([at for _, at in found])
    points = shapely.points(xy)
    hurt = np.zeros(len(xy), bool)
    near_node = streets.nodes.query(points, predicate="dwithin", distance=11.0)
    hurt[near_node[0]] = True
    edges = np.array([i for i, _ in found])
    again = np.bincount(edges, minlength=len(streets.lines))[edges] > 1
    hurt |= again
    for n, (i, at) in enumerate(found):
        hurt[n] |= _grazes(streets.lines[i], line, at)
    corners = streets.tree.query(shapely.points(outline), predicate="dwithin", distance=2.0)[0]
    beside = streets.tree.query(points, predicate="dwithin", distance=9.0)[0]
    crowded = np.bincount(beside, minlength=len(xy)) > 1
    hurt |= crowded
    return 3.0 * hurt.sum() + 3.0 * len(corners) + abs(len(found) - wanted), xy[hurt]


def _grazes(street: LineString, ring: LineString, at: np.ndarray) -> bool:
    def way(line: LineString) -> np.ndarray:
        along = line.project(shapely.Point(at))
        a, b = line.interpolate(max(along - 6, 0)), line.interpolate(min(along + 6, line.length))
        return np.array([b.x - a.x, b.y - a.y])

    a, b = way(street), way(ring)
    cross = abs(a[0] * b[1] - a[1] * b[0])
    return bool(cross < 0.42 * np.hypot(*a) * np.hypot(*b))
