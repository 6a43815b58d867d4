"""Where checkpoints stand: on a street, or on a junction that they close as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from patrolmap.model.kinds import SiteKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["JUNCTION_M", "NEAR_JUNCTION_M", "ON_JUNCTION_M", "Controls", "controls_at_nodes", "no_controls", "stand"]

ON_JUNCTION_M: Final = 5.0
"""A checkpoint nearer than this to a junction, along its street, stands on the junction."""

NEAR_JUNCTION_M: Final = 50.0
"""A controlled intersection belongs to the nearest junction up to this distance, straight."""

JUNCTION_M: Final = 25.0
"""Joined nodes up to this distance from a controlled intersection are parts of the same intersection."""


@dataclass(frozen=True, eq=False)
class Controls:
    """
    Sites that control streets, and the places in the graph where they stand.

    Parameters
    ----------
    site_id : tuple of str, length k
        Their ids.
    edge : numpy.ndarray of int32, shape (k,)
        The street on which each stands; -1 for one that stands on a junction, or on no street at all.
    along_m : numpy.ndarray of float64, shape (k,)
        How far along the street, metres from its first node; 0 where `edge` is -1.
    junction : tuple of tuple of int, length k
        The nodes on which each stands: empty on a street, several where an intersection is drawn with several nodes.
    """

    site_id: tuple[str, ...]
    edge: NDArray[np.int32]
    along_m: NDArray[np.float64]
    junction: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.site_id)

    def on_nodes(self, node_count: int) -> NDArray[np.bool_]:
        """
        Mark the nodes that are controlled.

        Parameters
        ----------
        node_count : int
            Number of nodes of the graph.

        Returns
        -------
        numpy.ndarray of bool, shape (n,)
            True where a control stands.
        """
        mask = np.zeros(node_count, dtype=bool)
        for nodes in self.junction:
            mask[list(nodes)] = True
        return mask

    def on_edges(self, edge_count: int) -> NDArray[np.bool_]:
        """
        Mark the edges on which a control stands.

        Parameters
        ----------
        edge_count : int
            Number of edges of the graph.

        Returns
        -------
        numpy.ndarray of bool, shape (m,)
            True where a control stands between the ends.
        """
        mask = np.zeros(edge_count, dtype=bool)
        mask[self.edge[self.edge >= 0]] = True
        return mask

    def placed(self) -> NDArray[np.bool_]:
        """
        Tell which controls stand anywhere in the streets.

        Returns
        -------
        numpy.ndarray of bool, shape (k,)
            False for a site too far from every street: it controls nothing.
        """
        at_junction = np.array([bool(nodes) for nodes in self.junction], dtype=bool)
        placed: NDArray[np.bool_] = at_junction | (self.edge >= 0)
        return placed


def no_controls() -> Controls:
    """
    Make the controls of a district that has none.

    Returns
    -------
    Controls
        Of length 0.
    """
    return Controls((), np.empty(0, np.int32), np.empty(0), ())


def controls_at_nodes(graph: StreetGraph, nodes: Sequence[int]) -> Controls:
    """
    Put a control on each of some nodes.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    nodes : sequence of int
        The nodes.

    Returns
    -------
    Controls
        Named ``node:ID``.
    """
    count = len(nodes)
    names = tuple(f"node:{graph.node_id[node]}" for node in nodes)
    return Controls(names, np.full(count, -1, np.int32), np.zeros(count), tuple((int(node),) for node in nodes))


def stand(
    graph: StreetGraph,
    site_id: Sequence[str],
    kind: Sequence[str],
    xy: NDArray[np.float64],
    attached: Attachments,
) -> Controls:
    """
    Find out where checkpoints and controlled intersections stand.

    An intersection stands on the nearest junction up to `NEAR_JUNCTION_M`, with the joined nodes up to `JUNCTION_M` from
    it. A checkpoint stands on the street that it is attached to, or on the junction if that is nearer than
    `ON_JUNCTION_M` along the street. What has no junction near stands on its street.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    site_id : sequence of str, length k
        Ids of the sites.
    kind : sequence of str, length k
        `SiteKind` of each.
    xy : numpy.ndarray of float64, shape (k, 2)
        Their own places, metric.
    attached : Attachments
        Where they meet the streets.

    Returns
    -------
    Controls
        In the same order; a site that is attached to no street stands nowhere.
    """
    edge = np.asarray(attached.edge, dtype=np.int32).copy()
    along_m = np.asarray(attached.along_m, dtype=np.float64).copy()
    tree = cKDTree(graph.node_xy)
    junctions: list[tuple[int, ...]] = []
    for place, what in enumerate(kind):
        nodes: tuple[int, ...] = ()
        if edge[place] >= 0 and what == SiteKind.INTERSECTION:
            nodes = _intersection(graph, tree, xy[place])
        if edge[place] >= 0 and not nodes:
            nodes = _near_end(graph, int(edge[place]), float(along_m[place]))
        junctions.append(nodes)
        if nodes or edge[place] < 0:
            edge[place], along_m[place] = -1, 0.0
    return Controls(tuple(str(one) for one in site_id), edge, along_m, tuple(junctions))


def _near_end(graph: StreetGraph, edge: int, along_m: float) -> tuple[int, ...]:
    rest_m = float(graph.edge_length_m[edge]) - along_m
    if min(along_m, rest_m) > ON_JUNCTION_M:
        return ()
    return (int(graph.edge_u[edge] if along_m <= rest_m else graph.edge_v[edge]),)


def _intersection(graph: StreetGraph, tree: cKDTree, xy: NDArray[np.float64]) -> tuple[int, ...]:
    distance_m, nearest = tree.query(xy)
    if distance_m > NEAR_JUNCTION_M:
        return ()
    close = {int(node) for node in tree.query_ball_point(xy, JUNCTION_M)} | {int(nearest)}
    if len(close) == 1:
        return (int(nearest),)
    members = np.array(sorted(close))
    inner = np.flatnonzero(np.isin(graph.edge_u, members) & np.isin(graph.edge_v, members))
    short = inner[graph.edge_length_m[inner] <= 2 * JUNCTION_M]
    joined, frontier = {int(nearest)}, True
    while frontier:
        before = len(joined)
        for edge in short:
            ends = {int(graph.edge_u[edge]), int(graph.edge_v[edge])}
            if ends & joined:
                joined |= ends
        frontier = len(joined) > before
    return tuple(sorted(joined))
