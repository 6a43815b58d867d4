"""What the answers about rings are computed from: rings, streets, and the checkpoints on duty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.duty import on_duty, site_hours
from patrolmap.model.kinds import CONTROLLED_KINDS, RINGS_OUTSIDE_IN
from patrolmap.rings.closure import ClosureParams
from patrolmap.rings.controls import Controls, stand
from patrolmap.rings.crossings import RingLine, find_crossings
from patrolmap.rings.nesting import polygonal
from patrolmap.services.streets import street_graph
from patrolmap.streets.attach import attach

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely
    from numpy.typing import NDArray

    from patrolmap.model.schedule import Shift
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["CONTROL_LIMIT_M", "RingsReading", "off_duty_sites", "read_rings", "ring_line", "site_controls", "site_xy"]

CONTROL_LIMIT_M: Final = 100.0
"""A checkpoint farther than this from every street controls nothing and is reported."""


@dataclass(frozen=True, eq=False)
class RingsReading:
    """
    What the closure of a project is computed from.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    areas : dict of str to shapely.Geometry
        The rings from outside in, metric.
    controls : Controls
        Checkpoints and controlled intersections.
    unattached_site_ids : tuple of str
        Those that are too far from every street.
    off_duty_site_ids : tuple of str
        Those that are left out because they are not on duty then.
    """

    graph: StreetGraph
    areas: dict[str, shapely.Geometry]
    controls: Controls
    unattached_site_ids: tuple[str, ...]
    off_duty_site_ids: tuple[str, ...] = ()


def read_rings(project: ProjectStore, ring: str | None = None, params: ClosureParams | None = None) -> RingsReading:
    """
    Read rings, checkpoints and streets.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    ring : str or None
        One kind of ring; None for all.
    params : ClosureParams or None
        Who is on duty, and how far carriageways are apart; None for the defaults.

    Returns
    -------
    RingsReading
        Rings from outside in; several rows of one kind are one ring of several parts.

    Raises
    ------
    InputError
        If there is no ring, or not this one, or there are no streets.
    """
    graph = street_graph(project)
    rows = project.metric_layer("rings")
    kinds = [str(kind) for kind in rows["kind"]]
    order = [kind.value for kind in RINGS_OUTSIDE_IN if kind in kinds]
    order += sorted(set(kinds) - set(order))
    if not order:
        raise InputError(N_("The project has no defence rings."), remedy=N_("Draw or import the layer rings first."))
    if ring is not None and ring not in order:
        raise InputError(
            N_("The project has no ring “{ring}”."),
            remedy=N_("Its rings are: {rings}."),
            ring=ring,
            rings=list(order),
        )
    wanted = order if ring is None else [ring]
    areas = {kind: polygonal(rows.geometry[rows["kind"] == kind].union_all()) for kind in wanted}
    controls, unattached = site_controls(project, graph, params)
    areas = {kind: area for kind, area in areas.items() if not area.is_empty}
    if not areas:
        raise InputError(
            N_("The ring encloses nothing: {rings}."),
            remedy=N_("Draw it anew, or import it as an area."),
            rings=list(wanted),
        )
    return RingsReading(graph, areas, controls, unattached, off_duty_sites(project, params.duty if params else None))


def off_duty_sites(project: ProjectStore, duty: Shift | None) -> tuple[str, ...]:
    """
    List the checkpoints and controlled intersections that are not on duty.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    duty : Shift or None
        When; None for no time, so that nobody is off duty.

    Returns
    -------
    tuple of str
        Ids of those that are not on duty during all of it, by level, hours and mode.

    Raises
    ------
    InputError
        If the hours of a site cannot be read.
    """
    if duty is None:
        return ()
    sites = _control_sites(project)
    off = [
        str(name)
        for name, kind, level, hours in zip(*(sites[one] for one in ("site_id", "kind", "level", "hours")), strict=True)
        if not on_duty(
            site_hours(str(kind), 1 if pd.isna(level) else int(level), "" if pd.isna(hours) else str(hours), duty.mode),
            duty,
        )
    ]
    return tuple(off)


def _control_sites(project: ProjectStore) -> gpd.GeoDataFrame:
    sites = project.metric_layer("sites")
    return sites[sites["kind"].isin([kind.value for kind in CONTROLLED_KINDS])]


def site_controls(
    project: ProjectStore, graph: StreetGraph, params: ClosureParams | None = None
) -> tuple[Controls, tuple[str, ...]]:
    """
    Find out where the checkpoints and controlled intersections of a project stand.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    graph : StreetGraph
        Its streets.
    params : ClosureParams or None
        Who is on duty, and how far carriageways are apart; None for the defaults.

    Returns
    -------
    controls : Controls
        One for each such site, and a second for each that stands on two carriageways.
    unattached : tuple of str
        Ids of those that are farther than `CONTROL_LIMIT_M` from every street.
    """
    sites = _control_sites(project)
    chosen = params or ClosureParams()
    sites = sites[~sites["site_id"].astype(str).isin(off_duty_sites(project, chosen.duty))]
    xy = site_xy(sites)
    controls = stand(
        graph,
        sites["site_id"].tolist(),
        sites["kind"].tolist(),
        xy,
        attach(graph, xy, limit_m=CONTROL_LIMIT_M),
        carriageway_m=chosen.carriageway_m,
    )
    lost = [name for name, placed in zip(controls.site_id, controls.placed(), strict=True) if not placed]
    return controls, tuple(lost)


def ring_line(reading: RingsReading, kind: str, params: ClosureParams) -> RingLine:
    """
    Find the crossings of one ring.

    Parameters
    ----------
    reading : RingsReading
        What was read.
    kind : str
        One of its rings.
    params : ClosureParams
        How far from its crossing a checkpoint may stand.

    Returns
    -------
    RingLine
        With who controls each.
    """
    area = reading.areas[kind]
    return find_crossings(reading.graph, kind, area, reading.controls, tolerance_m=params.tolerance_m)


def site_xy(sites: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """
    Give the places of sites.

    Parameters
    ----------
    sites : geopandas.GeoDataFrame
        Points.

    Returns
    -------
    numpy.ndarray of float64, shape (n, 2)
        In the system of the layer.
    """
    return np.column_stack([sites.geometry.x, sites.geometry.y]).astype(np.float64)
