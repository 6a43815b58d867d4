"""Plan a shift: from the project's layers to routes on streets, checked, explained and kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ShiftMode
from patrolmap.model.plan import PatrolPlan, Provenance
from patrolmap.model.plan_json import shift_to_dict
from patrolmap.model.schedule import DAY_S, Shift, TimeWindow, clock, parse_clock
from patrolmap.planner import SolveParams, StopRule, solve
from patrolmap.planner.assemble import drawn_legs, plan_routes, unmet_visits
from patrolmap.planner.demand import hotspot_visits, request_visits, site_visits
from patrolmap.planner.explain import explain
from patrolmap.planner.hotspot_points import hotspot_points
from patrolmap.planner.large_streets import SolvedShift, solve_shift
from patrolmap.planner.network import ATTACH_LIMIT_M, street_problem
from patrolmap.planner.replan import Changes, merged_routes, rest_of, warm_start
from patrolmap.planner.settings import PlanSettings
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, CancelledError, Progress, SubProgress
from patrolmap.services.roster import crews_on_shift
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import Route, UnmetVisit, Visit
    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.demand import WantedVisit
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.shift_selection import ShiftSelection
    from patrolmap.streets.network import StreetGraph

__all__ = [
    "DEFAULT_TIME_LIMIT_S",
    "PLAN_INPUTS",
    "SETTINGS_KEY",
    "SearchBound",
    "find_shift",
    "plan_shift",
    "replan_shift",
    "shift_at",
]

DEFAULT_TIME_LIMIT_S: Final = 20.0
REPLAN_TIME_LIMIT_S: Final = 1.5
_REPLAN_WHOLE_S: Final = 2.0
_REPLAN_LEAST_S: Final = 0.6
SETTINGS_KEY: Final = "planning"
PLAN_INPUTS: Final = ("streets", "nodes", "sites", "hotspots", "teams", "roster", "attendance")
_MOST_WORKERS: Final = 8
_FEW_ITERATIONS: Final = 2_000


@dataclass(frozen=True)
class SearchBound:
    """
    How long the search for routes goes on.

    Parameters
    ----------
    time_limit_s : float or None
        Wall-clock seconds of the search alone; None with `iterations` for no such bound, None without them for
        `default_s`.
    iterations : int or None
        Iterations; with them alone the same input gives the same plan.
    workers : int or None
        Processes; None for one a processor, up to eight. The plan of a search bounded by iterations does not
        depend on it.
    default_s : float, default 20.0
        Seconds of the search without any bound.
    """

    time_limit_s: float | None = None
    iterations: int | None = None
    workers: int | None = None
    default_s: float = DEFAULT_TIME_LIMIT_S

    @property
    def rule(self) -> StopRule:
        """The bound as the solver takes it."""
        unbounded = self.time_limit_s is None and self.iterations is None
        return StopRule(self.iterations, self.default_s if unbounded else self.time_limit_s)

    @property
    def processes(self) -> int:
        """Number of processes; one where starting more would take longer than the search."""
        if self.workers is not None:
            return max(self.workers, 1)
        short = self.iterations is not None and self.iterations <= _FEW_ITERATIONS
        return 1 if short else min(os.cpu_count() or 1, _MOST_WORKERS)


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
    crews = _crews(project, shift, selection)
    _check_demand(project, requests)
    progress(0.0, Message(N_("Building the street graph")))
    graph = street_graph(project)
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
    _stop_if_cancelled(solved, keep_best=keep_best)
    _check(solved)
    # The search may have been cancelled: what it found is still drawn, explained and kept.
    routes = _drawn(graph, solved, crews, SubProgress(progress, 0.8, 0.95))
    made = _provenance(project, shift, chosen, bound, solved)
    if selection is not None:
        made = replace(made, parameters={**made.parameters, **selection.record})
    plan = _assembled(project, solved, shift=shift, made=made, routes=routes)
    project.save_plan(plan, label=Message(N_("Plan {name}"), {"name": plan.plan_id}))
    progress(1.0)
    return plan


def replan_shift(
    project: ProjectStore,
    plan_id: str | None = None,
    *,
    changes: Changes,
    seed: int = 0,
    time_limit_s: float | None = None,
    iterations: int | None = None,
    workers: int | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
    keep_best: bool = True,
) -> PatrolPlan:
    """
    Plan the rest of a shift again and keep it as a new plan.

    Parameters
    ----------
    project : ProjectStore
        The project of the plan.
    plan_id : str or None
        The plan; None for the latest.
    changes : Changes
        Teams that drop out, stops that are done or locked, new requests.
    seed : int, default 0
        Seed of every random choice.
    time_limit_s, iterations, workers : float, int, int or None
        As in `SearchBound`. When nothing is given, one process, and 1.5 s, or 0.6 s at least where streets and ways are
        not in memory yet: more would take longer to start.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        During the search it gives the best plan so far; before, it ends the work.
    keep_best : bool, default True
        Whether a cancelled search gives its best plan; without it, or with no stop planned yet, nothing is kept.

    Returns
    -------
    PatrolPlan
        What is done or locked stays as it was; the rest begins from the old plan.

    Raises
    ------
    InputError
        If there is no such plan, team or stop, or no team is left.
    CancelledError
        If the user cancelled before the search, or in it and nothing is to be kept.
    RuntimeError
        If the verifier finds a broken rule: a defect of the program.
    """
    began = time.monotonic()
    bound = SearchBound(time_limit_s, iterations, workers, REPLAN_TIME_LIMIT_S)
    plan = project.latest_plan() if plan_id is None else project.plan(plan_id)
    if plan is None:
        raise InputError(N_("There is no plan in the project yet."), remedy=N_("Plan a shift first."))
    settings = PlanSettings.from_json(plan.provenance.parameters.get("settings"))
    gone = changes.drop | frozenset(plan.provenance.parameters.get("dropped", ()))
    earlier = gone & {route.team_id for route in plan.routes}
    crews = crews_on_shift(project, plan.shift)
    rest = rest_of(plan, crews, settings, replace(changes, drop=changes.drop | earlier))
    progress(0.0, Message(N_("Building the street graph")))
    graph = street_graph(project)
    street = street_problem(graph, rest.wanted, rest.crews, progress=SubProgress(progress, 0.05, 0.3), cancel=cancel)
    solution = solve(
        street.problem,
        SolveParams(workers=workers or 1),
        seed=seed,
        stop=_soon(bound, began),
        warm=warm_start(plan, street),
        progress=SubProgress(progress, 0.3, 0.8),
        cancel=cancel,
    )
    solved = SolvedShift.of(street, solution)
    _stop_if_cancelled(solved, keep_best=keep_best)
    _check(solved)
    known = drawn_legs(plan, crews)
    new = plan_routes(graph, street, solution, known=known, progress=SubProgress(progress, 0.8, 0.95))
    made = _provenance(project, plan.shift, settings, bound, solved)
    made = replace(made, parameters={**made.parameters, "replans": plan.plan_id, "dropped": sorted(gone)})
    routes = merged_routes(plan, rest, new)
    again = _assembled(project, solved, shift=plan.shift, made=made, routes=routes)
    project.save_plan(again, label=Message(N_("Plan {name}"), {"name": again.plan_id}))
    progress(1.0)
    return again


def _stop_if_cancelled(solved: SolvedShift, *, keep_best: bool) -> None:
    planned = any(any(solution.orders) for _, solution in solved.pieces)
    if not solved.complete and not (keep_best and planned):
        raise CancelledError


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
            names="、".join(shift.name for shift in shifts),
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
        *hotspot_visits(hotspots, shift, settings, points),
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


def _check(solved: SolvedShift) -> None:
    if solved.broken:
        raise RuntimeError(f"the plan breaks {len(solved.broken)} rules, first {solved.broken[0]}")


def _drawn(
    graph: StreetGraph, solved: SolvedShift, crews: Sequence[TeamOnShift], progress: Progress
) -> tuple[Route, ...]:
    routes: dict[str, Route] = {}
    for number, (street, solution) in enumerate(solved.pieces):
        part = SubProgress(progress, number / len(solved.pieces), (number + 1) / len(solved.pieces))
        routes.update((route.team_id, route) for route in plan_routes(graph, street, solution, progress=part))
    return tuple(routes[crew.team_id] for crew in crews)


def _assembled(
    project: ProjectStore,
    solved: SolvedShift,
    *,
    shift: Shift,
    made: Provenance,
    routes: tuple[Route, ...],
) -> PatrolPlan:
    unmet: list[UnmetVisit] = []
    for street, solution in solved.pieces:
        names = {one.visit.visit_id: one.visit.name for one in street.wanted}
        names.update({crew.team_id: crew.name for crew in street.crews})
        unmet += unmet_visits(street, explain(street.problem, solution, names=names))
    unmet.sort(key=lambda one: (not one.visit.required, -one.visit.prize, one.visit.visit_id))
    stops = tuple((route.team_id, stop.visit.visit_id, stop.start_s) for route in routes for stop in route.stops)
    digest = hashlib.sha256(repr((stops, made.inputs, made.parameters, made.seed)).encode()).hexdigest()
    plan_id = f"{shift.date:%Y%m%d}-{clock(shift.window.start_s).replace(':', '')}-{digest[:6]}"
    notices = _notices(solved)
    return PatrolPlan(plan_id, project.name, shift, routes, tuple(unmet), made, solved.complete, notices)


def _soon(bound: SearchBound, began: float) -> StopRule:
    """Search less where the streets and ways had to be read first: whoever waits on the radio waits for the whole."""
    if bound.time_limit_s is not None or bound.iterations is not None:
        return bound.rule
    left_s = _REPLAN_WHOLE_S - (time.monotonic() - began)
    return StopRule(time_s=min(max(left_s, _REPLAN_LEAST_S), REPLAN_TIME_LIMIT_S))


def _notices(solved: SolvedShift) -> tuple[Message, ...]:
    """Name the teams that cannot be used; refuse to plan if there is no other."""
    lost = [crew for street, _ in solved.pieces for crew in street.homeless()]
    if lost and len(lost) == sum(len(street.crews) for street, _ in solved.pieces):
        raise InputError(
            N_("Every team's home lies more than {metres} m from every street that it can use."),
            remedy=N_("Check the coordinate system of the layer of teams, or import the streets around their homes."),
            metres=round(ATTACH_LIMIT_M),
        )
    said = N_(
        "{team} has no stops: its home lies more than {metres} m from every street that it can use. Move it, or import the street there."
    )
    return tuple(Message(said, {"team": crew.name, "metres": round(ATTACH_LIMIT_M)}) for crew in lost)


def _provenance(
    project: ProjectStore, shift: Shift, settings: PlanSettings, bound: SearchBound, solved: SolvedShift
) -> Provenance:
    rule = bound.rule
    parameters: dict[str, Any] = {
        "shift": shift_to_dict(shift),
        "settings": settings.to_json(),
        "time_limit_s": rule.time_s,
        "iterations": rule.iterations,
    }
    if rule.time_s is not None:
        parameters["iterations_reached"] = solved.record.iterations
    return Provenance(
        program_version=__version__,
        computed_at=dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds"),
        method="pyvrp",
        parameters=parameters,
        seed=solved.record.seed,
        inputs={layer: project.content_hash(layer) for layer in PLAN_INPUTS if project.count(layer)},
    )
