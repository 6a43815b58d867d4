"""Find hotspots and test methods on the past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.hotspots.backtest import AREA_SHARES, Backtest, Race, backtest
from patrolmap.hotspots.choice import CHOICE_ORIGINS, choose_method, with_auto
from patrolmap.hotspots.entrances import entrance_streets, entrances
from patrolmap.hotspots.forecast import Forecaster, latest
from patrolmap.hotspots.methods import (
    BASELINES,
    FAMILIES,
    candidates,
    family_of,
    forecaster,
)
from patrolmap.hotspots.naming import street_names
from patrolmap.hotspots.patrol_advice import PatrolAdvice, patrol_advice
from patrolmap.hotspots.polygons import Hotspot, hotspot_polygons
from patrolmap.hotspots.significance import Significance, significance_of
from patrolmap.messages import N_, Message
from patrolmap.model.method_names import method_message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.hotspot_layer import store_hotspots
from patrolmap.services.hotspot_material import HotspotParams, Material, prepare
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely
    from numpy.typing import NDArray

    from patrolmap.project.store import ProjectStore

__all__ = ["HotspotParams", "HotspotSet", "backtest_hotspots", "find_hotspots", "search_hotspots"]

_FEWEST_ORIGINS: Final = 3
_ORIGINS: Final = 12
_MOST_HOTSPOTS: Final = 100


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
    material = prepare(project, params)
    progress(0.05, Message(N_("Choosing the method by back-test")))
    method, table, notices = _choose(
        material, params, seed=seed, progress=SubProgress(progress, 0.05, 0.85), cancel=cancel
    )
    progress(0.85, Message(N_("Outlining hotspots")))
    origin = material.incidents.end.max() + np.timedelta64(1, "s")
    surface = method.scores(material.grid, material.incidents, origin, params.horizon_days, cancel=cancel)
    recent = latest(material.incidents, origin, method.memory_days or params.horizon_days)
    budget_m2 = params.area_share * material.grid.area.area
    outlined = hotspot_polygons(
        material.grid, surface, recent, budget_m2, cellwise=method.is_cellwise, patch_m2=method.patch_m2
    )
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
    material = prepare(project, params)
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


def _choose(
    material: Material, params: HotspotParams, *, seed: int, progress: Progress, cancel: Cancel
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


def _listed(material: Material, params: HotspotParams) -> tuple[tuple[Forecaster, ...], tuple[str, ...]]:
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


def _candidates(material: Material, params: HotspotParams) -> tuple[Forecaster, ...]:
    missing = {name for name, what in (("nkde", material.lixels), ("risk", material.places)) if what is None}
    families = params.methods or [one for one in FAMILIES if one not in missing]
    return candidates(families, material.grid, material.span_days, material.lixels, material.places)


def _run_backtest(
    material: Material,
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
    words = N_(
        "{count} weaker {count:area|areas} with {incidents} {incidents:incident is|incidents are} left out; the {kept} strongest {kept:holds|hold} {held}."
    )
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
