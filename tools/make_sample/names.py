"""Street names: each street that goes on straight gets one name, in the manner of its quarter."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from tools.make_sample.groups import Groups
from tools.make_sample.words import (
    CORE_NAMES,
    INDUSTRY_ROOTS,
    ORDINALS,
    ROOTS,
    SURNAMES,
    VILLAGE_NAMES,
    VILLAGE_STREETS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.make_sample.network import Edge, Network

__all__ = ["Namer", "name_streets", "runs"]

_TURN_DEG: Final = {0: 40.0, 1: 40.0, 2: 38.0, 3: 38.0, 4: 40.0, 5: 26.0, 6: 26.0, 7: 35.0, 8: 30.0, 9: 40.0}
_SHORTEST_M: Final = {
    "secondary": 0, "tertiary": 0, "unclassified": 260, "residential": 105, "living_street": 95, "track": 1e9, "service": 1e9, "footway": 1e9,
}  # fmt: skip


def _bearing(edge: Edge, node: tuple[float, float]) -> float:
    xy = edge.xy if edge.start == node else edge.xy[::-1]
    way = xy[min(len(xy) - 1, 2)] - xy[0]
    return float(np.degrees(np.arctan2(way[1], way[0])))


def runs(network: Network) -> list[list[Edge]]:
    """
    Group the edges into streets that go on straight through junctions.

    Parameters
    ----------
    network : Network
        All streets.

    Returns
    -------
    list of list of Edge
        Each edge in one group; edges with a name of their own stay with that name.
    """
    groups: Groups[int] = Groups()
    for node, edges in network.at().items():
        used: set[int] = set()
        for a, b in _straight_pairs(node, edges):
            if not {id(a), id(b)} & used:
                used |= {id(a), id(b)}
                groups.join(id(a), id(b))
    found: dict[int, list[Edge]] = defaultdict(list)
    for edge in network.edges:
        found[groups.root(id(edge))].append(edge)
    return list(found.values())


def _straight_pairs(node: tuple[float, float], edges: list[Edge]) -> list[tuple[Edge, Edge]]:
    pairs = []
    for i, a in enumerate(edges):
        for b in edges[i + 1 :]:
            if a is b or not _akin(a, b):
                continue
            turn = abs((_bearing(a, node) - _bearing(b, node)) % 360 - 180)
            if turn < _TURN_DEG[max(a.rank, b.rank)] or a.stroke is b.stroke:
                pairs.append((a.stroke is not b.stroke, turn, a, b))
    return [(a, b) for _, _, a, b in sorted(pairs, key=lambda pair: pair[:2])]


def _akin(a: Edge, b: Edge) -> bool:
    if a.stroke.name or b.stroke.name:
        return a.stroke.name == b.stroke.name
    if a.rank <= 3 or b.rank <= 3:
        return a.rank in (2, 3) and b.rank in (2, 3)
    same_lanes = {a.highway, b.highway} <= {"residential", "living_street"}
    return a.highway == b.highway or same_lanes


class Namer:
    """
    Gives each street a name that no other has.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._used: set[str] = set()
        self._pools = {
            "wide": self._wide(),
            "works": iter(
                [
                    f"{r}{s}"
                    for s in ("路", "大道", "街", "东路", "西路", "一路", "二路", "三路")
                    for r in INDUSTRY_ROOTS
                ]
            ),
            "core": iter([*rng.permutation(CORE_NAMES).tolist(), *self._family_lanes()]),
            "lane": self._numbered(),
        }

    def take(self, pool: str) -> str:
        """
        Hand out the next free name.

        Parameters
        ----------
        pool : str
            ``wide``, ``works``, ``core`` or ``lane``.

        Returns
        -------
        str
            A name not used before.
        """
        for name in self._pools[pool]:
            if self.claim(name):
                return name
        return self.take("lane")

    def claim(self, name: str) -> bool:
        """
        Reserve a name.

        Parameters
        ----------
        name : str
            Any name.

        Returns
        -------
        bool
            False if it is taken.
        """
        if name in self._used:
            return False
        self._used.add(name)
        return True

    def _wide(self) -> Iterator[str]:
        roots = self._rng.permutation(ROOTS).tolist()
        for ending in ("", "东", "西", "南", "北"):
            for root in roots:
                yield root + ending

    def _family_lanes(self) -> list[str]:
        made = [f"{s}家{e}" for e in ("胡同", "巷", "大院巷", "前巷") for s in SURNAMES]
        return [str(name) for name in self._rng.permutation(made)]

    def _numbered(self) -> Iterator[str]:
        roots = self._rng.permutation(ROOTS).tolist()
        for ending in ("巷", "街", "里", "东巷", "西巷", "南街", "北街", "中巷"):
            for root in roots:
                if ending == "里":
                    yield f"{root}{ending}"
                    continue
                for ordinal in ORDINALS[:5]:
                    yield f"{root}{ordinal}{ending}" if len(ending) == 1 else f"{root}{ending[0]}{ordinal}{ending[1:]}"


