"""Marks on the tasks whose results were computed before their data changed, with a button that computes them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.events import Event
from patrolmap.desktop.features.hotspots.panel import HotspotsPanel
from patrolmap.desktop.features.planning.panel import PlanPanel
from patrolmap.desktop.features.rings.panel import RingsPanel
from patrolmap.desktop.forms import button, label
from patrolmap.desktop.haste import Haste
from patrolmap.desktop.icons import pixmap
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.services.freshness import outdated_hotspots, outdated_message, outdated_plan
from patrolmap.services.plan_making import PLAN_INPUTS
from patrolmap.services.settings_mark import settings_mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.rings.presenter import RingsPresenter
    from patrolmap.desktop.tasks import TaskDock
    from patrolmap.services.freshness import Outdated

__all__ = ["Freshness", "StaleStrip", "watch_freshness"]

_WATCHED: Final = frozenset({*PLAN_INPUTS, "incidents", "hotspots"})


class Freshness:
    """
    Knows which tasks have results that are out of date. No widgets.

    Parameters
    ----------
    core : Core
        Shared parts.
    rings : RingsPresenter
        Knows about the closure, which is kept in the window only.

    Attributes
    ----------
    changed : Event
        Another task is out of date, or none.
    """

    def __init__(self, core: Core, rings: RingsPresenter) -> None:
        self._core, self._rings = core, rings
        self._stale: dict[str, Outdated] = {}
        self._question = 0
        self._settings = ""
        self.changed: Event[[]] = Event()
        core.session.opened.connect(self.look)
        core.session.changed.connect(lambda names: self.look() if names & _WATCHED else None)
        core.session.history_changed.connect(self._look_at_settings)
        core.session.closed.connect(self._forget)
        core.desk.changed.connect(self.look)
        rings.reports_changed.connect(self.changed.emit)

    def said(self, task: str) -> Message | None:
        """
        Say why a task's result is out of date.

        Parameters
        ----------
        task : str
            One of the ids of `patrolmap.desktop.tasks.TASKS`.

        Returns
        -------
        Message or None
            None if it fits its data, or if nothing is computed.
        """
        if task == "rings" and self._rings.is_stale:
            return Message(N_("Out of date: the project changed after the rings were checked."))
        one = self._stale.get(task)
        return None if one is None else outdated_message(one)

    def look(self) -> None:
        """Compare again, in the background: layers are hashed once after each change."""
        self._question += 1
        if not self._core.session.is_open or not self._core.session.project.has_frame:
            return
        self._core.jobs.quick(self._work(), self._taker(self._question), Haste.LATER)

    def _look_at_settings(self) -> None:
        """Look again after a change of settings: they are no layer, and told as a step that can be undone."""
        session = self._core.session
        mark = settings_mark(session.project) if session.is_open else ""
        if mark != self._settings:
            self._settings = mark
            self.look()

    def _work(self) -> Callable[[], dict[str, Outdated]]:
        project, plan = self._core.session.project, self._core.desk.plan

        def work() -> dict[str, Outdated]:
            checked = {
                "hotspots": outdated_hotspots(project),
                "plan": None if plan is None else outdated_plan(project, plan),
            }
            return {task: one for task, one in checked.items() if one is not None}

        return work

    def _taker(self, question: int) -> Callable[[dict[str, Outdated]], None]:
        def take(stale: dict[str, Outdated]) -> None:
            if question == self._question and stale != self._stale:
                self._stale = stale
                self.changed.emit()

        return take

    def _forget(self) -> None:
        self._question += 1
        self._stale = {}
        self.changed.emit()


class StaleStrip(QFrame):
    """
    Tells that the result of the task in hand is out of date; hidden while it is not.

    Parameters
    ----------
    freshness : Freshness
        Knows.
    again : Callable
        Computes a task's result anew; gets the id of the task.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, freshness: Freshness, again: Callable[[str], Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._freshness, self._task = freshness, ""
        self.setObjectName("notice")
        self.setProperty("level", "warning")
        self._mark, self.text, self.again_button = QLabel(), label(), button()
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 10, 8)
        line.setSpacing(10)
        line.addWidget(self._mark)
        line.addWidget(self.text, 1)
        line.addWidget(self.again_button)
        Dresser(self, self.refresh).text(self.again_button.setText, N_("Compute again"))
        self.again_button.clicked.connect(lambda: again(self._task))
        freshness.changed.connect(self.refresh)
        self.hide()

    def show_task(self, task: str) -> None:
        """
        Tell about a task.

        Parameters
        ----------
        task : str
            The one in hand.
        """
        self._task = task
        self.refresh()

    def refresh(self) -> None:
        """Show how things stand now."""
        said = self._freshness.said(self._task)
        self.setVisible(said is not None)
        if said is not None:
            self.text.setText(tr(said))
            self.setAccessibleName(self.text.text())
            self._mark.setPixmap(pixmap("warning", 20, current_tokens().warning, self.devicePixelRatioF()))


def watch_freshness(core: Core, dock: TaskDock) -> Freshness:
    """
    Mark the tasks of a dock whose results are out of date, and offer to compute them again.

    Parameters
    ----------
    core : Core
        Shared parts.
    dock : TaskDock
        Its panels know how to compute.

    Returns
    -------
    Freshness
        What knows.
    """
    rings, plan, hotspots = dock.panel("rings"), dock.panel("plan"), dock.panel("hotspots")
    if not (isinstance(rings, RingsPanel) and isinstance(plan, PlanPanel) and isinstance(hotspots, HotspotsPanel)):
        msg = "a task has another panel"
        raise TypeError(msg)

    def check_rings() -> None:
        rings.show_section("closure")
        rings.presenter.run()

    ways = {"rings": check_rings, "plan": plan.run_again, "hotspots": hotspots.run_button.button.click}
    freshness = Freshness(core, rings.presenter)
    strip = StaleStrip(freshness, lambda task: ways[task]())

    def mark() -> None:
        for task in ways:
            said = freshness.said(task)
            dock.mark(task, "" if said is None else tr(said))

    freshness.changed.connect(mark)
    dock.put_strip(strip)
    dock.switched.connect(strip.show_task)
    strip.show_task(dock.task)
    return freshness
