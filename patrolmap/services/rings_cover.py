"""Who is reached in time, where new posts go, and which post answers for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RINGS_OUTSIDE_IN
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.rings.coverage import CoverageRow, street_rows, tally
from patrolmap.rings.districting import Districts, divide
from patrolmap.rings.isochrones import isochrone
from patrolmap.rings.nesting import polygonal
from patrolmap.rings.placement import Placement, cover_all, cover_most
from patrolmap.rings.times import ROUNDING_S, pairs_within
from patrolmap.services.rings_demand import PostSites, Travel, find_posts, junction_demand, points_of
from patrolmap.services.streets import street_graph
from patrolmap.streets.attach import attach, attach_nodes
from patrolmap.streets.reach import Reach, reached_points
from patrolmap.streets.travel import edge_travel_s, street_arcs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["Coverage", "DistrictPlan", "PostPlan", "cover", "district", "place_posts"]


@dataclass(frozen=True, eq=False)
class Coverage:
    """
    What posts reach.

    Parameters
    ----------
    posts : PostSites
        The posts.
    minutes : tuple of float
        The times, ascending.
    rows : tuple of CoverageRow
        Shares of sites, street length, incidents, households and junctions; by ring and by class.
    node_s : numpy.ndarray of float64, shape (n,)
        Time of the nearest post to each junction.
    nearest : numpy.ndarray of int32, shape (n,)
        That post; -1 where none comes.
    uncovered_sites : tuple of tuple of str and float
        Sites not reached in the longest time, with the seconds (infinite without a way), latest first.
    areas : tuple of shapely.Geometry
        Isochrones of the times, metric; empty if not asked for.
    """

    posts: PostSites
    minutes: tuple[float, ...]
    rows: tuple[CoverageRow, ...]
    node_s: NDArray[np.float64]
    nearest: NDArray[np.int32]
    uncovered_sites: tuple[tuple[str, float], ...]
    areas: tuple[shapely.Geometry, ...]


@dataclass(frozen=True, eq=False)
class PostPlan:
    """
    Where new posts go.

    Parameters
    ----------
    nodes : numpy.ndarray of int64
        The junctions chosen.
    placement : Placement
        Value, bound and gap; `Placement.uncoverable` are junctions that nothing reaches in time.
    covered_before, covered_after, total : float
        Demand reached in time by the posts that stay, by them and the new ones, and all of it.
    kept : PostSites or None
        The posts that stay; None if the plan starts from nothing.
    """

    nodes: NDArray[np.int64]
    placement: Placement
    covered_before: float
    covered_after: float
    total: float
    kept: PostSites | None


@dataclass(frozen=True, eq=False)
class DistrictPlan:
    """
    Which post answers for which junction.

    Parameters
    ----------
    posts : PostSites
        The posts.
    districts : Districts
        The division.
    """

    posts: PostSites
    districts: Districts


def cover(
    project: ProjectStore,
    minutes: Sequence[float],
    travel: Travel | None = None,
    posts: Sequence[int] | None = None,
    *,
    areas: bool = True,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Coverage:
    """
    Tell what the posts reach in time.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    minutes : sequence of float
        The times.
    travel : Travel or None
        How teams travel; None for cars by class of street.
    posts : sequence of int or None
        Junctions where posts stand; None for the posts of the project.
    areas : bool, default True
        Whether to outline what is reached.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    Coverage
        Numbers, times and isochrones.

    Raises
    ------
    InputError
        If there are no posts or no streets, or a time is no number above 0.
    """
    limits = tuple(sorted(set(minutes))) or (np.nan,)
    for limit in limits:
        _check_minutes(limit)
    how, graph = travel or Travel(), street_graph(project)
    stands = find_posts(project, graph, posts)
    reach = stands.reach(graph, how)
    raise_if_cancelled(cancel)
    progress(0.2, Message(N_("Counting what is reached")))
    rings = _rings(project)
    rows = [*_point_rows(project, graph, reach, rings, limits)]
    middle = shapely.line_interpolate_point(graph.edge_geometry, 0.5, normalized=True)
    classes = graph.edges["highway"].astype(object).to_numpy()
    by = {"ring": _zone(rings, shapely.get_coordinates(middle)), "class": classes}
    rows += street_rows(graph, reach, by, limits)
    rows += tally("junctions", reach.node_s, np.ones(graph.node_count), {"ring": _zone(rings, graph.node_xy)}, limits)
    outlines = []
    for place, limit in enumerate(limits if areas else ()):
        raise_if_cancelled(cancel)
        told = Message(N_("Outlining what is reached in {minutes} min"), {"minutes": f"{limit:g}"})
        progress(0.4 + 0.6 * place / len(limits), told)
        outlines.append(isochrone(graph, reach, limit * 60 + ROUNDING_S))
    late = _late_sites(project, graph, reach, limits[-1] * 60)
    return Coverage(stands, limits, tuple(rows), reach.node_s, reach.nearest, late, tuple(outlines))


def place_posts(
    project: ProjectStore,
    minutes: float,
    travel: Travel | None = None,
    *,
    add: int | None = None,
    keep_existing: bool = False,
    posts: Sequence[int] | None = None,
    demand: str | None = None,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> PostPlan:
    """
    Choose junctions for new posts.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    minutes : float
        The time in which demand should be reached.
    travel : Travel or None
        How teams travel; None for cars by class of street.
    add : int or None
        How many new posts cover the most demand; None for the fewest that cover all of it.
    keep_existing : bool, default False
        Whether today's posts stay and count.
    posts : sequence of int or None
        Junctions of today's posts; None for the posts of the project.
    demand : str or None
        As in `patrolmap.services.rings_demand.junction_demand`. Without `add` every junction with demand must be reached,
        or simply every junction if `demand` is None; sums are told in the same demand with and without `add`.
    seed : int, default 0
        Seed of the search.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    PostPlan
        With a proven gap.

    Raises
    ------
    InputError
        If there are no streets, or no posts to keep, or the numbers cannot be used.
    """
    from scipy.sparse import csr_array, vstack

    _check_minutes(minutes)
    if add is not None and add < 1:
        raise InputError(N_("{count} new posts cannot be placed."), remedy=N_("Give a number from 1 up."), count=add)
    how, graph = travel or Travel(), street_graph(project)
    weight = junction_demand(project, graph, demand)
    needed = np.ones(graph.node_count, dtype=bool) if demand is None else weight > 0
    reached, kept = np.zeros(graph.node_count, dtype=bool), None
    if keep_existing:
        kept = find_posts(project, graph, posts)
        near_s = kept.reach(graph, how, minutes * 60 + ROUNDING_S).node_s
        reached = near_s <= minutes * 60 + ROUNDING_S
    everywhere = attach_nodes(graph, np.arange(graph.node_count))
    candidates, alone = np.flatnonzero(everywhere.attached), np.flatnonzero(~everywhere.attached)
    covers = pairs_within(
        graph,
        everywhere.take(candidates),
        how.mode,
        minutes * 60,
        speed_kph=how.speed_kph,
        progress=SubProgress(progress, 0.0, 0.4),
        cancel=cancel,
    )
    own = csr_array((np.zeros(len(alone)), (np.arange(len(alone)), alone)), shape=(len(alone), graph.node_count))
    candidates, covers = np.concatenate([candidates, alone]), vstack([covers, own], format="csr")
    left = np.where(reached, 0.0, weight)
    if add is None:
        placement = cover_all(covers, needed & ~reached)
    else:
        later = SubProgress(progress, 0.4, 1.0)
        placement = cover_most(covers, left, add, seed=seed, progress=later, cancel=cancel)
    after = reached.copy()
    after[covers[placement.chosen].indices] = True
    sums = float(weight[reached].sum()), float(weight[after].sum()), float(weight.sum())
    return PostPlan(candidates[placement.chosen], placement, *sums, kept)


def district(
    project: ProjectStore,
    minutes: float,
    travel: Travel | None = None,
    posts: Sequence[int] | None = None,
    *,
    demand: str | None = None,
    time_limit_s: float = 20.0,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> DistrictPlan:
    """
    Divide the junctions among the posts.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    minutes : float
        The time in which a post should be at its junctions.
    travel : Travel or None
        How teams travel; None for cars by class of street.
    posts : sequence of int or None
        Junctions where posts stand; None for the posts of the project.
    demand : str or None
        What loads are made of, as in `patrolmap.services.rings_demand.junction_demand`.
    time_limit_s : float, default 20.0
        Seconds for the solver.
    seed : int, default 0
        Seed of the solver.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    DistrictPlan
        With the measure of imbalance and a bound.

    Raises
    ------
    InputError
        If there are no posts or no streets, or the time cannot be used.
    """
    _check_minutes(minutes)
    how, graph = travel or Travel(), street_graph(project)
    stands = find_posts(project, graph, posts)
    weight = junction_demand(project, graph, demand)
    travel_s = stands.times_s(graph, how, np.arange(graph.node_count))
    arcs = street_arcs(graph, edge_travel_s(graph, how.mode, how.speed_kph)).matrix.tocoo()
    found = divide(
        travel_s,
        (arcs.coords[0].astype(np.int64), arcs.coords[1].astype(np.int64)),
        weight,
        minutes * 60,
        time_limit_s=time_limit_s,
        seed=seed,
        progress=progress,
        cancel=cancel,
    )
    return DistrictPlan(stands, found)


def _check_minutes(minutes: float) -> None:
    if not (np.isfinite(minutes) and minutes > 0):
        raise InputError(
            N_("A time of {minutes} minutes cannot be used."), remedy=N_("Give a number above 0."), minutes=minutes
        )


def _rings(project: ProjectStore) -> list[tuple[str, shapely.Geometry]]:
    """List the rings from inside out."""
    rows = project.metric_layer("rings")
    found = []
    for kind in reversed(RINGS_OUTSIDE_IN):
        mine = rows[rows["kind"] == kind.value]
        if len(mine):
            found.append((kind.value, polygonal(mine.geometry.union_all())))
    return found


def _zone(rings: list[tuple[str, shapely.Geometry]], xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Name the innermost ring around each place; ``outside`` beyond all of them."""
    zone = np.full(len(xy), "outside", dtype=object)
    for kind, area in reversed(rings):
        shapely.prepare(area)
        zone[shapely.contains_xy(area, xy)] = kind
    return zone


