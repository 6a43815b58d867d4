"""Put the street network of the sample together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tools.make_sample.blocks import Corners, block_styles, fill
from tools.make_sample.estates import wall_off
from tools.make_sample.grids import grid_streets, quarters
from tools.make_sample.layout import Ground, arterials, ground
from tools.make_sample.network import Edge, Network, arrange
from tools.make_sample.villages import country, village_sites

if TYPE_CHECKING:
    from shapely import Polygon

__all__ = ["City", "build_city"]


@dataclass(frozen=True, eq=False)
class City:
    """
    The streets and what they are drawn on, before the bending of the board.

    Parameters
    ----------
    land : Ground
        Water, railway, extents.
    network : Network
        Streets.
    skeleton : Network
        The wider streets alone, for grid cells.
    blocks : list of (Polygon, str, str)
        Blocks with style and quarter.
    villages : list of Polygon
        Village outlines.
    """

    land: Ground
    network: Network
    skeleton: Network
    blocks: list[tuple[Polygon, str, str]]
    villages: list[Polygon]


def build_city(seed: int) -> City:
    """
    Draw all streets.

    Parameters
    ----------
    seed : int
        Source of chance.

    Returns
    -------
    City
        One connected network.
    """
    rng = np.random.default_rng([seed, 1])
    land = ground()
    roads = arterials()
    parts = quarters(land, roads)
    wide = [*roads, *(stroke for part in parts for stroke in grid_streets(part, roads, rng))]
    skeleton = arrange(wide, land)
    skeleton.prune(lambda _: 90.0)
    skeleton.contract(34.0)
    skeleton.join_chains()
    corners = Corners()
    for node in skeleton.at():
        corners.add(node)
    blocks, parting = block_styles(skeleton, parts, land, corners, rng)
    wide += parting
    small = [stroke for area, style, zone in blocks for stroke in fill(area, style, zone, corners, rng)]
    radial = [stroke.line for stroke in roads if stroke.ref]
    villages = village_sites(land, radial, 74, rng)
    rural = country(land, skeleton, roads, villages, rng)
    network = arrange([*wide, *small, *rural], land)
    _clean(network, land)
    wall_off(network, rng)
    return City(land, network, skeleton, blocks, villages)


def _clean(network: Network, land: Ground) -> None:
    edge_of_map = land.district.buffer(60)

    def stub(edge: Edge) -> float:
        if not all(edge_of_map.contains(shapely.Point(node)) for node in (edge.start, edge.end)):
            return 0.0
        return {"trunk": 400, "primary": 300, "secondary": 300, "tertiary": 300}.get(edge.highway, 22.0)

    _cut_to(network, land)
    network.drop_twins()
    network.prune(stub)
    for _ in range(2):
        network.contract(17.0, lambda edge: 30.0 if edge.rank <= 3 else (12.0 if "core" in edge.stroke.zone else 17.0))
    network.keep_largest()
    network.join_chains()
    network.prune(stub)
    network.join_chains()


def _cut_to(network: Network, land: Ground) -> None:
    """Streets end where the district ends, the great roads a little later."""
    near, far = land.district.buffer(40), land.district.buffer(330)
    kept = []
    for edge in network.edges:
        limit = far if edge.rank <= 2 else near
        if limit.contains(edge.line) or edge.line.intersects(limit):
            kept.append(edge)
    network.edges = kept
