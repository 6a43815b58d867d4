"""The street graph of a project, built once for each state of its layers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.streets.build import GraphBuild, build_graph
from patrolmap.streets.build_report import table_report
from patrolmap.streets.tables import graph_from_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["parse_nodes", "street_build", "street_graph"]

_KEPT: Final = 4
_Key = tuple[str, str, str]
_builds: OrderedDict[_Key, GraphBuild] = OrderedDict()
_lock = threading.Lock()


def street_graph(project: ProjectStore, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> StreetGraph:
    """
    Give the street graph of a project.

    Parameters
    ----------
    project : ProjectStore
        The project.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    StreetGraph
        The same object until the streets or the junctions change.

    Raises
    ------
    InputError
        If the project has no streets.
    """
    return street_build(project, progress=progress, cancel=cancel).graph


def street_build(project: ProjectStore, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> GraphBuild:
    """
    Give the street graph of a project with the report of its building.

    Parameters
    ----------
    project : ProjectStore
        The project.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    GraphBuild
        From the node table and the edge table if the network was given so, else from the lines.

    Raises
    ------
    InputError
        If the project has no streets.
    """
    if not project.count("streets"):
        raise InputError(N_("The project has no streets."), remedy=N_("Import the layer streets first."))
    key = (project.content_hash("streets"), project.content_hash("nodes"), repr(project.frame))
    with _lock:
        if key in _builds:
            _builds.move_to_end(key)
            return _builds[key]
    made = _build(project, progress, cancel)
    with _lock:
        _builds[key] = made
        while len(_builds) > _KEPT:
            _builds.popitem(last=False)
    return made


def _build(project: ProjectStore, progress: Progress, cancel: Cancel) -> GraphBuild:
    streets = project.metric_layer("streets")
    if project.count("nodes") and _names_both_ends(streets):
        graph = graph_from_tables(project.metric_layer("nodes"), streets)
        return GraphBuild(graph, table_report(graph))
    return build_graph(streets, progress=progress, cancel=cancel)


def _names_both_ends(streets: pd.DataFrame) -> bool:
    return bool((streets[["from_node", "to_node"]].fillna("").astype(str) != "").to_numpy().all())


def parse_nodes(text: str | Iterable[str], graph: StreetGraph) -> NDArray[np.int64]:
    """
    Read a list of junctions as the command line writes it.

    Parameters
    ----------
    text : str or iterable of str
        ``"node:12,node:13"``, or several of these.
    graph : StreetGraph
        The streets.

    Returns
    -------
    numpy.ndarray of int64
        Node indices in the order given, each once.

    Raises
    ------
    InputError
        If an entry is no ``node:ID`` or there is no such junction.
    """
    words = [text] if isinstance(text, str) else list(text)
    found: dict[int, None] = {}
    for word in ",".join(words).split(","):
        entry = word.strip()
        if not entry:
            continue
        kind, colon, node_id = entry.partition(":")
        if not colon or kind.strip().lower() != "node" or not node_id.strip():
            raise InputError(
                N_("“{entry}” names no junction."), remedy=N_("Write node:ID, several with commas."), entry=entry
            )
        found[graph.node_index(node_id.strip())] = None
    if not found:
        raise InputError(N_("No junction is named."), remedy=N_("Write node:ID, several with commas."))
    return np.array(list(found), dtype=np.int64)
