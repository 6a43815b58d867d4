"""What a kept plan is like: its fairness, how predictable the last plans are, and variants that lose little."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message
from patrolmap.planner import SolveParams, StopRule
from patrolmap.planner.assemble import plan_routes, unmet_visits
from patrolmap.planner.explain import explain
from patrolmap.planner.fairness import Fairness, fairness_of
from patrolmap.planner.large_streets import LARGE_TEAMS, large_street_problem
from patrolmap.planner.network import street_problem, tie_places
from patrolmap.planner.parts import held_windows, parts_of, with_windows
from patrolmap.planner.predictability import Predictability, predictability_of
from patrolmap.planner.replan import as_planned, wanted_of
from patrolmap.planner.settings import PlanSettings
from patrolmap.planner.variants import DEFAULT_LOSS, variant_of
from patrolmap.planner.verify import verify
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, CancelledError, Progress, SubProgress
from patrolmap.services.plan_crews import crews_of_plan
from patrolmap.services.plan_making import plan_of
from patrolmap.services.planning_streets import planning_streets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.planner.network import StreetProblem
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["plan_fairness", "plan_predictability", "plan_variants", "variants_of"]

_LOOKED_AT: Final = 30
_PART_TEAMS: Final = 100


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
    part_teams: int | None = None,
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
    part_teams : int or None
        With more teams each part of the plan is varied by itself; None for 200.
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
        If there is no plan.
    CancelledError
        If the user cancelled.
    RuntimeError
        If the verifier finds a broken rule: a defect of the program.
    """
    plan = plan_of(project, plan_id)
    made = []
    found = variants_of(
        project,
        plan,
        count=count,
        loss=loss,
        seed=seed,
        time_limit_s=time_limit_s,
        iterations=iterations,
        part_teams=part_teams,
        progress=progress,
        cancel=cancel,
    )
    for variant in found:
        project.save_plan(variant, label=Message(N_("Plan {name}"), {"name": variant.plan_id}))
        made.append(variant)
    return tuple(made)


