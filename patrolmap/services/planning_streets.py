"""The streets of a project with the ways that were measured on them, which stay in the project from one program to the next."""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from patrolmap import __version__
from patrolmap.errors import PatrolmapError
from patrolmap.model.kinds import TravelMode
from patrolmap.planner.ways import KnownWays, WayKey, remember, remembered
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["keep_ways", "planning_streets"]

_in_file: WeakKeyDictionary[StreetGraph, dict[Path, dict[WayKey, KnownWays]]] = WeakKeyDictionary()
_lock = threading.Lock()


def planning_streets(
    project: ProjectStore, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> StreetGraph:
    """
    Give the street graph of a project, and remember the ways that were measured on it when it was last planned.

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
        As `patrolmap.services.streets.street_graph` gives it.

    Raises
    ------
    InputError
        If the project has no streets.
    CancelledError
        If the user cancelled.
    """
    graph = street_graph(project, progress=progress, cancel=cancel)
    with _lock:
        if project.path in _in_file.setdefault(graph, {}):
            return graph
    read = {_key_of(name): KnownWays.from_bytes(content) for name, content in project.kept(_digest(project)).items()}
    found = {key: ways for key, ways in read.items() if key is not None and ways is not None}
    with _lock:
        _in_file[graph].setdefault(project.path, found)
    remember(graph, found)
    return graph


def keep_ways(project: ProjectStore, graph: StreetGraph) -> None:
    """
    Keep the ways that were measured last in the project, by the content hash of its streets.

    Call it when the plan is saved. A file that cannot take them keeps none: they can be measured again, and the next change
    that matters tells what is wrong with the file.

    Parameters
    ----------
    project : ProjectStore
        The project; one that is read-only stays as it is.
    graph : StreetGraph
        Its streets, from `planning_streets`.
    """
    with _lock:
        known = _in_file.setdefault(graph, {}).setdefault(project.path, {})
        new = {key: ways for key, ways in remembered(graph).items() if known.get(key) is not ways}
    if not new:
        return
    digest = _digest(project)
    for key, ways in new.items():
        with suppress(PatrolmapError):
            project.keep(_name_of(key), digest, ways.to_bytes())
            known[key] = ways


def _digest(project: ProjectStore) -> str:
    """Hash all that ways depend on: streets, junctions, reference systems, and the program that measures."""
    parts = (__version__, project.content_hash("streets"), project.content_hash("nodes"), repr(project.frame))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _name_of(key: WayKey) -> str:
    mode, speed_kph = key
    return f"ways {mode.value}" if speed_kph is None else f"ways {mode.value} {speed_kph!r}"


def _key_of(name: str) -> WayKey | None:
    """Read a name; None for one of something else."""
    words = name.split(" ")
    try:
        if words[0] == "ways" and 2 <= len(words) <= 3:
            return TravelMode(words[1]), float(words[2]) if len(words) == 3 else None
    except ValueError:
        return None
    return None
