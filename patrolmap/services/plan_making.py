"""What planning a shift and planning its rest again have in common: the bound, the check, the record, the plan."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.plan import PatrolPlan, Provenance
from patrolmap.model.plan_json import shift_to_dict
from patrolmap.model.schedule import clock
from patrolmap.planner import StopRule
from patrolmap.planner.assemble import unmet_visits
from patrolmap.planner.explain import explain
from patrolmap.planner.network import ATTACH_LIMIT_M
from patrolmap.progress import CancelledError
from patrolmap.services.settings_mark import settings_mark

if TYPE_CHECKING:
    from patrolmap.model.plan import Route, UnmetVisit
    from patrolmap.model.schedule import Shift
    from patrolmap.planner.large_streets import SolvedShift
    from patrolmap.planner.settings import PlanSettings
    from patrolmap.project.store import ProjectStore

__all__ = [
    "DEFAULT_TIME_LIMIT_S",
    "PLAN_INPUTS",
    "SearchBound",
    "assembled",
    "check_solved",
    "plan_of",
    "provenance_of",
    "stop_if_cancelled",
]

DEFAULT_TIME_LIMIT_S: Final = 20.0
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


def plan_of(project: ProjectStore, plan_id: str | None) -> PatrolPlan:
    """
    Read the plan that a user means.

    Parameters
    ----------
    project : ProjectStore
        The project.
    plan_id : str or None
        Its id; None for the latest.

    Returns
    -------
    PatrolPlan
        The plan.

    Raises
    ------
    InputError
        If there is no such plan, or none at all.
    """
    plan = project.latest_plan() if plan_id is None else project.plan(plan_id)
    if plan is None:
        raise InputError(N_("There is no plan in the project yet."), remedy=N_("Plan a shift first."))
    return plan


def stop_if_cancelled(solved: SolvedShift, *, keep_best: bool) -> None:
    """
    End the work here if the user cancelled and nothing is to be kept.

    Parameters
    ----------
    solved : SolvedShift
        What the search found.
    keep_best : bool
        Whether a cancelled search gives its best plan, if it has planned a stop.

    Raises
    ------
    CancelledError
        If there is nothing to go on with.
    """
    planned = any(any(solution.orders) for _, solution in solved.pieces)
    if not solved.complete and not (keep_best and planned):
        raise CancelledError


def check_solved(solved: SolvedShift) -> None:
    """
    Refuse a plan that breaks a rule.

    Parameters
    ----------
    solved : SolvedShift
        Checked by the independent verifier.

    Raises
    ------
    RuntimeError
        If it found something: a defect of the program.
    """
    if solved.broken:
        raise RuntimeError(f"the plan breaks {len(solved.broken)} rules, first {solved.broken[0]}")


def assembled(
    project: ProjectStore,
    solved: SolvedShift,
    *,
    shift: Shift,
    made: Provenance,
    routes: tuple[Route, ...],
) -> PatrolPlan:
    """
    Put a plan together, with the reason of every unmet visit.

    Parameters
    ----------
    project : ProjectStore
        The project.
    solved : SolvedShift
        What the search found.
    shift : Shift
        When.
    made : Provenance
        What it was computed from.
    routes : tuple of Route
        Drawn on the streets.

    Returns
    -------
    PatrolPlan
        With an id that its stops and its provenance give.
    """
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


def provenance_of(
    project: ProjectStore, shift: Shift, settings: PlanSettings, bound: SearchBound, solved: SolvedShift
) -> Provenance:
    """
    Record what a plan is computed from.

    Parameters
    ----------
    project : ProjectStore
        The project.
    shift : Shift
        When.
    settings : PlanSettings
        What the office decided.
    bound : SearchBound
        How long was searched.
    solved : SolvedShift
        What was found.

    Returns
    -------
    Provenance
        With the content hashes of the layers used.
    """
    rule = bound.rule
    bound_to_rings = any(crew.ring for street, _ in solved.pieces for crew in street.crews)
    layers = (*PLAN_INPUTS, "rings") if bound_to_rings else PLAN_INPUTS
    parameters: dict[str, Any] = {
        "shift": shift_to_dict(shift),
        "settings": settings.to_json(),
        "project_settings": settings_mark(project),
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
        inputs={layer: project.content_hash(layer) for layer in layers if project.count(layer)},
    )


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
    unbound = N_("{team} is bound to the ring “{ring}”, which the project does not have: it may go everywhere.")
    everywhere = (crew for street, _ in solved.pieces for crew in street.crews if crew.ring and crew.ring_area is None)
    return (
        *(Message(said, {"team": crew.name, "metres": round(ATTACH_LIMIT_M)}) for crew in lost),
        *(Message(unbound, {"team": crew.name, "ring": crew.ring}) for crew in everywhere),
    )
