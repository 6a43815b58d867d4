"""Depth of defence: the fewest controlled points that every way from outside to a site must pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.rings.controls import near_end
from patrolmap.rings.leaks import street_line
from patrolmap.rings.problem import ClosureProblem
from patrolmap.rings.weakest import WeakestWays

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely
    from numpy.typing import NDArray

    from patrolmap.rings.controls import Controls
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["SiteDepth", "site_depths"]


@dataclass(frozen=True, eq=False)
class SiteDepth:
    """
    How well a site is defended in depth.

    Parameters
    ----------
    site_id : str
        The site.
    depth : int or None
        Fewest controls on any way from outside to it: 0 if a way passes none or the site itself is outside; None if no
        way leads there, or the site is not on the streets.
    controls : tuple of str
        The controls on the weakest way, in its order.
    geometry : shapely.LineString or None
        The weakest way, of those with as few controls the shortest; None if there is none or it has no length.
    attached, outside : bool
        Whether the site is on the streets, and whether it lies outside itself.
    """

    site_id: str
    depth: int | None
    controls: tuple[str, ...]
    geometry: shapely.LineString | None
    attached: bool
    outside: bool


def site_depths(
    graph: StreetGraph,
    label: NDArray[np.int8],
    controls: Controls,
    site_id: Sequence[str],
    attached: Attachments,
    *,
    respect_oneway: bool = False,
) -> tuple[SiteDepth, ...]:
    """
    Compute the depth of defence of sites.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    label : numpy.ndarray of int8, shape (n,)
        -1 at nodes outside, where ways start.
    controls : Controls
        Where checkpoints and controlled intersections stand.
    site_id : sequence of str, length k
        Ids of the sites.
    attached : Attachments
        Where the sites meet the streets, length k.
    respect_oneway : bool, default False
        Whether ways keep to one-way rules.

    Returns
    -------
    tuple of SiteDepth
        In the order of the sites. A control that stands on several nodes of one intersection counts once for each of
        them that the way uses.
    """
    search = _Search(graph, label, controls, respect_oneway=respect_oneway)
    return tuple(search.depth_of(name, attached, place) for place, name in enumerate(site_id))


class _Search:
    def __init__(
        self, graph: StreetGraph, label: NDArray[np.int8], controls: Controls, *, respect_oneway: bool
    ) -> None:
        self._graph, self._controls = graph, controls
        self._label = np.where(label < 0, -1, 0).astype(np.int8)
        on_node = np.zeros(graph.node_count, dtype=np.int64)
        for nodes in controls.junction:
            on_node[list(nodes)] += 1
        placed = controls.edge[controls.edge >= 0]
        on_edge = np.bincount(placed, minlength=graph.edge_count)
        self._problem = ClosureProblem.all_open(graph, self._label, respect_oneway=respect_oneway)
        self._ways = WeakestWays(self._problem, on_node, on_edge)

    def depth_of(self, name: str, attached: Attachments, place: int) -> SiteDepth:
        """Try both ends of the site's street, with the controls between the end and the site; or its junction alone."""
        edge = int(attached.edge[place])
        if edge < 0:
            return SiteDepth(name, None, (), None, attached=False, outside=False)
        along_m = float(attached.along_m[place])
        at = near_end(self._graph, edge, along_m)
        if at:
            return self._at_junction(name, *at)
        ahead, back = self._problem.ways()
        options = []
        for node, usable, between in (
            (int(self._graph.edge_u[edge]), ahead[edge], self._between(edge, 0.0, along_m)),
            (int(self._graph.edge_v[edge]), back[edge], self._between(edge, along_m, np.inf)[::-1]),
        ):
            reached = self._ways.controls[node]
            if usable and np.isfinite(reached):
                options.append((int(reached) + len(between), node, between))
        outside = bool((self._label[[self._graph.edge_u[edge], self._graph.edge_v[edge]]] < 0).all())
        if outside:
            return SiteDepth(name, 0, (), None, attached=True, outside=True)
        if not options:
            return SiteDepth(name, None, (), None, attached=True, outside=False)
        depth, node, between = min(options, key=lambda option: option[0])
        way = self._ways.way_to(node)
        names = (*self._names(way.nodes, way.edges), *(self._controls.site_id[one] for one in between))
        line = street_line(self._graph, way.nodes, way.edges) if way.edges else None
        return SiteDepth(name, depth, tuple(dict.fromkeys(names)), line, attached=True, outside=False)

    def _at_junction(self, name: str, node: int) -> SiteDepth:
        """Judge a site on a junction: it is reached over that junction only, so whoever controls it stands in the way."""
        if self._label[node] < 0:
            return SiteDepth(name, 0, (), None, attached=True, outside=True)
        if not np.isfinite(self._ways.controls[node]):
            return SiteDepth(name, None, (), None, attached=True, outside=False)
        way = self._ways.way_to(node)
        names = tuple(dict.fromkeys(self._names(way.nodes, way.edges)))
        line = street_line(self._graph, way.nodes, way.edges) if way.edges else None
        return SiteDepth(name, int(self._ways.controls[node]), names, line, attached=True, outside=False)

    def _between(self, edge: int, low_m: float, high_m: float) -> list[int]:
        controls = self._controls
        here = np.flatnonzero((controls.edge == edge) & (controls.along_m >= low_m) & (controls.along_m <= high_m))
        return [int(one) for one in here[np.argsort(controls.along_m[here])]]

    def _names(self, nodes: tuple[int, ...], edges: tuple[int, ...]) -> list[str]:
        names = []
        for place, node in enumerate(nodes):
            names += [
                name for name, on in zip(self._controls.site_id, self._controls.junction, strict=True) if node in on
            ]
            if place < len(edges):
                names += [self._controls.site_id[one] for one in np.flatnonzero(self._controls.edge == edges[place])]
        return names
