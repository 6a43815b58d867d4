"""Outside the city: villages with crooked lanes, county roads between them, tracks through the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
import shapely.affinity
from scipy.spatial import Delaunay
from shapely import LineString, Point, Polygon

from tools.make_sample.blocks import Corners, fill
from tools.make_sample.curves import blob, lines_of, polygons_of
from tools.make_sample.stroke import Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.make_sample.layout import Ground
    from tools.make_sample.network import Network

__all__ = ["country", "village_sites"]

_APART_M: Final = 830.0
_GATES_APART_M: Final = 1270.0


def village_sites(land: Ground, roads: Sequence[LineString], count: int, rng: np.random.Generator) -> list[Polygon]:
    """
    Place villages, most of them near a road.

    Parameters
    ----------
    land : Ground
        Water, railway, extents.
    roads : sequence of shapely.LineString
        Radial roads.
    count : int
        How many at most.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    list of shapely.Polygon
        Their outlines in metres.
    """
    roads_all = shapely.union_all(list(roads))
    wet = shapely.union_all([land.river.buffer(120), land.lakes.buffer(80), land.railway.buffer(130)])
    room = land.district.buffer(60).difference(Polygon(land.belt_line).buffer(330)).difference(wet)
    found: list[tuple[Point, Polygon]] = []
    for _ in range(6000):
        if len(found) == count:
            break
        at = Point(rng.uniform(-10000, 10000, 2))
        gap = roads_all.distance(at)
        if not room.contains(at) or rng.random() > (1.0 if gap < 260 else 0.35):
            continue
        size = rng.uniform(110, 260) * (1.25 if gap < 200 else 0.9)
        if any(at.distance(other) < _APART_M for other, _ in found):
            continue
        shape = _outline(at, size, rng).difference(wet)
        found.append((at, max(polygons_of(shape), key=lambda part: part.area)))
    return [shape for _, shape in found]


def _outline(at: Point, size_m: float, rng: np.random.Generator) -> Polygon:
    """Villages of the plain are nearly square; their sides follow the fields, not the compass."""
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    square = 1 / (np.abs(np.cos(angles)) ** 3.5 + np.abs(np.sin(angles)) ** 3.5) ** (1 / 3.5)
    radii = size_m * square * rng.uniform(0.88, 1.14, 16)
    shape = shapely.affinity.scale(blob((0, 0), radii), 1.0, rng.uniform(0.6, 1.0))
    turned = shapely.affinity.rotate(shape, rng.normal(4, 9), origin=(0, 0))
    return shapely.affinity.translate(turned, at.x, at.y)


def country(
    land: Ground, skeleton: Network, roads: Sequence[Stroke], villages: Sequence[Polygon], rng: np.random.Generator
) -> list[Stroke]:
    """
    Lay roads between villages, lanes in them and tracks around them.

    Parameters
    ----------
    land : Ground
        Water, railway, extents.
    skeleton : Network
        The wider streets of the city; their open ends are taken up.
    roads : sequence of Stroke
        Arterials.
    villages : sequence of shapely.Polygon
        Outlines.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    list of Stroke
        All of them.
    """
    links = _links(land, skeleton, villages, rng)
    outside = land.district.buffer(350).difference(land.built.buffer(120))
    base = [Stroke(part, s.highway, s.name) for s in roads for part in lines_of(s.line.intersection(outside))]
    lanes = []
    corners = Corners()
    for number, village in enumerate(villages):
        crossing = [s.line for s in [*base, *links] if s.line.intersects(village)]
        pieces = polygons_of(shapely.polygonize(lines_of(shapely.union_all([village.exterior, *crossing]))))
        for piece in pieces:
            if village.buffer(1).covers(piece):
                lanes += fill(piece, "village", f"village{number}", corners, rng)
        lanes += _rim(village, number, rng)
    return [*links, *lanes, *_tracks(land, [*base, *links], villages, corners, rng)]


def _links(land: Ground, skeleton: Network, villages: Sequence[Polygon], rng: np.random.Generator) -> list[Stroke]:
    ends = [
        node
        for node, edges in skeleton.at().items()
        if len(edges) == 1 and land.built.buffer(150).contains(Point(node))
    ]
    ends = [node for node in ends if not land.built.buffer(-700).contains(Point(node))]
    points = np.array([*(v.representative_point().coords[0] for v in villages), *ends])
    pairs = {
        tuple(sorted((a[i], a[j]))) for a in Delaunay(points).simplices.tolist() for i, j in ((0, 1), (1, 2), (0, 2))
    }
    links: list[Stroke] = []
    gates: list[float] = []
    inner = land.built.buffer(-150)
    for a, b in sorted(pairs, key=lambda pair: float(np.hypot(*(points[pair[0]] - points[pair[1]])))):
        gap = float(np.hypot(*(points[a] - points[b])))
        middle = (points[a] + points[b]) / 2
        blocked = (np.hypot(*(points - middle).T) < 0.44 * gap).any()
        straight = LineString([points[a], points[b]])
        if (
            gap > 3000
            or blocked
            or straight.intersection(inner).length > 120
            or (a >= len(villages) and b >= len(villages))
        ):
            continue
        if straight.intersection(land.built).length > 500:
            continue
        big = rng.random() < 0.28
        line = _wavy(points[a], points[b], rng)
        if not _through_belt(line, land, gates):
            continue
        links.append(
            Stroke(
                line, "tertiary" if big else "unclassified", over_water=big and rng.random() < 0.35, over_stream=True,
                over_rail="tunnel" if rng.random() < (0.7 if big else 0.3) else "", zone="country",
            )
        )  # fmt: skip
    return links


def _through_belt(line: LineString, land: Ground, gates: list[float]) -> bool:
    """Few roads cross the green belt: take this one if no other crosses it nearby."""
    places = [land.belt_line.project(Point(xy)) for xy in shapely.get_coordinates(line.intersection(land.belt_line))]
    around = land.belt_line.length
    if any(min(abs(p - g), around - abs(p - g)) < _GATES_APART_M for p in places for g in gates) or len(places) > 1:
        return False
    gates.extend(places)
    return True


def _wavy(a: np.ndarray, b: np.ndarray, rng: np.random.Generator) -> LineString:
    gap = float(np.hypot(*(b - a)))
    t = np.linspace(0, 1, max(4, int(gap / 90)))[:, None]
    side = np.array([-(b - a)[1], (b - a)[0]]) / gap
    sway = rng.normal(0, 0.05) * gap * 4 * t * (1 - t) + rng.normal(0, 0.02) * gap * np.sin(2 * np.pi * t) * 2
    return LineString(a + t * (b - a) + sway * side)


def _rim(village: Polygon, number: int, rng: np.random.Generator) -> list[Stroke]:
    ring = shapely.get_coordinates(village.exterior)
    start, share = int(rng.integers(len(ring))), rng.uniform(0.45, 0.95)
    turned = np.vstack([ring[start:-1], ring[:start]])
    return [Stroke(LineString(turned[: max(3, int(share * len(turned)))]), "residential", zone=f"village{number}/rim")]


def _tracks(
    land: Ground, roads: Sequence[Stroke], villages: Sequence[Polygon], corners: Corners, rng: np.random.Generator
) -> list[Stroke]:
    borders = [LineString(land.district.exterior.coords), land.river_line, land.built.exterior]
    lines = shapely.union_all([*(road.line for road in roads), *borders], grid_size=0.5)
    built, homes = Polygon(land.belt_line).buffer(200), shapely.union_all(list(villages)).buffer(-20)
    tracks = []
    for face in polygons_of(shapely.polygonize(lines_of(lines))):
        open_land = face.difference(land.built.buffer(-100))
        if open_land.area < 0.55 * face.area or not land.district.buffer(2).covers(face):
            continue
        for stroke in fill(face, "fields", "country", corners, rng):
            for part in lines_of(stroke.line.difference(built).difference(homes)):
                kind = "track" if rng.random() < 0.55 else "unclassified"
                rail = "tunnel" if rng.random() < 0.25 else ""
                tracks.append(Stroke(part, kind, over_stream=rng.random() < 0.6, over_rail=rail, zone="country/fields"))
    return tracks
