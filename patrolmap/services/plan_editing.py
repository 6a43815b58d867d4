"""Edit a plan by hand: every change is re-timed and redrawn at once, and says what it breaks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.plan import PatrolPlan, UnmetVisit
from patrolmap.planner.assemble import plan_routes
from patrolmap.planner.editing import RULE_WORDS, TAKEN_OUT, Draft, broken_rule, draft_of
from patrolmap.planner.network import street_problem
from patrolmap.planner.replan import as_planned, wanted_of
from patrolmap.planner.settings import PlanSettings
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.services.plan_crews import crews_of_plan
from patrolmap.services.plan_making import plan_of
from patrolmap.services.plan_redrawing import marked, places_of, redrawn
from patrolmap.services.planning_streets import keep_ways, planning_streets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore

__all__ = ["EditOutcome", "PlanEditor", "Trial"]


@dataclass(frozen=True)
class Trial:
    """
    What an edit would do, before it is done.

    Parameters
    ----------
    start_s : float
        When the dwell would start, seconds after 00:00 of the shift's date.
    broken : tuple of Message
        What it would break that holds now; empty if nothing.
    """

    start_s: float
    broken: tuple[Message, ...]


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
        plan = plan_of(project, plan_id)
        settings = PlanSettings.from_json(plan.provenance.parameters.get("settings"))
        crews = crews_of_plan(project, plan)
        self._project = project
        self._graph = planning_streets(project, progress=SubProgress(progress, 0.0, 0.3), cancel=cancel)
        self._street = street_problem(
            self._graph, wanted_of(plan, settings), crews, progress=SubProgress(progress, 0.3, 1.0), cancel=cancel
        )
        self._visits = {one.visit.visit_id: number for number, one in enumerate(self._street.wanted)}
        self._teams = {crew.team_id: number for number, crew in enumerate(self._street.crews)}
        self._names = {one.visit.visit_id: one.visit.name for one in self._street.wanted}
        self._names.update({crew.team_id: crew.name for crew in crews})
        self._begin(plan)

    def _begin(self, plan: PatrolPlan) -> None:
        locked = {self._visits[s.visit.visit_id] for r in plan.routes for s in r.stops if s.locked or s.done}
        self._drafts: list[Draft] = [draft_of(self._street.problem, as_planned(plan, self._street), frozenset(locked))]
        self._base = plan
        self._plan = plan

    def warm_up(self) -> None:
        """Draw one route and try one edit, so that what is made ready at the first use does not delay the user's first."""
        draft = self._drafts[-1]
        planned = next((route for route in draft.solution.routes if route.visits), None)
        if planned is not None:
            alone = tuple(one if one is planned else replace(one, visits=()) for one in draft.solution.routes)
            plan_routes(self._graph, self._street, replace(draft.solution, routes=alone))
            draft.place(planned.visits[0], planned.team, 0)

    @property
    def plan(self) -> PatrolPlan:
        """The plan as it is now."""
        return self._plan

    @property
    def broken(self) -> tuple[Message, ...]:
        """What the plan as it is now breaks; empty if it keeps all rules."""
        return tuple(broken_rule(violation, self._names) for violation in self._drafts[-1].broken)

    @property
    def broken_at(self) -> frozenset[tuple[str, str]]:
        """Team and visit of each broken rule; the visit is empty where the whole route is meant."""
        return frozenset((one.team_id, one.visit_id) for one in self._drafts[-1].broken)

    def follow(self, plan: PatrolPlan) -> bool:
        """
        Go on from another state of the plan, such as the one that undo brought back.

        Parameters
        ----------
        plan : PatrolPlan
            The state.

        Returns
        -------
        bool
            Whether it has the same visits and teams; if not, nothing changes, and an editor must be opened for it.
        """
        if plan.shift != self._base.shift or places_of(plan) != places_of(self._base):
            return False
        self._begin(plan)
        return True

    def trial(self, visit_id: str, team_id: str, position: int | None = None) -> Trial:
        """
        Tell what `place` would do.

        Parameters
        ----------
        visit_id, team_id, position
            As for `place`.

        Returns
        -------
        Trial
            Its start and what it would break; the plan stays as it is.

        Raises
        ------
        InputError
            If the plan has no such visit or team, or the visit is done.
        """
        visit, team, now = self._movable(visit_id), self._team(team_id), self._drafts[-1]
        draft = now.place(visit, team, self._behind_done(visit, team, position))
        known = {(one.rule, one.team_id, one.visit_id) for one in now.broken}
        new = [one for one in draft.broken if (one.rule, one.team_id, one.visit_id) not in known]
        route = draft.solution.routes[team]
        start_s = route.timing.start_s[route.visits.index(visit)]
        return Trial(start_s, tuple(broken_rule(violation, self._names) for violation in new))

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
        visit, team = self._movable(visit_id), self._team(team_id)
        return self._edited(self._drafts[-1].place(visit, team, self._behind_done(visit, team, position)))

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
        return self._edited(self._drafts[-1].remove(self._movable(visit_id)))

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
        return self._edited(self._drafts[-1].lock(self._movable(visit_id), locked=locked))

    def mark_done(self, visit_id: str, *, done: bool = True) -> EditOutcome:
        """
        Mark a stop as done, and with it all stops of its route before it; or take the mark back.

        Parameters
        ----------
        visit_id : str
            Which visit.
        done : bool, default True
            False takes the mark back, here and from all stops after it.

        Returns
        -------
        EditOutcome
            The plan after it; what is done keeps its team and time.

        Raises
        ------
        InputError
            If the visit is in no route of the plan.
        """
        visit = self._visit(visit_id)
        route = next((one for one in self._drafts[-1].solution.routes if visit in one.visits), None)
        if route is None:
            raise InputError(N_("“{name}” is in no route of the plan."), name=self._names[visit_id])
        place = route.visits.index(visit)
        meant = route.visits[: place + 1] if done else route.visits[place:]
        ids = {self._street.wanted[one].visit.visit_id for one in meant}
        self._plan = replace(self._plan, routes=tuple(marked(one, ids, done=done) for one in self._plan.routes))
        draft = self._drafts[-1]
        for one in meant:
            draft = draft.lock(one, locked=done)
        return self._edited(draft)

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

    def save(self, label: Message | None = None) -> PatrolPlan:
        """
        Keep the edited plan in the project as a new plan, in one step that undo takes back.

        Parameters
        ----------
        label : Message or None
            What undo and the journal call it; None for the name of the plan.

        Returns
        -------
        PatrolPlan
            With an id of its own; its provenance names the plan it comes from. The state before it goes if it was
            made by hand too, never printed or exported, and nothing was logged for it.
        """
        before, origin = self._base, self._base.provenance.parameters.get("edits", self._base.plan_id)
        rows = [(r.team_id, s.visit.visit_id, s.start_s, s.locked, s.done) for r in self._plan.routes for s in r.stops]
        digest = hashlib.sha256(f"{origin}{rows!r}".encode()).hexdigest()[:6]
        made = replace(
            before.provenance,
            method=f"{before.provenance.method.removesuffix('+hand')}+hand",
            parameters={**before.provenance.parameters, "edits": origin},
        )
        plan_id = f"{before.plan_id.rpartition('-')[0]}-{digest}"
        self._plan = replace(self._plan, plan_id=plan_id, provenance=made, notices=self._notices())
        by_hand = before.provenance.method.endswith("+hand")
        relied_on = self._project.is_given_out(before.plan_id) or self._project.log_entries(before.plan_id)
        self._project.save_plan(
            self._plan,
            label=label or Message(N_("Plan {name}"), {"name": plan_id}),
            replaces=before.plan_id if by_hand and not relied_on else None,
        )
        self._base = self._plan
        keep_ways(self._project, self._graph)
        return self._plan

    def _notices(self) -> tuple[Message, ...]:
        """Let the plan, and so its sheets, say what the edits break."""
        kept = tuple(notice for notice in self._plan.notices if notice.template not in RULE_WORDS)
        return (*kept, *self.broken)

    def _edited(self, draft: Draft) -> EditOutcome:
        for violation in draft.broken:
            if violation.rule == "travel":
                said = broken_rule(violation, self._names)
                raise InputError(said.template, **said.values)
        self._drafts.append(draft)
        routes = redrawn(self._graph, self._street, self._plan, draft)
        met = {stop.visit.visit_id for route in routes for stop in route.stops}
        known = {one.visit.visit_id: one for one in self._plan.unmet}
        unmet = tuple(
            known.get(name) or UnmetVisit(one.visit, Message(TAKEN_OUT), None, "not_planned")
            for name, one in ((one.visit.visit_id, one) for one in self._street.wanted)
            if name not in met
        )
        self._plan = replace(self._plan, routes=routes, unmet=unmet)
        return EditOutcome(self._plan, self.broken)

    def _visit(self, visit_id: str) -> int:
        if visit_id not in self._visits:
            raise InputError(
                N_("The plan {plan} has no team or stop “{name}”."), plan=self._base.plan_id, name=visit_id
            )
        return self._visits[visit_id]

    def _movable(self, visit_id: str) -> int:
        number = self._visit(visit_id)
        if visit_id in {stop.visit.visit_id for route in self._plan.routes for stop in route.stops if stop.done}:
            raise InputError(
                N_("“{name}” is done already."), remedy=N_("Take the mark back first."), name=self._names[visit_id]
            )
        return number

    def _behind_done(self, visit: int, team: int, position: int | None) -> int | None:
        """Nothing comes before a stop that is done."""
        own = self._plan.route(self._street.crews[team].team_id).stops
        done = sum(stop.done for stop in own if self._visits[stop.visit.visit_id] != visit)
        if position is None and done:
            order = [v for v in self._drafts[-1].solution.routes[team].visits if v != visit]
            tries = [self._drafts[-1].place(visit, team, k) for k in range(done, len(order) + 1)]
            return done + min(range(len(tries)), key=lambda k: (len(tries[k].broken), tries[k].solution.travel_s))
        return None if position is None else max(position, done)

    def _team(self, team_id: str) -> int:
        if team_id not in self._teams:
            raise InputError(N_("The plan {plan} has no team or stop “{name}”."), plan=self._base.plan_id, name=team_id)
        return self._teams[team_id]
