"""Is a ring closed, where does it leak, and how few posts would close it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled
from patrolmap.rings.certificate import Certificate, certify
from patrolmap.rings.controls import CARRIAGEWAY_M
from patrolmap.rings.flow import street_flow
from patrolmap.rings.guards import TOLERANCE_M
from patrolmap.rings.leaks import Leak, find_leaks
from patrolmap.rings.posts import CLASS_COST, PlaceRules, PostSet, fewest_posts
from patrolmap.rings.problem import ClosureProblem
from patrolmap.rings.weakest import WeakestWays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.model.schedule import Shift
    from patrolmap.rings.controls import Controls
    from patrolmap.rings.crossings import RingLine
    from patrolmap.streets.network import StreetGraph

__all__ = ["Closure", "ClosureParams", "Posts", "Weakness", "close_between", "close_ring"]


@dataclass(frozen=True)
class ClosureParams:
    """
    What a closure is computed with.

    Parameters
    ----------
    tolerance_m : float, default 150.0
        How far from its crossing a checkpoint may stand, metres along the street; also how far from the boundary a
        new post may stand on a junction.
    respect_oneway : bool, default False
        Whether ways in keep to one-way rules. By default they do not: people walk, and who flees drives the wrong way.
    costs : mapping of str to int
        Cost of a post by class of street; classes that are not named cost 1, a junction costs its highest class and 1.
    duty : Shift or None
        Only checkpoints and controlled intersections on duty during all of this shift, or at this moment, count; None for
        all. Whoever reads the controls of a project heeds it.
    carriageway_m : float, default 40.0
        How far beside a checkpoint's one-way street the other carriageway of the same name may be for it to control both,
        metres; 0 if each counts for itself. Heeded where `duty` is.
    """

    tolerance_m: float = TOLERANCE_M
    respect_oneway: bool = False
    costs: Mapping[str, int] = field(default_factory=lambda: CLASS_COST)
    duty: Shift | None = None
    carriageway_m: float = CARRIAGEWAY_M


@dataclass(frozen=True)
class Weakness:
    """
    How many checkpoints may fail.

    Parameters
    ----------
    failures_to_open : int or None
        The least number of checkpoints whose failure opens a way in: 0 if one is open today, None if there is no way
        in even without any checkpoint.
    site_ids : tuple of str
        Those checkpoints, for one weakest way.
    """

    failures_to_open: int | None
    site_ids: tuple[str, ...]


@dataclass(frozen=True)
class Posts:
    """
    The least sets of new posts.

    Parameters
    ----------
    today, cheapest_today : PostSet
        The fewest, and the cheapest, that close what is open beside today's controls.
    from_nothing, cheapest_from_nothing : PostSet
        The fewest, and the cheapest, that would close everything if there were no control yet.
    """

    today: PostSet
    cheapest_today: PostSet
    from_nothing: PostSet
    cheapest_from_nothing: PostSet


@dataclass(frozen=True, eq=False)
class Closure:
    """
    The answer to whether something is closed.

    Parameters
    ----------
    name : str
        What was to be closed, such as the kind of a ring.
    leaks : tuple of Leak
        Edge-disjoint ways in, as many as there can be; none if it is closed.
    cut_edges : tuple of int
        A least set of street edges whose closing would stop them all; as many as leaks.
    certificate : Certificate
        The proof, checked by a traversal of its own.
    posts : Posts
        The fewest and the cheapest new posts, on streets or junctions, each set checked by a traversal.
    weakness : Weakness
        How many checkpoints may fail before it opens.
    controls_used : tuple of str
        The controls that stand at the boundary or between the two sides.
    """

    name: str
    leaks: tuple[Leak, ...]
    cut_edges: tuple[int, ...]
    certificate: Certificate
    posts: Posts
    weakness: Weakness
    controls_used: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """True if and only if there is no leak."""
        return not self.leaks


def close_ring(
    graph: StreetGraph,
    line: RingLine,
    controls: Controls,
    params: ClosureParams | None = None,
    *,
    cancel: Cancel = NO_CANCEL,
) -> Closure:
    """
    Tell whether a ring is closed.

    Every node outside the ring is a start, every node inside an end; nodes on the boundary are in between. The edges of
    controlled crossings and the junctions on which a control stands are taken out. Of what is left, the maximum flow
    with capacity one for each edge counts the edge-disjoint leaks.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    line : RingLine
        The ring laid over them.
    controls : Controls
        Where checkpoints and controlled intersections stand, the same that `line` was made with.
    params : ClosureParams or None
        None for the defaults.
    cancel : Cancel
        The user's wish to stop, heard between the flows.

    Returns
    -------
    Closure
        With its certificate.
    """
    chosen = params or ClosureParams()
    label = line.passages.node_side
    nothing = ClosureProblem.all_open(graph, label, respect_oneway=chosen.respect_oneway)
    today = nothing.without(
        edges=np.flatnonzero(line.guarded_edges(graph.edge_count)),
        nodes=np.flatnonzero(controls.on_nodes(graph.node_count)),
    )
    guards = {edge: {guard.site_id for guard in found} for edge, found in line.edge_guards.items()}
    used = sorted({site for sites in guards.values() for site in sites})
    rules = PlaceRules(reach_m=chosen.tolerance_m, spot_share=_spots(graph, line), costs=chosen.costs)
    case = _Case(line.ring, today, nothing, rules)
    return _answer(case, _weakness(nothing, controls, guards), tuple(used), cancel)


def close_between(
    graph: StreetGraph,
    label: NDArray[np.int8],
    controls: Controls,
    params: ClosureParams | None = None,
    *,
    name: str = "",
    end_posts: bool = False,
    closed_edges: NDArray[np.bool_] | None = None,
    cancel: Cancel = NO_CANCEL,
) -> Closure:
    """
    Tell whether any two parts of the streets are closed against each other.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    label : numpy.ndarray of int8, shape (n,)
        -1 where ways start, 1 where they end, 0 in between.
    controls : Controls
        Each closes the street or the junction on which it stands.
    params : ClosureParams or None
        None for the defaults; the tolerance bounds new posts on the ends only.
    name : str, default ""
        Name of the answer.
    end_posts : bool, default False
        Whether new posts may stand on the starts and ends themselves.
    closed_edges : numpy.ndarray of bool or None, shape (m,)
        Further edges that are closed, such as those of controlled crossings of rings.
    cancel : Cancel
        The user's wish to stop, heard between the flows.

    Returns
    -------
    Closure
        With its certificate.
    """
    chosen = params or ClosureParams()
    nothing = ClosureProblem.all_open(graph, label, respect_oneway=chosen.respect_oneway)
    shut = controls.on_edges(graph.edge_count)
    if closed_edges is not None:
        shut |= closed_edges
    today = nothing.without(edges=np.flatnonzero(shut), nodes=np.flatnonzero(controls.on_nodes(graph.node_count)))
    guards: dict[int, set[str]] = {}
    for place, edge in enumerate(controls.edge.tolist()):
        if edge >= 0:
            guards.setdefault(edge, set()).add(controls.site_id[place])
    rules = PlaceRules(end_posts=end_posts, costs=chosen.costs)
    used = tuple(sorted({name for name, placed in zip(controls.site_id, controls.placed(), strict=True) if placed}))
    return _answer(_Case(name, today, nothing, rules), _weakness(nothing, controls, guards), used, cancel)


@dataclass(frozen=True, eq=False)
class _Case:
    name: str
    today: ClosureProblem
    nothing: ClosureProblem
    rules: PlaceRules


def _answer(case: _Case, weakness: Weakness, used: tuple[str, ...], cancel: Cancel) -> Closure:
    today, nothing, rules = case.today, case.nothing, case.rules
    raise_if_cancelled(cancel)
    flow = street_flow(today)
    raise_if_cancelled(cancel)
    leaks = find_leaks(today.graph, today.label, flow.edge_flow)
    dear = PlaceRules(rules.end_posts, rules.reach_m, rules.spot_share, by_cost=True, costs=rules.costs)
    sets = []
    for problem, how in ((today, rules), (today, dear), (nothing, rules), (nothing, dear)):
        raise_if_cancelled(cancel)
        sets.append(fewest_posts(problem, how))
    posts = Posts(*sets)
    certificate = certify(today, leaks, flow.cut_edges)
    return Closure(case.name, leaks, tuple(flow.cut_edges.tolist()), certificate, posts, weakness, used)


def _spots(graph: StreetGraph, line: RingLine) -> NDArray[np.float64]:
    """Choose the place of a street post on each edge: its first passage, or its end on the boundary."""
    share = np.full(graph.edge_count, 0.5)
    side, passages = line.passages.node_side, line.passages
    share[side[graph.edge_u] == 0] = 0.0
    share[(side[graph.edge_v] == 0) & (side[graph.edge_u] != 0)] = 1.0
    share[passages.edge[::-1]] = passages.share[::-1]
    return share


def _weakness(nothing: ClosureProblem, controls: Controls, guards: Mapping[int, set[str]]) -> Weakness:
    """Find the way in that passes the fewest checkpoints; guards on an edge's own ends are counted at the ends."""
    graph = nothing.graph
    on_node: dict[int, set[str]] = {}
    for place, nodes in enumerate(controls.junction):
        for node in nodes:
            on_node.setdefault(node, set()).add(controls.site_id[place])
    node_count = np.zeros(graph.node_count, dtype=np.int64)
    for node, sites in on_node.items():
        node_count[node] = len(sites)
    edge_count = np.zeros(graph.edge_count, dtype=np.int64)
    for edge, sites in guards.items():
        ends = on_node.get(int(graph.edge_u[edge]), set()) | on_node.get(int(graph.edge_v[edge]), set())
        edge_count[edge] = len(sites - ends)
    ways = WeakestWays(nothing, node_count, edge_count)
    inside = np.flatnonzero(nothing.label > 0)
    least = ways.controls[inside]
    if not len(inside) or not np.isfinite(least).any():
        return Weakness(None, ())
    way = ways.way_to(int(inside[np.argmin(least)]))
    sites = set[str]().union(*(on_node.get(node, set()) for node in way.nodes))
    sites |= set[str]().union(*(guards.get(edge, set()) for edge in way.edges))
    return Weakness(len(sites), tuple(sorted(sites)))