def _point_rows(
    project: ProjectStore,
    graph: StreetGraph,
    reach: Reach,
    rings: list[tuple[str, shapely.Geometry]],
    limits: tuple[float, ...],
) -> list[CoverageRow]:
    rows: list[CoverageRow] = []
    for layer, what, by, weigh in (
        ("sites", "sites", "kind", None),
        ("incidents", "incidents", "category", None),
        ("grid_cells", "households", None, "households"),
    ):
        if not project.count(layer):
            continue
        frame = project.metric_layer(layer)
        xy = points_of(frame)
        seconds, _ = reached_points(graph, reach, attach(graph, xy))
        seconds = np.where(np.isnan(seconds), np.inf, seconds)
        weight = np.ones(len(frame)) if weigh is None else frame[weigh].fillna(0).to_numpy(dtype=np.float64)
        groups = {"ring": _zone(rings, xy)}
        if by is not None:
            groups["class"] = frame[by].astype(object).fillna("").to_numpy()
        rows += tally(what, seconds, weight, groups, limits)
    return rows


def _late_sites(
    project: ProjectStore, graph: StreetGraph, reach: Reach, limit_s: float
) -> tuple[tuple[str, float], ...]:
    sites = project.metric_layer("sites")
    if not len(sites):
        return ()
    seconds, _ = reached_points(graph, reach, attach(graph, points_of(sites)))
    late = [
        (str(name), float(one))
        for name, one in zip(sites["site_id"], seconds, strict=True)
        if not one <= limit_s + ROUNDING_S
    ]
    return tuple(sorted(late, key=lambda row: (-row[1], row[0])))
