"""Hotspots drawn, reshaped and moved by hand: each call is one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import InsertRows, UpdateRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from patrolmap.project.store import ProjectStore

__all__ = ["DRAWN", "hotspot_corners", "save_hotspot"]

DRAWN = "drawn"
"""Value of the field ``method`` of a hotspot that was drawn."""


def hotspot_corners(project: ProjectStore, fid: int) -> tuple[tuple[float, float], ...]:
    """
    Find the outline of a hotspot, to reshape it.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    fid : int
        Its row.

    Returns
    -------
    tuple of (float, float)
        Corners of its largest part, metric, the first not repeated.

    Raises
    ------
    InputError
        If it is no longer there.
    """
    outline = _largest(_row(project, fid).geometry.loc[fid]).exterior
    return tuple((float(x), float(y)) for x, y in shapely.get_coordinates(outline)[:-1])


def save_hotspot(
    project: ProjectStore, corners: Sequence[tuple[float, float]], fid: int | None = None, name: str = ""
) -> int:
    """
    Keep a hotspot that was drawn or reshaped; the incidents in it are counted anew.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    corners : sequence of (float, float)
        Its outline, metric.
    fid : int or None
        The row that was reshaped, whose largest part is replaced; None for a new row.
    name : str, default ""
        Name of a new one; empty takes its id.

    Returns
    -------
    int
        Its row.

    Raises
    ------
    InputError
        If the outline crosses itself or has no area, or the row is no longer there.
    """
    import pandas as pd

    area = shapely.Polygon(corners) if len(set(corners)) >= 3 else shapely.Polygon()
    if area.is_empty or not area.is_valid or area.area < 1.0:
        raise InputError(
            N_("This outline crosses itself or has no area."),
            remedy=N_("Move or delete the corners where edges cross, then save again."),
        )
    if fid is None:
        values = _new_values(project, name)
        rows = _stored(project, {**values, **_counted(project, area)}, area)
        project.apply(InsertRows("hotspots", rows), Message(N_("Hotspot {name} drawn"), {"name": values["name"][0]}))
        return int(project.layer("hotspots").index.max())
    old = _row(project, fid)
    others = [
        part for part in shapely.get_parts(old.geometry.loc[fid]) if not part.equals(_largest(old.geometry.loc[fid]))
    ]
    whole = shapely.union_all([area, *others])
    changed = _stored(project, _counted(project, whole), whole).set_axis(pd.Index([fid], name="fid"))
    title = str(old.loc[fid, "name"] or old.loc[fid, "hotspot_id"])
    project.apply(UpdateRows("hotspots", changed), Message(N_("Hotspot {name} reshaped"), {"name": title}))
    return fid


def _new_values(project: ProjectStore, name: str) -> dict[str, list[Any]]:
    """Give a drawn hotspot an id of its own, the next rank, and the middle score of those there are: it is worth a usual visit."""
    import pandas as pd

    known = project.layer("hotspots")
    used, number = set(known["hotspot_id"].astype(str)), 1
    while f"D{number}" in used:
        number += 1
    ranks, scores = pd.to_numeric(known["rank"]).dropna(), pd.to_numeric(known["score"]).dropna()
    return {
        "hotspot_id": [f"D{number}"],
        "name": [name.strip() or f"D{number}"],
        "rank": [int(ranks.max()) + 1 if len(ranks) else 1],
        "score": [float(scores.median()) if len(scores) else 1.0],
        "method": [DRAWN],
    }


def _counted(project: ProjectStore, area: shapely.Geometry) -> dict[str, list[Any]]:
    incidents = project.metric_layer("incidents").geometry.to_numpy()
    inside = int(shapely.contains_xy(area, shapely.get_coordinates(incidents)).sum()) if len(incidents) else 0
    return {"incidents": [inside], "area_m2": [float(area.area)]}


def _row(project: ProjectStore, fid: int) -> gpd.GeoDataFrame:
    rows = project.metric_layer("hotspots")
    if fid not in rows.index:
        raise InputError(N_("This hotspot is no longer there."), remedy=N_("Choose another one."))
    return rows


def _largest(area: shapely.Geometry) -> shapely.Polygon:
    return max(shapely.get_parts(area), key=lambda part: part.area)


def _stored(project: ProjectStore, values: dict[str, list[Any]], area: shapely.Geometry) -> gpd.GeoDataFrame:
    import geopandas as gpd

    frame = project.frame
    return frame.to_stored(gpd.GeoDataFrame(values, geometry=[area], crs=frame.metric_crs))