def name_streets(network: Network, rng: np.random.Generator) -> list[list[Edge]]:
    """
    Write names and numbers into the edges.

    Parameters
    ----------
    network : Network
        All streets; changed in place.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    list of list of Edge
        The streets, as `runs` found them.
    """
    namer = Namer(rng)
    groups = runs(network)
    for edge in network.edges:
        if edge.stroke.name:
            namer.claim(edge.stroke.name)
    groups.sort(
        key=lambda group: (min(e.rank for e in group), -sum(e.length_m for e in group), min(e.start for e in group))
    )
    villages: dict[str, int] = defaultdict(int)
    county = iter(range(101, 400))
    for group in groups:
        stroke = min(group, key=lambda edge: edge.rank).stroke
        name, ref = stroke.name, stroke.ref
        length = sum(edge.length_m for edge in group)
        if not name and length >= _SHORTEST_M.get(stroke.highway, 0):
            name = _new_name(group, namer, villages, rng)
        if not ref and stroke.zone == "country" and stroke.highway == "tertiary":
            ref = f"Y{next(county)}"
        for edge in group:
            edge.name, edge.ref = name, ref
    return groups


def _new_name(group: list[Edge], namer: Namer, villages: dict[str, int], rng: np.random.Generator) -> str:
    stroke = min(group, key=lambda edge: edge.rank).stroke
    zone = stroke.zone
    if zone.startswith("village"):
        return _village_street(zone.split("/")[0], villages, namer)
    if zone.startswith("core") or zone.endswith("/lanes"):
        return namer.take("core")
    if zone.startswith("country"):
        first = VILLAGE_NAMES[int(rng.integers(len(VILLAGE_NAMES)))][0]
        second = VILLAGE_NAMES[int(rng.integers(len(VILLAGE_NAMES)))][0]
        name = f"{first}{second}路"
        return name if first != second and namer.claim(name) else ""
    if stroke.highway not in ("secondary", "tertiary"):
        return namer.take("lane") if rng.random() < 0.94 else ""
    if zone in ("works", "east"):
        return namer.take("works")
    ends = np.array([edge.xy[-1] - edge.xy[0] for edge in group])
    east_west = np.abs(ends[:, 0]).sum() > np.abs(ends[:, 1]).sum()
    long = sum(edge.length_m for edge in group) > 3200
    root = namer.take("wide")
    name = root + (("大街" if long else "街") if east_west else ("大道" if long and rng.random() < 0.4 else "路"))
    return name if namer.claim(name) else namer.take("lane")


def _village_street(zone: str, villages: dict[str, int], namer: Namer) -> str:
    village = VILLAGE_NAMES[int(zone.removeprefix("village")) % len(VILLAGE_NAMES)]
    number = villages[zone]
    villages[zone] += 1
    name = f"{village}{VILLAGE_STREETS[number]}" if number < len(VILLAGE_STREETS) else ""
    return name if name and namer.claim(name) else ""
