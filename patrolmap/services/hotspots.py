"""Find hotspots and test methods on the past."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.hotspots.backtest import AREA_SHARES, Backtest, Race, backtest
from patrolmap.hotspots.choice import CHOICE_ORIGINS, choose_method, with_auto
from patrolmap.hotspots.entrances import entrance_streets, entrances
from patrolmap.hotspots.forecast import Forecaster, latest
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet
from patrolmap.hotspots.lixels import Lixels, cut_lixels
from patrolmap.hotspots.methods import (
    BASELINES,
    DEFAULT_BANDWIDTH_M,
    FAMILIES,
    candidates,
    family_of,
    forecaster,
)
from patrolmap.hotspots.naming import street_names
from patrolmap.hotspots.patrol_advice import PatrolAdvice, patrol_advice
from patrolmap.hotspots.place_risk import PlaceFeatures, place_features
from patrolmap.hotspots.polygons import Hotspot, hotspot_polygons
from patrolmap.hotspots.significance import Significance, significance_of
from patrolmap.messages import N_, Message
from patrolmap.model.method_names import method_message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.area import study_incidents
from patrolmap.services.hotspot_layer import store_hotspots
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely
    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["HotspotParams", "HotspotSet", "backtest_hotspots", "find_hotspots", "search_hotspots"]

DEFAULT_CELL_M: Final = 100.0
_MOST_CELLS: Final = 250_000
_FEWEST_ORIGINS: Final = 3
_ORIGINS: Final = 12
_PIECE_M: Final = 25.0
_MOST_PIECES: Final = 150_000
_MOST_HOTSPOTS: Final = 100


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
        ``auto`` chooses family and parameters by back-test; a family of `hotspots.methods.FAMILIES` takes the
        parameters as given.
    methods : tuple of str, default ()
        Families that ``auto`` and the back-test consider; empty for all.
    bandwidth_m : float or None, default None
        Kernel radius, or neighbours' distance of ``gi``; None for 300 m.
    cell_m : float or None, default None
        Cell side; None for 100 m, larger in a very large district.
    memory_days : int, default 365
        How far back incidents count, unless ``auto`` chooses.
    origins : int or None, default None
        Periods of the back-test; None for twelve, or as many as the incidents reach back for.
    horizon_days : int, default 30
        Length of a period.
    time_limit_s : float, default 120
        Time for the back-test of ``auto``; when it is over the oldest periods are left out, with a notice.
    """

    filter: IncidentFilter = field(default_factory=IncidentFilter)
    area_share: float = 0.02
    method: str = "auto"
    methods: tuple[str, ...] = ()
    bandwidth_m: float | None = None
    cell_m: float | None = None
    memory_days: int = 365
    origins: int | None = None
    horizon_days: int = 30
    time_limit_s: float = 120.0


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
    significance : tuple of Significance
        For each hotspot, whether its counts cluster beyond chance.
    entrances : tuple of numpy.ndarray, shape (k, 2)
        For each hotspot, where streets lead into it, metric CRS; none without streets.
    entrance_streets : tuple of tuple of (str, int)
        For each hotspot, the named ones of these streets with the number of entrances by each.
    advice : tuple of PatrolAdvice
        For each hotspot, how long to stay and how often to come.
    incidents_hash : str
        Hash of the incidents it was made from, as `ProjectStore.content_hash` gives it.
    """

    hotspots: tuple[Hotspot, ...]
    names: tuple[str, ...]
    method: str
    used: int
    outside: int
    table: Backtest | None
    notices: tuple[Message, ...]
    period: tuple[str, str]
    significance: tuple[Significance, ...] = ()
    entrances: tuple[NDArray[np.float64], ...] = ()
    entrance_streets: tuple[tuple[tuple[str, int], ...], ...] = ()
    advice: tuple[PatrolAdvice, ...] = ()
    incidents_hash: str = ""


@dataclass(frozen=True)
class _Material:
    grid: StudyGrid
    incidents: IncidentSet
    outside: int
    notices: tuple[Message, ...]
    lixels: Lixels | None
    places: PlaceFeatures | None

    @property
    def span_days(self) -> int:
        """Days from the first incident to the last."""
        middle = self.incidents.middle
        return int((middle.max() - middle.min()) / np.timedelta64(1, "D")) + 1


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
    found = search_hotspots(project, params, seed=seed, progress=progress, cancel=cancel)
    store_hotspots(project, found, params, seed)
    progress(1.0)
    return found


def search_hotspots(
    project: ProjectStore,
    params: HotspotParams,
    *,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> HotspotSet:
    """
    Find hotspots and keep nothing, as `find_hotspots` without its last step; another process may do it.

    Parameters
    ----------
    project, params, seed, progress, cancel
        As of `find_hotspots`; the project is only read.

    Returns
    -------
    HotspotSet
        The hotspots.
    """
    material = _prepare(project, params)
    progress(0.05, Message(N_("Choosing the method by back-test")))
    method, table, notices = _choose(
        material, params, seed=seed, progress=SubProgress(progress, 0.05, 0.85), cancel=cancel
    )
    progress(0.85, Message(N_("Outlining hotspots")))
    origin = material.incidents.end.max() + np.timedelta64(1, "s")
    surface = method.scores(material.grid, material.incidents, origin, params.horizon_days, cancel=cancel)
    recent = latest(material.incidents, origin, method.memory_days or params.horizon_days)
    budget_m2 = params.area_share * material.grid.area.area
    outlined = hotspot_polygons(material.grid, surface, recent, budget_m2, cellwise=method.is_cellwise)
    hotspots, left_out = _strongest(outlined)
    raise_if_cancelled(cancel)
    progress(0.95, Message(N_("Naming hotspots by their streets")))
    names, ways_in, by_streets = _on_streets(project, [spot.polygon for spot in hotspots])
    return HotspotSet(
        hotspots,
        names,
        method.name,
        len(recent),
        material.outside,
        table,
        (*material.notices, *notices, *left_out),
        (str(recent.middle.min())[:10], str(recent.middle.max())[:10]),
        significance_of(material.grid, recent, [spot.polygon for spot in hotspots]),
        ways_in,
        by_streets,
        patrol_advice(hotspots),
        project.content_hash("incidents"),
    )


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
        The table; where the incidents reach back far enough it has rows of ``auto``, chosen anew at each origin
        from up to twelve origins before it, so that its figures are as honest as the others'.

    Raises
    ------
    InputError
        If the incidents do not reach back far enough.
    """
    params = params or HotspotParams()
    material = _prepare(project, params)
    methods, defaults = _listed(material, params)
    there = material.span_days // params.horizon_days - 1
    origins = params.origins or max(_FEWEST_ORIGINS, min(_ORIGINS, there - _FEWEST_ORIGINS))
    first = max(0, min(CHOICE_ORIGINS, there - origins)) if len(methods) > 1 else 0
    first = first if first >= _FEWEST_ORIGINS else 0
    asked = origins + first
    table = _run_backtest(
        material, params, methods, origins=asked, race=None, seed=seed, progress=progress, cancel=cancel
    )
    return with_auto(table, [one.name for one in methods], defaults, first) if first else table


