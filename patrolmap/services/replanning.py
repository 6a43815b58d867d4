"""Plan the rest of a shift again: what is done or locked stays, and what came in or changed is planned for."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.messages import N_, Message
from patrolmap.planner import SolveParams, StopRule, solve
from patrolmap.planner.assemble import drawn_legs, plan_routes
from patrolmap.planner.demand import series_name
from patrolmap.planner.large_streets import SolvedShift
from patrolmap.planner.network import street_problem
from patrolmap.planner.replan import merged_routes, rest_of, warm_start
from patrolmap.planner.settings import PlanSettings
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.services.plan_crews import OVERTIME_KEY, crews_of_plan, overtime_of
from patrolmap.services.plan_making import (
    SearchBound,
    assembled,
    check_solved,
    plan_of,
    provenance_of,
    stop_if_cancelled,
)
from patrolmap.services.planning_streets import keep_ways, planning_streets

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.planner.replan import Changes, Rest
    from patrolmap.project.store import ProjectStore

__all__ = ["REPLAN_TIME_LIMIT_S", "replan_shift", "replanned"]

REPLAN_TIME_LIMIT_S: Final = 1.5
_REPLAN_WHOLE_S: Final = 2.0
_REPLAN_LEAST_S: Final = 0.6


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
        Teams that drop out or join, stops that are done or locked, new requests, other wishes, overtime.
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
    bound = SearchBound(time_limit_s, iterations, workers, REPLAN_TIME_LIMIT_S)
    plan = plan_of(project, plan_id)
    again = replanned(
        project, plan, changes, bound=bound, seed=seed, progress=progress, cancel=cancel, keep_best=keep_best
    )
    project.save_plan(again, label=Message(N_("Plan {name}"), {"name": again.plan_id}))
    keep_ways(project, planning_streets(project))
    progress(1.0)
    return again


def replanned(
    project: ProjectStore,
    plan: PatrolPlan,
    changes: Changes,
    *,
    bound: SearchBound | None = None,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
    keep_best: bool = True,
) -> PatrolPlan:
    """
    Plan the rest of a shift again without keeping it, as a process that may only read the project can.

    Parameters
    ----------
    project : ProjectStore
        The project of the plan.
    plan : PatrolPlan
        The plan.
    changes : Changes
        As for `replan_shift`.
    bound : SearchBound or None
        How long to search; None for that of `replan_shift`.
    seed : int, default 0
        Seed of every random choice.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        As for `replan_shift`.
    keep_best : bool, default True
        As for `replan_shift`.

    Returns
    -------
    PatrolPlan
        As `replan_shift` gives it.

    Raises
    ------
    InputError
        If there is no such team or stop, or no team is left.
    CancelledError
        If the user cancelled before the search, or in it and nothing is to be kept.
    RuntimeError
        If the verifier finds a broken rule: a defect of the program.
    """
    began = time.monotonic()
    bound = bound or SearchBound(default_s=REPLAN_TIME_LIMIT_S)
    settings = PlanSettings.from_json(plan.provenance.parameters.get("settings"))
    gone = (changes.drop | frozenset(plan.provenance.parameters.get("dropped", ()))) - changes.join
    earlier = gone & {route.team_id for route in plan.routes}
    crews = crews_of_plan(project, plan, join=changes.join, overtime_s=changes.overtime_s)
    rest = rest_of(plan, crews, settings, replace(changes, drop=changes.drop | earlier))
    progress(0.0, Message(N_("Building the street graph")))
    graph = planning_streets(project)
    street = street_problem(graph, rest.wanted, rest.crews, progress=SubProgress(progress, 0.05, 0.3), cancel=cancel)
    solution = solve(
        street.problem,
        SolveParams(workers=bound.workers or 1),
        seed=seed,
        stop=_soon(bound, began),
        warm=warm_start(plan, street),
        progress=SubProgress(progress, 0.3, 0.8),
        cancel=cancel,
    )
    solved = SolvedShift.of(street, solution)
    stop_if_cancelled(solved, keep_best=keep_best)
    check_solved(solved)
    known = drawn_legs(plan, crews)
    new = plan_routes(graph, street, solution, known=known, progress=SubProgress(progress, 0.8, 0.95))
    made = provenance_of(project, plan.shift, settings, bound, solved)
    made = replace(made, parameters={**made.parameters, **_carried(plan, changes, rest, gone)})
    routes = merged_routes(plan, rest, new)
    again = assembled(project, solved, shift=plan.shift, made=made, routes=routes)
    unmet = tuple(replace(one, visit=rest.asked.get(one.visit.visit_id, one.visit)) for one in again.unmet)
    return replace(again, unmet=unmet)


def _carried(plan: PatrolPlan, changes: Changes, rest: Rest, gone: frozenset[str]) -> dict[str, Any]:
    """List what a plan must remember of its changes, so that the next one begins where it ended."""
    kept: dict[str, Any] = {"replans": plan.plan_id, "dropped": sorted(gone)}
    overtime = {**overtime_of(plan), **changes.overtime_s}
    if overtime:
        kept[OVERTIME_KEY] = overtime
    wished = {series_name(visit) for visit in changes.wishes}
    wished |= changes.gaps_s.keys()
    gaps = {one.series: one.min_gap_s for one in rest.wanted if one.series and one.series in wished}
    if gaps or "gaps_s" in plan.provenance.parameters:
        kept["gaps_s"] = {**plan.provenance.parameters.get("gaps_s", {}), **gaps}
    return kept


def _soon(bound: SearchBound, began: float) -> StopRule:
    """Search less where the streets and ways had to be read first: whoever waits on the radio waits for the whole."""
    if bound.time_limit_s is not None or bound.iterations is not None:
        return bound.rule
    left_s = _REPLAN_WHOLE_S - (time.monotonic() - began)
    return StopRule(time_s=min(max(left_s, _REPLAN_LEAST_S), REPLAN_TIME_LIMIT_S))
