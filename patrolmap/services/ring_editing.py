"""Rings and sites changed by hand: each call is one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import InsertRows, UpdateRows
from patrolmap.model.kinds import RingKind, SiteKind, ring_title
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore

__all__ = ["add_posts", "add_site", "junction_places", "move_site", "ring_corners", "save_ring"]


def junction_places(project: ProjectStore) -> NDArray[np.float64]:
    """
    List where junctions are, for corners that are drawn to them.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    numpy.ndarray of float64, shape (n, 2)
        Metric.

    Raises
    ------
    InputError
        If there are no streets.
    """
    return street_graph(project).node_xy


def ring_corners(project: ProjectStore, kind: RingKind) -> tuple[int, tuple[tuple[float, float], ...]]:
    """
    Find the outline of a ring, to reshape it.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    kind : RingKind
        Which ring.

    Returns
    -------
    int
        Its row; of several rows of this kind the one with the largest part.
    tuple of (float, float)
        Corners of its largest part, metric, the first not repeated.

    Raises
    ------
    InputError
        If there is no such ring.
    """
    rows = project.metric_layer("rings")
    rows = rows[(rows["kind"] == kind.value) & ~rows.geometry.is_empty]
    if not len(rows):
        raise InputError(N_("There is no {ring} to reshape."), remedy=N_("Draw it first."), ring=ring_title(kind.value))
    largest = rows.geometry.apply(lambda area: max(part.area for part in shapely.get_parts(area)))
    fid = int(largest.idxmax())
    outline = _largest(rows.geometry.loc[fid]).exterior
    return fid, tuple((float(x), float(y)) for x, y in shapely.get_coordinates(outline)[:-1])


def save_ring(
    project: ProjectStore, kind: RingKind, corners: Sequence[tuple[float, float]], fid: int | None = None
) -> None:
    """
    Keep a ring that was drawn or reshaped.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    kind : RingKind
        Which ring.
    corners : sequence of (float, float)
        Its outline, metric.
    fid : int or None
        The row that was reshaped, whose largest part is replaced; None to draw it anew: a ring of this kind that there is
        gets the outline in place of its own.

    Raises
    ------
    InputError
        If the outline crosses itself or has no area, or the row is no longer there.
    """
    import pandas as pd

    area, rows = shapely.Polygon(), project.metric_layer("rings")
    if len(set(corners)) >= 3:
        area = shapely.Polygon(corners)
    if fid is not None and fid in rows.index:
        old = _largest(rows.geometry.loc[fid])
        if area.is_valid:
            area = shapely.Polygon(corners, [hole for hole in old.interiors if area.contains(hole)])
    if area.is_empty or not area.is_valid or area.area < 1.0:
        raise InputError(
            N_("This outline crosses itself or has no area."),
            remedy=N_("Move or delete the corners where edges cross, then save again."),
        )
    title = ring_title(kind.value)
    there = rows.index[rows["kind"] == kind.value]
    if fid is None and len(there):
        anew = _stored(project, {}, [area]).set_axis(pd.Index([int(there[0])], name="fid"))
        project.apply(UpdateRows("rings", anew), Message(N_("{ring} drawn"), {"ring": title}))
        return
    if fid is None:
        project.apply(
            InsertRows("rings", _stored(project, {"kind": [kind.value]}, [area])),
            Message(N_("{ring} drawn"), {"ring": title}),
        )
        return
    if fid not in rows.index:
        raise InputError(N_("This ring is no longer there."), remedy=N_("Undo its deletion, or draw it again."))
    others = [part for part in shapely.get_parts(rows.geometry.loc[fid]) if not part.equals(old)]
    whole = shapely.union_all([area, *others])
    changed = _stored(project, {}, [whole]).set_axis(pd.Index([fid], name="fid"))
    project.apply(UpdateRows("rings", changed), Message(N_("{ring} reshaped"), {"ring": title}))


def add_site(project: ProjectStore, kind: SiteKind, x: float, y: float, name: str = "") -> None:
    """
    Add a site.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    kind : SiteKind
        What stands there.
    x, y : float
        Where, metric.
    name : str, default ""
        Its name; empty takes its id.
    """
    site_id = _free_ids(project, kind, 1)[0]
    values: dict[str, list[Any]] = {
        "site_id": [site_id],
        "name": [name.strip() or site_id],
        "kind": [kind.value],
        "level": [2],
    }
    rows = _stored(project, values, [shapely.Point(x, y)])
    project.apply(InsertRows("sites", rows), Message(N_("{site} added"), {"site": values["name"][0]}))


def add_posts(project: ProjectStore, places: Sequence[tuple[float, float, str]]) -> None:
    """
    Add posts where a placement wants them.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    places : sequence of (float, float, str)
        Places, metric, with their names.

    Raises
    ------
    InputError
        If there are none.
    """
    if not places:
        raise InputError(N_("There are no posts to take over."), remedy=N_("Find places first."))
    count = len(places)
    values: dict[str, list[Any]] = {
        "site_id": _free_ids(project, SiteKind.POST, count),
        "name": [name for _, _, name in places],
        "kind": [SiteKind.POST.value] * count,
        "level": [2] * count,
    }
    rows = _stored(project, values, [shapely.Point(x, y) for x, y, _ in places])
    project.apply(InsertRows("sites", rows), Message(N_("{count} posts added"), {"count": count}))


def move_site(project: ProjectStore, fid: int, x: float, y: float) -> None:
    """
    Move a site.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    fid : int
        Its row.
    x, y : float
        Where to, metric.

    Raises
    ------
    InputError
        If it is no longer there.
    """
    import pandas as pd

    sites = project.layer("sites")
    if fid not in sites.index:
        raise InputError(N_("This site is no longer there."), remedy=N_("Choose another one."))
    name = sites.loc[fid, "name"]
    rows = _stored(project, {}, [shapely.Point(x, y)]).set_axis(pd.Index([fid], name="fid"))
    project.apply(UpdateRows("sites", rows), Message(N_("{site} moved"), {"site": str(name)}))


def _largest(area: shapely.Geometry) -> shapely.Polygon:
    return max(shapely.get_parts(area), key=lambda part: part.area)


def _stored(project: ProjectStore, values: dict[str, list[Any]], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    frame = project.frame
    return frame.to_stored(gpd.GeoDataFrame(values, geometry=shapes, crs=frame.metric_crs))


def _free_ids(project: ProjectStore, kind: SiteKind, count: int) -> list[str]:
    used, found, number = set(project.layer("sites")["site_id"].astype(str)), list[str](), 0
    while len(found) < count:
        number += 1
        name = f"{kind.value}-{number}"
        if name not in used:
            found.append(name)
    return found
