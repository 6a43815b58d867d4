"""What building a street graph found, left out and chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.planar import PlanarCrossings
    from patrolmap.streets.vertices import CleanLines

__all__ = ["BuildReport", "ComponentNote", "report_of", "table_report"]


@dataclass(frozen=True)
class ComponentNote:
    """
    A part of the streets that no street joins to the rest.

    Parameters
    ----------
    component : int
        Its number in `StreetGraph.component`; 0 has the greatest length.
    nodes, edges : int
        How large it is.
    length_m : float
        Length of its streets, metres.
    """

    component: int
    nodes: int
    edges: int
    length_m: float


@dataclass(frozen=True)
class BuildReport:
    """
    The result of building a street graph, in numbers.

    Parameters
    ----------
    streets : int
        Rows of the layer.
    exploded, empty, zero_length, duplicate : int
        Streets of several lines; lines left out because they hold no place, have no length, or are drawn twice.
    unknown_oneway : int
        One-way values that were not understood and count as both ways.
    ends_moved, ends_on_lines : int
        Ends joined to a node near by; ends joined to the middle of a line near by.
    crossings_unshared, junctions_shared : int
        Crossings on one level without a common vertex; junctions with one.
    crossings_noded : bool
        Whether the former were made junctions.
    collapsed : int
        Pieces left out because they are shorter than the tolerance and begin and end at one node.
    junctions, pieces : int
        Nodes and pieces before chains through nodes of degree 2 were joined.
    nodes, edges : int
        Size of the graph.
    length_m : float
        Length of all its edges.
    loops, parallel : int
        Edges that end where they begin; edges beside another between the same nodes.
    components : tuple of ComponentNote
        All parts, the longest first.
    choices : tuple of Message
        Every automatic choice.
    """

    streets: int
    exploded: int
    empty: int
    zero_length: int
    duplicate: int
    unknown_oneway: int
    ends_moved: int
    ends_on_lines: int
    crossings_unshared: int
    junctions_shared: int
    crossings_noded: bool
    collapsed: int
    junctions: int
    pieces: int
    nodes: int
    edges: int
    length_m: float
    loops: int
    parallel: int
    components: tuple[ComponentNote, ...]
    choices: tuple[Message, ...]

    @property
    def outside_main_m(self) -> float:
        """Metres of street that are not joined to the largest part."""
        return sum(part.length_m for part in self.components[1:])


def report_of(
    graph: StreetGraph,
    *,
    clean: CleanLines,
    crossings: PlanarCrossings,
    noded: bool,
    asked: str | bool,
    rows: int,
    **counts: int,
) -> BuildReport:
    """
    Sum up how a graph was built.

    Parameters
    ----------
    graph : StreetGraph
        The graph.
    clean : CleanLines
        The lines it was made from.
    crossings : PlanarCrossings
        Crossings without a common vertex.
    noded : bool
        Whether they were made junctions.
    asked : {"auto", True, False}
        What was asked for.
    rows : int
        Rows of the layer.
    **counts : int
        Fields of `BuildReport` of the same names.

    Returns
    -------
    BuildReport
        With the choices in words.
    """
    made: dict[str, Any] = {
        "streets": rows,
        "exploded": clean.exploded,
        "empty": clean.empty,
        "zero_length": clean.zero_length,
        "duplicate": clean.duplicate,
        "crossings_unshared": crossings.unshared,
        "junctions_shared": crossings.shared,
        "crossings_noded": noded,
        **_size(graph),
        **counts,
    }
    return BuildReport(**made, choices=_choices(made, asked=asked))


def table_report(graph: StreetGraph) -> BuildReport:
    """
    Sum up a graph that was given as tables.

    Parameters
    ----------
    graph : StreetGraph
        The graph.

    Returns
    -------
    BuildReport
        Nothing was left out, joined or chosen; parts that are not joined to the rest are named.
    """
    untouched = (
        "exploded",
        "empty",
        "zero_length",
        "duplicate",
        "unknown_oneway",
        "ends_moved",
        "ends_on_lines",
        "crossings_unshared",
        "junctions_shared",
        "collapsed",
    )
    made: dict[str, Any] = {
        **dict.fromkeys(untouched, 0),
        "streets": graph.edge_count,
        "crossings_noded": False,
        "junctions": graph.node_count,
        "pieces": graph.edge_count,
        **_size(graph),
    }
    return BuildReport(**made, choices=_choices(made, asked=False))


def _size(graph: StreetGraph) -> dict[str, Any]:
    pair = np.sort(np.column_stack([graph.edge_u, graph.edge_v]), axis=1)
    return {
        "nodes": graph.node_count,
        "edges": graph.edge_count,
        "length_m": float(graph.edge_length_m.sum()),
        "loops": int((graph.edge_u == graph.edge_v).sum()),
        "parallel": graph.edge_count - len(np.unique(pair, axis=0)),
        "components": _components(graph),
    }


def _components(graph: StreetGraph) -> tuple[ComponentNote, ...]:
    if graph.node_count == 0:
        return ()
    count = int(graph.component.max()) + 1
    of_edge = graph.component[graph.edge_u]
    nodes = np.bincount(graph.component, minlength=count)
    edges = np.bincount(of_edge, minlength=count)
    length_m = np.bincount(of_edge, weights=graph.edge_length_m, minlength=count)
    return tuple(
        ComponentNote(part, int(nodes[part]), int(edges[part]), float(length_m[part])) for part in range(count)
    )


def _choices(made: dict[str, Any], *, asked: str | bool) -> tuple[Message, ...]:
    choices = []
    crossing = {"unshared": made["crossings_unshared"], "shared": made["junctions_shared"]}
    if made["crossings_unshared"] and asked == "auto":
        text = (
            N_(
                "{unshared} crossings without a common vertex, {shared} junctions with one: the crossings are junctions."
            )
            if made["crossings_noded"]
            else N_(
                "{unshared} crossings without a common vertex, {shared} junctions with one: the crossings are bridges."
            )
        )
        choices.append(Message(text, crossing))
    templates = {
        "ends_moved": N_(
            "{count} {count:end of a street was|ends of streets were} joined to an end or vertex near by."
        ),
        "ends_on_lines": N_(
            "{count} {count:end of a street was joined to the street beside it|ends of streets were joined to the street beside them}."
        ),
        "duplicate": N_("{count} {count:street that is|streets that are} drawn twice {count:was|were} taken once."),
        "zero_length": N_("{count} {count:street without length was|streets without length were} left out."),
        "empty": N_("{count} {count:row without a line was|rows without a line were} left out."),
        "collapsed": N_(
            "{count} {count:piece shorter than the tolerance was|pieces shorter than the tolerance were} left out."
        ),
        "unknown_oneway": N_("{count} one-way values were not understood; these streets go both ways."),
    }
    choices += [Message(text, {"count": made[name]}) for name, text in templates.items() if made[name]]
    apart = made["components"][1:]
    if apart:
        values = {
            "count": len(apart),
            "edges": sum(part.edges for part in apart),
            "km": round(sum(part.length_m for part in apart) / 1000, 2),
        }
        choices.append(
            Message(
                N_(
                    "{count} {count:part|parts}, {edges} {edges:street|streets}, {km} km in all, {count:is|are} not joined to the main network."
                ),
                values,
            )
        )
    return tuple(choices)