def _prepare(project: ProjectStore, params: HotspotParams) -> _Material:
    if not 0 < params.area_share <= 0.5:
        raise InputError(
            N_("An area share of {share} cannot be used."),
            remedy=N_("Give a share above 0, at most 0.5."),
            share=params.area_share,
        )
    numbers = (params.origins, params.horizon_days, params.memory_days, params.bandwidth_m, params.cell_m)
    if any(number is not None and not 0 < number < np.inf for number in numbers):
        raise InputError(N_("Periods, days, bandwidth and cell size must be above 0."))
    studied = study_incidents(project, params.filter)
    cell_m, cell_notice = _cell_size(studied.area, params)
    grid = StudyGrid.over(studied.area, cell_m)
    wanted = params.methods if params.method == "auto" else (params.method,)
    with_streets = (not wanted or "nkde" in wanted) and project.count("streets") > 0
    lixels = _pieces(street_graph(project)) if with_streets else None
    places = _places(project, grid) if not wanted or "risk" in wanted else None
    return _Material(grid, studied.incidents, studied.outside, (*studied.notices, *cell_notice), lixels, places)


def _places(project: ProjectStore, grid: StudyGrid) -> PlaceFeatures | None:
    """Measure what stands near each cell: sites by kind, and junctions; None without sites."""
    if not project.count("sites"):
        return None
    sites = project.metric_layer("sites")
    xy = np.column_stack([sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy()])
    kind = sites["kind"].astype(str).to_numpy()
    classes = {str(name): xy[kind == name] for name in np.unique(kind)}
    if project.count("streets"):
        graph = street_graph(project)
        classes["junction"] = graph.node_xy[graph.degree >= 3]
    features = place_features(grid, classes)
    return features if any(not name.startswith("junction") for name in features.names) else None


