"""The study area of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RingKind

if TYPE_CHECKING:
    from patrolmap.project.store import ProjectStore

__all__ = ["study_area"]

_AROUND_STREETS_M = 200.0


def study_area(project: ProjectStore) -> tuple[shapely.Geometry, Message]:
    """
    Find the area that densities and shares refer to.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    area : shapely.Geometry
        Polygon or multipolygon, metric CRS.
    choice : Message
        What it was taken from: the district boundary, else the city ring, else the hull of the streets.

    Raises
    ------
    InputError
        If the project has none of them.
    """
    if project.count("boundary"):
        area = shapely.union_all(project.metric_layer("boundary").geometry.to_numpy())
        return shapely.make_valid(area), Message(N_("The study area is the district boundary."))
    rings = project.metric_layer("rings")
    city = rings[rings["kind"] == RingKind.CITY]
    if len(city):
        area = shapely.union_all(city.geometry.to_numpy())
        return shapely.make_valid(area), Message(N_("The study area is the city ring."))
    streets = project.metric_layer("streets")
    if len(streets):
        hull = shapely.convex_hull(shapely.union_all(streets.geometry.to_numpy()))
        return hull.buffer(_AROUND_STREETS_M), Message(N_("The study area is the hull of the streets."))
    raise InputError(
        N_("The project has no area to study."), remedy=N_("Import a district boundary, rings or streets first.")
    )
