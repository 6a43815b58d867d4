"""Ways that pass the fewest controls: how deep a defence is, and how many checkpoints may fail before it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.rings.problem import ClosureProblem

__all__ = ["Way", "WeakestWays"]

_PASS: Final = 1e9
"""Length that stands for passing one control, metres: more than any way without one."""


@dataclass(frozen=True)
class Way:
    """
    A way through the streets.

    Parameters
    ----------
    nodes : tuple of int
        Its nodes.
    edges : tuple of int
        The edges between them.
    """

    nodes: tuple[int, ...]
    edges: tuple[int, ...]


class WeakestWays:
    """
    From outside to every node, the way with the fewest controls, and of these the shortest.

    Parameters
    ----------
    problem : ClosureProblem
        Streets and outside; what is open and what is inside does not matter.
    node_controls : numpy.ndarray of int, shape (n,)
        Controls on each node. A way that starts on a node passes them too.
    edge_controls : numpy.ndarray of int, shape (m,)
        Controls on each edge between its ends.
    """

    def __init__(
        self, problem: ClosureProblem, node_controls: NDArray[np.integer], edge_controls: NDArray[np.integer]
    ) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        graph = problem.graph
        self._count = graph.node_count
        ahead, back = problem.ways()
        side_u, side_v = problem.label[graph.edge_u], problem.label[graph.edge_v]
        apart = (graph.edge_u != graph.edge_v) & ((side_u != side_v) | (side_u == 0))
        numbers = np.arange(graph.edge_count)
        edge = np.concatenate([numbers[apart & ahead], numbers[apart & back]])
        forward = np.arange(len(edge)) < int((apart & ahead).sum())
        tail = np.where(forward, graph.edge_u[edge], graph.edge_v[edge])
        head = np.where(forward, graph.edge_v[edge], graph.edge_u[edge])
        starts = np.flatnonzero(problem.label < 0)
        weight = graph.edge_length_m[edge] + _PASS * (edge_controls[edge] + node_controls[head])
        tail = np.concatenate([tail, np.full(len(starts), self._count)])
        head = np.concatenate([head, starts])
        weight = np.concatenate([weight, _PASS * node_controls[starts]])
        edge = np.concatenate([edge, np.full(len(starts), -1)])
        first = _quickest(tail, head, weight)
        self._tail, self._head, self._edge = tail[first], head[first], edge[first]
        shape = (self._count + 1, self._count + 1)
        matrix = csr_array((np.maximum(weight[first], 1e-9), (self._tail, self._head)), shape=shape)
        self._length, self._before = dijkstra(matrix, indices=self._count, return_predecessors=True)

    @property
    def controls(self) -> NDArray[np.float64]:
        """Fewest controls on a way to each node, those on the node included; infinite without a way, shape (n,)."""
        passed: NDArray[np.float64] = np.floor(self._length[: self._count] / _PASS)
        return passed

    def way_to(self, node: int) -> Way:
        """
        Trace the way to a node.

        Parameters
        ----------
        node : int
            A node that can be reached.

        Returns
        -------
        Way
            From a node outside.
        """
        nodes, edges = [node], []
        while (before := int(self._before[nodes[-1]])) != self._count:
            edges.append(self._edge_between(before, nodes[-1]))
            nodes.append(before)
        return Way(tuple(reversed(nodes)), tuple(reversed(edges)))

    def _edge_between(self, tail: int, head: int) -> int:
        key = self._tail * (self._count + 1) + self._head
        return int(self._edge[np.searchsorted(key, tail * (self._count + 1) + head)])


def _quickest(tail: NDArray[np.integer], head: NDArray[np.integer], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Choose the lightest of parallel arcs, in the order of tail and head."""
    order = np.lexsort((weight, head, tail))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    chosen: NDArray[np.int64] = order[fresh]
    return chosen
