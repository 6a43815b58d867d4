"""Descriptions of the junctions of a street layer, as people write them, with the place that each means.

The truth is found from the vertices that lines of two names share, without the street graph or the geocoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.cluster.hierarchy import fcluster, linkage

if TYPE_CHECKING:
    import geopandas as gpd

_KINDS = ("大街", "大道", "路", "街", "道")
_STRANGE = "锣藕槐杉柿枣榆篁砚笙"
_WAYS = {"东": 90.0, "南": 180.0, "西": 270.0, "北": 0.0}
_TEMPLATES = (
    "{a}与{b}交叉口", "{a}和{b}交叉口", "{a}/{b}路口", "{a}与{b}路口", "{a}{b}交叉口", "{a}、{b}交叉口", "{a}与{b}交汇处",
    "{a}与{b}十字路口", "{a} 与 {b} 交叉路口", "{a}—{b}路口", "{a}与{b}交口", "{a}-{b}", "{a}与{b}T字路口", "{a}×{b}", "{a}与{b}口",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """
    A description and the place it means.

    Parameters
    ----------
    text : str
        The description.
    style : str
        ``plain``, ``bracket``, ``offset``, ``suffix`` or ``slip``.
    x_m, y_m : float
        The truth, in the metric system of the layer.
    """

    text: str
    style: str
    x_m: float
    y_m: float


@dataclass(frozen=True)
class Crossroads:
    """Two names and the one place where their lines meet."""

    a: str
    b: str
    x_m: float
    y_m: float


def crossroads(lines: gpd.GeoDataFrame) -> list[Crossroads]:
    """List the pairs of names that meet in one place: all common vertices within 150 m, the middle of their extent."""
    named = lines[lines["name"].notna() & (lines["name"] != "")]
    at: dict[tuple[float, float], set[str]] = {}
    for name, line in zip(named["name"], named.geometry, strict=True):
        for x, y in shapely.get_coordinates(line):
            at.setdefault((round(x, 2), round(y, 2)), set()).add(name)
    places: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for xy, names in at.items():
        for a in names:
            for b in names:
                if a < b:
                    places.setdefault((a, b), []).append(xy)
    found = []
    for (a, b), points in sorted(places.items()):
        xy = np.array(points)
        if len(xy) > 1 and fcluster(linkage(xy, "single"), 150.0, "distance").max() > 1:
            continue
        middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
        if np.hypot(*(xy.max(axis=0) - xy.min(axis=0))) <= 200.0:
            found.append(Crossroads(a, b, float(middle[0]), float(middle[1])))
    return found


def descriptions(lines: gpd.GeoDataFrame, count: int, seed: int = 1) -> list[Told]:
    """Make descriptions of random junctions: half plain, the rest brackets, offsets, kinds exchanged and slips."""
    rng = np.random.default_rng(seed)
    places = crossroads(lines)
    names = set(lines["name"].dropna())
    made: list[Told] = []
    while len(made) < count:
        place = places[rng.integers(len(places))]
        style = ("plain", "plain", "plain", "bracket", "offset", "suffix", "slip")[rng.integers(7)]
        told = _told(place, style, lines, names, rng)
        if told is not None:
            made.append(told)
    return made


def _told(
    place: Crossroads, style: str, lines: gpd.GeoDataFrame, names: set[str], rng: np.random.Generator
) -> Told | None:
    a, b = (place.a, place.b) if rng.random() < 0.5 else (place.b, place.a)
    template = _TEMPLATES[rng.integers(len(_TEMPLATES))]
    if style == "bracket":
        text = (template.format(a=a, b=b) + "(某某新城路口)", f"{a}(某某线)与{b}交叉口")[rng.integers(2)]
        return Told(text, style, place.x_m, place.y_m)
    if style == "offset":
        return _offset(place, a, b, lines, rng)
    if style == "suffix":
        a = _other_kind(a, names, rng)
    elif style == "slip":
        a = _slip(a, names, rng)
    return None if a is None else Told(template.format(a=a, b=b), style, place.x_m, place.y_m)


def _offset(place: Crossroads, a: str, b: str, lines: gpd.GeoDataFrame, rng: np.random.Generator) -> Told | None:
    """Walk along the one line of `a` that leaves the place in a direction of the compass, if there is only one."""
    distance_m = int(rng.integers(6, 30)) * 10
    way = list(_WAYS)[rng.integers(4)]
    heading = np.radians(_WAYS[way])
    wanted = np.array([np.sin(heading), np.cos(heading)])
    here = np.array([place.x_m, place.y_m])
    ends = []
    for name in (a, b):
        merged = shapely.line_merge(shapely.union_all(lines[lines["name"] == name].geometry.to_numpy()))
        for line in shapely.get_parts(merged):
            if shapely.distance(line, shapely.Point(here)) > 3.0:
                continue
            along = shapely.line_locate_point(line, shapely.Point(here))
            for at in (along - distance_m, along + distance_m):
                if 0 <= at <= line.length:
                    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, at))[0]
                    ends.append((xy, float((xy - here) @ wanted / max(np.hypot(*(xy - here)), 1e-9))))
    good = [xy for xy, likeness in ends if likeness > 0.9]
    if len(good) != 1 or any(0.4 < likeness <= 0.9 for _, likeness in ends):
        return None
    style = ("{a}与{b}交叉口{w}{d}米", "{a}与{b}交口以{w}约{d}米处", "{a}/{b}路口{w}侧{d}m", "{a}与{b}交叉口向{w}{d}米")
    text = style[rng.integers(len(style))].format(a=a, b=b, w=way, d=distance_m)
    return Told(text, "offset", float(good[0][0]), float(good[0][1]))


def _other_kind(name: str, names: set[str], rng: np.random.Generator) -> str | None:
    for kind in _KINDS:
        if name.endswith(kind) and len(name) > len(kind) + 1:
            others = [name[: -len(kind)] + other for other in _KINDS if other != kind]
            others = [other for other in others if other not in names]
            return others[rng.integers(len(others))] if others else None
    return None


def _slip(name: str, names: set[str], rng: np.random.Generator) -> str | None:
    """Replace, exchange or drop a character of the name's own part, so that no other name is as near."""
    if len(name) < 4:
        return None
    at = int(rng.integers(0, len(name) - 2))
    strange = name[:at] + _STRANGE[rng.integers(len(_STRANGE))] + name[at + 1 :]
    dropped = name[:at] + name[at + 1 :]
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    made = (strange, dropped, swapped)[rng.integers(3)]
    near = {other for other in names if _near(made, other)}
    return made if made != name and near == {name} else None


def _near(made: str, other: str) -> bool:
    """Compare by a plain edit distance, an exchange of neighbours counting as one."""
    rows = [list(range(len(other) + 1))]
    for i, sign in enumerate(made, start=1):
        row = [i]
        for j, theirs in enumerate(other, start=1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (sign != theirs))
            if i > 1 and j > 1 and sign == other[j - 2] and made[i - 2] == theirs:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1] <= 1


def distances_apart(points: list[tuple[float, float]]) -> list[float]:
    """Measure from each point to the next."""
    return [float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(points)]
