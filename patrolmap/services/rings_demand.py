"""What coverage, placement, districts and drills start from: posts, speeds, and demand at junctions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.column_names import FIELD_NAMES
from patrolmap.messages import N_
from patrolmap.model.kinds import CONTROLLED_KINDS, SiteKind, TravelMode
from patrolmap.rings.times import node_times_s
from patrolmap.streets.attach import Attachments, attach, attach_nodes
from patrolmap.streets.reach import Reach, reach_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["PostSites", "Travel", "find_posts", "junction_demand", "points_of"]

DEMANDS: Final = ("junctions", "incidents", "households", "sites")


@dataclass(frozen=True)
class Travel:
    """
    How teams travel.

    Parameters
    ----------
    mode : TravelMode, default TravelMode.CAR
        How they move.
    speed_kph : float or None
        One speed for all streets, km/h; None for that of the mode.
    """

    mode: TravelMode = TravelMode.CAR
    speed_kph: float | None = None


@dataclass(frozen=True, eq=False)
class PostSites:
    """
    Posts on the streets.

    Parameters
    ----------
    names : tuple of str, length k
        Site ids, or ``node:ID``.
    places : Attachments
        Where they stand, length k; unattached only where a junction without streets was named.
    lost : tuple of str
        Posts that are too far from every street and left out.
    node_ids : tuple of str or None, length k
        Ids of the junctions that the posts were given by; empty for sites.
    alone : tuple of (int, int)
        Posts on junctions without streets, with their nodes: they reach their own junction and nothing else.
    """

    names: tuple[str, ...]
    places: Attachments
    lost: tuple[str, ...] = ()
    node_ids: tuple[str | None, ...] = ()
    alone: tuple[tuple[int, int], ...] = ()

    def node_id(self, post: int) -> str | None:
        """
        Name the junction that a post was given by.

        Parameters
        ----------
        post : int
            Its number.

        Returns
        -------
        str or None
            The bare id, as junctions are named elsewhere; None for a site.
        """
        return self.node_ids[post] if self.node_ids else None

    def __len__(self) -> int:
        return len(self.names)

    def reach(self, graph: StreetGraph, travel: Travel, limit_s: float | None = None) -> Reach:
        """
        Compute how soon the nearest post is at each junction.

        Parameters
        ----------
        graph : StreetGraph
            The streets.
        travel : Travel
            How teams travel.
        limit_s : float or None
            Where to stop, seconds; None for no limit.

        Returns
        -------
        Reach
            As from `patrolmap.streets.reach.reach_s`.
        """
        found = reach_s(graph, self.places, travel.mode, limit_s, speed_kph=travel.speed_kph)
        for post, node in self.alone:
            found.node_s[node], found.nearest[node] = 0.0, post
        return found

    def times_s(self, graph: StreetGraph, travel: Travel, nodes: NDArray[np.integer]) -> NDArray[np.float64]:
        """
        Compute the time from every post to some junctions.

        Parameters
        ----------
        graph : StreetGraph
            The streets.
        travel : Travel
            How teams travel.
        nodes : numpy.ndarray of int, shape (t,)
            The junctions.

        Returns
        -------
        numpy.ndarray of float64, shape (k, t)
            Seconds; infinite without a way.
        """
        found = node_times_s(graph, self.places, travel.mode, nodes, speed_kph=travel.speed_kph)
        for post, node in self.alone:
            found[post, np.asarray(nodes) == node] = 0.0
        return found


def points_of(layer: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """
    Read the places of a layer.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        Points, or areas, which stand for a point within them.

    Returns
    -------
    numpy.ndarray of float64, shape (k, 2)
        Metric; NaN where there is no geometry.
    """
    points = layer.geometry.representative_point() if not (layer.geom_type == "Point").all() else layer.geometry
    return np.column_stack([points.x, points.y]).astype(np.float64)


def find_posts(project: ProjectStore, graph: StreetGraph, nodes: Sequence[int] | None = None) -> PostSites:
    """
    Find the posts.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    graph : StreetGraph
        Its streets.
    nodes : sequence of int or None
        Junctions where the posts stand; None for the sites of kind post, or where there are none the checkpoints and
        controlled intersections.

    Returns
    -------
    PostSites
        At least one.

    Raises
    ------
    InputError
        If there is none.
    """
    if nodes is not None:
        return _named_posts(graph, np.asarray(nodes, dtype=np.int64))
    sites = project.metric_layer("sites")
    posts = sites[sites["kind"] == SiteKind.POST.value]
    if not len(posts):
        posts = sites[sites["kind"].isin([kind.value for kind in CONTROLLED_KINDS])]
    places, names = attach(graph, points_of(posts)), [str(one) for one in posts["site_id"]]
    held = places.attached
    if not held.any():
        raise InputError(
            N_("There are no posts on the streets."),
            remedy=N_("Import sites of kind post or checkpoint, or name junctions with --posts node:ID."),
        )
    kept = tuple(name for name, one in zip(names, held, strict=True) if one)
    lost = tuple(name for name, one in zip(names, held, strict=True) if not one)
    return PostSites(kept, places.take(held), lost)


def _named_posts(graph: StreetGraph, nodes: NDArray[np.int64]) -> PostSites:
    places, ids = attach_nodes(graph, nodes), tuple(str(graph.node_id[node]) for node in nodes)
    alone = np.flatnonzero(~places.attached)
    places.xy[alone] = graph.node_xy[nodes[alone]]
    pairs = tuple((int(post), int(nodes[post])) for post in alone)
    return PostSites(tuple(f"node:{one}" for one in ids), places, (), ids, pairs)


def junction_demand(project: ProjectStore, graph: StreetGraph, demand: str | None) -> NDArray[np.float64]:
    """
    Weigh the junctions.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    graph : StreetGraph
        Its streets.
    demand : str or None
        ``junctions`` (each counts 1), ``incidents``, ``households`` or ``sites`` (each goes to the nearer end of its
        street), or a column of the node table; names that offices use for demand, such as ``发案率``, mean its column
        ``demand`` where it has none of this name. None for the column ``demand`` of the node table if it is filled, else for
        incidents if there are any, else for junctions.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Weight of each junction.

    Raises
    ------
    InputError
        If there is no such column.
    """
    if demand is None:
        table = project.table("nodes") if project.count("nodes") else None
        if table is not None and table["demand"].fillna(0).sum() > 0:
            return _column(project, graph, "demand")
        demand = "incidents" if project.count("incidents") else "junctions"
    if demand == "junctions":
        return np.ones(graph.node_count)
    if demand in {"incidents", "sites"}:
        layer = project.metric_layer(demand)
        return _gathered(graph, points_of(layer), np.ones(len(layer)))
    if demand == "households":
        cells = project.metric_layer("grid_cells")
        weight = cells["households"].fillna(0).to_numpy(dtype=np.float64)
        return _gathered(graph, points_of(cells), weight)
    return _column(project, graph, demand)


def _gathered(graph: StreetGraph, xy: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring points to the nearer end of their street."""
    places = attach(graph, xy)
    held = places.attached
    edge = places.edge[held]
    node = np.where(places.share[held] <= 0.5, graph.edge_u[edge], graph.edge_v[edge])
    return np.bincount(node, weights=weight[held], minlength=graph.node_count).astype(np.float64)


def _column(project: ProjectStore, graph: StreetGraph, name: str) -> NDArray[np.float64]:
    table = project.table("nodes") if project.count("nodes") else None
    values: dict[str, object] = {}
    columns: set[str] = set(DEMANDS)
    # The column may be asked for by the name that it had in the file.
    is_demand = name.strip().casefold() in FIELD_NAMES["nodes"]["demand"]
    if table is not None:
        columns.add("demand")
        for node_id, demand, text in zip(table["node_id"], table["demand"], table["attributes"], strict=True):
            others = json.loads(text) if isinstance(text, str) and text else {}
            columns |= others.keys()
            values[str(node_id)] = demand if is_demand and name not in others else others.get(name)
    if name not in columns and not (is_demand and "demand" in columns):
        raise InputError(
            N_("There is no demand “{name}”."),
            remedy=N_("Choose one of: {columns}."),
            name=name,
            columns=sorted(columns),
        )
    return np.array([_number(values.get(str(node_id))) for node_id in graph.node_id])


def _number(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        return 0.0
    return number if np.isfinite(number) and number > 0 else 0.0
