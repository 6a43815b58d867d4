"""Change between periods, displacement, rates by cell and time charts of a project's incidents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.change import Change, Displacement, compare_counts, weighted_displacement
from patrolmap.hotspots.getis_ord import FDR_LEVELS, false_discovery_levels
from patrolmap.hotspots.grid_view import GridView, cell_of, cells_of_level, view_grid
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet, hour_shares
from patrolmap.hotspots.time_charts import MonthCount, hour_by_weekday, monthly_trend
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import CellLevel
from patrolmap.services.area import place_of, read_incidents, study_incidents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore

__all__ = [
    "ChangeRow",
    "TimeCharts",
    "change_notices",
    "change_of",
    "change_period",
    "displacement_of",
    "grid_rates",
    "incidents_at_hour",
    "time_charts",
    "year_before",
]

_DAY: Final = dt.timedelta(days=1)
_USUAL: Final = 27 * _DAY


@dataclass(frozen=True)
class ChangeRow:
    """
    Change of one part of the incidents.

    Parameters
    ----------
    part : str
        Category, ring or cell; empty for all together.
    previous : Change
        Against the period of equal length just before.
    year : Change
        Against the same days of the year before.
    fdr : float or None
        Strictest of the false discovery rates .01, .05, .10 at which the change against the previous period stands
        among all parts; None if at none.
    fdr_year : float or None, default None
        The same against the year before.
    """

    part: str
    previous: Change
    year: Change
    fdr: float | None
    fdr_year: float | None = None


@dataclass(frozen=True, eq=False)
class TimeCharts:
    """
    What the time charts show.

    Parameters
    ----------
    hours : numpy.ndarray, shape (7, 24)
        Incidents by day of the week and hour, Monday first.
    months : tuple of MonthCount
        The trend.
    categories : tuple of (str, float)
        Categories with the weight of their incidents, the most frequent first; an empty name for those without one.
    left_out : tuple of (str, int)
        English words for why, with the number of incidents that pass the filter and are in none of the figures.
    """

    hours: NDArray[np.float64]
    months: tuple[MonthCount, ...]
    categories: tuple[tuple[str, float], ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()


def change_of(project: ProjectStore, chosen: IncidentFilter, by: str = "all") -> tuple[ChangeRow, ...]:
    """
    Compare a period with the one before and with the year before.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter
        Which incidents count; its dates are the period, see `change_period`.
    by : str, default "all"
        ``all``, ``category``, ``ring`` or a level of the grid.

    Returns
    -------
    tuple of ChangeRow
        A row for each part; incidents count by the middle of their intervals, rounded after filtering by hours.

    Raises
    ------
    InputError
        If the period is longer than a year, there are no incidents, or there is no such division.
    """
    first, last = change_period(project, chosen)
    everything = study_incidents(project, replace(chosen, date_from=None, date_to=None)).incidents
    parts, part = _division(project, everything, by)
    length = last - first + _DAY
    periods = [(first, last), (first - length, first - _DAY), (year_before(first), year_before(last))]
    counts = [_counts(everything, part, len(parts), *period) for period in periods]
    days = [(end - start).days + 1 for start, end in periods]
    previous, year = (
        [compare_counts(int(counts[k][row]), int(counts[0][row]), days[k], days[0]) for row in range(len(parts))]
        for k in (1, 2)
    )
    stands = [_levels(changes) for changes in (previous, year)]
    return tuple(
        ChangeRow(name, previous[row], year[row], stands[0][row], stands[1][row]) for row, name in enumerate(parts)
    )


def change_period(project: ProjectStore, chosen: IncidentFilter) -> tuple[dt.date, dt.date]:
    """
    Tell which period is compared with earlier ones.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter
        Which incidents count.

    Returns
    -------
    first, last : datetime.date
        Its dates. Without a last day that on which the latest incident began; without a first day four weeks up to the last, so
        that each day of the week counts as often before and after.

    Raises
    ------
    InputError
        If the period is longer than a year or ends before it begins, or there are no incidents.
    """
    first, last = chosen.date_from, chosen.date_to
    if last is None:
        start = study_incidents(project, replace(chosen, date_from=None, date_to=None)).incidents.start
        last = dt.date.fromisoformat(str(start.max())[:10])
    first = first or last - _USUAL
    if not _DAY <= last - first + _DAY <= 366 * _DAY:
        raise InputError(
            N_("Change needs a period of one day to one year, not {first} to {last}."),
            remedy=N_("Give its first and its last day."),
            first=str(first),
            last=str(last),
        )
    return first, last


def change_notices(project: ProjectStore, chosen: IncidentFilter) -> tuple[Message, ...]:
    """
    Say which of the earlier periods the project's incidents do not cover, so that nothing there means nothing.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter
        Which incidents count.

    Returns
    -------
    tuple of Message
        Empty if both are covered.
    """
    first, last = change_period(project, chosen)
    begin = dt.date.fromisoformat(str(read_incidents(project).middle.min())[:10])
    told = []
    if first - (last - first + _DAY) < begin:
        told.append(N_("The incidents begin on {begin}: the period before is not covered, and cannot be compared."))
    if year_before(first) < begin:
        told.append(N_("The incidents begin on {begin}: the year before is not covered, and cannot be compared."))
    return tuple(Message(words, {"begin": str(begin)}) for words in told)


def displacement_of(
    project: ProjectStore,
    chosen: IncidentFilter,
    patrolled: tuple[str, ...],
    control: tuple[str, ...],
    *,
    around_m: float = 200.0,
) -> Displacement:
    """
    Test whether patrolling cells took incidents away or moved them next door.

    Parameters
    ----------
    project : ProjectStore
        An open project with grid cells.
    chosen : IncidentFilter
        Which incidents count; its dates are the period of the patrols (see `change_period`), compared with the equally
        long one before.
    patrolled, control : tuple of str
        Ids of the cells that were patrolled, and of like cells that were not.
    around_m : float, default 200
        Width of the surroundings that belong to each.

    Returns
    -------
    Displacement
        Negative where incidents fell by more than where there were no patrols.

    Raises
    ------
    InputError
        If the period is longer than a year, a cell is unknown, or the areas overlap.
    """
    first, last = change_period(project, chosen)
    areas = [_area(project, ids) for ids in (patrolled, control)]
    if shapely.area(shapely.intersection(*areas)) > 0:
        raise InputError(N_("Patrolled cells and control cells must not overlap."))
    both = shapely.union_all(areas)
    rings = [shapely.difference(shapely.buffer(area, around_m), both) for area in areas]
    incidents = study_incidents(project, replace(chosen, date_from=None, date_to=None)).incidents
    length = last - first + _DAY
    pairs = []
    for area in (*areas, *rings):
        inside = incidents.take(shapely.contains_xy(area, incidents.xy[:, 0], incidents.xy[:, 1]))
        part = np.zeros(len(inside), dtype=np.int64)
        before = _counts(inside, part, 1, first - length, first - _DAY)[0]
        pairs.append((int(before), int(_counts(inside, part, 1, first, last)[0])))
    return weighted_displacement(*pairs)


def grid_rates(project: ProjectStore, chosen: IncidentFilter | None = None, level: str = "community") -> GridView:
    """
    Count a project's incidents by grid cell.

    Parameters
    ----------
    project : ProjectStore
        An open project with grid cells.
    chosen : IncidentFilter or None
        Which incidents count; None for all.
    level : str, default "community"
        One of `CellLevel`.

    Returns
    -------
    GridView
        Counts, rates and the share of cells without an incident.

    Raises
    ------
    InputError
        If there are no incidents at all, or no cells of the level.
    """
    incidents = read_incidents(project, chosen)
    return view_grid(project.metric_layer("grid_cells"), incidents, level)


def time_charts(project: ProjectStore, chosen: IncidentFilter | None = None) -> TimeCharts:
    """
    Compute the time charts.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    chosen : IncidentFilter or None
        Which incidents count; None for all.

    Returns
    -------
    TimeCharts
        Hours by weekday, and months.

    Raises
    ------
    InputError
        If no incident is left.
    """
    studied = study_incidents(project, chosen)
    incidents = studied.incidents
    named = ["" if one is None or one != one else str(one) for one in incidents.category]  # noqa: PLR0124 - NaN differs from itself
    names, part = np.unique(np.array(named, dtype=str), return_inverse=True)
    sums = np.bincount(part, incidents.weight, minlength=len(names))
    order = np.lexsort((names, -sums))
    categories = tuple((str(names[place]), float(sums[place])) for place in order)
    rest = ((N_("Outside the study area"), studied.outside), (N_("Date far from all others"), studied.misdated))
    left_out = tuple((why, count) for why, count in rest if count)
    return TimeCharts(hour_by_weekday(incidents), monthly_trend(incidents), categories, left_out)


def incidents_at_hour(
    project: ProjectStore, weekday: int, hour: int, chosen: IncidentFilter | None = None
) -> tuple[int, ...]:
    """
    Find the incidents that may have happened in one hour of the week.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    weekday : int
        0 Monday to 6 Sunday.
    hour : int
        0 to 23.
    chosen : IncidentFilter or None
        Which incidents count; None for all.

    Returns
    -------
    tuple of int
        Rows of the layer whose interval reaches into that hour.
    """
    layer, chosen = project.metric_layer("incidents"), chosen or IncidentFilter()
    incidents = IncidentSet.from_layer(layer)
    found = chosen.keeps(incidents) & (hour_shares(incidents)[:, 24 * weekday + hour] > 0)
    found &= bool(chosen.week_mask()[24 * weekday + hour])
    area = place_of(project, chosen)
    if area is not None:
        found &= shapely.contains_xy(area, incidents.xy[:, 0], incidents.xy[:, 1])
    return tuple(int(fid) for fid in layer.index[found])


def _levels(changes: list[Change]) -> list[float | None]:
    levels = false_discovery_levels(np.array([change.p for change in changes]))
    return [FDR_LEVELS[level - 1] if level else None for level in levels]


def year_before(day: dt.date) -> dt.date:
    """
    Find the same day of the year before.

    Parameters
    ----------
    day : datetime.date
        The day.

    Returns
    -------
    datetime.date
        For 29 February the 28th.
    """
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _division(project: ProjectStore, incidents: IncidentSet, by: str) -> tuple[list[str], NDArray[np.int64]]:
    """Names of the parts, and the part of each incident, -1 for none."""
    if by == "all":
        return [""], np.zeros(len(incidents), dtype=np.int64)
    if by == "category":
        names, part = np.unique(incidents.category.astype(str), return_inverse=True)
        return [str(name) for name in names], part.astype(np.int64)
    if by == "ring":
        layer, column = project.metric_layer("rings"), "kind"
        layer = layer.assign(size=layer.area).sort_values("size")  # inner rings first: each incident in its innermost
    elif by in set(CellLevel):
        layer, column = cells_of_level(project.metric_layer("grid_cells"), by), "cell_id"
    else:
        raise InputError(
            N_("There is no division called {by}."),
            remedy=N_("Choose from: {methods}."),
            by=by,
            methods=["all", "category", "ring", *CellLevel],
        )
    return [str(name) for name in layer[column]], cell_of(incidents.xy, layer.geometry.to_numpy())


def _counts(
    incidents: IncidentSet, part: NDArray[np.int64], parts: int, first: dt.date, last: dt.date
) -> NDArray[np.float64]:
    middle = incidents.middle
    within = (middle >= np.datetime64(first)) & (middle < np.datetime64(last + _DAY)) & (part >= 0)
    summed: NDArray[np.float64] = np.rint(np.bincount(part[within], incidents.weight[within], minlength=parts))
    return summed


def _area(project: ProjectStore, ids: tuple[str, ...]) -> shapely.Geometry:
    cells = project.metric_layer("grid_cells")
    chosen = cells[cells["cell_id"].astype(str).isin(ids)]
    missing = sorted(set(ids) - set(chosen["cell_id"].astype(str)))
    if missing or not ids:
        raise InputError(N_("There is no grid cell {cells}."), cells=list(missing))
    return shapely.make_valid(shapely.union_all(chosen.geometry.to_numpy()))
