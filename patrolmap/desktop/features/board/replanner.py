"""What the plan board lets be planned again: in a process of its own, kept when it is done, with what changed in words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.messages import N_, Message
from patrolmap.services.apart import Apart
from patrolmap.services.plan_compare import change_lines, compare_plans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.model.plan import PatrolPlan, UnmetVisit, Visit
    from patrolmap.planner.replan import Changes
    from patrolmap.progress import Cancel, Progress
    from patrolmap.services.plan_remedies import Remedy

__all__ = ["Replanner"]

_SEARCH_ON_S = 10.0


class Replanner:
    """
    Plans the rest of the shift again, and makes variants.

    Parameters
    ----------
    core : Core
        Shared parts.
    make_apart : Callable or None
        Takes the project's path and gives what computes; None for a process, another one in tests.

    Attributes
    ----------
    job_changed : Event
        The running work is another.
    told : Event
        Emitted with what the last re-plan changed, a line each.
    variants_made : Event
        Emitted with the variants that were kept.
    """

    def __init__(self, core: Core, make_apart: Callable[[Path], Apart] | None = None) -> None:
        self._core, self._make = core, make_apart or Apart
        self._apart: Apart | None = None
        self._is_ready = False
        self.job: Job[Any] | None = None
        self.lines: tuple[Message, ...] = ()
        self.job_changed: Event[[]] = Event()
        self.told: Event[[tuple[Message, ...]]] = Event()
        self.variants_made: Event[[tuple[PatrolPlan, ...]]] = Event()
        core.session.closed.connect(self._let_go)

    @property
    def can_run(self) -> bool:
        """Whether there is a plan that may be changed, and nothing is being planned."""
        session = self._core.session
        return (
            self._core.desk.plan is not None
            and session.is_open
            and not session.project.read_only
            and not self._core.is_changing
        )

    def remedies(self, unmet: UnmetVisit) -> tuple[Remedy, ...]:
        """
        List what can be done about an unmet visit.

        Parameters
        ----------
        unmet : UnmetVisit
            Of the plan on the desk.

        Returns
        -------
        tuple of Remedy
            The smallest change first.
        """
        from patrolmap.services.plan_remedies import remedies_for

        plan = self._core.desk.plan
        return () if plan is None else remedies_for(plan, unmet)

    def mend(self, remedy: Remedy) -> None:
        """
        Make a remedy's change and plan again.

        Parameters
        ----------
        remedy : Remedy
            Of the plan on the desk.
        """
        from patrolmap.services.plan_remedies import RemedyKind, remedy_changes

        plan = self._core.desk.plan
        if plan is not None:
            limit_s = _SEARCH_ON_S if remedy.kind is RemedyKind.SEARCH else None
            self._run(plan, remedy.label, remedy_changes(plan, remedy), limit_s)

    def make_ready(self) -> None:
        """Let the process load streets and ways while the user still says what happened: the answer comes sooner."""
        plan = self._core.desk.plan
        if self._is_ready or plan is None or not self.can_run:
            return
        self._is_ready, apart = True, self._process()

        def load() -> object:
            from patrolmap.services.plan_apart import ready

            return apart.run(ready, plan)

        self._core.jobs.patient(load, lambda _done: None)

    def drop_out(self, team_id: str) -> None:
        """
        Plan again without a team.

        Parameters
        ----------
        team_id : str
            The team; what it has done stays done.
        """
        plan = self._core.desk.plan
        if plan is not None:
            name = plan.route(team_id).team_name
            self._run(plan, Message(N_("{team} drops out"), {"team": name}), _changes(drop=frozenset({team_id})))

    def take_in(self, visit: Visit) -> None:
        """
        Plan again with something that came in.

        Parameters
        ----------
        visit : Visit
            Where, when and how long somebody has to be there.
        """
        plan = self._core.desk.plan
        if plan is not None:
            self._run(plan, Message(N_("{name} came in"), {"name": visit.name}), _changes(requests=(visit,)))

    def again(self) -> None:
        """Plan what is neither done nor locked again."""
        plan = self._core.desk.plan
        if plan is not None:
            self._run(plan, Message(N_("Planning the rest again")), _changes(), _SEARCH_ON_S)

    def vary(self, count: int, loss: float) -> None:
        """
        Make variants of the plan on the desk.

        Parameters
        ----------
        count : int
            How many.
        loss : float
            Most share of the prize that each may lose.
        """
        plan = self._core.desk.plan
        if plan is None:
            return
        project, apart = self._core.session.project, self._process()
        seed = 10 * len(project.plan_ids())

        def work(progress: Progress, cancel: Cancel) -> tuple[PatrolPlan, ...]:
            from patrolmap.services.plan_apart import varied

            made: tuple[PatrolPlan, ...] = apart.run(varied, plan, count, loss, seed, progress=progress, cancel=cancel)
            for variant in made:
                project.save_plan(variant, label=Message(N_("Variant {name}"), {"name": variant.plan_id}))
            return made

        self._start(Message(N_("Making variants")), work, self._take_variants)

    def _run(self, plan: PatrolPlan, title: Message, changes: Changes, limit_s: float | None = None) -> None:
        if not self.can_run:
            return
        project, apart, began = self._core.session.project, self._process(), time.monotonic()

        def work(progress: Progress, cancel: Cancel) -> PatrolPlan:
            from patrolmap.services.plan_apart import again

            made: PatrolPlan = apart.run(again, plan, changes, limit_s, progress=progress, cancel=cancel)
            project.save_plan(made, label=title)
            return made

        self._start(title, work, lambda made: self._take(plan, made, time.monotonic() - began))

    def _start(self, title: Message, work: Callable[..., Any], take: Callable[[Any], object]) -> None:
        self.job = self._core.jobs.start(
            title, work, on_done=take, on_failed=self._fail, on_cancelled=self._cancelled, lane=PROJECT_LANE
        )
        self.job_changed.emit()

    def _take(self, before: PatrolPlan, made: PatrolPlan, seconds: float) -> None:
        self.lines = change_lines(compare_plans(before, made))
        self._core.desk.put(made)
        self._core.session.refresh()
        self._end()
        said = Message(
            N_("Planned again in {seconds} s. {first}"), {"seconds": f"{seconds:.1f}", "first": self.lines[0]}
        )
        self._core.notices.say(said, NoticeLevel.DONE)
        self.told.emit(self.lines)

    def _take_variants(self, made: tuple[PatrolPlan, ...]) -> None:
        self._core.session.refresh()
        self._end()
        words = (
            N_("{count} {count:variant was|variants were} kept.") if made else N_("No variant stays within this loss.")
        )
        self._core.notices.say(Message(words, {"count": len(made)}), NoticeLevel.DONE if made else NoticeLevel.WARNING)
        self.variants_made.emit(made)

    def _fail(self, error: BaseException) -> None:
        self._end()
        self._core.notices.report(error)

    def _cancelled(self) -> None:
        self._end()
        self._core.notices.say(Message(N_("Stopped; the plan is as before.")))

    def _end(self) -> None:
        self.job = None
        self.job_changed.emit()

    def _process(self) -> Apart:
        if self._apart is None:
            self._apart = self._make(self._core.session.project.path)
        return self._apart

    def _let_go(self) -> None:
        if self._apart is not None:
            self._apart.close()
            self._apart, self._is_ready = None, False


def _changes(**values: Any) -> Changes:
    from patrolmap.planner.replan import Changes as Made

    return Made(**values)
