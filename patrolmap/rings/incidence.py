"""Which edges meet at a junction, for walks that look at a few places of a large graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

__all__ = ["Incidence"]


class Incidence:
    """
    The edges at each node.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    """

    def __init__(self, graph: StreetGraph) -> None:
        self._edge, self._start = graph.edges_by_node
        self._graph = graph

    def edges_at(self, node: int) -> NDArray[np.int64]:
        """
        List the edges that end at a node.

        Parameters
        ----------
        node : int
            The node.

        Returns
        -------
        numpy.ndarray of int64
            Their numbers; a loop stands there twice.
        """
        return self._edge[self._start[node] : self._start[node + 1]]

    def other_end(self, edge: int, node: int) -> int:
        """
        Walk an edge from one of its ends.

        Parameters
        ----------
        edge : int
            The edge.
        node : int
            One of its ends.

        Returns
        -------
        int
            The end at the other side; of a loop the same node.
        """
        u, v = int(self._graph.edge_u[edge]), int(self._graph.edge_v[edge])
        return v if node == u else u
