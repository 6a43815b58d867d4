"""What the charts are made of, computed by a worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.desktop.map.scene import Overlay
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.model.kinds import ring_title

if TYPE_CHECKING:
    import datetime as dt

    import shapely

    from patrolmap.desktop.incident_choice import ChosenIncidents
    from patrolmap.hotspots.change import Displacement
    from patrolmap.hotspots.near_repeat import Knox
    from patrolmap.messages import Message
    from patrolmap.progress import Cancel
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.incident_views import ChangeRow, TimeCharts

__all__ = [
    "LEVELS",
    "CellRates",
    "ChangeTable",
    "Computed",
    "RatedCell",
    "cell_overlays",
    "compute",
    "compute_displacement",
    "compute_near_repeat",
    "incident_rows",
]

LEVELS: Final = ("community", "basic", "street", "subcell", "district")
"""Levels of the grid, the one of the goal first."""

_PERMUTATIONS: Final = 99
_CLASSES: Final = 5


@dataclass(frozen=True)
class RatedCell:
    """
    A grid cell with its steadied rate.

    Parameters
    ----------
    name : str
        Its name, or its id.
    value : float
        Incidents for each 1,000 households, by empirical Bayes.
    incidents : float
        Number in it.
    shape : shapely.Geometry
        Metres.
    """

    name: str
    value: float
    incidents: float
    shape: shapely.Geometry


@dataclass(frozen=True)
class CellRates:
    """
    The cells of one level.

    Parameters
    ----------
    level : str
        The level; empty without cells.
    levels : tuple of str
        Levels that the project has.
    cells : tuple of RatedCell
        Those whose households are known.
    free, count : int
        Cells without an incident, and all cells.
    """

    level: str = ""
    levels: tuple[str, ...] = ()
    cells: tuple[RatedCell, ...] = ()
    free: int = 0
    count: int = 0


@dataclass(frozen=True)
class ChangeTable:
    """
    Change by parts.

    Parameters
    ----------
    by : str
        ``category``, ``ring`` or a level of the grid.
    divisions : tuple of str
        What the project can be divided by.
    rows : tuple of ChangeRow
        The parts.
    names : dict of str to str
        Names of parts that are not their ids.
    period : tuple of datetime.date
        First and last day of what is compared with earlier days.
    notices : tuple of Message
        Which earlier days the incidents do not cover.
    """

    by: str
    divisions: tuple[str, ...]
    rows: tuple[ChangeRow, ...]
    names: dict[str, str]
    period: tuple[dt.date, dt.date]
    notices: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Computed:
    """What the worker brings back."""

    charts: TimeCharts
    change: ChangeTable
    rates: CellRates


def compute(project: ProjectStore, chosen: ChosenIncidents, level: str, by: str = "category") -> Computed | None:
    """
    Compute what all charts but the slow ones need.

    Parameters
    ----------
    project : ProjectStore
        The open project.
    chosen : ChosenIncidents
        Which incidents count.
    level : str
        Level of the grid; the first that the project has instead, if it lacks this one.
    by : str, default "category"
        What change is divided by; categories instead, if the project lacks it.

    Returns
    -------
    Computed or None
        None if nothing can be drawn.
    """
    from patrolmap.services.incident_views import time_charts

    try:
        charts = time_charts(project, chosen.filter())
    except InputError:
        return None  # no area yet, or nothing in it: the dock says that there is nothing to draw
    rates = _rates(project, chosen, level)
    return Computed(charts, _change(project, chosen, by, rates.levels), rates)


def compute_near_repeat(project: ProjectStore, chosen: ChosenIncidents, cancel: Cancel) -> Knox | None:
    """
    Test for near repeats.

    Parameters
    ----------
    project : ProjectStore
        The open project.
    chosen : ChosenIncidents
        Which incidents count.
    cancel : Cancel
        The wish to stop.

    Returns
    -------
    Knox or None
        None if there are too few incidents.
    """
    from patrolmap.services.patterns import check_near_repeat

    try:
        return check_near_repeat(project, chosen.filter(), permutations=_PERMUTATIONS, cancel=cancel)
    except InputError:
        return None  # nothing to test: the dock says so


def compute_displacement(
    project: ProjectStore, chosen: ChosenIncidents, patrolled: tuple[str, ...], control: tuple[str, ...]
) -> Displacement:
    """
    Compare patrolled cells with others, over the days chosen or the last four weeks.

    Parameters
    ----------
    project : ProjectStore
        The open project.
    chosen : ChosenIncidents
        Which incidents count.
    patrolled, control : tuple of str
        Ids of grid cells.

    Returns
    -------
    Displacement
        The difference.

    Raises
    ------
    InputError
        If the cells overlap.
    """
    from patrolmap.services.incident_views import displacement_of

    return displacement_of(project, _period(chosen).filter(), patrolled, control)


def incident_rows(project: ProjectStore, chosen: ChosenIncidents, cell: tuple[int, int]) -> tuple[int, ...]:
    """
    Find the chosen incidents of one hour of the week.

    Parameters
    ----------
    project : ProjectStore
        The open project.
    chosen : ChosenIncidents
        Which incidents count.
    cell : tuple of int
        Weekday and hour.

    Returns
    -------
    tuple of int
        Rows of the layer.
    """
    from patrolmap.services.incident_views import incidents_at_hour

    return incidents_at_hour(project, *cell, chosen.filter())


def cell_overlays(cells: tuple[RatedCell, ...]) -> tuple[Overlay, ...]:
    """
    Colour cells in five classes of equal size, the highest first.

    Parameters
    ----------
    cells : tuple of RatedCell
        The cells; those of equal rate may fall into neighbouring classes.

    Returns
    -------
    tuple of Overlay
        Each with its figures.
    """
    if not cells:
        return ()
    order = np.argsort([-one.value for one in cells], kind="stable")
    ranks = np.argsort(order, kind="stable") * _CLASSES // len(cells)
    return tuple(
        Overlay(
            "rate",
            one.shape,
            "",
            tr(
                "{name}: {count} {count:incident|incidents}, {rate} per 1,000 households",
                name=one.name,
                count=f"{one.incidents:g}",
                rate=f"{one.value:.1f}",
            ),
            int(rank),
        )
        for one, rank in zip(cells, ranks, strict=True)
    )


def _period(chosen: ChosenIncidents) -> ChosenIncidents:
    """Hold to the days chosen, if they are a year or less, else to the last four weeks of them."""
    if chosen.first and chosen.last and (chosen.last - chosen.first).days < 366:
        return chosen
    return replace(chosen, first=None)


def _change(project: ProjectStore, chosen: ChosenIncidents, by: str, levels: tuple[str, ...]) -> ChangeTable:
    from patrolmap.services.incident_views import change_notices, change_of, change_period

    divisions = ("category", *(("ring",) if project.count("rings") else ()), *levels)
    by = by if by in divisions else divisions[0]
    wanted = _period(chosen).filter()
    names: dict[str, str] = {}
    if by in levels:
        cells = project.layer("grid_cells")
        names = dict(zip(cells["cell_id"].astype(str), cells["name"].fillna("").astype(str), strict=True))
    elif by == "ring":
        names = {kind: tr(ring_title(kind)) for kind in project.layer("rings")["kind"].astype(str)}
    rows, period = change_of(project, wanted, by), change_period(project, wanted)
    return ChangeTable(by, divisions, rows, names, period, change_notices(project, wanted))


def _rates(project: ProjectStore, chosen: ChosenIncidents, level: str) -> CellRates:
    from patrolmap.services.incident_views import grid_rates

    layer = project.metric_layer("grid_cells")
    ordinary = layer[layer["special"].fillna("").astype(str).str.strip() == ""]
    held = set(ordinary["level"].dropna().astype(str))
    levels = tuple(one for one in LEVELS if one in held)
    if not levels:
        return CellRates()
    level = level if level in levels else levels[0]
    view = grid_rates(project, chosen.filter(), level)
    shapes = dict(zip(layer["cell_id"].astype(str), layer.geometry, strict=True))
    cells = tuple(
        RatedCell(one.name or one.cell_id, one.shrunken_per_1000, one.incidents, shapes[one.cell_id])
        for one in view.cells
        if one.shrunken_per_1000 is not None
    )
    return CellRates(level, levels, cells, view.free, len(view.cells))
