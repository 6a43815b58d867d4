"""The proof of a closure, checked again without the flow solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.rings.leaks import Leak
    from patrolmap.rings.problem import ClosureProblem

__all__ = ["Certificate", "certify", "reaches"]


@dataclass(frozen=True)
class Certificate:
    """
    Why the number of leaks is right: that many ways are there, and cutting that many streets leaves none.

    Parameters
    ----------
    leaks, cut : int
        Number of ways shown, and of streets in the cut. Equal if the answer is optimal.
    ways_are_open : bool
        Whether each way runs from outside to inside over open streets and junctions, and no two share a street.
    cut_closes : bool
        Whether a traversal of the streets without the cut reaches nothing inside.
    """

    leaks: int
    cut: int
    ways_are_open: bool
    cut_closes: bool

    @property
    def holds(self) -> bool:
        """True if all of it is so."""
        return self.leaks == self.cut and self.ways_are_open and self.cut_closes


def certify(problem: ClosureProblem, leaks: Sequence[Leak], cut_edges: NDArray[np.int64]) -> Certificate:
    """
    Check leaks and cut by walking the streets.

    Parameters
    ----------
    problem : ClosureProblem
        Streets, sides, and what is open.
    leaks : sequence of Leak
        The ways claimed to be open.
    cut_edges : numpy.ndarray of int64
        The edges claimed to cut all ways.

    Returns
    -------
    Certificate
        What was found.
    """
    fine = all(_is_open_way(problem, leak) for leak in leaks)
    every = [edge for leak in leaks for edge in leak.edges]
    opened = reaches(problem.without(edges=cut_edges))
    return Certificate(len(leaks), len(cut_edges), fine and len(set(every)) == len(every), not opened)


def reaches(problem: ClosureProblem) -> bool:
    """
    Tell whether anything inside can be reached from outside, breadth first.

    Parameters
    ----------
    problem : ClosureProblem
        Streets, sides, and what is open.

    Returns
    -------
    bool
        True if a node inside is reached.
    """
    graph = problem.graph
    usable, (ahead, back) = problem.usable(), problem.ways()
    tail = np.concatenate([graph.edge_u[usable & ahead], graph.edge_v[usable & back]])
    head = np.concatenate([graph.edge_v[usable & ahead], graph.edge_u[usable & back]])
    inside = problem.label > 0
    seen = problem.open_node & (problem.label < 0)
    fresh = seen
    while fresh.any():
        found = np.zeros(graph.node_count, dtype=bool)
        found[head[fresh[tail]]] = True
        fresh = found & ~seen
        seen |= fresh
        if bool((fresh & inside).any()):
            return True
    return False


def _is_open_way(problem: ClosureProblem, leak: Leak) -> bool:
    label, nodes, edges = problem.label, list(leak.nodes), list(leak.edges)
    if not edges or len(edges) != len(nodes) - 1 or label[nodes[0]] >= 0 or label[nodes[-1]] <= 0:
        return False
    if not (problem.open_node[nodes].all() and problem.open_edge[edges].all()):
        return False
    u, v, (ahead, back) = problem.graph.edge_u[edges], problem.graph.edge_v[edges], problem.ways()
    start, end = np.array(nodes[:-1]), np.array(nodes[1:])
    walks = ((u == start) & (v == end) & ahead[edges]) | ((v == start) & (u == end) & back[edges])
    return bool(walks.all())