def _pieces(graph: StreetGraph) -> Lixels:
    return cut_lixels(graph, max(_PIECE_M, float(graph.edge_length_m.sum()) / _MOST_PIECES))


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
) -> tuple[Forecaster, Backtest | None, tuple[Message, ...]]:
    if params.method != "auto":
        return (
            forecaster(params.method, params.bandwidth_m, params.memory_days, material.lixels, material.places),
            None,
            (),
        )
    origins = min(params.origins or _ORIGINS, material.span_days // params.horizon_days - 1)
    if origins < _FEWEST_ORIGINS:
        told = Message(N_("The incidents cover too short a time for a back-test; defaults were used."))
        return forecaster("kde", params.bandwidth_m, params.memory_days), None, (told,)
    share = _nearest_share(params.area_share)
    methods, defaults = _listed(material, params)
    table = _run_backtest(
        material,
        params,
        methods,
        origins=origins,
        race=Race(share, time_limit_s=params.time_limit_s, keep=frozenset(defaults)),
        seed=seed,
        progress=progress,
        cancel=cancel,
    )
    name = choose_method(table, [one.name for one in methods], defaults)
    chosen = next(one for one in methods if one.name == name)
    notices = _told(chosen, table, share, defaults)
    if len(table.origins) < origins:
        cut = N_("Time was up after {tested} of {asked} periods of the back-test; the oldest were left out.")
        notices = (*notices, Message(cut, {"tested": len(table.origins), "asked": origins}))
    return chosen, table, notices


def _listed(material: _Material, params: HotspotParams) -> tuple[tuple[Forecaster, ...], tuple[str, ...]]:
    """Methods to test, and which of them are the simple ones that the others must beat."""
    listed = _candidates(material, params)
    if params.methods and "kde" not in params.methods:
        plain = [one for one in listed if family_of(one.name) in BASELINES] or list(listed[:1])
    else:
        plain = [forecaster("kde", params.bandwidth_m, params.memory_days)]
        plain += [one for one in listed if family_of(one.name) == "last"]
    methods = tuple({one.name: one for one in (*listed, *plain)}.values())
    return methods, tuple(one.name for one in plain)


def _told(chosen: Forecaster, table: Backtest, share: float, defaults: Sequence[str]) -> tuple[Message, ...]:
    row = next(row for row in table.rows if row.method == chosen.name and row.area_share == share)
    values = {
        "method": method_message(chosen.name),
        "pai": f"{row.pai:.2f}",
        "share": f"{share:.0%}",
        "origins": len(table.origins),
    }
    told = [
        Message(
            N_("{method} was chosen by back-test: PAI {pai} at {share} of the area, over {origins} periods."), values
        )
    ]
    if chosen.name in defaults or family_of(chosen.name) in BASELINES:
        told.append(Message(N_("Nothing more refined predicted clearly better than this simple method.")))
    if chosen.is_cellwise:
        told.append(Message(N_("Its strength is in single cells, so the hotspots are outlined cell by cell.")))
    return tuple(told)


def _candidates(material: _Material, params: HotspotParams) -> tuple[Forecaster, ...]:
    missing = {name for name, what in (("nkde", material.lixels), ("risk", material.places)) if what is None}
    families = params.methods or [one for one in FAMILIES if one not in missing]
    return candidates(families, material.grid, material.span_days, material.lixels, material.places)


def _run_backtest(
    material: _Material,
    params: HotspotParams,
    methods: tuple[Forecaster, ...],
    *,
    origins: int,
    race: Race | None,
    seed: int,
    progress: Progress,
    cancel: Cancel,
) -> Backtest:
    return backtest(
        material.grid,
        material.incidents,
        methods,
        origins=origins,
        horizon_days=params.horizon_days,
        race=race,
        seed=seed,
        progress=progress,
        cancel=cancel,
    )


def _strongest(outlined: tuple[Hotspot, ...]) -> tuple[tuple[Hotspot, ...], list[Message]]:
    """Leave out what no patrol can use: single incidents beside real concentrations, and the tail of very many."""
    several = [spot for spot in outlined if spot.incidents > 1] or list(outlined)
    kept = tuple(replace(spot, rank=rank) for rank, spot in enumerate(several[:_MOST_HOTSPOTS], start=1))
    if len(kept) == len(outlined):
        return kept, []
    words = N_("{count} weaker areas with {incidents} incidents are left out; the {kept} strongest hold {held}.")
    incidents, held = (sum(spot.incidents for spot in some) for some in (outlined, kept))
    values = {"count": len(outlined) - len(kept), "incidents": incidents - held, "kept": len(kept), "held": held}
    return kept, [Message(words, values)]


def _nearest_share(area_share: float) -> float:
    return min(AREA_SHARES, key=lambda share: abs(share - area_share))


def _on_streets(
    project: ProjectStore, polygons: list[shapely.Polygon]
) -> tuple[tuple[str, ...], tuple[NDArray[np.float64], ...], tuple[tuple[tuple[str, int], ...], ...]]:
    """Names and entrances of areas, and the streets of the entrances."""
    if not project.count("streets"):
        return tuple("" for _ in polygons), tuple(np.empty((0, 2)) for _ in polygons), tuple(() for _ in polygons)
    graph = street_graph(project)
    ways_in = entrances(graph, polygons)
    return street_names(graph, polygons), ways_in, entrance_streets(graph, ways_in)
