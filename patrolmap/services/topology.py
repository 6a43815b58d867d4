"""Topology care for the streets of a project: look first, mend as one step that undo takes back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, SetSetting, UpdateRows
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.streets.attributes import normal_attributes, normal_oneway
from patrolmap.streets.planar import GRADE_SEPARATED
from patrolmap.streets.topology import Finding, FindingKind, Topology, TopologySettings, care_for
from patrolmap.streets.topology_web import LineFacts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.edits import Edit
    from patrolmap.model.frame import SpatialFrame
    from patrolmap.project.store import ProjectStore

__all__ = [
    "MENDED_KEY",
    "TOPOLOGY_KEY",
    "TopologyReport",
    "examine_topology",
    "known_originals",
    "mend_topology",
    "mending",
    "original_keys",
    "topology_settings",
]

TOPOLOGY_KEY: Final = "topology"
"""The setting of a project that keeps its tolerances: a field of `TopologySettings` to metres."""

MENDED_KEY: Final = "mended_streets"
"""The setting that keeps the hash of each street as it was drawn before it was mended, so that its file is known again."""


@dataclass(frozen=True)
class TopologyReport:
    """
    What is wrong with the streets of a project, or was.

    Parameters
    ----------
    streets : int
        Number of streets looked at.
    findings : tuple of Finding
        ``row`` is the fid of the street; ``x`` and ``y`` are WGS 84, or the plane's own units.
    changed, removed : int
        Streets that are, or would be, drawn otherwise; streets of which nothing is left.
    length_before_m, length_after_m : float
        Total length, metres.
    mended : bool
        Whether the project was changed.
    settings : TopologySettings
        The tolerances.
    """

    streets: int
    findings: tuple[Finding, ...]
    changed: int
    removed: int
    length_before_m: float
    length_after_m: float
    mended: bool
    settings: TopologySettings

    def counts(self) -> dict[FindingKind, int]:
        """
        Count the findings.

        Returns
        -------
        dict of FindingKind to int
            Every kind, also with 0.
        """
        return {kind: sum(one.kind is kind for one in self.findings) for kind in FindingKind}


def topology_settings(
    project: ProjectStore,
    *,
    snap_m: float | None = None,
    dangle_m: float | None = None,
    component_m: float | None = None,
) -> TopologySettings:
    """
    Give the tolerances of a project.

    Parameters
    ----------
    project : ProjectStore
        The project.
    snap_m, dangle_m, component_m : float or None, default None
        What the user wants this time; None for what the project keeps.

    Returns
    -------
    TopologySettings
        In metres.

    Raises
    ------
    InputError
        If a tolerance is negative, no number, or over 1,000 m; or the snapping over 20 m.
    """
    kept = project.setting(TOPOLOGY_KEY, {})
    told = {"snap_m": snap_m, "dangle_m": dangle_m, "component_m": component_m}
    values = {name: told[name] if told[name] is not None else kept.get(name) for name in told}
    settings = replace(
        TopologySettings(), **{name: float(value) for name, value in values.items() if value is not None}
    )
    for name, limit in (("snap_m", 20.0), ("dangle_m", 1_000.0), ("component_m", 1_000.0)):
        if not 0 <= getattr(settings, name) <= limit:
            raise InputError(
                N_("{value} m is no tolerance."),
                remedy=N_("Give 0 to {limit} m."),
                value=getattr(settings, name),
                limit=limit,
            )
    return settings


def examine_topology(
    project: ProjectStore,
    settings: TopologySettings | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> TopologyReport:
    """
    Look for what should be mended, and change nothing.

    Parameters
    ----------
    project : ProjectStore
        The project.
    settings : TopologySettings or None, default None
        The tolerances; None for the project's own.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    TopologyReport
        The findings.

    Raises
    ------
    InputError
        If the project has no streets, or they were given as a table of junctions and a table of streets.
    """
    streets = _streets_of(project)
    return _care(streets, project.frame, settings or topology_settings(project), progress, cancel)[0]


def mend_topology(
    project: ProjectStore,
    settings: TopologySettings | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> TopologyReport:
    """
    Mend the streets as one step; undo brings back every street as it was drawn.

    Parameters
    ----------
    project : ProjectStore
        The project.
    settings : TopologySettings or None, default None
        The tolerances; None for the project's own.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop; nothing is changed then.

    Returns
    -------
    TopologyReport
        What was mended.

    Raises
    ------
    InputError
        If the project has no streets, or they were given as a table of junctions and a table of streets.
    """
    streets = _streets_of(project)
    wanted = settings or topology_settings(project)
    report, edits = mending(project, streets, project.frame, wanted, progress=progress, cancel=cancel)
    if edits:
        project.apply(Compound(edits), Message(N_("Topology of the streets mended")))
    return report


def mending(
    project: ProjectStore,
    streets: gpd.GeoDataFrame,
    frame: SpatialFrame,
    settings: TopologySettings,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[TopologyReport, tuple[Edit, ...]]:
    """
    Work out how streets are mended, and change nothing.

    Parameters
    ----------
    project : ProjectStore
        The project; it keeps the hashes of what was mended before.
    streets : geopandas.GeoDataFrame
        The streets, indexed by fid, in the stored system.
    frame : SpatialFrame
        The frame of the project.
    settings : TopologySettings
        The tolerances.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    report : TopologyReport
        What was found; it is said to be mended if there are edits.
    edits : tuple of Edit
        What to apply; empty if nothing is to be mended.

    Raises
    ------
    InputError
        If the streets were given as a table of junctions and a table of streets.
    """
    report, topology = _care(streets, frame, settings, progress, cancel)
    if not topology.changed.any():
        return report, ()
    gone = shapely.is_missing(topology.lines)
    moved = topology.changed & ~gone
    drawn = _stored(streets, topology.lines, moved, frame)
    keys = set(project.setting(MENDED_KEY, [])) | set(original_keys(streets.geometry.to_numpy()[topology.changed]))
    edits: list[Edit] = [SetSetting(MENDED_KEY, sorted(keys))]
    if moved.any():
        edits.append(
            UpdateRows("streets", gpd.GeoDataFrame(geometry=drawn, index=streets.index[moved], crs=streets.crs))
        )
    if gone.any():
        edits.append(DeleteRows("streets", tuple(streets.index[gone].tolist())))
    return replace(report, mended=True), tuple(edits)


def original_keys(geometry: NDArray[np.object_]) -> list[str]:
    """
    Hash lines as they are drawn.

    Parameters
    ----------
    geometry : (n,) object array
        Lines in the stored system.

    Returns
    -------
    list of str
        16 hexadecimal digits each.
    """
    return [hashlib.blake2b(wkb, digest_size=8).hexdigest() for wkb in shapely.to_wkb(geometry)]


def known_originals(project: ProjectStore, geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    """
    Tell which lines the project once had and has mended since.

    Parameters
    ----------
    project : ProjectStore
        The project.
    geometry : (n,) object array
        Lines of a file, in the stored system.

    Returns
    -------
    (n,) bool array
        True for those.
    """
    keys = set(project.setting(MENDED_KEY, []))
    if not keys:
        return np.zeros(len(geometry), dtype=bool)
    return np.array([key in keys for key in original_keys(geometry)], dtype=bool)


def _streets_of(project: ProjectStore) -> gpd.GeoDataFrame:
    streets = project.layer("streets") if project.has_frame else None
    if streets is None or streets.empty:
        raise InputError(N_("The project has no streets."), remedy=N_("Import them first."))
    return streets


def _care(
    streets: gpd.GeoDataFrame, frame: SpatialFrame, settings: TopologySettings, progress: Progress, cancel: Cancel
) -> tuple[TopologyReport, Topology]:
    if streets["from_node"].notna().any():
        raise InputError(
            N_("These streets were given from junction to junction; their topology is that of the tables."),
            remedy=N_("Correct the tables and import them again."),
        )
    metric = frame.to_metric(streets)
    attributes = normal_attributes(streets)
    facts = LineFacts(
        attributes["level"].to_numpy(),
        normal_oneway(streets)[0],
        ~np.isin(attributes["highway"].to_numpy().astype(str), GRADE_SEPARATED),
    )
    lines = metric.geometry.to_numpy().astype(object)
    topology = care_for(lines, facts, settings, progress=SubProgress(progress, 0.1, 0.9), cancel=cancel)
    kept = topology.lines[~shapely.is_missing(topology.lines)]
    report = TopologyReport(
        len(streets),
        _located(topology.findings, streets, frame),
        int((topology.changed & ~shapely.is_missing(topology.lines)).sum()),
        len(lines) - len(kept),
        float(shapely.length(lines).sum()),
        float(shapely.length(kept).sum()),
        mended=False,
        settings=settings,
    )
    progress(1.0)
    return report, topology


def _located(findings: tuple[Finding, ...], streets: pd.DataFrame, frame: SpatialFrame) -> tuple[Finding, ...]:
    if not findings:
        return ()
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([f.x for f in findings], [f.y for f in findings]))
    stored = frame.to_stored(points)
    shown = stored if frame.is_planar else frame.to_wgs84(stored)
    xy = shown.get_coordinates().to_numpy()
    fids = streets.index.to_numpy()
    return tuple(
        replace(one, row=int(fids[one.row]), x=float(x), y=float(y)) for one, (x, y) in zip(findings, xy, strict=True)
    )


def _stored(
    streets: gpd.GeoDataFrame, lines: NDArray[np.object_], wanted: NDArray[np.bool_], frame: SpatialFrame
) -> NDArray[np.object_]:
    """Bring mended lines back, with the very coordinates of every vertex that was there before."""
    stored_xy = shapely.get_coordinates(streets.geometry.to_numpy())
    metric_xy = shapely.get_coordinates(frame.to_metric(streets).geometry.to_numpy())
    back = frame.to_stored(gpd.GeoDataFrame(geometry=gpd.GeoSeries(list(lines[wanted])))).geometry.to_numpy()
    new = pd.MultiIndex.from_arrays(shapely.get_coordinates(lines[wanted]).T)
    old = pd.DataFrame(stored_xy, index=pd.MultiIndex.from_arrays(metric_xy.T))
    old = old[~old.index.duplicated()]
    found = old.index.get_indexer(new)
    xy = shapely.get_coordinates(back)
    xy[found >= 0] = old.to_numpy()[found[found >= 0]]
    result: NDArray[np.object_] = shapely.set_coordinates(back.astype(object), xy)
    return result
