"""Edit a plan by hand: every change is re-timed and redrawn at once, and says what it breaks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.plan import PatrolPlan, UnmetVisit
from patrolmap.planner.assemble import plan_routes
from patrolmap.planner.editing import Draft, broken_rule, draft_of
from patrolmap.planner.network import street_problem
from patrolmap.planner.replan import as_planned, wanted_of
from patrolmap.planner.settings import PlanSettings
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.services.roster import crews_on_shift
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import Route
    from patrolmap.planner.network import StreetProblem
    from patrolmap.planner.solution import PlannedRoute
    from patrolmap.project.store import ProjectStore

__all__ = ["EditOutcome", "PlanEditor"]


@dataclass(frozen=True)
class EditOutcome:
    """
    A plan after an edit.

    Parameters
    ----------
    plan : PatrolPlan
        With times and ways as they would be.
    broken : tuple of Message
        What it breaks; empty if it keeps all rules.
    """

    plan: PatrolPlan
    broken: tuple[Message, ...]


class PlanEditor:
    """
    A plan open for editing. Nothing is kept in the project before `save`.

    Parameters
    ----------
    project : ProjectStore
        The project of the plan.
    plan_id : str or None
        The plan; None for the latest.
    progress : Progress, optional
        Receives the done share of opening, which measures all ways once.
    cancel : Cancel, optional
        The user's wish to stop opening.

    Raises
    ------
    InputError
        If there is no such plan.
    CancelledError
        If the user cancelled.
    """

    def __init__(
        self,
        project: ProjectStore,
        plan_id: str | None = None,
        *,
        progress: Progress = NO_PROGRESS,
        cancel: Cancel = NO_CANCEL,
    ) -> None:
        plan = project.latest_plan() if plan_id is None else project.plan(plan_id)
        if plan is None:
            raise InputError(N_("There is no plan in the project yet."), remedy=N_("Plan a shift first."))
        settings = PlanSettings.from_json(plan.provenance.parameters.get("settings"))
        there = {route.team_id for route in plan.routes}
        crews = [c for c in crews_on_shift(project, plan.shift) if c.team_id in there]
        self._project = project
        self._graph = street_graph(project, progress=SubProgress(progress, 0.0, 0.3), cancel=cancel)
        self._street = street_problem(
            self._graph, wanted_of(plan, settings), crews, progress=SubProgress(progress, 0.3, 1.0), cancel=cancel
        )
        self._visits = {one.visit.visit_id: number for number, one in enumerate(self._street.wanted)}
        self._teams = {crew.team_id: number for number, crew in enumerate(self._street.crews)}
        self._names = {one.visit.visit_id: one.visit.name for one in self._street.wanted}
        self._names.update({crew.team_id: crew.name for crew in crews})
        locked = {self._visits[s.visit.visit_id] for route in plan.routes for s in route.stops if s.locked}
        self._drafts: list[Draft] = [draft_of(self._street.problem, as_planned(plan, self._street), frozenset(locked))]
        self._base = plan
        self._plan = plan

    @property
    def plan(self) -> PatrolPlan:
        """The plan as it is now."""
        return self._plan

    def place(self, visit_id: str, team_id: str, position: int | None = None) -> EditOutcome:
        """
        Move a stop, or add an unmet visit.

        Parameters
        ----------
        visit_id, team_id : str
            Which visit, and into whose route.
        position : int or None
            Number of stops before it; None for where it fits best.

        Returns
        -------
        EditOutcome
            The plan after it.

        Raises
        ------
        InputError
            If the plan has no such visit or team.
        """
        return self._edited(self._drafts[-1].place(self._visit(visit_id), self._team(team_id), position))

    def remove(self, visit_id: str) -> EditOutcome:
        """
        Take a stop out.

        Parameters
        ----------
        visit_id : str
            Which visit.

        Returns
        -------
        EditOutcome
            The plan after it.

        Raises
        ------
        InputError
            If the plan has no such visit.
        """
        return self._edited(self._drafts[-1].remove(self._visit(visit_id)))

    def reorder(self, team_id: str, visit_ids: Sequence[str]) -> EditOutcome:
        """
        Put the stops of a team into another order.

        Parameters
        ----------
        team_id : str
            Whose route.
        visit_ids : sequence of str
            The same stops in their new order.

        Returns
        -------
        EditOutcome
            The plan after it.

        Raises
        ------
        InputError
            If they are not the stops of that team.
        """
        order = [self._visit(name) for name in visit_ids]
        return self._edited(self._drafts[-1].reorder(self._team(team_id), order))

    def lock(self, visit_id: str, *, locked: bool = True) -> EditOutcome:
        """
        Keep a stop at its team and time, or free it.

        Parameters
        ----------
        visit_id : str
            Which visit.
        locked : bool, default True
            False frees it.

        Returns
        -------
        EditOutcome
            The plan after it.

        Raises
        ------
        InputError
            If the plan has no such visit.
        """
        return self._edited(self._drafts[-1].lock(self._visit(visit_id), locked=locked))

    def undo(self) -> EditOutcome:
        """
        Take the last edit back.

        Returns
        -------
        EditOutcome
            The plan before it; unchanged if there was none.
        """
        if len(self._drafts) > 1:
            self._drafts.pop()
        return self._edited(self._drafts.pop())

    def save(self) -> PatrolPlan:
        """
        Keep the edited plan in the project as a new plan.

        Returns
        -------
        PatrolPlan
            With an id of its own; its provenance names the plan it comes from.
        """
        stops = repr([(r.team_id, s.visit.visit_id, s.start_s) for r in self._plan.routes for s in r.stops])
        digest = hashlib.sha256(f"{self._base.plan_id}{stops}".encode()).hexdigest()[:6]
        made = replace(
            self._base.provenance,
            method=f"{self._base.provenance.method.removesuffix('+hand')}+hand",
            parameters={**self._base.provenance.parameters, "edits": self._base.plan_id},
        )
        self._plan = replace(self._plan, plan_id=f"{self._base.plan_id.rpartition('-')[0]}-{digest}", provenance=made)
        self._project.save_plan(self._plan, label=Message(N_("Plan {name}"), {"name": self._plan.plan_id}))
        return self._plan

    def _edited(self, draft: Draft) -> EditOutcome:
        for violation in draft.broken:
            if violation.rule == "travel":
                said = broken_rule(violation, self._names)
                raise InputError(said.template, **said.values)
        self._drafts.append(draft)
        routes = self._redrawn(draft)
        met = {stop.visit.visit_id for route in routes for stop in route.stops}
        known = {one.visit.visit_id: one for one in self._plan.unmet}
        unmet = tuple(
            known.get(name) or UnmetVisit(one.visit, Message(N_("Taken out by hand.")), None, "out_ranked")
            for name, one in ((one.visit.visit_id, one) for one in self._street.wanted)
            if name not in met
        )
        self._plan = replace(self._plan, routes=routes, unmet=unmet)
        broken = tuple(broken_rule(violation, self._names) for violation in draft.broken)
        return EditOutcome(self._plan, broken)

    def _redrawn(self, draft: Draft) -> tuple[Route, ...]:
        """Draw the routes whose stops changed; of the others only the times."""
        old = {route.team_id: route for route in self._plan.routes}
        changed = []
        for planned in draft.solution.routes:
            before = old[self._street.crews[planned.team].team_id]
            same = [self._visits[stop.visit.visit_id] for stop in before.stops] == list(planned.visits)
            changed.append(planned if not same else replace(planned, visits=()))
        locked = frozenset(self._street.wanted[visit].visit.visit_id for visit in draft.locked)
        drawn = plan_routes(self._graph, self._street, replace(draft.solution, routes=tuple(changed)))
        return tuple(
            _retimed(route if part.visits or not planned.visits else old[route.team_id], planned, self._street, locked)
            for route, planned, part in zip(drawn, draft.solution.routes, changed, strict=True)
        )

    def _visit(self, visit_id: str) -> int:
        if visit_id not in self._visits:
            raise InputError(
                N_("The plan {plan} has no team or stop “{name}”."), plan=self._base.plan_id, name=visit_id
            )
        return self._visits[visit_id]

    def _team(self, team_id: str) -> int:
        if team_id not in self._teams:
            raise InputError(N_("The plan {plan} has no team or stop “{name}”."), plan=self._base.plan_id, name=team_id)
        return self._teams[team_id]


def _retimed(route: Route, planned: PlannedRoute, street: StreetProblem, locked: frozenset[str]) -> Route:
    clock = planned.timing
    stops = tuple(
        replace(
            stop,
            visit=street.wanted[visit].visit,
            arrive_s=round(clock.arrive_s[number]),
            start_s=round(clock.start_s[number]),
            leave_s=round(clock.leave_s[number]),
            locked=stop.visit.visit_id in locked,
        )
        for number, (stop, visit) in enumerate(zip(route.stops, planned.visits, strict=True))
    )
    return replace(
        route,
        stops=stops,
        depart_s=round(clock.depart_s),
        end_s=round(clock.end_s),
        break_start_s=None if clock.break_start_s is None or not stops else round(clock.break_start_s),
    )
