"""The study area of a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet, stray_dates
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RingKind

if TYPE_CHECKING:
    from patrolmap.project.store import ProjectStore

__all__ = ["Studied", "place_of", "read_incidents", "study_area", "study_incidents"]

_AROUND_STREETS_M = 200.0
_WHOLE_DAY_S = 86_399


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


def place_of(project: ProjectStore, chosen: IncidentFilter) -> shapely.Geometry | None:
    """
    Find where incidents count.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter
        Its ring and its cells are looked up.

    Returns
    -------
    shapely.Geometry or None
        What lies in the ring and in the cells, metric CRS; None if neither is asked for.

    Raises
    ------
    InputError
        If there is no such ring or cell.
    """
    places = []
    if chosen.ring is not None:
        rings = project.metric_layer("rings")
        rings = rings[rings["kind"].astype(str) == chosen.ring]
        if rings.empty:
            raise InputError(
                N_("There is no ring “{ring}” in the project."),
                remedy=N_("Choose from: {methods}."),
                ring=chosen.ring,
                methods=sorted(project.layer("rings")["kind"].astype(str).unique()),
            )
        places.append(shapely.union_all(shapely.make_valid(rings.geometry.to_numpy())))
    if chosen.cells is not None:
        cells = project.metric_layer("grid_cells")
        known = cells["cell_id"].astype(str)
        missing = sorted(chosen.cells - set(known))
        if missing or not chosen.cells:
            raise InputError(N_("There is no grid cell {cells}."), cells=list(missing))
        places.append(shapely.union_all(shapely.make_valid(cells.geometry[known.isin(chosen.cells)].to_numpy())))
    return shapely.intersection_all(places) if places else None


def read_incidents(project: ProjectStore, chosen: IncidentFilter | None = None) -> IncidentSet:
    """
    Read the incidents that pass a filter, wherever they lie unless it names a ring or cells.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter or None
        Which incidents count; None for all.

    Returns
    -------
    IncidentSet
        Perhaps none.

    Raises
    ------
    InputError
        If the project has no incidents, or no such ring or cell.
    """
    if not project.count("incidents"):
        raise InputError(N_("The project has no incidents."), remedy=N_("Import a table of incidents first."))
    chosen = chosen or IncidentFilter()
    incidents = chosen.apply(IncidentSet.from_layer(project.metric_layer("incidents")))
    place = place_of(project, chosen)
    if place is None:
        return incidents
    shapely.prepare(place)
    return incidents.take(shapely.contains_xy(place, incidents.xy[:, 0], incidents.xy[:, 1]))


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
    misdated : int, default 0
        Those left out because their dates are more than a year from all others.
    """

    area: shapely.Geometry
    choice: Message
    incidents: IncidentSet
    outside: int
    misdated: int = 0

    @property
    def notices(self) -> tuple[Message, ...]:
        """What the area was taken from, and what was left out."""
        told = [self.choice]
        if self.outside:
            left_out = N_(
                "{count} {count:incident lies|incidents lie} outside the study area and {count:is|are} left out."
            )
            told.append(Message(left_out, {"count": self.outside}))
        if self.misdated:
            far = N_(
                "{count} {count:incident lies|incidents lie} more than a year from all others; taken for {count:a wrong date|wrong dates} and left out."
            )
            told.append(Message(far, {"count": self.misdated}))
        if self._has_days_only:
            told.append(Message(N_("Most incidents have no time of day: hours of the day say little.")))
        return tuple(told)

    @property
    def _has_days_only(self) -> bool:
        length_s = (self.incidents.end - self.incidents.start).astype("timedelta64[s]").astype(int)
        at_midnight = self.incidents.start == self.incidents.start.astype("datetime64[D]")
        return bool(2 * ((length_s == _WHOLE_DAY_S) & at_midnight).sum() > len(self.incidents))


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
        If there is no area, no such ring or cell, or no incident is left.
    """
    everything = read_incidents(project, chosen)
    area, choice = study_area(project)
    place = place_of(project, chosen) if chosen is not None else None
    if place is not None:
        area = shapely.intersection(area, place)
        choice = Message(N_("The study area is the part of the district that was asked for."))
        if shapely.area(area) == 0:
            raise InputError(N_("Nothing of the district lies in the ring and the cells asked for."))
    if len(everything) == 0:
        raise InputError(
            N_("No incident is left to work with."),
            why=N_(
                "None of the {all} incidents of the project fits the categories, dates, hours and places asked for."
            ),
            remedy=N_("Widen the categories, dates, hours or places."),
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
    kept = everything.take(inside)
    stray = stray_dates(kept)
    return Studied(area, choice, kept.take(~stray), int(np.sum(~inside)), int(stray.sum()))
