"""The fewest places where posts would close every way: a minimum cut over junctions and streets."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from patrolmap.rings.certificate import reaches
from patrolmap.rings.crossings import class_rank
from patrolmap.rings.flow import SINK, SOURCE, UNCUT, solve_flow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.rings.problem import ClosureProblem
    from patrolmap.streets.network import StreetGraph

__all__ = ["CLASS_COST", "PlaceRules", "PostPlace", "PostSet", "fewest_posts"]

CLASS_COST: Final[Mapping[str, int]] = MappingProxyType(
    {"motorway": 6, "trunk": 5, "primary": 4, "secondary": 3, "tertiary": 2}
)
"""What a post on a street of a class costs, in shares of a post on a side street; other classes cost 1."""

_JUNCTION_EXTRA: Final = 1
_ONE_POST: Final = 1 << 20
"""Capacity of one post: more than all distances, in metres, that break ties between equally few posts."""


@dataclass(frozen=True)
class PostPlace:
    """
    A place for a post.

    Parameters
    ----------
    stands_on : {"street", "junction"}
        Which of the two.
    edge, node : int
        The edge of a street place, the node of a junction; the other is -1.
    xy : tuple of float
        The place, metric.
    name : str
        Street name, or the names of a junction's streets joined by " / ".
    highway : str
        Class; the highest at a junction.
    cost : int
        By class.
    """

    stands_on: Literal["street", "junction"]
    edge: int
    node: int
    xy: tuple[float, float]
    name: str
    highway: str
    cost: int


@dataclass(frozen=True)
class PostSet:
    """
    Places that close all ways together.

    Parameters
    ----------
    places : tuple of PostPlace
        Junctions first, then streets, by number.
    cost : int
        Sum of their costs.
    closes : bool
        Whether a traversal of the streets without them reaches nothing inside.
    """

    places: tuple[PostPlace, ...]
    cost: int
    closes: bool

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True, eq=False)
class PlaceRules:
    """
    Where posts may stand.

    Parameters
    ----------
    end_posts : bool, default True
        Whether a post may stand on a node that is outside or inside itself, next to the boundary.
    reach_m : float, default inf
        How far from the place that a street passes the boundary such a node may be, metres along the street.
    spot_share : numpy.ndarray of float64 or None, shape (m,)
        Where on each edge a street post stands, 0 to 1; None for the middle.
    by_cost : bool, default False
        Whether to make the sum of costs least, instead of the number of posts.
    costs : mapping of str to int
        Cost of a post by class of street.
    """

    end_posts: bool = True
    reach_m: float = np.inf
    spot_share: NDArray[np.float64] | None = None
    by_cost: bool = False
    costs: Mapping[str, int] = field(default_factory=lambda: CLASS_COST)

    def share(self, edge_count: int) -> NDArray[np.float64]:
        """
        Tell where street posts stand.

        Parameters
        ----------
        edge_count : int
            Number of edges.

        Returns
        -------
        numpy.ndarray of float64, shape (m,)
            0 to 1.
        """
        return np.full(edge_count, 0.5) if self.spot_share is None else self.spot_share


def fewest_posts(problem: ClosureProblem, rules: PlaceRules) -> PostSet:
    """
    Find the fewest, or the cheapest, posts that close every way from outside to inside.

    A post on a street closes the street; a post on a junction closes all its streets. The set is least by the theorem of
    Menger (a minimum cut of the network in which every junction and street is a place of capacity one); among sets of
    the same number the one nearest to the boundary is taken.

    Parameters
    ----------
    problem : ClosureProblem
        Streets, sides, and what is open today.
    rules : PlaceRules
        Where posts may stand and what they cost.

    Returns
    -------
    PostSet
        Empty if nothing is open.
    """
    arcs = _PlaceNetwork(problem, rules)
    answer = solve_flow(arcs.tail, arcs.head, arcs.capacity, arcs.count)
    cut = np.flatnonzero(answer.source_side[arcs.tail] & ~answer.source_side[arcs.head])
    nodes = np.unique(arcs.node[cut][arcs.node[cut] >= 0])
    edges = np.unique(arcs.edge[cut][arcs.edge[cut] >= 0])
    places = (*arcs.costs.junctions(nodes), *arcs.costs.streets(edges))
    closed = problem.without(edges=edges, nodes=nodes)
    return PostSet(places, sum(place.cost for place in places), not reaches(closed))


class _PlaceNetwork:
    """Arcs of the network in which each junction and each street is a place with a capacity."""

    def __init__(self, problem: ClosureProblem, rules: PlaceRules) -> None:
        graph, label = problem.graph, problem.label
        u, v = graph.edge_u.astype(np.int64), graph.edge_v.astype(np.int64)
        used = np.flatnonzero(problem.usable() & ((label[u] != label[v]) | (label[u] == 0)))
        touched = np.unique(np.concatenate([u[used], v[used]]))
        self.costs = _Costs(graph, touched, rules)
        if not rules.end_posts:
            touched = touched[label[touched] == 0]
        self._entry = np.full(graph.node_count, -1, dtype=np.int64)
        self._entry[touched] = 2 + 2 * np.arange(len(touched))
        self.count = 2 + 2 * len(touched)
        self._label = label
        self._rows: list[NDArray[np.int64]] = []
        capacity = self.costs.junction_capacity(touched)
        self._add(self._entry[touched], self._entry[touched] + 1, capacity, node=touched)
        outer, inner = touched[label[touched] < 0], touched[label[touched] > 0]
        self._add(np.full(len(outer), SOURCE), self._entry[outer], np.full(len(outer), UNCUT))
        self._add(self._entry[inner] + 1, np.full(len(inner), SINK), np.full(len(inner), UNCUT))
        self._add_streets(problem, rules, used, self.costs.street_capacity(used))
        self.tail, self.head, self.capacity, self.node, self.edge = np.concatenate(self._rows, axis=1)

    def _add_streets(
        self, problem: ClosureProblem, rules: PlaceRules, used: NDArray[np.int64], cost: NDArray[np.int64]
    ) -> None:
        graph, label = problem.graph, self._label
        u, v = graph.edge_u[used].astype(np.int64), graph.edge_v[used].astype(np.int64)
        share, length_m = rules.share(graph.edge_count)[used], graph.edge_length_m[used]
        near = {True: share * length_m <= rules.reach_m, False: (1 - share) * length_m <= rules.reach_m}
        ahead, back = problem.ways()
        free = (label[u] == 0) & (label[v] == 0)
        middle = np.flatnonzero(free)
        halves = self.count + 2 * np.arange(len(middle))
        self.count += 2 * len(middle)
        self._add(halves, halves + 1, cost[middle], edge=used[middle])
        for tails, heads, way, forward in ((u, v, ahead[used], True), (v, u, back[used], False)):
            start, end = self._leave(tails, near[forward]), self._enter(heads, near[not forward])
            plain = np.flatnonzero(way & ~free & (label[tails] <= 0) & (label[heads] >= 0))
            self._add(start[plain], end[plain], cost[plain], edge=used[plain])
            both = way[middle]
            wide = np.full(int(both.sum()), UNCUT)
            self._add(start[middle][both], halves[both], wide)
            self._add(halves[both] + 1, end[middle][both], wide)

    def _leave(self, nodes: NDArray[np.int64], near: NDArray[np.bool_]) -> NDArray[np.int64]:
        own = (self._entry[nodes] >= 0) & (near | (self._label[nodes] == 0))
        return np.where(own, self._entry[nodes] + 1, SOURCE)

    def _enter(self, nodes: NDArray[np.int64], near: NDArray[np.bool_]) -> NDArray[np.int64]:
        own = (self._entry[nodes] >= 0) & (near | (self._label[nodes] == 0))
        return np.where(own, self._entry[nodes], SINK)

    def _add(
        self,
        tail: NDArray[np.int64],
        head: NDArray[np.int64],
        capacity: NDArray[np.int64],
        *,
        node: NDArray[np.int64] | None = None,
        edge: NDArray[np.int64] | None = None,
    ) -> None:
        nothing = np.full(len(tail), -1, dtype=np.int64)
        rows = [tail, head, capacity, nothing if node is None else node, nothing if edge is None else edge]
        self._rows.append(np.stack([np.asarray(row, dtype=np.int64) for row in rows]))


class _Costs:
    """Costs, names and classes of the streets and junctions that posts may stand on."""

    def __init__(self, graph: StreetGraph, nodes: NDArray[np.int64], rules: PlaceRules) -> None:
        self._graph, self._rules = graph, rules
        at = np.zeros(graph.node_count, dtype=bool)
        at[nodes] = True
        self._edges = np.flatnonzero(at[graph.edge_u] | at[graph.edge_v])
        table = graph.edges.iloc[self._edges]
        self._classes = [str(one or "") for one in table["highway"]]
        self._names = [str(name or ref or "") for name, ref in zip(table["name"], table["ref"], strict=True)]
        costs = [int(rules.costs.get(one.removesuffix("_link"), 1)) for one in self._classes]
        self._cost = np.array(costs, dtype=np.int64)
        self._highest = np.ones(graph.node_count, dtype=np.int64)
        np.maximum.at(self._highest, graph.edge_u[self._edges], self._cost)
        np.maximum.at(self._highest, graph.edge_v[self._edges], self._cost)

    def street_capacity(self, edges: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what a post on each street weighs; the edges must end at the nodes given."""
        if self._rules.by_cost:
            return self._cost[np.searchsorted(self._edges, edges)] * _ONE_POST
        return np.full(len(edges), _ONE_POST, dtype=np.int64)

    def junction_capacity(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what a post on each junction weighs: of equally many posts, those on streets are better."""
        cost = self._highest[nodes] + _JUNCTION_EXTRA if self._rules.by_cost else np.ones(len(nodes), dtype=np.int64)
        return cost * _ONE_POST + 1

    def streets(self, edges: NDArray[np.int64]) -> tuple[PostPlace, ...]:
        share = self._rules.share(self._graph.edge_count)[edges]
        points = shapely.line_interpolate_point(self._graph.edge_geometry[edges], share, normalized=True)
        rows = np.searchsorted(self._edges, edges).tolist()
        return tuple(
            PostPlace("street", int(edge), -1, (x, y), self._names[row], self._classes[row], int(self._cost[row]))
            for edge, row, (x, y) in zip(edges, rows, shapely.get_coordinates(points).tolist(), strict=True)
        )

    def junctions(self, nodes: NDArray[np.int64]) -> tuple[PostPlace, ...]:
        rows: dict[int, list[int]] = {int(node): [] for node in nodes}
        u, v = self._graph.edge_u[self._edges], self._graph.edge_v[self._edges]
        for row in np.flatnonzero(np.isin(u, nodes) | np.isin(v, nodes)).tolist():
            for node in {int(u[row]), int(v[row])} & rows.keys():
                rows[node].append(row)
        return tuple(self._junction(node, at) for node, at in rows.items())

    def _junction(self, node: int, rows: list[int]) -> PostPlace:
        names = dict.fromkeys(self._names[row] for row in rows if self._names[row])
        highest = min((self._classes[row] for row in rows), key=class_rank, default="")
        x, y = self._graph.node_xy[node].tolist()
        cost = int(self._highest[node]) + _JUNCTION_EXTRA
        return PostPlace("junction", -1, node, (x, y), " / ".join(names), highest, cost)
