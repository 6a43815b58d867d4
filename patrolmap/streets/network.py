"""The street graph itself: arrays of nodes and edges, and its public face as a NetworkX graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.kinds import TravelMode
from patrolmap.streets.travel import edge_travel_s

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["EDGE_COLUMNS", "EdgeLines", "StreetGraph", "assemble"]

EDGE_COLUMNS: Final = {
    "name": "",
    "ref": "",
    "highway": "",
    "level": 0,
    "bridge": False,
    "tunnel": False,
    "roundabout": False,
    "maxspeed_kph": np.nan,
    "access": "",
    "street_fid": -1,
    "travel_s": np.nan,
}
"""Columns of `StreetGraph.edges` with the value that means "not known"."""


@dataclass(frozen=True, eq=False)
class EdgeLines:
    """
    The vertices of all edges in one array, for cutting without a call for each edge.

    Parameters
    ----------
    xy : numpy.ndarray of float64, shape (p, 2)
        Vertices of edge 0, then of edge 1, and so on, metres.
    start : numpy.ndarray of int64, shape (m + 1,)
        The vertices of edge ``e`` are ``xy[start[e]:start[e + 1]]``.
    share : numpy.ndarray of float64, shape (p,)
        How far along its edge each vertex lies, 0 to 1.
    """

    xy: NDArray[np.float64]
    start: NDArray[np.int64]
    share: NDArray[np.float64]

    def cut(self, edge: int, share_from: float, share_to: float) -> NDArray[np.float64]:
        """
        Cut a stretch out of an edge.

        Parameters
        ----------
        edge : int
            The edge.
        share_from, share_to : float
            Where the stretch begins and ends, 0 at the first node to 1 at the second; the stretch runs backwards if
            it begins behind its end.

        Returns
        -------
        numpy.ndarray of float64, shape (c, 2)
            Vertices in the direction of travel, at least two.
        """
        span = slice(self.start[edge], self.start[edge + 1])
        xy, share = self.xy[span], self.share[span]
        low, high = min(share_from, share_to), max(share_from, share_to)
        inner = xy[(share > low) & (share < high)]
        ends = np.column_stack([np.interp([low, high], share, xy[:, axis]) for axis in (0, 1)])
        piece = np.vstack([ends[:1], inner, ends[1:]])
        return piece if share_from <= share_to else piece[::-1]


@dataclass(frozen=True, eq=False)
class StreetGraph:
    """
    Streets as a graph, in arrays.

    Parameters
    ----------
    node_xy : numpy.ndarray of float64, shape (n, 2)
        Places of the nodes, metres.
    node_id : numpy.ndarray of object, shape (n,)
        Unique names of the nodes: the user's own for a network given as tables, else ``"0"``, ``"1"``, ...
    edge_u, edge_v : numpy.ndarray of int32, shape (m,)
        First and second node of each edge. Loops and parallel edges occur.
    edge_length_m : numpy.ndarray of float64, shape (m,)
        Lengths; those of a table where it gives them, else of the geometry.
    edge_geometry : numpy.ndarray of object, shape (m,)
        `shapely.LineString` from `edge_u` to `edge_v`.
    edge_oneway : numpy.ndarray of int8, shape (m,)
        0 both ways, 1 only from u to v, -1 only from v to u.
    edges : pandas.DataFrame
        One row an edge, columns `EDGE_COLUMNS`: texts are empty, numbers NaN where nothing is known;
        ``street_fid`` is the row of the layer that most of the edge comes from; ``travel_s`` is NaN unless a table
        gave it.
    component : numpy.ndarray of int32, shape (n,)
        Number of the connected part, one-way ignored; 0 has the greatest street length.
    crs : str or None
        The metric CRS; None for a planar network.
    """

    node_xy: NDArray[np.float64]
    node_id: NDArray[np.object_]
    edge_u: NDArray[np.int32]
    edge_v: NDArray[np.int32]
    edge_length_m: NDArray[np.float64]
    edge_geometry: NDArray[np.object_]
    edge_oneway: NDArray[np.int8]
    edges: pd.DataFrame
    component: NDArray[np.int32]
    crs: str | None

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def edge_count(self) -> int:
        """Number of edges."""
        return len(self.edge_u)

    @cached_property
    def degree(self) -> NDArray[np.int64]:
        """Edge ends at each node; a loop counts twice."""
        return np.bincount(np.concatenate([self.edge_u, self.edge_v]), minlength=self.node_count)

    @cached_property
    def edges_by_node(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The edges at node k are ``edge[start[k]:start[k + 1]]``; a loop stands there twice."""
        ends = np.concatenate([self.edge_u, self.edge_v])
        order = np.argsort(ends, kind="stable")
        start = np.searchsorted(ends[order], np.arange(self.node_count + 1))
        return order % max(self.edge_count, 1), start.astype(np.int64)

    @cached_property
    def edge_tree(self) -> shapely.STRtree:
        """Spatial index of `edge_geometry`."""
        return shapely.STRtree(self.edge_geometry)

    @cached_property
    def lines(self) -> EdgeLines:
        """The vertices of all edges in one array."""
        xy, owner = shapely.get_coordinates(self.edge_geometry, return_index=True)
        start = np.searchsorted(owner, np.arange(self.edge_count + 1)).astype(np.int64)
        step = np.zeros(len(xy))
        step[1:] = np.where(owner[1:] == owner[:-1], np.hypot(*np.diff(xy, axis=0).T), 0.0)
        along = np.cumsum(step)
        along -= along[start[:-1]][owner]
        total = along[start[1:] - 1][owner]
        share = np.divide(along, total, out=np.zeros_like(along), where=total > 0)
        share[start[1:] - 1] = 1.0
        return EdgeLines(xy, start, share)

    @cached_property
    def _node_index(self) -> dict[str, int]:
        return {str(name): place for place, name in enumerate(self.node_id)}

    def node_index(self, node_id: str) -> int:
        """
        Find a node by its name.

        Parameters
        ----------
        node_id : str
            As in `node_id`.

        Returns
        -------
        int
            Its index.

        Raises
        ------
        InputError
            If there is no such node.
        """
        found = self._node_index.get(str(node_id))
        if found is None:
            raise InputError(
                N_("There is no junction “{node_id}” in the streets."),
                remedy=N_("Use the ids of the node table; the first of them are: {examples}."),
                node_id=node_id,
                examples=[str(name) for name in self.node_id[:5]],
            )
        return found

    def to_networkx(self, mode: TravelMode = TravelMode.CAR, speed_kph: float | None = None) -> nx.MultiDiGraph:
        """
        Make the public graph.

        Parameters
        ----------
        mode : TravelMode, default TravelMode.CAR
            Whose times stand in ``travel_s``.
        speed_kph : float or None
            One speed for all edges, km/h; None for that of the mode.

        Returns
        -------
        networkx.MultiDiGraph
            Nodes are the `node_id`, with ``x``, ``y`` in metres. An edge for each direction that one-way rules leave, its
            key the index of the edge, with ``length_m``, ``travel_s`` (infinite where the mode may not go),
            ``geometry`` in the direction of travel, ``name`` and ``highway``. The graph's ``crs`` is that of this graph.
        """
        import networkx as nx

        public = nx.MultiDiGraph(crs=self.crs)
        public.add_nodes_from(
            (str(name), {"x": float(x), "y": float(y)}) for name, (x, y) in zip(self.node_id, self.node_xy, strict=True)
        )
        travel_s = edge_travel_s(self, mode, speed_kph)
        names, classes = self.edges["name"].to_numpy(), self.edges["highway"].to_numpy()
        backwards = shapely.reverse(self.edge_geometry)
        for edge in range(self.edge_count):
            u, v = str(self.node_id[self.edge_u[edge]]), str(self.node_id[self.edge_v[edge]])
            shared = {"length_m": float(self.edge_length_m[edge]), "name": names[edge], "highway": classes[edge]}
            if self.edge_oneway[edge] >= 0:
                public.add_edge(
                    u, v, edge, travel_s=float(travel_s[edge, 0]), geometry=self.edge_geometry[edge], **shared
                )
            if self.edge_oneway[edge] < 0 or (self.edge_oneway[edge] == 0 and u != v):
                public.add_edge(v, u, edge, travel_s=float(travel_s[edge, 1]), geometry=backwards[edge], **shared)
        return public


