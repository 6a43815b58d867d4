"""What a closure is about: streets, two sides, and what is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

__all__ = ["ClosureProblem"]


@dataclass(frozen=True, eq=False)
class ClosureProblem:
    """
    Streets with an outside, an inside, and what nobody controls.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    label : numpy.ndarray of int8, shape (n,)
        -1 outside, where ways start; 1 inside, where they end; 0 in between.
    open_edge : numpy.ndarray of bool, shape (m,)
        Edges that may be used.
    open_node : numpy.ndarray of bool, shape (n,)
        Nodes that may be used, as ends too.
    respect_oneway : bool, default False
        Whether ways keep to one-way rules. People on foot, and those who flee, do not.
    """

    graph: StreetGraph
    label: NDArray[np.int8]
    open_edge: NDArray[np.bool_]
    open_node: NDArray[np.bool_]
    respect_oneway: bool = False

    @classmethod
    def all_open(cls, graph: StreetGraph, label: NDArray[np.int8], *, respect_oneway: bool = False) -> ClosureProblem:
        """
        Make the problem in which nothing is controlled.

        Parameters
        ----------
        graph : StreetGraph
            The streets.
        label : numpy.ndarray of int8, shape (n,)
            -1 outside, 1 inside, 0 in between.
        respect_oneway : bool, default False
            Whether ways keep to one-way rules.

        Returns
        -------
        ClosureProblem
            With every edge and node open.
        """
        edges, nodes = np.ones(graph.edge_count, dtype=bool), np.ones(graph.node_count, dtype=bool)
        return cls(graph, label, edges, nodes, respect_oneway)

    def without(
        self, *, edges: NDArray[np.integer] | None = None, nodes: NDArray[np.integer] | None = None
    ) -> ClosureProblem:
        """
        Close some edges and nodes.

        Parameters
        ----------
        edges, nodes : numpy.ndarray of int, or None
            Their numbers.

        Returns
        -------
        ClosureProblem
            A copy in which they are not open.
        """
        open_edge, open_node = self.open_edge.copy(), self.open_node.copy()
        if edges is not None:
            open_edge[edges] = False
        if nodes is not None:
            open_node[nodes] = False
        return replace(self, open_edge=open_edge, open_node=open_node)

    def usable(self) -> NDArray[np.bool_]:
        """
        Mark the edges that are open with both ends and lead anywhere.

        Returns
        -------
        numpy.ndarray of bool, shape (m,)
            False for loops too.
        """
        graph = self.graph
        apart: NDArray[np.bool_] = graph.edge_u != graph.edge_v
        return apart & self.open_edge & self.open_node[graph.edge_u] & self.open_node[graph.edge_v]

    def ways(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """
        Tell which edges may be walked ahead and back.

        Returns
        -------
        ahead, back : numpy.ndarray of bool, shape (m,)
            From u to v and from v to u, by one-way rules if they count; open or not does not matter here.
        """
        if not self.respect_oneway:
            every = np.ones(self.graph.edge_count, dtype=bool)
            return every, every
        ahead: NDArray[np.bool_] = self.graph.edge_oneway >= 0
        back: NDArray[np.bool_] = self.graph.edge_oneway <= 0
        return ahead, back
