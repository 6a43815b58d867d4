"""Plan a shift: from the project's layers to routes on streets, checked, explained and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ShiftMode
from patrolmap.model.schedule import DAY_S, Shift, TimeWindow, clock, parse_clock
from patrolmap.planner.assemble import plan_routes
from patrolmap.planner.demand import hotspot_visits, request_visits, site_visits, with_hotspot_gaps
from patrolmap.planner.hotspot_points import hotspot_points
from patrolmap.planner.large_streets import SolvedShift, solve_shift
from patrolmap.planner.settings import PlanSettings
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.services.plan_making import SearchBound, assembled, check_solved, provenance_of, stop_if_cancelled
from patrolmap.services.planning_streets import keep_ways, planning_streets
from patrolmap.services.roster import crews_on_shift
from patrolmap.services.settings_mark import SETTINGS_KEY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from patrolmap.model.plan import PatrolPlan, Route, Visit
    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.demand import WantedVisit
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.shift_selection import ShiftSelection
    from patrolmap.streets.network import StreetGraph

__all__ = ["find_shift", "plan_shift", "shift_at"]


def plan_shift(
    project: ProjectStore,
    shift: Shift,
    *,
    settings: PlanSettings | None = None,
    requests: Sequence[Visit] = (),
    selection: ShiftSelection | None = None,
    seed: int = 0,
    time_limit_s: float | None = None,
    iterations: int | None = None,
    workers: int | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
    keep_best: bool = True,
) -> PatrolPlan:
    """
    Plan a shift and keep the plan in the project.

    Parameters
    ----------
    project : ProjectStore
        With streets, teams, and sites or hotspots.
    shift : Shift
        When, and in which mode.
    settings : PlanSettings or None
        What the office decides; None for the project's own, kept under `SETTINGS_KEY`.
    requests : sequence of Visit
        Visits typed in by hand.
    selection : ShiftSelection or None
        What the shift takes of a week; None for all teams and sites.
    seed : int, default 0
        Seed of every random choice.
    time_limit_s, iterations, workers : float, int, int or None
        As in `SearchBound`.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        During the search it gives the best plan so far, kept and marked as not complete; before, it ends the work.
    keep_best : bool, default True
        Whether a cancelled search gives its best plan; without it, or with no stop planned yet, nothing is kept.

    Returns
    -------
    PatrolPlan
        Checked by the independent verifier; every unmet visit with its reason.

    Raises
    ------
    InputError
        If the project has no streets, no team on the shift, or nothing to visit.
    CancelledError
        If the user cancelled before the search, or in it and nothing is to be kept.
    RuntimeError
        If the verifier finds a broken rule: a defect of the program.
    """
    bound = SearchBound(time_limit_s, iterations, workers)
    chosen = settings if settings is not None else PlanSettings.from_json(project.setting(SETTINGS_KEY))
    chosen = with_hotspot_gaps(project.layer("hotspots"), chosen)
    crews = _crews(project, shift, selection)
    _check_demand(project, requests)
    progress(0.0, Message(N_("Building the street graph")))
    graph = planning_streets(project)
    wanted = _wanted(project, graph, shift, chosen, requests)
    wanted = wanted if selection is None else selection.wanted(wanted)
    solved = solve_shift(
        graph,
        wanted,
        crews,
        seed=seed,
        stop=bound.rule,
        workers=bound.processes,
        progress=SubProgress(progress, 0.05, 0.8),
        cancel=cancel,
    )
    stop_if_cancelled(solved, keep_best=keep_best)
    check_solved(solved)
    # The search may have been cancelled: what it found is still drawn, explained and kept.
    routes = _drawn(graph, solved, crews, SubProgress(progress, 0.8, 0.95))
    made = provenance_of(project, shift, chosen, bound, solved)
    if selection is not None:
        made = replace(made, parameters={**made.parameters, **selection.record})
    plan = assembled(project, solved, shift=shift, made=made, routes=routes)
    project.save_plan(plan, label=Message(N_("Plan {name}"), {"name": plan.plan_id}))
    keep_ways(project, graph)
    progress(1.0)
    return plan


def shift_at(date: dt.date, start: str, end: str, mode: str = "routine") -> Shift:
    """
    Make a shift from what a user types.

    Parameters
    ----------
    date : datetime.date
        Day on which it starts.
    start, end : str
        Clock times such as ``20:00``; an end at or before the start is on the next day.
    mode : str, default "routine"
        Value of a `ShiftMode`.

    Returns
    -------
    Shift
        Named by its times.

    Raises
    ------
    InputError
        If a time cannot be read.
    """
    start_s, end_s = parse_clock(start), parse_clock(end)
    window = TimeWindow(start_s, end_s if end_s > start_s else end_s + DAY_S)
    name = f"{clock(start_s)}-{clock(window.end_s)}"
    key = f"{date:%Y%m%d}-{name.replace(':', '')}"
    return Shift(key, name, date, window, ShiftMode(mode))


def find_shift(project: ProjectStore, name: str) -> Shift:
    """
    Find a shift of the project.

    Parameters
    ----------
    project : ProjectStore
        The project.
    name : str
        Its id or its name; of several with one name the latest is taken.

    Returns
    -------
    Shift
        The shift.

    Raises
    ------
    InputError
        If there is none.
    """
    shifts = project.shifts()
    found = [shift for shift in shifts if name in (shift.shift_id, shift.name)]
    if not found:
        raise InputError(
            N_("There is no shift “{name}” in the project."),
            why=N_("Its shifts are: {names}.") if shifts else "",
            remedy=N_("Give date, start and end instead."),
            name=name,
            names=[shift.name for shift in shifts],
        )
    return max(found, key=lambda shift: (shift.date, shift.window))


def _crews(project: ProjectStore, shift: Shift, selection: ShiftSelection | None) -> tuple[TeamOnShift, ...]:
    if not project.count("streets"):
        raise InputError(
            N_("There are no streets in the project, so no routes can be planned."),
            remedy=N_("Import the streets first."),
        )
    if not project.count("teams"):
        raise InputError(
            N_("There are no patrol teams in the project."), remedy=N_("Import the teams with their home posts first.")
        )
    crews = crews_on_shift(project, shift)
    crews = crews if selection is None else selection.crews(crews)
    if not crews:
        raise InputError(
            N_("No team is on duty between {start} and {end}."),
            remedy=N_("Choose another shift or change the hours of the teams."),
            start=clock(shift.window.start_s),
            end=clock(shift.window.end_s),
        )
    return crews


def _check_demand(project: ProjectStore, requests: Sequence[Visit]) -> None:
    if not (project.count("sites") or project.count("hotspots") or requests):
        raise InputError(
            N_("There is nothing to visit: the project has neither sites nor hotspots."),
            remedy=N_("Import checkpoints and key sites, or incidents and find hotspots from them."),
        )


def _wanted(
    project: ProjectStore, graph: StreetGraph, shift: Shift, settings: PlanSettings, requests: Sequence[Visit]
) -> tuple[WantedVisit, ...]:
    hotspots = project.metric_layer("hotspots")
    points = hotspot_points(graph, list(hotspots.geometry), settings)
    wanted = (
        *site_visits(project.metric_layer("sites"), shift, settings),
        *hotspot_visits(hotspots, shift, settings, points, _part_name),
        *request_visits(requests, shift, settings),
    )
    if not wanted:
        raise InputError(
            N_("No site is to be visited between {start} and {end}."),
            remedy=N_("Choose another shift or change the hours of the sites."),
            start=clock(shift.window.start_s),
            end=clock(shift.window.end_s),
        )
    return wanted


def _drawn(
    graph: StreetGraph, solved: SolvedShift, crews: Sequence[TeamOnShift], progress: Progress
) -> tuple[Route, ...]:
    routes: dict[str, Route] = {}
    for number, (street, solution) in enumerate(solved.pieces):
        part = SubProgress(progress, number / len(solved.pieces), (number + 1) / len(solved.pieces))
        routes.update((route.team_id, route) for route in plan_routes(graph, street, solution, progress=part))
    return tuple(routes[crew.team_id] for crew in crews)


def _part_name(name: str, place: int, count: int) -> str:
    """Name a patrol point of a hotspot in the language of the office, like the streets in it: the name goes into the plan."""
    return tr("{name} (spot {place} of {count})", name=name, place=place, count=count)
