"""What the plan panel knows: the shift that is asked for, the plan that was made, and what it could not meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.features.board.choices import origin_of
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.model.plan import PatrolPlan, UnmetVisit
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore

__all__ = ["PlanRequest", "PlanSummary", "PlanningPresenter", "summary_of"]


@dataclass(frozen=True)
class PlanRequest:
    """
    What the user asks.

    Parameters
    ----------
    date : datetime.date
        Day on which the shift starts.
    start, end : str
        Clock times; an end at or before the start is on the next day.
    mode : str
        Value of `patrolmap.model.kinds.ShiftMode`.
    time_limit_s : float
        How long to search.
    seed : int, default 0
        Another seed gives another, equally good plan.
    """

    date: dt.date
    start: str
    end: str
    mode: str
    time_limit_s: float
    seed: int = 0


@dataclass(frozen=True)
class PlanSummary:
    """
    A plan in a few figures.

    Parameters
    ----------
    teams, teams_out : int
        Teams on the shift, and those with at least one stop.
    stops : int
        Stops of all teams.
    required, required_met : int
        Visits that must be met, and those that are.
    length_m : float
        Metres along the streets, ways home included.
    unmet : int
        Visits in no route.
    """

    teams: int
    teams_out: int
    stops: int
    required: int
    required_met: int
    length_m: float
    unmet: int


def summary_of(plan: PatrolPlan) -> PlanSummary:
    """
    Sum a plan up.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    PlanSummary
        Its figures.
    """
    met = sum(stop.visit.required for route in plan.routes for stop in route.stops)
    missed = sum(unmet.visit.required for unmet in plan.unmet)
    return PlanSummary(
        teams=len(plan.routes),
        teams_out=sum(bool(route.stops) for route in plan.routes),
        stops=sum(len(route.stops) for route in plan.routes),
        required=met + missed,
        required_met=met,
        length_m=sum(route.length_m for route in plan.routes),
        unmet=len(plan.unmet),
    )


class PlanningPresenter:
    """
    Runs the planning and lays the plan on the desk.

    Parameters
    ----------
    core : Core
        Shared parts.
    make : Callable or None
        Takes project, request, ``progress`` and ``cancel``; None for the service, another one in tests.

    Attributes
    ----------
    job_changed : Event
        The running work is another.
    quality_changed : Event
        The fairness and predictability of the plan on the desk are known.
    """

    def __init__(
        self,
        core: Core,
        make: Callable[..., PatrolPlan] | None = None,
        judge: Callable[[ProjectStore, PatrolPlan], tuple[Message, ...]] | None = None,
    ) -> None:
        self._core, self._make, self._judge = core, make or _plan, judge or _quality
        self.quality: tuple[Message, ...] = ()
        self._known: frozenset[str] = frozenset()
        self.quality_changed: Event[[]] = Event()
        self.job: Job[PatrolPlan] | None = None
        self.job_changed: Event[[]] = Event()
        core.session.opened.connect(self._show_latest)
        core.session.changed.connect(self._on_changed)
        core.desk.changed.connect(self._weigh)

    @property
    def unmet(self) -> tuple[UnmetVisit, ...]:
        """Visits of the plan on the desk that are in no route, the required ones first."""
        plan = self._core.desk.plan
        return () if plan is None else tuple(sorted(plan.unmet, key=lambda one: not one.visit.required))

    @property
    def can_run(self) -> bool:
        """Whether there are streets and teams."""
        cache = self._core.cache
        return self._core.session.is_open and cache.count("streets") > 0 and cache.count("teams") > 0

    def run(self, request: PlanRequest) -> None:
        """
        Plan in the background.

        Parameters
        ----------
        request : PlanRequest
            What the user asks.
        """
        project = self._core.session.project
        self.job = self._core.jobs.start(
            Message(N_("Planning the shift")),
            lambda progress, cancel: self._make(project, request, progress=progress, cancel=cancel),
            on_done=self._take,
            on_failed=self._fail,
            on_cancelled=lambda: self._end(Message(N_("Stopped; the plan is as before."))),
            lane=PROJECT_LANE,
        )
        self.job_changed.emit()

    def _take(self, plan: PatrolPlan) -> None:
        self._core.desk.put(plan)
        self._core.session.refresh()
        figures = summary_of(plan)
        values = {"teams": figures.teams_out, "stops": figures.stops}
        if plan.complete:
            self._end(
                Message(N_("The plan is ready: {stops} {stops:stop|stops} for {teams} {teams:team|teams}."), values),
                NoticeLevel.DONE,
            )
        else:
            words = Message(
                N_(
                    "Stopped early; this is the best plan so far: {stops} {stops:stop|stops} for {teams} {teams:team|teams}."
                ),
                values,
            )
            self._end(words, NoticeLevel.WARNING)

    def _fail(self, error: BaseException) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.report(error)

    def _end(self, words: Message, level: NoticeLevel = NoticeLevel.INFO) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.say(words, level)

    def _on_changed(self, names: frozenset[str]) -> None:
        """Show the state that undo or redo brought back, or the newest plan when that on the desk is gone."""
        if not names & {"routes", "stops"}:
            return
        plan, ids = self._core.desk.plan, self._core.session.project.plan_ids()
        new, self._known = [one for one in ids if one not in self._known], frozenset(ids)
        if plan is not None and plan.plan_id in new:
            return
        if plan is None or plan.plan_id not in ids:
            origin = "" if plan is None else origin_of(plan)
            self._show_latest(new[-1] if new else origin if origin in ids else "")
        elif new:
            self._show_next(plan, new[-1])

    def _weigh(self) -> None:
        """Measure the plan on the desk beside the window's work; a plan that a hand edit replaced is not told of."""
        plan, puts = self._core.desk.plan, self._core.desk.puts
        self.quality = ()
        if plan is None or not self._core.session.is_open:
            self.quality_changed.emit()
            return
        project = self._core.session.project

        def deliver(lines: tuple[Message, ...]) -> None:
            if self._core.desk.puts == puts:
                self.quality = lines
                self.quality_changed.emit()

        self._core.jobs.quick(lambda: self._judge(project, plan), deliver)

    def _show_next(self, plan: PatrolPlan, plan_id: str) -> None:
        """Show what redo made of the plan on the desk; a variant of it waits to be chosen."""
        project, desk, puts = self._core.session.project, self._core.desk, self._core.desk.puts

        def deliver(found: PatrolPlan) -> None:
            is_next = origin_of(found) == plan.plan_id and "variant_of" not in found.provenance.parameters
            if desk.puts == puts and is_next:
                desk.put(found)

        self._core.jobs.quick(lambda: project.plan(plan_id), deliver)

    def _show_latest(self, plan_id: str = "") -> None:
        project, desk = self._core.session.project, self._core.desk
        puts = desk.puts
        self._known = frozenset(project.plan_ids())

        def deliver(plan: PatrolPlan | None) -> None:
            if desk.puts == puts and self._core.session.is_open:
                desk.put(plan)

        self._core.jobs.quick(lambda: project.plan(plan_id) if plan_id else project.latest_plan(), deliver)


def _quality(project: ProjectStore, plan: PatrolPlan) -> tuple[Message, ...]:
    from patrolmap.services.plan_quality import plan_fairness, plan_predictability
    from patrolmap.services.plan_words import quality_lines

    return quality_lines(plan_fairness(project, plan), plan_predictability(project, plan))


def _plan(project: ProjectStore, request: PlanRequest, *, progress: Progress, cancel: Cancel) -> PatrolPlan:
    # The solver is loaded by the worker that needs it, not when the window starts.
    from patrolmap.services.planning import plan_shift, shift_at

    shift = shift_at(request.date, request.start, request.end, request.mode)
    limit_s, seed = request.time_limit_s, request.seed
    return plan_shift(project, shift, seed=seed, time_limit_s=limit_s, progress=progress, cancel=cancel)