def variants_of(
    project: ProjectStore,
    plan: PatrolPlan,
    *,
    count: int,
    loss: float = DEFAULT_LOSS,
    seed: int = 0,
    time_limit_s: float | None = None,
    iterations: int | None = None,
    part_teams: int | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Iterator[PatrolPlan]:
    """
    Make variants of a plan one after the other, without keeping them.

    Parameters
    ----------
    project : ProjectStore
        The project of the plan; it is only read.
    plan : PatrolPlan
        The plan.
    count, loss, seed, time_limit_s, iterations, part_teams
        As for `plan_variants`.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop.

    Yields
    ------
    PatrolPlan
        Checked by the verifier, with an id of its own; its provenance names the plan.

    Raises
    ------
    CancelledError
        If the user cancelled.
    RuntimeError
        If the verifier finds a broken rule: a defect of the program.
    """
    graph = planning_streets(project)
    most = part_teams or LARGE_TEAMS
    measuring = SubProgress(progress, 0.0, 0.1)
    pieces = _pieces(project, plan, graph, most_teams=most, progress=measuring, cancel=cancel)
    share_s = None if time_limit_s is None and iterations is not None else (time_limit_s or 20.0) / 4 / len(pieces)
    stop = StopRule(None if iterations is None else max(iterations // 4 // len(pieces), 1), share_s)
    for number in range(1, count + 1):
        part = SubProgress(progress, 0.1 + 0.9 * (number - 1) / count, 0.1 + 0.9 * number / count)
        other = _variant(plan, graph, pieces, stop, seed=seed + number, loss=loss, progress=part, cancel=cancel)
        if other is not None:
            yield _named(other, number, seed, loss)


def _pieces(
    project: ProjectStore, plan: PatrolPlan, graph: StreetGraph, *, most_teams: int, progress: Progress, cancel: Cancel
) -> list[StreetProblem]:
    """Make the problem of a plan, or those of its parts if it has many teams; visits tied across parts keep their time."""
    settings = PlanSettings.from_json(plan.provenance.parameters.get("settings"))
    crews = list(crews_of_plan(project, plan))
    wanted = wanted_of(plan, settings)
    if len(crews) <= most_teams:
        return [street_problem(graph, wanted, crews, progress=progress, cancel=cancel)]
    index = {one.visit.visit_id: number for number, one in enumerate(wanted)}
    team = {crew.team_id: number for number, crew in enumerate(crews)}
    stops = [(team[route.team_id], stop) for route in plan.routes for stop in route.stops]
    served = {index[stop.visit.visit_id]: number for number, stop in stops}
    starts = {index[stop.visit.visit_id]: float(stop.start_s) for _, stop in stops}
    ties = tie_places(graph, wanted, crews)
    large = large_street_problem(graph, wanted, crews, ties=ties)
    parts = parts_of(
        large.visits, large.visit_xy, large.teams, large.team_xy, size=min(most_teams, _PART_TEAMS), served_by=served
    )
    held = held_windows(large.visits, parts, served, starts)
    made = []
    for number, part in enumerate(parts):
        mine, own = [wanted[visit] for visit in part.visits], [crews[team] for team in part.teams]
        share = SubProgress(progress, number / len(parts), (number + 1) / len(parts))
        street = street_problem(graph, mine, own, ties=ties, progress=share, cancel=cancel)
        made.append(replace(street, problem=with_windows(street.problem, part, held)))
    return made


def _variant(
    plan: PatrolPlan,
    graph: StreetGraph,
    pieces: Sequence[StreetProblem],
    stop: StopRule,
    *,
    seed: int,
    loss: float,
    progress: Progress,
    cancel: Cancel,
) -> PatrolPlan | None:
    """Exchange every piece for a variant that loses little; a piece without one stays as it is."""
    routes = {route.team_id: route for route in plan.routes}
    unmet = {one.visit.visit_id: one for one in plan.unmet}
    params = SolveParams(restarts=1, balance=True)
    changed = False
    for number, street in enumerate(pieces):
        part = SubProgress(progress, number / len(pieces), (number + 1) / len(pieces))
        best = as_planned(plan, street)
        found = variant_of(
            street.problem, best, seed=seed, stop=stop, loss=loss, params=params, progress=part, cancel=cancel
        )
        if cancel():
            raise CancelledError
        if found is None:
            continue
        broken = verify(street.problem, found)
        if broken:
            raise RuntimeError(f"the variant breaks {len(broken)} rules, first {broken[0]}")
        changed = True
        names = {one.visit.visit_id: one.visit.name for one in street.wanted}
        names.update({crew.team_id: crew.name for crew in street.crews})
        routes.update((route.team_id, route) for route in plan_routes(graph, street, found, cancel=cancel))
        for one in street.wanted:
            unmet.pop(one.visit.visit_id, None)
        reasons = explain(street.problem, found, names=names, cancel=cancel)
        unmet.update((one.visit.visit_id, one) for one in unmet_visits(street, reasons))
    if not changed:
        return None
    left = sorted(unmet.values(), key=lambda one: (not one.visit.required, -one.visit.prize, one.visit.visit_id))
    return replace(plan, routes=tuple(routes[r.team_id] for r in plan.routes), unmet=tuple(left), complete=True)


def _named(plan: PatrolPlan, number: int, seed: int, loss: float) -> PatrolPlan:
    stops = repr([(r.team_id, s.visit.visit_id, s.start_s) for r in plan.routes for s in r.stops])
    digest = hashlib.sha256(f"{plan.plan_id}{number}{stops}".encode()).hexdigest()[:6]
    before = {key: value for key, value in plan.provenance.parameters.items() if key != "edits"}
    parameters = {**before, "variant_of": plan.plan_id, "variant": number, "loss_limit": loss}
    made = replace(
        plan.provenance,
        computed_at=dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds"),
        method=plan.provenance.method.removesuffix("+hand"),
        parameters=parameters,
        seed=seed + number,
    )
    return replace(plan, plan_id=f"{plan.plan_id.rpartition('-')[0]}-{digest}", provenance=made)
