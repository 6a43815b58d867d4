"""Which checkpoint controls which street at a ring's boundary, and at what distance along the street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from patrolmap.rings.incidence import Incidence
from patrolmap.rings.passages import ON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from patrolmap.rings.controls import Controls
    from patrolmap.streets.network import StreetGraph

__all__ = ["TOLERANCE_M", "Guard", "GuardFinder", "merge_guards"]

TOLERANCE_M: Final = 150.0
"""How far from a crossing a checkpoint on its street may stand, metres along the street."""

_LONGEST_CHAIN: Final = 1_000


@dataclass(frozen=True)
class Guard:
    """
    A checkpoint that controls a crossing.

    Parameters
    ----------
    site_id : str
        The checkpoint.
    stands_on : {"street", "junction"}
        Whether it stands on the crossing's street, or on a junction that all ways through the crossing must use.
    distance_m : float
        From the crossing along the street.
    """

    site_id: str
    stands_on: Literal["street", "junction"]
    distance_m: float


class GuardFinder:
    """
    Finds the controls of places on streets.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    controls : Controls
        Where checkpoints stand.
    node_side : numpy.ndarray of int8, shape (n,)
        As in `patrolmap.rings.passages.Passages`.
    gates : set of int
        The edges that pass the boundary or end on it; a street is not followed over another of them.
    tolerance_m : float, default 150.0
        Farthest place of a checkpoint on the street.
    """

    def __init__(
        self,
        graph: StreetGraph,
        controls: Controls,
        node_side: NDArray[np.int8],
        gates: set[int],
        tolerance_m: float = TOLERANCE_M,
    ) -> None:
        self._graph = graph
        self._names = controls.site_id
        self._side = node_side
        self._gates = gates
        self._tolerance_m = tolerance_m
        self._incidence = Incidence(graph)
        self._on_edge: dict[int, list[tuple[int, float]]] = {}
        self._on_node: dict[int, list[int]] = {}
        for place in range(len(controls)):
            if controls.edge[place] >= 0:
                found = self._on_edge.setdefault(int(controls.edge[place]), [])
                found.append((place, float(controls.along_m[place])))
            for node in controls.junction[place]:
                self._on_node.setdefault(node, []).append(place)

    def guards(self, edge: int, along_m: float, *, opens: bool) -> tuple[Guard, ...]:
        """
        List the controls of one place on a street.

        Parameters
        ----------
        edge : int
            The street edge.
        along_m : float
            The place, metres from the edge's first node.
        opens : bool
            Whether the edge joins the two sides. If it only dips over the boundary and comes back, a junction controls it
            only together with one at its other end.

        Returns
        -------
        tuple of Guard
            Nearest first, each checkpoint once. A street is followed through nodes where nothing branches off.
        """
        nearest: dict[int, Guard] = {}
        for place, at_m in self._on_edge.get(edge, ()):
            self._keep(nearest, place, "street", abs(at_m - along_m))
        length_m = float(self._graph.edge_length_m[edge])
        ends = ((int(self._graph.edge_u[edge]), along_m), (int(self._graph.edge_v[edge]), length_m - along_m))
        reached = [dict(self._beyond(edge, node, away_m)) for node, away_m in ends]
        if opens or all(reached):
            for found in reached:
                for (place, what), distance_m in found.items():
                    self._keep(nearest, place, what, distance_m)
        return tuple(sorted(nearest.values(), key=lambda guard: (guard.distance_m, guard.site_id)))

    def on_junction(self, node: int) -> tuple[Guard, ...]:
        """
        List the controls that stand on a node.

        Parameters
        ----------
        node : int
            The node.

        Returns
        -------
        tuple of Guard
            At distance 0.
        """
        return tuple(Guard(self._names[place], "junction", 0.0) for place in self._on_node.get(node, ()))

    def _keep(
        self, nearest: dict[int, Guard], place: int, what: Literal["street", "junction"], distance_m: float
    ) -> None:
        if what == "street" and distance_m > self._tolerance_m:
            return
        if place not in nearest or distance_m < nearest[place].distance_m:
            nearest[place] = Guard(self._names[place], what, max(distance_m, 0.0))

    def _beyond(
        self, edge: int, node: int, away_m: float
    ) -> Iterator[tuple[tuple[int, Literal["street", "junction"]], float]]:
        """Follow the street from one end of an edge until it branches, ends or meets the boundary again."""
        for _ in range(_LONGEST_CHAIN):
            for place in self._on_node.get(node, ()):
                yield (place, "junction"), away_m
            onward = self._incidence.edges_at(node)
            if len(onward) != 2 or self._side[node] == ON or onward[0] == onward[1]:
                return
            edge = int(onward[0] if onward[1] == edge else onward[1])
            if edge in self._gates:
                return
            from_start = int(self._graph.edge_u[edge]) == node
            length_m = float(self._graph.edge_length_m[edge])
            for place, at_m in self._on_edge.get(edge, ()):
                distance_m = away_m + (at_m if from_start else length_m - at_m)
                if distance_m <= self._tolerance_m:
                    yield (place, "street"), distance_m
            node, away_m = self._incidence.other_end(edge, node), away_m + length_m


def merge_guards(groups: Iterable[tuple[Guard, ...]]) -> tuple[Guard, ...]:
    """
    Join lists of guards.

    Parameters
    ----------
    groups : iterable of tuple of Guard
        The lists.

    Returns
    -------
    tuple of Guard
        Each checkpoint once, at its least distance, nearest first.
    """
    nearest: dict[str, Guard] = {}
    for guard in (guard for guards in groups for guard in guards):
        if guard.site_id not in nearest or guard.distance_m < nearest[guard.site_id].distance_m:
            nearest[guard.site_id] = guard
    return tuple(sorted(nearest.values(), key=lambda guard: (guard.distance_m, guard.site_id)))
