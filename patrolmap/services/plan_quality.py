"""What a kept plan is like: its fairness, how predictable the last plans are, and variants that lose little."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.planner import SolveParams, StopRule
from patrolmap.planner.assemble import plan_routes, unmet_visits
from patrolmap.planner.explain import explain
from patrolmap.planner.fairness import Fairness, fairness_of
from patrolmap.planner.large_streets import LARGE_TEAMS
from patrolmap.planner.network import street_problem
from patrolmap.planner.predictability import Predictability, predictability_of
from patrolmap.planner.replan import as_planned, wanted_of
from patrolmap.planner.settings import PlanSettings
from patrolmap.planner.variants import DEFAULT_LOSS, variant_of
from patrolmap.planner.verify import verify
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, CancelledError, Progress, SubProgress
from patrolmap.services.roster import crews_on_shift
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.planner import Solution
    from patrolmap.planner.network import StreetProblem
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["plan_fairness", "plan_predictability", "plan_variants"]

_LOOKED_AT: Final = 30


def plan_fairness(project: ProjectStore, plan: PatrolPlan) -> Fairness:
    """
    Measure the fairness of a plan.

    Parameters
    ----------
    project : ProjectStore
        Its project, whose grid cells count.
    plan : PatrolPlan
        The plan.

    Returns
    -------
    Fairness
        In numbers.
    """
    return fairness_of(plan, project.metric_layer("grid_cells"))


def plan_predictability(project: ProjectStore, plan: PatrolPlan, *, last: int = 5) -> Predictability:
    """
    Measure how alike the last plans are.

    Parameters
    ----------
    project : ProjectStore
        Their project.
    plan : PatrolPlan
        The newest of them.
    last : int, default 5
        How many are compared, this one included.

    Returns
    -------
    Predictability
        Of this plan and the last ones of earlier dates with the same hours; of each date the one kept last. Thirty
        plans back are looked at.
    """
    chosen = {plan.shift.date: plan}
    for plan_id in project.plan_ids()[::-1][:_LOOKED_AT]:
        if len(chosen) >= last:
            break
        other = project.plan(plan_id)
        if other.shift.window == plan.shift.window and other.shift.date < plan.shift.date:
            chosen.setdefault(other.shift.date, other)
    return predictability_of([chosen[date] for date in sorted(chosen)])


def plan_variants(
    project: ProjectStore,
    plan_id: str | None = None,
    *,
    count: int,
    loss: float = DEFAULT_LOSS,
    seed: int = 0,
    time_limit_s: float | None = None,
    iterations: int | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[PatrolPlan, ...]:
    """
    Make variants of a plan and keep them in the project.

    Parameters
    ----------
    project : ProjectStore
        The project of the plan.
    plan_id : str or None
        The plan; None for the latest.
    count : int
        How many variants are wanted.
    loss : float, default 0.03
        Most share of the prize that a variant may lose.
    seed : int, default 0
        Variant k has the seed plus k.
    time_limit_s, iterations : float or None, int or None
        Bound of each variant; 20 s without any.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; finished variants stay.

    Returns
    -------
    tuple of PatrolPlan
        Checked by the verifier; fewer than wanted if some lose too much. Their provenance names the plan.

    Raises
    ------
    InputError
        If there is no plan, or it has more teams than one search takes.
    CancelledError
        If the user cancelled.
    RuntimeError
        If the verifier finds a broken rule: a defect of the program.
    """
    plan = project.latest_plan() if plan_id is None else project.plan(plan_id)
    if plan is None:
        raise InputError(N_("There is no plan in the project yet."), remedy=N_("Plan a shift first."))
    if len(plan.routes) > LARGE_TEAMS:
        raise InputError(N_("Variants are made of plans with up to {most} teams."), most=LARGE_TEAMS)
    graph = street_graph(project)
    street = _streets_of(project, plan, graph, SubProgress(progress, 0.0, 0.1), cancel)
    best = as_planned(plan, street)
    share_s = None if time_limit_s is None and iterations is not None else (time_limit_s or 20.0) / 4
    stop = StopRule(None if iterations is None else max(iterations // 4, 1), share_s)
    made = []
    for number in range(1, count + 1):
        part = SubProgress(progress, 0.1 + 0.9 * (number - 1) / count, 0.1 + 0.9 * number / count)
        found = variant_of(
            street.problem,
            best,
            seed=seed + number,
            stop=stop,
            loss=loss,
            params=SolveParams(restarts=1, balance=True),
            progress=part,
            cancel=cancel,
        )
        if cancel():
            raise CancelledError
        if found is None:
            continue
        broken = verify(street.problem, found)
        if broken:
            raise RuntimeError(f"the variant breaks {len(broken)} rules, first {broken[0]}")
        other = _drawn(plan, graph, street, found, cancel)
        made.append(_kept(project, other, number, seed, loss))
    return tuple(made)


def _streets_of(
    project: ProjectStore, plan: PatrolPlan, graph: StreetGraph, progress: Progress, cancel: Cancel
) -> StreetProblem:
    settings = PlanSettings.from_json(plan.provenance.parameters.get("settings"))
    there = {route.team_id for route in plan.routes}
    crews = [c for c in crews_on_shift(project, plan.shift) if c.team_id in there]
    return street_problem(graph, wanted_of(plan, settings), crews, progress=progress, cancel=cancel)


def _drawn(plan: PatrolPlan, graph: StreetGraph, street: StreetProblem, found: Solution, cancel: Cancel) -> PatrolPlan:
    names = {one.visit.visit_id: one.visit.name for one in street.wanted}
    names.update({crew.team_id: crew.name for crew in street.crews})
    routes = plan_routes(graph, street, found, cancel=cancel)
    unmet = unmet_visits(street, explain(street.problem, found, names=names, cancel=cancel))
    return replace(plan, routes=routes, unmet=unmet, complete=True)


def _kept(project: ProjectStore, plan: PatrolPlan, number: int, seed: int, loss: float) -> PatrolPlan:
    stops = repr([(r.team_id, s.visit.visit_id, s.start_s) for r in plan.routes for s in r.stops])
    digest = hashlib.sha256(f"{plan.plan_id}{number}{stops}".encode()).hexdigest()[:6]
    parameters = {**plan.provenance.parameters, "variant_of": plan.plan_id, "variant": number, "loss_limit": loss}
    made = replace(
        plan.provenance,
        computed_at=dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds"),
        parameters=parameters,
        seed=seed + number,
    )
    variant = replace(plan, plan_id=f"{plan.plan_id.rpartition('-')[0]}-{digest}", provenance=made)
    project.save_plan(variant, label=Message(N_("Plan {name}"), {"name": variant.plan_id}))
    return variant
