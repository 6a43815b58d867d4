"""Answers about rings as tables and marks: what the window, the web map and the drill sheets show alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    import shapely

    from patrolmap.project.store import ProjectStore
    from patrolmap.services.rings_demand import PostSites
    from patrolmap.streets.network import StreetGraph

__all__ = [
    "Cell",
    "Mark",
    "RingTable",
    "RingView",
    "TableRow",
    "clock_after",
    "junction_cells",
    "junction_names",
    "minutes_text",
    "post_names",
    "site_names",
]

Cell: TypeAlias = Message | str | int | float | None
"""A value of a table: texts of the program are messages, names are texts."""


@dataclass(frozen=True, eq=False)
class Mark:
    """
    Something to draw.

    Parameters
    ----------
    key : str
        The row that it belongs to; empty if none.
    kind : str
        One of the kinds of `patrolmap.maps.overlay_looks.overlay_look`.
    geometry : shapely.Geometry
        Metric.
    title : Message
        What it is.
    rank : int, default 0
        Place in the colours of its kind.
    rows : tuple of (str, Cell), default ()
        English titles with values, for a popup.
    """

    key: str
    kind: str
    geometry: shapely.Geometry
    title: Message
    rank: int = 0
    rows: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, eq=False)
class TableRow:
    """
    A row of a table.

    Parameters
    ----------
    key : str
        Unique in its view.
    cells : tuple of Cell
        One for each column.
    geometry : shapely.Geometry or None
        Where it is, metric; None if it is nowhere.
    """

    key: str
    cells: tuple[Cell, ...]
    geometry: shapely.Geometry | None = None


@dataclass(frozen=True, eq=False)
class RingTable:
    """
    A table.

    Parameters
    ----------
    title : str
        English title, the key of its translation.
    columns : tuple of str
        English titles of the columns.
    rows : tuple of TableRow
        In the order in which they are to be read.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, eq=False)
class RingView:
    """
    An answer, ready to be shown.

    Parameters
    ----------
    headline : Message
        The answer in one sentence.
    is_good : bool
        Whether all is as it should be.
    lines : tuple of Message
        What else there is to say.
    tables : tuple of RingTable
        Those without rows are left out when they are shown.
    marks : tuple of Mark
        From the lowest to the topmost.
    """

    headline: Message
    is_good: bool
    lines: tuple[Message, ...] = ()
    tables: tuple[RingTable, ...] = ()
    marks: tuple[Mark, ...] = ()


def minutes_text(seconds: float) -> str:
    """
    Write a time.

    Parameters
    ----------
    seconds : float
        Seconds, rounded to whole ones; may be negative.

    Returns
    -------
    str
        Minutes and seconds, such as ``3:05``; a dash for infinite times.
    """
    if not np.isfinite(seconds):
        return "–"
    whole = round(abs(seconds))
    return f"{'-' if seconds < 0 and whole else ''}{whole // 60}:{whole % 60:02d}"


def clock_after(moment: dt.datetime, seconds: float, *, late: bool = True) -> str:
    """
    Write the time of day some seconds after a moment.

    Parameters
    ----------
    moment : datetime.datetime
        Local time.
    seconds : float
        Seconds after it.
    late : bool, default True
        Whether parts of a second count as a whole one, as for an arrival; a deadline leaves them out.

    Returns
    -------
    str
        Such as ``22:03:05``, with ``+1`` after it on the next day; a dash for infinite times.
    """
    if not np.isfinite(seconds):
        return "–"
    then = moment + dt.timedelta(seconds=float(np.ceil(seconds) if late else np.floor(seconds)))
    days = (then.date() - moment.date()).days
    return f"{then:%H:%M:%S}{f' {days:+d}' if days else ''}"


def junction_names(graph: StreetGraph, nodes: np.ndarray) -> list[str]:
    """
    Name junctions by their streets.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    nodes : numpy.ndarray of int
        Junctions.

    Returns
    -------
    list of str
        Up to three names joined by " / ", of the highest classes first as the streets list them; where no street has a
        name, the id of the node.
    """
    streets = _streets_at(graph, nodes)
    return [names or str(graph.node_id[int(node)]) for node, names in zip(nodes, streets, strict=True)]


def junction_cells(graph: StreetGraph, nodes: np.ndarray) -> list[Message | str]:
    """
    Name junctions in a table.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    nodes : numpy.ndarray of int
        Junctions.

    Returns
    -------
    list of Message or str
        As `junction_names`; where no street has a name, words that say so, with the id of the node.
    """
    unnamed = N_("unnamed junction {node}")
    return [
        names or Message(unnamed, {"node": str(graph.node_id[int(node)])})
        for node, names in zip(nodes, _streets_at(graph, nodes), strict=True)
    ]


def _streets_at(graph: StreetGraph, nodes: np.ndarray) -> list[str]:
    names = graph.edges["name"].astype(str).to_numpy()
    wanted = {int(node): list[str]() for node in nodes}
    near = np.isin(graph.edge_u, nodes) | np.isin(graph.edge_v, nodes)
    for edge in np.flatnonzero(near).tolist():
        for node in (int(graph.edge_u[edge]), int(graph.edge_v[edge])):
            if names[edge] and node in wanted and names[edge] not in wanted[node]:
                wanted[node].append(names[edge])
    return [" / ".join(wanted[int(node)][:3]) for node in nodes]


def site_names(project: ProjectStore) -> dict[str, str]:
    """
    Read the names of the sites.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    dict of str to str
        By site id; a site without a name is called by its id.
    """
    sites = project.layer("sites")
    return {
        str(site): str(name) if isinstance(name, str) and name else str(site)
        for site, name in zip(sites["site_id"], sites["name"], strict=True)
    }


def post_names(project: ProjectStore, posts: PostSites) -> list[str]:
    """
    Name posts as people do.

    Parameters
    ----------
    project : ProjectStore
        The project.
    posts : PostSites
        Its posts.

    Returns
    -------
    list of str
        Names of sites; junctions as they are written on the command line.
    """
    names = site_names(project)
    return [names.get(one, one) for one in posts.names]
