"""The crossings of a ring: where they are, which way they lead, and who controls them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from patrolmap.rings.guards import TOLERANCE_M, Guard, GuardFinder, merge_guards
from patrolmap.rings.passages import INSIDE, ON, OUTSIDE, Passages, find_passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.rings.controls import Controls
    from patrolmap.streets.network import StreetGraph

__all__ = ["CLASS_ORDER", "Crossing", "Direction", "RingLine", "class_rank", "find_crossings"]

Direction = Literal["in", "out", "both", "none"]

CLASS_ORDER: Final = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
    "service", "track", "pedestrian", "cycleway", "footway", "path", "steps",
)  # fmt: skip
"""Classes of streets from the highest; a link counts as its class."""


@dataclass(frozen=True)
class Crossing:
    """
    A place where a street passes a ring's boundary.

    Parameters
    ----------
    crossing_id : str
        Ring and number, counted along the boundary: ``city-001``.
    ring : str
        The ring.
    place : {"street", "junction"}
        Whether a street passes between its junctions, or the boundary runs through a junction.
    edge, node : int
        The edge of a street crossing, the node of a junction crossing; the other is -1.
    along_m : float
        How far along the edge from its first node, metres; 0 at a junction.
    xy : tuple of float
        The place, metric.
    direction : {"in", "out", "both", "none"}
        Which way one-way rules let traffic pass; "none" where they let none pass.
    name, highway : str
        Street name (several at a junction, joined by " / ") and class (the highest at a junction).
    dips : bool
        Whether its street comes back to the side that it came from without a junction: it opens nothing by itself.
    guards : tuple of Guard
        Who controls it, nearest first.
    controlled : bool
        Whether anybody does.
    """

    crossing_id: str
    ring: str
    place: Literal["street", "junction"]
    edge: int
    node: int
    along_m: float
    xy: tuple[float, float]
    direction: Direction
    name: str
    highway: str
    dips: bool
    guards: tuple[Guard, ...]
    controlled: bool


@dataclass(frozen=True, eq=False)
class RingLine:
    """
    A ring laid over the streets.

    Parameters
    ----------
    ring : str
        Its kind.
    passages : Passages
        Sides of nodes and edges.
    crossings : tuple of Crossing
        Along the boundary.
    edge_guards : dict of int to tuple of Guard
        The controls of every edge that passes the boundary or ends on it.
    """

    ring: str
    passages: Passages
    crossings: tuple[Crossing, ...]
    edge_guards: dict[int, tuple[Guard, ...]]

    def guarded_edges(self, edge_count: int) -> NDArray[np.bool_]:
        """
        Mark the edges that a control closes.

        Parameters
        ----------
        edge_count : int
            Number of edges of the graph.

        Returns
        -------
        numpy.ndarray of bool, shape (m,)
            True where a crossing or an end on the boundary is controlled.
        """
        mask = np.zeros(edge_count, dtype=bool)
        mask[[edge for edge, guards in self.edge_guards.items() if guards]] = True
        return mask


def find_crossings(
    graph: StreetGraph,
    ring: str,
    area: shapely.Polygon | shapely.MultiPolygon,
    controls: Controls,
    *,
    tolerance_m: float = TOLERANCE_M,
) -> RingLine:
    """
    List the crossings of a ring with their controls.

    A street crossing is controlled when a checkpoint stands on its street up to `tolerance_m` along the street, or when a
    control stands on the junction at either end of the street: all ways through the crossing use both. A street goes on
    through nodes where nothing branches off. A junction crossing is controlled when a control stands on the junction, or
    when all its streets on one side are controlled within the tolerance.

    Parameters
    ----------
    graph : StreetGraph
        The streets, metric.
    ring : str
        Name of the ring, for the ids.
    area : shapely.Polygon or shapely.MultiPolygon
        Its area, valid, same CRS.
    controls : Controls
        Where checkpoints and controlled intersections stand.
    tolerance_m : float, default 150.0
        Farthest a checkpoint may stand from the crossing, metres along the street.

    Returns
    -------
    RingLine
        Crossings along the boundary, and what the closure needs.
    """
    passages = find_passages(graph, area)
    spots = _gate_spots(graph, passages)
    finder = GuardFinder(graph, controls, passages.node_side, set(spots), tolerance_m)
    opens = passages.first_side != passages.last_side
    edge_guards = {
        edge: merge_guards(finder.guards(edge, along_m, opens=bool(opens[edge])) for along_m in places)
        for edge, places in spots.items()
    }
    found = _street_crossings(graph, ring, passages, finder)
    found += _junction_crossings(graph, ring, passages, finder, edge_guards)
    return RingLine(ring, passages, _numbered(found, ring, area), edge_guards)


def _gate_spots(graph: StreetGraph, passages: Passages) -> dict[int, list[float]]:
    """Map each edge at the boundary to its places there, metres along it."""
    spots: dict[int, list[float]] = {}
    for edge, share in zip(passages.edge.tolist(), passages.share.tolist(), strict=True):
        spots.setdefault(edge, []).append(share * float(graph.edge_length_m[edge]))
    for edge in np.flatnonzero(passages.node_side[graph.edge_u] == ON).tolist():
        spots.setdefault(edge, []).append(0.0)
    for edge in np.flatnonzero(passages.node_side[graph.edge_v] == ON).tolist():
        spots.setdefault(edge, []).append(float(graph.edge_length_m[edge]))
    return spots


def _street_crossings(graph: StreetGraph, ring: str, passages: Passages, finder: GuardFinder) -> list[Crossing]:
    found = []
    names, classes = graph.edges["name"].to_numpy(), graph.edges["highway"].to_numpy()
    refs = graph.edges["ref"].to_numpy()
    for edge, share, inward, xy in zip(
        passages.edge.tolist(), passages.share, passages.inward, passages.xy, strict=True
    ):
        along_m = float(share * graph.edge_length_m[edge])
        opens = bool(passages.first_side[edge] != passages.last_side[edge])
        guards = finder.guards(edge, along_m, opens=opens)
        oneway = int(graph.edge_oneway[edge])
        direction: Direction = "both" if oneway == 0 else "in" if (oneway > 0) == bool(inward) else "out"
        name = str(names[edge] or refs[edge] or "")
        spot = (float(xy[0]), float(xy[1]))
        found.append(
            Crossing(
                "", ring, "street", edge, -1, along_m, spot, direction, name, str(classes[edge] or ""), not opens,
                guards, bool(guards),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class _Stub:
    """One end of an edge at a node on the boundary: on which side it lies, and which ways it may be used."""

    node: int
    edge: int
    side: int
    towards: bool
    away: bool


def _junction_crossings(
    graph: StreetGraph,
    ring: str,
    passages: Passages,
    finder: GuardFinder,
    edge_guards: dict[int, tuple[Guard, ...]],
) -> list[Crossing]:
    """Make a crossing of each junction on the boundary from which streets lead in, if streets reach it from outside."""
    stubs = _stubs(graph, passages)
    columns = tuple(graph.edges[column].to_numpy() for column in ("name", "ref", "highway"))
    found = []
    for members in _on_parts(graph, passages):
        around = [stub for stub in stubs if stub.node in members]
        outer = [stub for stub in around if stub.side == OUTSIDE]
        gates = sorted({stub.node for stub in around if stub.side == INSIDE}) if outer else []
        for node in gates:
            inner = [stub for stub in around if stub.side == INSIDE and stub.node == node]
            guards = finder.on_junction(node)
            for side in (outer, inner):
                lists = [edge_guards.get(stub.edge, ()) for stub in side]
                if all(lists):
                    guards = merge_guards([guards, *lists])
            found.append(_junction_crossing(graph, columns, ring, (inner, outer), guards))
    return found


def _stubs(graph: StreetGraph, passages: Passages) -> list[_Stub]:
    stubs: list[_Stub] = []
    ends = (
        (graph.edge_u, passages.first_side, graph.edge_oneway >= 0, graph.edge_oneway <= 0),
        (graph.edge_v, passages.last_side, graph.edge_oneway <= 0, graph.edge_oneway >= 0),
    )
    for node, side, away, towards in ends:
        at_boundary = np.flatnonzero((passages.node_side[node] == ON) & (side != ON)).tolist()
        stubs.extend(
            _Stub(int(node[edge]), edge, int(side[edge]), bool(towards[edge]), bool(away[edge])) for edge in at_boundary
        )
    return stubs


def _on_parts(graph: StreetGraph, passages: Passages) -> list[set[int]]:
    """Group the nodes on the boundary by the edges that run along it."""
    part = {int(node): {int(node)} for node in np.flatnonzero(passages.node_side == ON)}
    along = (passages.node_side[graph.edge_u] == ON) & (passages.node_side[graph.edge_v] == ON)
    along &= (passages.first_side == ON) & (passages.last_side == ON)
    for edge in np.flatnonzero(along):
        one, other = part[int(graph.edge_u[edge])], part[int(graph.edge_v[edge])]
        if one is not other:
            one |= other
            part.update(dict.fromkeys(other, one))
    return list({id(members): members for members in part.values()}.values())


def _junction_crossing(
    graph: StreetGraph,
    columns: tuple[NDArray[np.object_], ...],
    ring: str,
    sides: tuple[Sequence[_Stub], Sequence[_Stub]],
    guards: tuple[Guard, ...],
) -> Crossing:
    inner, outer = sides
    node = inner[0].node
    enters = any(stub.towards for stub in outer) and any(stub.away for stub in inner)
    leaves = any(stub.towards for stub in inner) and any(stub.away for stub in outer)
    direction: Direction = "both" if enters and leaves else "in" if enters else "out" if leaves else "none"
    edges = sorted({stub.edge for stub in inner} | {stub.edge for stub in outer if stub.node == node})
    name, ref, highway = columns
    names = dict.fromkeys(str(name[edge] or ref[edge]) for edge in edges if name[edge] or ref[edge])
    highest = min((str(highway[edge] or "") for edge in edges), key=class_rank, default="")
    x, y = graph.node_xy[node].tolist()
    return Crossing(
        "", ring, "junction", -1, node, 0.0, (x, y), direction, " / ".join(names), highest, False, guards, bool(guards)
    )  # fmt: skip


def class_rank(highway: str) -> int:
    """
    Rank a class of street.

    Parameters
    ----------
    highway : str
        As in OpenStreetMap; a link counts as its class.

    Returns
    -------
    int
        0 for a motorway; more for lower classes, the most for an unknown one.
    """
    base = highway.removesuffix("_link")
    return CLASS_ORDER.index(base) if base in CLASS_ORDER else len(CLASS_ORDER)


def _numbered(found: list[Crossing], ring: str, area: shapely.Geometry) -> tuple[Crossing, ...]:
    if not found:
        return ()
    along = shapely.line_locate_point(area.boundary, shapely.points([one.xy for one in found]))
    order = sorted(range(len(found)), key=lambda place: (float(along[place]), found[place].edge, found[place].along_m))
    return tuple(
        replace(found[place], crossing_id=f"{ring}-{number:03d}") for number, place in enumerate(order, start=1)
    )
