"""Checkpoints on the rings, intersections and key sites inside: 409 controlled points in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import Point, STRtree

from tools.make_sample.plane import warp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import Polygon

    from tools.make_sample.network import Edge, Network
    from tools.make_sample.rings import Crossing, Ring

__all__ = ["CHECKPOINTS", "INTERSECTIONS", "Site", "make_sites", "zone_at"]

CHECKPOINTS: Final = {"city": 129, "town": 39, "core": 47}
INTERSECTIONS: Final = 177
_RING_WORDS: Final = {"city": "市界", "town": "城界", "core": "内圈"}
_BEARINGS: Final = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")
_HOURS: Final = {1: "24小时", 2: "06:30-09:00,17:00-23:00", 3: ""}
_KEY_SITES: Final = (
    # name, place as drawn, level
    ("市政府", (-350, 2250), 1),
    ("安澄站", (3420, 620), 1),
    ("长途汽车总站", (3150, 1150), 1),
    ("市第一人民医院", (850, 1500), 1),
    ("市中医院", (-1700, 500), 2),
    ("鼓楼购物中心", (260, -260), 1),
    ("万澄广场", (2150, -500), 2),
    ("实验中学", (-1650, 2550), 2),
    ("市第三小学", (1150, -1150), 2),
    ("安澄学院", (-1500, -4250), 2),
    ("职业技术学校", (4500, -2900), 2),
    ("自来水厂", (-4700, 350), 1),
    ("220千伏城北变电站", (1100, 4700), 1),
    ("南关农贸市场", (350, -1250), 2),
    ("铁东批发市场", (4250, 300), 2),
    ("澄河大桥", (-40, -1900), 1),
    ("龙湖体育中心", (-150, -4350), 2),
)


@dataclass(eq=False)
class Site:
    """
    A controlled point.

    Parameters
    ----------
    name, kind, ring, zone, owner, hours : str
        As in the file.
    level : int
        1 (24 h), 2 (key hours), 3 (on call).
    at : numpy.ndarray
        Place in metres.
    number : str, default ""
        Its code.
    """

    name: str
    kind: str
    level: int
    at: np.ndarray = field(repr=False)
    ring: str = ""
    zone: str = ""
    owner: str = ""
    hours: str = ""
    number: str = ""


@dataclass(frozen=True, eq=False)
class _Around:
    tree: STRtree
    edges: list[Edge]
    places: Sequence[tuple[str, np.ndarray]]


def make_sites(
    network: Network,
    rings: dict[str, Ring],
    offices: Sequence[tuple[str, Polygon]],
    villages: Sequence[tuple[str, np.ndarray]],
    rng: np.random.Generator,
) -> tuple[list[Site], dict[str, list[Crossing]]]:
    """
    Place all controlled points.

    Parameters
    ----------
    network : Network
        Streets in the city's plane.
    rings : dict of str to Ring
        Rings with their crossings.
    offices : sequence of (str, Polygon)
        Street offices for zones and owners.
    villages : sequence of (str, numpy.ndarray)
        Names and places, for lanes without a name.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    tuple of (list of Site, dict of str to list of Crossing)
        The points, and the crossings of each ring that stay unguarded.
    """
    taken: Counter[str] = Counter()
    around = _Around(STRtree([edge.line for edge in network.edges]), network.edges, villages)
    sites, unguarded = [], {}
    for kind, ring in rings.items():
        open_ones = _left_open(ring, len(ring.crossings) - CHECKPOINTS[kind], rng)
        unguarded[kind] = open_ones
        closed = [c for c in ring.crossings if not any(c is other for other in open_ones)]
        sites += [_checkpoint(ring, crossing, around, taken, rng) for crossing in closed]
    avoid = np.array([node for rest in unguarded.values() for c in rest for node in (c.edge.start, c.edge.end)])
    sites += _intersections(network, rings, avoid, taken)
    sites += [Site(name, "重点部位", level, warp(np.array([place], float))[0]) for name, place, level in _KEY_SITES]
    letters = {"卡口": "K", "路口": "L", "重点部位": "Z"}
    numbers: Counter[str] = Counter()
    for site in sites:
        letter = letters[site.kind]
        numbers[letter] += 1
        site.number = f"{letter}{numbers[letter]:03d}"
        site.hours = _HOURS[site.level]
        site.zone = zone_at(site.at, offices)
        site.owner = f"{site.zone.removesuffix('街道').removesuffix('镇').removesuffix('乡')}派出所"
        site.ring = site.ring or _innermost(site.at, rings)
    return sites, unguarded


def zone_at(at: np.ndarray, offices: Sequence[tuple[str, Polygon]]) -> str:
    """
    Find the street office of a place.

    Parameters
    ----------
    at : numpy.ndarray
        Place in metres.
    offices : sequence of (str, Polygon)
        Street offices.

    Returns
    -------
    str
        Its name; the nearest office for a place outside all.
    """
    point = Point(at)
    return min(offices, key=lambda office: office[1].distance(point))[0]


def _innermost(at: np.ndarray, rings: dict[str, Ring]) -> str:
    inside = [ring.name for ring in rings.values() if ring.area.contains(Point(at))]
    return inside[-1] if inside else ""


def _left_open(ring: Ring, count: int, rng: np.random.Generator) -> list[Crossing]:
    """Choose small named streets, far from each other, whose junctions no other crossing touches."""
    ends = Counter(node for c in ring.crossings for node in {c.edge.start, c.edge.end})
    small = [
        c
        for c in ring.crossings
        if c.edge.rank >= 4 and c.edge.name and not c.edge.kind and ends[c.edge.start] == ends[c.edge.end] == 1
    ]
    small = small or list(ring.crossings)
    chosen: list[Crossing] = [small[int(rng.integers(len(small)))]]
    while len(chosen) < count:
        rest = [c for c in small if c not in chosen]
        chosen.append(max(rest, key=lambda c: min(float(np.hypot(*(c.at - o.at))) for o in chosen)))
    return chosen


def _checkpoint(ring: Ring, crossing: Crossing, around: _Around, taken: Counter[str], rng: np.random.Generator) -> Site:
    line = crossing.edge.line
    along = line.project(Point(crossing.at))
    place = line.interpolate(along)
    for _ in range(12):
        tried = along + float(rng.uniform(-38, 38))
        if not 8 < tried < line.length - 8:
            continue
        spot = line.interpolate(tried)
        near = around.tree.query(spot, predicate="dwithin", distance=7.0)
        if all(around.edges[i] is crossing.edge for i in near.tolist()):
            place = spot
            break
    middle = shapely.get_coordinates(ring.area.centroid)[0]
    bearing = _bearing(crossing.at - middle)
    street = _street(crossing.edge) or _way_to(around, crossing.at)
    level = 1 if crossing.edge.rank <= 2 else 2 if crossing.edge.rank == 3 or rng.random() < 0.35 else 3
    name = _unique(f"{street}{_RING_WORDS[ring.kind]}卡口", bearing, taken)
    return Site(name, "卡口", level, np.array(place.coords[0]), ring.name)


def _way_to(around: _Around, at: np.ndarray) -> str:
    """Lanes without a name go by the village they lead to, in town by the street they branch off."""
    name, place = min(around.places, key=lambda item: float(np.hypot(*(item[1] - at))))
    if np.hypot(*(place - at)) < 1600:
        return f"{name}{_bearing(at - place)}便道"
    near = around.tree.query(Point(at), predicate="dwithin", distance=500)
    named = [around.edges[i] for i in near.tolist() if around.edges[i].name]
    return f"{min(named, key=lambda edge: edge.line.distance(Point(at))).name}支路"


def _bearing(way: np.ndarray) -> str:
    return _BEARINGS[int(np.round(np.arctan2(way[1], way[0]) / (np.pi / 4))) % 8]


def _street(edge: Edge) -> str:
    ref = (
        f"{edge.ref}{'县道' if edge.ref.startswith('X') else '乡道' if edge.ref.startswith('Y') else ''}"
        if edge.ref
        else ""
    )
    return ref if ref[:1] in ("X", "Y") else edge.name


def _unique(name: str, bearing: str, taken: Counter[str]) -> str:
    if name in taken:
        name = f"{bearing}{name}"
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}({taken[name]})"


def _intersections(network: Network, rings: dict[str, Ring], avoid: np.ndarray, taken: Counter[str]) -> list[Site]:
    inside = rings["city"].area
    outlines = shapely.union_all([ring.area.exterior for ring in rings.values()])
    ranked = []
    for node, edges in network.at().items():
        streets = sorted({(e.rank, e.name) for e in edges if e.name})
        names = list(dict.fromkeys(name for _, name in streets))
        if len(edges) < 3 or len(names) < 2 or not inside.contains(Point(node)) or outlines.distance(Point(node)) < 60:
            continue
        ranks = [min(rank for rank, name in streets if name == wanted) for wanted in names[:2]]
        ranked.append(
            (
                sum(ranks) + 0.7 * (np.hypot(*node) > 5600) - 0.4 * (np.hypot(*node) < 3300) - 0.5 * (len(edges) > 3),
                ranks,
                node,
                names,
            )
        )
    ranked.sort(key=lambda item: (item[0], item[2]))
    chosen: list[Site] = []
    for apart in (430.0, 330.0, 240.0):
        for _, ranks, node, names in ranked:
            if len(chosen) == INTERSECTIONS:
                return chosen
            at = np.array(node)
            if any(np.hypot(*(at - site.at)) < apart for site in chosen) or np.hypot(*(avoid - at).T).min() < 400:
                continue
            name = f"{names[0]}与{names[1]}路口"
            if name in taken:
                continue
            taken[name] += 1
            chosen.append(Site(name, "路口", 1 if max(ranks) <= 1 else 2 if max(ranks) <= 3 else 3, at))
    raise RuntimeError(f"only {len(chosen)} intersections of {INTERSECTIONS}")
