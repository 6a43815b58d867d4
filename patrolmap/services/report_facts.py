"""The numbers of a situation report: each part from the service that the window asks too."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.change import count_interval
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet
from patrolmap.hotspots.time_charts import hour_by_weekday, monthly_trend
from patrolmap.messages import N_
from patrolmap.reports.duty_facts import PlaceFact
from patrolmap.reports.facts import (
    BacktestFact,
    ChangeFact,
    CoverageFact,
    HotspotFact,
    HotspotFacts,
    IncidentFacts,
    MonthFact,
    RingFact,
)
from patrolmap.services.area import study_area, study_incidents
from patrolmap.services.incident_views import change_of, year_before
from patrolmap.services.rings import RingAnswer, ring_closure
from patrolmap.services.rings_cover import Coverage, cover

if TYPE_CHECKING:
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.incident_views import ChangeRow

__all__ = [
    "COVER_MINUTES",
    "coverage_facts",
    "hotspot_facts",
    "incident_facts",
    "incidents_between",
    "period_of",
    "ring_facts",
]

COVER_MINUTES: Final = (1.0, 3.0, 5.0)
_DAY: Final = dt.timedelta(days=1)
_MONTHS: Final = 13


def period_of(kind: str, end: dt.date) -> tuple[dt.date, dt.date]:
    """
    Find the days of a period.

    Parameters
    ----------
    kind : str
        ``day``, ``week`` (seven days) or ``month`` (from the first day of the month).
    end : datetime.date
        Its last day.

    Returns
    -------
    tuple of datetime.date
        First and last day.

    Raises
    ------
    InputError
        If there is no such kind.
    """
    if kind == "day":
        return end, end
    if kind == "week":
        return end - 6 * _DAY, end
    if kind == "month":
        return end.replace(day=1), end
    raise InputError(N_("There is no period called {kind}."), remedy=N_("Choose day, week or month."), kind=kind)


def incidents_between(project: ProjectStore, first: dt.date, last: dt.date) -> tuple[IncidentSet | None, int]:
    """
    Read the incidents of a period.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    first, last : datetime.date
        The period.

    Returns
    -------
    incidents : IncidentSet or None
        Those in the study area; None if there are none.
    outside : int
        Those outside of it.
    """
    every = IncidentSet.from_layer(project.metric_layer("incidents"))
    chosen = IncidentFilter(date_from=first, date_to=last).apply(every)
    area, _ = study_area(project)
    inside = chosen.take(shapely.contains_xy(area, chosen.xy[:, 0], chosen.xy[:, 1]))
    return (inside if len(inside) else None), len(chosen) - len(inside)


def incident_facts(project: ProjectStore, first: dt.date, last: dt.date) -> IncidentFacts:
    """
    Count the incidents of a period and compare them.

    Parameters
    ----------
    project : ProjectStore
        An open project with incidents.
    first, last : datetime.date
        The period.

    Returns
    -------
    IncidentFacts
        The numbers.

    Raises
    ------
    InputError
        If there are no incidents or no study area.
    """
    chosen = IncidentFilter(date_from=first, date_to=last)
    every = study_incidents(project).incidents
    begins = every.middle.min().astype("datetime64[D]").item()
    reach = _Reach(begins, first, last)
    total = _change(change_of(project, chosen)[0], reach)
    categories = [_change(row, reach) for row in change_of(project, chosen, "category")]
    rings = [_change(row, reach) for row in change_of(project, chosen, "ring")] if project.count("rings") else []
    inside, outside = incidents_between(project, first, last)
    hours = np.zeros((7, 24)) if inside is None else hour_by_weekday(inside)
    months = [one for one in monthly_trend(every) if one.month <= f"{last:%Y-%m}"][-_MONTHS:]
    return IncidentFacts(
        total,
        tuple(sorted(categories, key=lambda one: (-one.count, one.part))),
        tuple(rings),
        tuple(MonthFact(one.month, one.count, one.low, one.high, one.complete) for one in months),
        tuple(tuple(float(value) for value in row) for row in hours),
        outside,
        begins.isoformat(),
        every.middle.max().astype("datetime64[D]").item().isoformat(),
    )


class _Reach:
    """How far back the data go, measured by what is compared."""

    def __init__(self, begins: dt.date, first: dt.date, last: dt.date) -> None:
        self.previous = begins <= first - (last - first + _DAY)
        self.year = begins <= year_before(first)


def _change(row: ChangeRow, reach: _Reach) -> ChangeFact:
    count = row.previous.after
    low, high = count_interval(count)
    previous, year = row.previous, row.year
    return ChangeFact(
        part=row.part,
        count=count,
        low=low,
        high=high,
        before=previous.before if reach.previous else None,
        ratio=previous.ratio if reach.previous else None,
        ratio_low=previous.ratio_low if reach.previous and previous.ratio is not None else None,
        ratio_high=previous.ratio_high if reach.previous else None,
        year_before=year.before if reach.year else None,
        year_ratio=year.ratio if reach.year else None,
        year_low=year.ratio_low if reach.year and year.ratio is not None else None,
        year_high=year.ratio_high if reach.year else None,
        fdr=row.fdr if reach.previous else None,
    )


def hotspot_facts(project: ProjectStore, first: dt.date, last: dt.date, done: np.ndarray | None) -> HotspotFacts:
    """
    Read the hotspots of a project, and count what happened in them.

    Parameters
    ----------
    project : ProjectStore
        An open project with hotspots.
    first, last : datetime.date
        The period.
    done : numpy.ndarray, shape (n, 2), or None
        Places of the stops done in the period, metric; None without plans.

    Returns
    -------
    HotspotFacts
        The numbers.
    """
    layer = project.metric_layer("hotspots").sort_values("rank")
    shapes = layer.geometry.to_numpy()
    inside = incidents_between(project, first, last)[0] if project.count("incidents") else None
    xy = np.empty((0, 2)) if inside is None else inside.xy
    caught = _counts(shapes, xy)
    patrolled = None if done is None else _counts(shapes, done)
    union = shapely.union_all(shapes)
    hits = int(shapely.intersects_xy(union, xy[:, 0], xy[:, 1]).sum()) if len(xy) else 0
    share = float(shapely.area(union) / study_area(project)[0].area)
    record: dict[str, Any] = json.loads(layer["provenance"].iloc[0] or "{}")
    table = record.get("backtest") or {}
    return HotspotFacts(
        hotspots=tuple(
            HotspotFact(
                int(row["rank"]),
                _text(row["name"]),
                float(row["area_m2"]),
                int(row["incidents"]),
                int(caught[place]),
                _text(row["peak_hours"]),
                _text(row["categories"]),
                None if patrolled is None else int(patrolled[place]),
            )
            for place, row in enumerate(layer.to_dict("records"))
        ),
        method=_text(layer["method"].iloc[0]),
        period=_text(layer["period"].iloc[0]),
        computed_at=str(record.get("computed_at", ""))[:16].replace("T", " "),
        backtest=tuple(
            BacktestFact(**{name: row[name] for name in BacktestFact.__dataclass_fields__})
            for row in table.get("rows", ())
        ),
        origins=len(table.get("origins", ())),
        area_share=share,
        hits=hits,
        incidents=len(xy),
        pai=hits / len(xy) / share if len(xy) and share else None,
    )


def ring_facts(
    project: ProjectStore, progress: Progress, cancel: Cancel
) -> tuple[tuple[RingFact, ...], tuple[RingAnswer, ...]]:
    """
    Tell the closure of the rings.

    Parameters
    ----------
    project : ProjectStore
        An open project with rings and streets.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    facts : tuple of RingFact
        From the outer ring inwards.
    answers : tuple of RingAnswer
        What they were taken from, for maps.
    """
    answers = ring_closure(project, progress=progress, cancel=cancel)
    return tuple(_ring(one) for one in answers), answers


def _ring(answer: RingAnswer) -> RingFact:
    closure = answer.closure
    today = () if closure.closed else closure.posts.today.places
    return RingFact(
        ring=answer.line.ring,
        crossings=len(answer.line.crossings),
        controlled=sum(one.controlled for one in answer.line.crossings),
        leaks=tuple((" › ".join(leak.streets), float(leak.length_m)) for leak in closure.leaks),
        places=tuple(PlaceFact(place.name, place.stands_on == "junction") for place in today),
        from_nothing=len(closure.posts.from_nothing.places),
        failures_to_open=closure.weakness.failures_to_open,
    )


def coverage_facts(project: ProjectStore, progress: Progress) -> tuple[tuple[CoverageFact, ...], Coverage]:
    """
    Tell what the posts reach in 1, 3 and 5 minutes.

    Parameters
    ----------
    project : ProjectStore
        An open project with posts and streets.
    progress : Progress
        Where to report.

    Returns
    -------
    facts : tuple of CoverageFact
        All together, not by ring.
    coverage : Coverage
        What they were taken from.
    """
    found = cover(project, COVER_MINUTES, areas=False, progress=progress)
    rows = [
        CoverageFact(row.what, row.minutes, row.reached, row.total)
        for row in found.rows
        if row.by == "all" and row.total
    ]
    return tuple(rows), found


def _counts(shapes: np.ndarray, xy: np.ndarray) -> np.ndarray:
    if not len(xy):
        return np.zeros(len(shapes), dtype=np.int64)
    points = shapely.points(xy)
    pairs = shapely.STRtree(points).query(shapes, predicate="intersects")
    return np.bincount(pairs[0], minlength=len(shapes))


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
