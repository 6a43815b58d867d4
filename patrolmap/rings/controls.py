"""Where checkpoints stand: on a street, or on a junction that they close as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.model.kinds import SiteKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.spatial import cKDTree

    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = [
    "CARRIAGEWAY_M",
    "JUNCTION_M",
    "NEAR_JUNCTION_M",
    "ON_JUNCTION_M",
    "Controls",
    "controls_at_nodes",
    "near_end",
    "no_controls",
    "stand",
]

ON_JUNCTION_M: Final = 5.0
"""A checkpoint nearer than this to a junction, along its street, stands on the junction."""

NEAR_JUNCTION_M: Final = 50.0
"""A controlled intersection belongs to the nearest junction up to this distance, straight."""

JUNCTION_M: Final = 25.0
"""Joined nodes up to this distance from a controlled intersection are parts of the same intersection."""

CARRIAGEWAY_M: Final = 40.0
"""A checkpoint on one carriageway controls the other one up to this distance too, straight."""

_OPPOSITE: Final = -0.8
"""Cosine below which two one-way streets run against each other."""


@dataclass(frozen=True, eq=False)
class Controls:
    """
    Sites that control streets, and the places in the graph where they stand.

    Parameters
    ----------
    site_id : tuple of str, length k
        Their ids; twice for a checkpoint that controls both carriageways of a street.
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
    *,
    carriageway_m: float = CARRIAGEWAY_M,
) -> Controls:
    """
    Find out where checkpoints and controlled intersections stand.

    An intersection stands on the nearest junction up to `NEAR_JUNCTION_M`, with the joined nodes up to `JUNCTION_M` from
    it. A checkpoint stands on the street that it is attached to, or on the junction if that is nearer than
    `ON_JUNCTION_M` along the street. What has no junction near stands on its street. A checkpoint on a one-way street stands
    also on the nearest one-way street of the same name that runs the other way beside it.

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
    carriageway_m : float, default 40.0
        How far beside a checkpoint's street the other carriageway may be, metres; 0 if each counts for itself.

    Returns
    -------
    Controls
        In the same order, the further places of checkpoints on two carriageways at the end; a site that is attached to no street stands nowhere.
    """
    from scipy.spatial import cKDTree

    edge = np.asarray(attached.edge, dtype=np.int32).copy()
    along_m = np.asarray(attached.along_m, dtype=np.float64).copy()
    tree = cKDTree(graph.node_xy)
    junctions: list[tuple[int, ...]] = []
    for place, what in enumerate(kind):
        nodes: tuple[int, ...] = ()
        if edge[place] >= 0 and what == SiteKind.INTERSECTION:
            nodes = _intersection(graph, tree, xy[place])
        if edge[place] >= 0 and not nodes:
            nodes = near_end(graph, int(edge[place]), float(along_m[place]))
        junctions.append(nodes)
        if nodes or edge[place] < 0:
            edge[place], along_m[place] = -1, 0.0
    twins = [
        (str(site_id[place]), *twin)
        for place in np.flatnonzero(attached.edge >= 0).tolist()
        if kind[place] != SiteKind.INTERSECTION
        for twin in [
            _other_carriageway(graph, int(attached.edge[place]), float(attached.along_m[place]), carriageway_m)
        ]
        if twin is not None
    ]
    ends = [near_end(graph, other, at_m) for _, other, at_m in twins]
    return Controls(
        (*(str(one) for one in site_id), *(name for name, _, _ in twins)),
        np.append(edge, [-1 if end else one[1] for one, end in zip(twins, ends, strict=True)]).astype(np.int32),
        np.append(along_m, [0.0 if end else one[2] for one, end in zip(twins, ends, strict=True)]),
        (*junctions, *ends),
    )


def _other_carriageway(graph: StreetGraph, edge: int, along_m: float, within_m: float) -> tuple[int, float] | None:
    """Find the one-way street of the same name that runs the other way beside a place on a one-way street."""
    name = _title(graph, edge)
    if not within_m or not name or graph.edge_oneway[edge] == 0:
        return None
    at = shapely.line_interpolate_point(graph.edge_geometry[edge], along_m / graph.edge_length_m[edge], normalized=True)
    found = graph.edge_tree.query(at, predicate="dwithin", distance=within_m)
    heading = _heading(graph, edge, at)
    best: tuple[float, int] | None = None
    for other in found.tolist():
        if other == edge or graph.edge_oneway[other] == 0 or _title(graph, other) != name:
            continue
        if float(heading @ _heading(graph, other, at)) <= _OPPOSITE:
            best = min(best or (np.inf, -1), (float(shapely.distance(at, graph.edge_geometry[other])), other))
    if best is None:
        return None
    share = shapely.line_locate_point(graph.edge_geometry[best[1]], at, normalized=True)
    return best[1], float(share) * float(graph.edge_length_m[best[1]])


def _title(graph: StreetGraph, edge: int) -> str:
    return str(graph.edges["name"].iat[edge] or graph.edges["ref"].iat[edge] or "")


def _heading(graph: StreetGraph, edge: int, at: shapely.Point) -> NDArray[np.float64]:
    """Return the unit vector of travel on a one-way street next to a place."""
    line = graph.edge_geometry[edge]
    middle = float(shapely.line_locate_point(line, at))
    step = min(10.0, float(line.length) / 2)
    middle = min(max(middle, step), float(line.length) - step)
    ends = shapely.line_interpolate_point(line, [middle - step, middle + step])
    way = np.diff(shapely.get_coordinates(ends), axis=0)[0] * float(graph.edge_oneway[edge])
    length = float(np.hypot(*way))
    unit: NDArray[np.float64] = way / length if length else way
    return unit


def near_end(graph: StreetGraph, edge: int, along_m: float) -> tuple[int, ...]:
    """
    Find the junction on which something on a street stands.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    edge : int
        The street.
    along_m : float
        How far along it, metres from its first node.

    Returns
    -------
    tuple of int
        The nearer end if it is not farther than `ON_JUNCTION_M`; else nothing.
    """
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
