"""What the plan board knows: the editor behind the chart, what is being kept, and what the edits break."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.model.plan import PatrolPlan, Route, Stop
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.plan_editing import EditOutcome, PlanEditor, Trial

__all__ = ["BoardPresenter"]


@dataclass(frozen=True)
class _Wish:
    """An edit that waits for the editor."""

    label: Message
    step: Callable[[PlanEditor], EditOutcome]
    visit_id: str


class BoardPresenter:
    """
    Edits the plan on the desk; every edit is shown at once and kept in one step that undo takes back.

    Parameters
    ----------
    core : Core
        Shared parts.
    open_editor : Callable or None
        Takes project, plan id, ``progress`` and ``cancel``; None for the service, another one in tests.
    foresee : Callable or None
        Takes project and plan and gives a warning or None; None for the service.

    Attributes
    ----------
    changed : Event
        What can be done, what is broken or what is being kept is another.
    """

    def __init__(
        self,
        core: Core,
        open_editor: Callable[..., PlanEditor] | None = None,
        foresee: Callable[[ProjectStore, PatrolPlan], Message | None] | None = None,
    ) -> None:
        self._core, self._open, self._foresee = core, open_editor or _open, foresee or _warning
        self._editor: PlanEditor | None = None
        self._opening: Job[PlanEditor] | None = None
        self._saving: Job[PatrolPlan] | None = None
        self._wishes: deque[_Wish] = deque()
        self._own: PatrolPlan | None = None
        self.warning: Message | None = None
        self.changed: Event[[]] = Event()
        core.desk.changed.connect(self._follow)
        core.desk.pointed.connect(lambda _ref: self.changed.emit())
        core.session.closed.connect(self._forget)

    @property
    def stop(self) -> Stop | None:
        """The stop in hand."""
        ref, route = self._core.desk.current, self._route(self._core.desk.current.team_id)
        return route.stops[ref.number - 1] if route and 0 < ref.number <= len(route.stops) else None

    @property
    def can_edit(self) -> bool:
        """Whether there is a plan in a project that may be changed."""
        session = self._core.session
        return self._core.desk.plan is not None and session.is_open and not session.project.read_only

    @property
    def is_reading(self) -> bool:
        """Whether the project is still being read, so that its plan may be about to come."""
        return self._core.session.is_open and self._core.cache.is_loading

    @property
    def is_keeping(self) -> bool:
        """Whether an edit is on its way into the project."""
        return self._saving is not None or bool(self._wishes)

    @property
    def broken(self) -> tuple[Message, ...]:
        """What the plan on the desk breaks, as far as it was edited by hand."""
        plan = self._core.desk.shown
        if self._editor is not None and self._saving is None:
            return self._editor.broken
        return () if plan is None else tuple(plan.notices)

    @property
    def broken_at(self) -> frozenset[tuple[str, str]]:
        """Team and visit of each broken rule; the visit is empty where the whole route is meant."""
        return frozenset() if self._editor is None or self._saving is not None else self._editor.broken_at

    def prepare(self) -> None:
        """Measure all ways once in the background, so that what follows is instant."""
        desk = self._core.desk
        if self._editor is not None or self._opening is not None or desk.plan is None or not self.can_edit:
            return
        project, plan_id = self._core.session.project, desk.plan.plan_id
        self._opening = self._core.jobs.start(
            Message(N_("Making the plan ready for changes")),
            lambda progress, cancel: self._open(project, plan_id, progress=progress, cancel=cancel),
            on_done=lambda editor: self._take_editor(editor, plan_id),
            on_failed=self._fail,
            on_cancelled=self._drop_wishes,
        )

    def trial(self, visit_id: str, team_id: str, position: int | None) -> Trial | None:
        """
        Tell what a drop would do.

        Parameters
        ----------
        visit_id, team_id : str
            What is dragged, and over whose row.
        position : int or None
            Number of stops before it.

        Returns
        -------
        Trial or None
            None while the editor is not ready, or if it cannot be tried.
        """
        if self._editor is None or self._saving is not None:
            return None
        try:
            return self._editor.trial(visit_id, team_id, position)
        except PatrolmapError:
            # The drop itself will say why.
            return None

    def move(self, visit_id: str, team_id: str, position: int | None = None) -> None:
        """
        Move a stop, or add an unmet visit.

        Parameters
        ----------
        visit_id, team_id : str
            Which, and into whose route.
        position : int or None
            Number of stops before it; None for where it fits best.
        """
        stop = self._stop(visit_id)
        if stop is not None and stop.locked and not stop.done:
            said = Message(N_("“{name}” is locked. Unlock it first, then move it."), {"name": stop.visit.name})
            self._core.notices.say(said, NoticeLevel.WARNING)
            return
        route, there = self._route(team_id), self._core.desk.ref_of(visit_id)
        if route is None or (there.team_id == team_id and position == there.number - 1):
            return
        words = N_("{name} moved to {team}") if stop else N_("{name} added to {team}")
        label = Message(words, {"name": self._name(visit_id), "team": route.team_name})
        self._edit(_Wish(label, lambda editor: editor.place(visit_id, team_id, position), visit_id))

    def shift(self, by: int) -> None:
        """
        Move the stop in hand within its route.

        Parameters
        ----------
        by : int
            Places later; earlier if negative.
        """
        ref, stop = self._core.desk.current, self.stop
        route = self._route(ref.team_id)
        if stop is None or route is None or not 0 <= ref.number - 1 + by < len(route.stops):
            return
        self.move(stop.visit.visit_id, ref.team_id, ref.number - 1 + by)

    def to_neighbour(self, by: int, teams: tuple[str, ...]) -> None:
        """
        Move the stop in hand to the team above or below.

        Parameters
        ----------
        by : int
            Rows downwards; upwards if negative.
        teams : tuple of str
            Teams in the order of the rows.
        """
        ref, stop = self._core.desk.current, self.stop
        if stop is None or ref.team_id not in teams:
            return
        place = teams.index(ref.team_id) + by
        if 0 <= place < len(teams):
            self.move(stop.visit.visit_id, teams[place])

    def toggle_lock(self) -> None:
        """Keep the stop in hand at its team and time, or free it."""
        stop = self.stop
        if stop is None:
            return
        visit_id, locked = stop.visit.visit_id, not stop.locked
        label = Message(N_("{name} locked") if locked else N_("{name} unlocked"), {"name": stop.visit.name})
        self._edit(_Wish(label, lambda editor: editor.lock(visit_id, locked=locked), visit_id))

    def toggle_done(self) -> None:
        """Mark the stop in hand and those before it as done, or take the mark back."""
        stop = self.stop
        if stop is None:
            return
        visit_id, done = stop.visit.visit_id, not stop.done
        label = Message(N_("{name} done") if done else N_("{name} not done yet"), {"name": stop.visit.name})
        self._edit(_Wish(label, lambda editor: editor.mark_done(visit_id, done=done), visit_id))

    def take_out(self) -> None:
        """Take the stop in hand out of its route."""
        stop = self.stop
        if stop is None:
            return
        visit_id = stop.visit.visit_id
        label = Message(N_("{name} taken out"), {"name": stop.visit.name})
        self._edit(_Wish(label, lambda editor: editor.remove(visit_id), visit_id))

    def _edit(self, wish: _Wish) -> None:
        if not self.can_edit:
            return
        self._wishes.append(wish)
        self._go_on()

    def _go_on(self) -> None:
        """Do the next edit if the editor is free; each is shown before it is kept."""
        if self._saving is not None or not self._wishes:
            return
        if self._editor is None:
            self.prepare()
            return
        wish, editor = self._wishes.popleft(), self._editor
        try:
            outcome = wish.step(editor)
        except PatrolmapError as error:
            self._core.notices.report(error)
            self.changed.emit()
            self._go_on()
            return
        self._saving = self._core.jobs.start(
            wish.label,
            lambda _progress, _cancel: editor.save(wish.label),
            on_done=lambda plan: self._kept(plan, wish),
            on_failed=self._fail,
            on_cancelled=self._drop_wishes,
            lane=PROJECT_LANE,
        )
        self._core.desk.draft(outcome.plan)
        self._core.desk.point_at(self._core.desk.ref_of(wish.visit_id))
        self.changed.emit()

    def _kept(self, plan: PatrolPlan, wish: _Wish) -> None:
        self._saving, self._own = None, plan
        self._core.desk.put(plan)
        self._core.session.refresh()
        self._core.desk.point_at(self._core.desk.ref_of(wish.visit_id))
        self.changed.emit()
        self._look_ahead(plan)
        self._go_on()

    def _look_ahead(self, plan: PatrolPlan) -> None:
        """Warn when the edits have made the plans of the last days predictable."""
        project, puts = self._core.session.project, self._core.desk.puts

        def deliver(warning: Message | None) -> None:
            if self._core.desk.puts != puts:
                return
            if warning is not None and self.warning is None:
                self._core.notices.say(warning, NoticeLevel.WARNING)
            self.warning = warning
            self.changed.emit()

        self._core.jobs.quick(lambda: self._foresee(project, plan), deliver)

    def _take_editor(self, editor: PlanEditor, plan_id: str) -> None:
        self._opening = None
        plan = self._core.desk.plan
        if plan is None:
            self._wishes.clear()
        elif plan.plan_id == plan_id or editor.follow(plan):
            self._editor = editor
        self.changed.emit()
        self._go_on()

    def _follow(self) -> None:
        plan = self._core.desk.plan
        if plan is not self._own:
            self._own, self.warning = None, None
            if self._editor is not None and (plan is None or not self._editor.follow(plan)):
                self._editor = None
        self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        self._drop_wishes()
        self._core.notices.report(error)

    def _drop_wishes(self) -> None:
        self._opening = self._saving = None
        self._wishes.clear()
        plan = self._core.desk.plan
        if self._editor is not None and plan is not None:
            self._editor.follow(plan)
        self._core.desk.draft(None)
        self.changed.emit()

    def _forget(self) -> None:
        self._editor = self._own = self.warning = None
        self._wishes.clear()

    def _route(self, team_id: str) -> Route | None:
        plan = self._core.desk.shown
        return next((r for r in plan.routes if r.team_id == team_id), None) if plan is not None else None

    def _stop(self, visit_id: str) -> Stop | None:
        ref = self._core.desk.ref_of(visit_id)
        route = self._route(ref.team_id)
        return None if route is None else route.stops[ref.number - 1]

    def _name(self, visit_id: str) -> str:
        plan, stop = self._core.desk.shown, self._stop(visit_id)
        if stop is not None or plan is None:
            return visit_id if stop is None else stop.visit.name
        return next((one.visit.name for one in plan.unmet if one.visit.visit_id == visit_id), visit_id)


def _open(project: ProjectStore, plan_id: str, *, progress: Progress, cancel: Cancel) -> PlanEditor:
    # The solver is loaded by the worker that needs it, not when the window starts.
    from patrolmap.services.plan_editing import PlanEditor as Editor

    editor = Editor(project, plan_id, progress=progress, cancel=cancel)
    editor.warm_up()
    return editor


def _warning(project: ProjectStore, plan: PatrolPlan) -> Message | None:
    from patrolmap.services.plan_quality import plan_predictability

    return plan_predictability(project, plan).warning
