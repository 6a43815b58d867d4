"""The study area of a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RingKind

if TYPE_CHECKING:
    from patrolmap.project.store import ProjectStore

__all__ = ["Studied", "study_area", "study_incidents"]

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


@dataclass(frozen=True, eq=False)
class Studied:
    """
    The study area and the incidents in it.

    Parameters
    ----------
    area : shapely.Geometry
        Polygon or multipolygon, metric CRS.
    choice : Message
        What the area was taken from.
    incidents : IncidentSet
        Those that pass the filter and lie in the area; at least one.
    outside : int
        Those that pass the filter and lie outside.
    """

    area: shapely.Geometry
    choice: Message
    incidents: IncidentSet
    outside: int

    @property
    def notices(self) -> tuple[Message, ...]:
        """What the area was taken from, and what was left out."""
        if not self.outside:
            return (self.choice,)
        left_out = N_("{count} incidents lie outside the study area and are left out.")
        return self.choice, Message(left_out, {"count": self.outside})


def study_incidents(project: ProjectStore, chosen: IncidentFilter | None = None) -> Studied:
    """
    Read the incidents that count.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter or None
        Which incidents count; None for all.

    Returns
    -------
    Studied
        With at least one incident.

    Raises
    ------
    InputError
        If there is no area, or no incident is left.
    """
    if not project.count("incidents"):
        raise InputError(N_("The project has no incidents."), remedy=N_("Import a table of incidents first."))
    area, choice = study_area(project)
    everything = (chosen or IncidentFilter()).apply(IncidentSet.from_layer(project.metric_layer("incidents")))
    if len(everything) == 0:
        raise InputError(
            N_("No incident is left to work with."),
            why=N_("None of the {all} incidents of the project fits the categories, dates and hours asked for."),
            remedy=N_("Widen the categories, dates or hours."),
            all=project.count("incidents"),
        )
    shapely.prepare(area)
    inside = shapely.contains_xy(area, everything.xy[:, 0], everything.xy[:, 1])
    if not inside.any():
        raise InputError(
            N_("No incident is left to work with."),
            why=N_("{all} incidents pass the filter, none of them lies in the study area."),
            remedy=N_("Widen the filter, or check the coordinates of the incidents."),
            all=len(everything),
        )
    return Studied(area, choice, everything.take(inside), int(np.sum(~inside)))
