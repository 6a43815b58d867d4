"""Find hotspots and test methods on the past."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.hotspots.backtest import AREA_SHARES, Backtest, backtest
from patrolmap.hotspots.forecast import AverageCount, Forecaster, LastPeriodCount, QuarticKde
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet
from patrolmap.hotspots.naming import street_names
from patrolmap.hotspots.polygons import Hotspot, hotspot_polygons
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.area import study_area
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    import shapely

    from patrolmap.project.store import ProjectStore

__all__ = ["HotspotParams", "HotspotSet", "backtest_hotspots", "find_hotspots"]

BANDWIDTHS_M: Final = (150.0, 200.0, 300.0, 400.0, 600.0, 800.0)
MEMORIES_DAYS: Final = (90, 365)
DEFAULT_BANDWIDTH_M: Final = 300.0
DEFAULT_CELL_M: Final = 100.0
_MOST_CELLS: Final = 250_000
_FEWEST_ORIGINS: Final = 3


@dataclass(frozen=True)
class HotspotParams:
    """
    What to look for.

    Parameters
    ----------
    filter : IncidentFilter, optional
        Which incidents count.
    area_share : float, default 0.02
        Share of the study area that hotspots may cover, above 0, at most 0.5.
    method : str, default "auto"
        ``auto`` chooses bandwidth and memory by back-test; ``kde`` takes them as given.
    bandwidth_m : float or None, default None
        Kernel radius for ``kde``; None for 300 m.
    cell_m : float or None, default None
        Cell side; None for 100 m, larger in a very large district.
    memory_days : int, default 365
        How far back incidents count, for ``kde``.
    origins, horizon_days : int, default 12 and 30
        Periods of the back-test and their length.
    """

    filter: IncidentFilter = field(default_factory=IncidentFilter)
    area_share: float = 0.02
    method: str = "auto"
    bandwidth_m: float | None = None
    cell_m: float | None = None
    memory_days: int = 365
    origins: int = 12
    horizon_days: int = 30


@dataclass(frozen=True)
class HotspotSet:
    """
    Hotspots with what they were made from.

    Parameters
    ----------
    hotspots : tuple of Hotspot
        By rank.
    names : tuple of str
        Streets of each.
    method : str
        Name of the method, with its parameters.
    used, outside : int
        Incidents used, and incidents left out because they lie outside the study area.
    table : Backtest or None
        The back-test; None if the incidents do not reach back far enough or none was asked for.
    notices : tuple of Message
        Every automatic choice and every warning.
    period : tuple of str
        First and last day of the incidents used, ISO dates.
    """

    hotspots: tuple[Hotspot, ...]
    names: tuple[str, ...]
    method: str
    used: int
    outside: int
    table: Backtest | None
    notices: tuple[Message, ...]
    period: tuple[str, str]


@dataclass(frozen=True)
class _Material:
    grid: StudyGrid
    incidents: IncidentSet
    outside: int
    notices: tuple[Message, ...]


def find_hotspots(
    project: ProjectStore,
    params: HotspotParams | None = None,
    *,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> HotspotSet:
    """
    Find hotspots and put them into the project's layer, replacing those before, as one undo step.

    Parameters
    ----------
    project : ProjectStore
        An open project with incidents.
    params : HotspotParams or None
        What to look for; None for the defaults.
    seed : int, default 0
        Seed of the bootstrap.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop; nothing is changed then.

    Returns
    -------
    HotspotSet
        The hotspots.

    Raises
    ------
    InputError
        If there are no incidents or no study area, or a parameter is out of range.
    CancelledError
        If the user cancelled.
    """
    params = params or HotspotParams()
    material = _prepare(project, params)
    progress(0.05, Message(N_("Choosing the method by back-test")))
    method, table, notices = _choose(
        material, params, seed=seed, progress=SubProgress(progress, 0.05, 0.85), cancel=cancel
    )
    progress(0.85, Message(N_("Outlining hotspots")))
    origin = material.incidents.end.max() + np.timedelta64(1, "s")
    surface = method.scores(material.grid, material.incidents, origin, params.horizon_days, cancel=cancel)
    recent = material.incidents.take(material.incidents.middle >= origin - np.timedelta64(method.memory_days, "D"))
    budget_m2 = params.area_share * material.grid.area.area
    hotspots = hotspot_polygons(material.grid, surface, recent, budget_m2)
    raise_if_cancelled(cancel)
    progress(0.95, Message(N_("Naming hotspots by their streets")))
    names = _names(project, [spot.polygon for spot in hotspots])
    found = HotspotSet(
        hotspots,
        names,
        method.name,
        len(recent),
        material.outside,
        table,
        (*material.notices, *notices),
        (str(recent.middle.min())[:10], str(recent.middle.max())[:10]),
    )
    _store(project, found, params, seed)
    progress(1.0)
    return found


def backtest_hotspots(
    project: ProjectStore,
    params: HotspotParams | None = None,
    *,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Backtest:
    """
    Test all methods on the project's past.

    Parameters
    ----------
    project : ProjectStore
        An open project with incidents.
    params : HotspotParams or None
        Filter, cells, origins and horizon; None for the defaults.
    seed : int, default 0
        Seed of the bootstrap.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    Backtest
        The table.

    Raises
    ------
    InputError
        If the incidents do not reach back far enough.
    """
    params = params or HotspotParams()
    material = _prepare(project, params)
    return _run_backtest(material, params, params.origins, seed=seed, progress=progress, cancel=cancel)


def _prepare(project: ProjectStore, params: HotspotParams) -> _Material:
    if not 0 < params.area_share <= 0.5:
        raise InputError(
            N_("An area share of {share} cannot be used."),
            remedy=N_("Give a share above 0, at most 0.5."),
            share=params.area_share,
        )
    if not project.count("incidents"):
        raise InputError(N_("The project has no incidents."), remedy=N_("Import a table of incidents first."))
    area, choice = study_area(project)
    everything = params.filter.apply(IncidentSet.from_layer(project.metric_layer("incidents")))
    cell_m, cell_notice = _cell_size(area, params)
    grid = StudyGrid.over(area, cell_m)
    inside = grid.contains(everything.xy) if len(everything) else np.zeros(0, dtype=bool)
    if not inside.any():
        raise InputError(
            N_("No incident is left to work with."),
            why=N_("{all} incidents pass the filter, none of them lies in the study area."),
            remedy=N_("Widen the filter, or check the coordinates of the incidents."),
            all=len(everything),
        )
    outside = int((~inside).sum())
    notices = [choice, *cell_notice]
    if outside:
        left_out = Message(N_("{count} incidents lie outside the study area and are left out."), {"count": outside})
        notices.append(left_out)
    return _Material(grid, everything.take(inside), outside, tuple(notices))


def _cell_size(area: shapely.Geometry, params: HotspotParams) -> tuple[float, list[Message]]:
    bandwidth_m = params.bandwidth_m or DEFAULT_BANDWIDTH_M
    if params.cell_m is not None:
        if bandwidth_m < params.cell_m:
            warning = N_(
                "The bandwidth of {h} m is smaller than the cells of {cell} m: the surface shows single cells."
            )
            return params.cell_m, [Message(warning, {"h": bandwidth_m, "cell": params.cell_m})]
        return params.cell_m, []
    left, bottom, right, top = area.bounds
    cell_m = max(DEFAULT_CELL_M, 10 * round(((right - left) * (top - bottom) / _MOST_CELLS) ** 0.5 / 10))
    return cell_m, [Message(N_("Cells of {cell} m were chosen."), {"cell": f"{cell_m:g}"})]


def _choose(
    material: _Material, params: HotspotParams, *, seed: int, progress: Progress, cancel: Cancel
) -> tuple[QuarticKde, Backtest | None, tuple[Message, ...]]:
    given = QuarticKde(params.bandwidth_m or DEFAULT_BANDWIDTH_M, params.memory_days)
    if params.method == "kde":
        return given, None, ()
    if params.method != "auto":
        raise InputError(
            N_("There is no method called {method}."), remedy=N_("Choose auto or kde."), method=params.method
        )
    day = np.timedelta64(1, "D")
    days = int((material.incidents.middle.max() - material.incidents.middle.min()) / day) + 1
    origins = min(params.origins, days // params.horizon_days - 1)
    if origins < _FEWEST_ORIGINS:
        return given, None, (Message(N_("The incidents cover too short a time for a back-test; defaults were used.")),)
    table = _run_backtest(material, params, origins, seed=seed, progress=progress, cancel=cancel)
    share = _nearest_share(params.area_share)
    best_kde = max(
        (row for row in table.rows if row.area_share == share and row.method.startswith("kde")), key=lambda row: row.pai
    )
    chosen = next(kde for kde in _candidates(material.grid) if kde.name == best_kde.method)
    told = [
        Message(
            N_("{method} was chosen by back-test: PAI {pai} at {share} of the area, over {origins} periods."),
            {"method": chosen.name, "pai": f"{best_kde.pai:.2f}", "share": f"{share:.0%}", "origins": origins},
        )
    ]
    if not table.best(share).startswith("kde"):
        told.append(Message(N_("No density surface predicted better than the plain count of the past.")))
    return chosen, table, tuple(told)


def _run_backtest(
    material: _Material, params: HotspotParams, origins: int, *, seed: int, progress: Progress, cancel: Cancel
) -> Backtest:
    methods: list[Forecaster] = [*_candidates(material.grid), LastPeriodCount(), AverageCount()]
    return backtest(
        material.grid,
        material.incidents,
        methods,
        origins=origins,
        horizon_days=params.horizon_days,
        seed=seed,
        progress=progress,
        cancel=cancel,
    )


def _candidates(grid: StudyGrid) -> list[QuarticKde]:
    wide_enough = [h for h in BANDWIDTHS_M if h >= grid.cell_m] or [2 * grid.cell_m]
    return [QuarticKde(bandwidth_m, memory) for memory in MEMORIES_DAYS for bandwidth_m in wide_enough]


def _nearest_share(area_share: float) -> float:
    return min(AREA_SHARES, key=lambda share: abs(share - area_share))


def _names(project: ProjectStore, polygons: list[shapely.Polygon]) -> tuple[str, ...]:
    if not project.count("streets"):
        return tuple("" for _ in polygons)
    return street_names(street_graph(project), polygons)


def _store(project: ProjectStore, found: HotspotSet, params: HotspotParams, seed: int) -> None:
    record: dict[str, Any] = {
        "program_version": __version__,
        "computed_at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "method": found.method,
        "parameters": json.loads(json.dumps(asdict(params), default=_plain)),
        "seed": seed,
        "inputs": {"incidents": project.content_hash("incidents")},
        "backtest": asdict(found.table) if found.table else None,
    }
    rows = gpd.GeoDataFrame(
        {
            "hotspot_id": [f"H{spot.rank:03d}" for spot in found.hotspots],
            "name": list(found.names),
            "rank": [spot.rank for spot in found.hotspots],
            "score": [spot.score for spot in found.hotspots],
            "incidents": [spot.incidents for spot in found.hotspots],
            "area_m2": [round(spot.area_m2, 1) for spot in found.hotspots],
            "peak_hours": [f"{first:02d}:00-{last % 24:02d}:00" for first, last in _peaks(found)],
            "categories": [", ".join(f"{name} {count}" for name, count in spot.categories) for spot in found.hotspots],
            "method": found.method,
            "period": " / ".join(found.period),
            "provenance": json.dumps(record, ensure_ascii=False),
        },
        geometry=[spot.polygon for spot in found.hotspots],
        crs=project.frame.metric_crs,
    )
    old = tuple(int(fid) for fid in project.layer("hotspots").index)
    edit = Compound((DeleteRows("hotspots", old), InsertRows("hotspots", project.frame.to_stored(rows))))
    project.apply(edit, Message(N_("Find {count} hotspots"), {"count": len(rows)}))


def _peaks(found: HotspotSet) -> list[tuple[int, int]]:
    return [spot.peak_hours for spot in found.hotspots]


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