def assemble(
    node_xy: NDArray[np.float64],
    node_id: NDArray[np.object_],
    edge_nodes: NDArray[np.integer],
    geometry: NDArray[np.object_],
    *,
    oneway: NDArray[np.integer],
    edges: pd.DataFrame,
    length_m: NDArray[np.float64] | None = None,
    crs: str | None = None,
) -> StreetGraph:
    """
    Make a graph from its parts.

    Parameters
    ----------
    node_xy : numpy.ndarray of float64, shape (n, 2)
        Places of the nodes, metres.
    node_id : numpy.ndarray of object, shape (n,)
        Their unique names.
    edge_nodes : numpy.ndarray of int, shape (m, 2)
        First and second node of each edge.
    geometry : numpy.ndarray of object, shape (m,)
        Lines from the first to the second node.
    oneway : numpy.ndarray of int, shape (m,)
        0, 1 or -1.
    edges : pandas.DataFrame
        One row an edge; columns of `EDGE_COLUMNS` that are missing are filled with "not known".
    length_m : numpy.ndarray of float64 or None, shape (m,)
        Lengths; None, or NaN in places, for those of the geometry.
    crs : str or None
        The metric CRS; None for planar.

    Returns
    -------
    StreetGraph
        With its components found.
    """
    measured = shapely.length(geometry).astype(np.float64)
    lengths = measured if length_m is None else np.where(np.isfinite(length_m), length_m, measured)
    nodes = np.asarray(edge_nodes, dtype=np.int32).reshape(-1, 2)
    table = edges.reset_index(drop=True).reindex(columns=list(EDGE_COLUMNS))
    for column, unknown in EDGE_COLUMNS.items():
        if column not in edges.columns:
            table[column] = unknown
    return StreetGraph(
        node_xy=np.asarray(node_xy, dtype=np.float64).reshape(-1, 2),
        node_id=node_id,
        edge_u=nodes[:, 0].copy(),
        edge_v=nodes[:, 1].copy(),
        edge_length_m=lengths,
        edge_geometry=geometry,
        edge_oneway=np.asarray(oneway, dtype=np.int8),
        edges=table,
        component=_components(len(node_id), nodes, lengths),
        crs=crs,
    )


def _components(node_count: int, nodes: NDArray[np.int32], length_m: NDArray[np.float64]) -> NDArray[np.int32]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(nodes)), (nodes[:, 0], nodes[:, 1])), shape=(node_count, node_count))
    count, label = connected_components(links, directed=False)
    weight = np.bincount(label[nodes[:, 0]], weights=length_m, minlength=count) if len(nodes) else np.zeros(count)
    rank = np.empty(count, dtype=np.int32)
    rank[np.lexsort((np.arange(count), -weight))] = np.arange(count, dtype=np.int32)
    of_node: NDArray[np.int32] = rank[label]
    return of_node
