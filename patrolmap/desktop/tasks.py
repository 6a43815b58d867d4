"""The dock on the right: a switcher of the tasks of an evening, and the panel of the one in hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import GAP, MARGIN, button, label, row, rule, scrolled
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TASKS", "TaskDock", "TaskPanel", "TaskSpec"]


@dataclass(frozen=True)
class TaskSpec:
    """
    One task of an evening.

    Parameters
    ----------
    id : str
        Such as ``rings``.
    title : str
        English title, the key of its translation.
    heading : str
        What the panel is about, one line.
    advice : str
        What to do here, one or two sentences.
    icon : str
        Name of the icon.
    """

    id: str
    title: str
    heading: str
    advice: str
    icon: str


TASKS = (
    TaskSpec(
        "import",
        N_("Import"),
        N_("Bring in what the office has"),
        N_("Streets first, then rings, sites, incidents and teams. Nothing leaves this computer."),
        "import",
    ),
    TaskSpec(
        "rings",
        N_("Rings"),
        N_("Do the rings hold?"),
        N_("One question at a time; the answer lies on the map."),
        "rings",
    ),
    TaskSpec(
        "hotspots",
        N_("Hotspots"),
        N_("Where do incidents concentrate?"),
        N_("The method is tested on the past before its map is shown."),
        "hotspots",
    ),
    TaskSpec(
        "plan",
        N_("Plan"),
        N_("Who goes where tonight?"),
        N_("Every time is real travel along the streets. What cannot be met is listed with the reason."),
        "plan",
    ),
    TaskSpec(
        "sheets",
        N_("Sheets"),
        N_("Hand out the patrol sheets"),
        N_("One A4 sheet for each team, and an overview for the duty officer."),
        "sheets",
    ),
    TaskSpec(
        "report",
        N_("Report"),
        N_("What was found, and how is the week?"),
        N_("Events from received to rated, and the situation report as Word and PDF."),
        "log",
    ),
)


class TaskPanel(QWidget):
    """
    A panel: heading, advice, a scrolling body, and the way to the next task.

    Parameters
    ----------
    spec : TaskSpec
        What it is for.
    following : TaskSpec or None
        The natural next task; None for the last.
    parent : QWidget or None
        Owner.
    """

    wants_task = Signal(str)
    """The user goes on to a task."""

    def __init__(self, spec: TaskSpec, following: TaskSpec | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        heading, advice = label("heading"), label("muted")
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(MARGIN, 12, MARGIN, MARGIN)
        self.body.setSpacing(GAP + 1)
        self.body.addWidget(heading)
        self.body.addWidget(advice)
        self.body.addSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scrolled(inside), 1)
        self.dress = Dresser(self, self.redress)
        self.dress.text(heading.setText, spec.heading)
        self.dress.text(advice.setText, spec.advice)
        if following is not None:
            self.next_button = button(flat=True)
            self.next_button.clicked.connect(lambda: self.wants_task.emit(following.id))
            column.addWidget(rule())
            foot = row(None, self.next_button)
            foot.setContentsMargins(MARGIN, 7, MARGIN, 7)
            column.addLayout(foot)
            self.dress.text(
                lambda _text: self.next_button.setText(tr("Next: {task}  ›", task=tr(following.title))), following.title
            )

    def redress(self) -> None:
        """Build again what depends on language or theme; nothing by default."""


class TaskDock(QWidget):
    """
    The switcher with its panels.

    Parameters
    ----------
    panels : iterable of TaskPanel
        In the order of an evening.
    parent : QWidget or None
        Owner.
    """

    switched = Signal(str)
    """Another task is in hand."""

    def __init__(self, panels: Iterable[TaskPanel], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels = {panel.spec.id: panel for panel in panels}
        self._buttons: dict[str, QToolButton] = {}
        self._stack = QStackedWidget()
        strip = QFrame()
        line = QHBoxLayout(strip)
        line.setContentsMargins(8, 7, 8, 7)
        line.setSpacing(2)
        group = QButtonGroup(self)
        dress = Dresser(self)
        for place, panel in enumerate(self._panels.values()):
            switch = _switch()
            group.addButton(switch)
            line.addWidget(switch, 1)
            dress.text(switch.setText, panel.spec.title)
            dress.text(switch.setToolTip, panel.spec.heading)
            dress.icon(switch.setIcon, panel.spec.icon)
            switch.clicked.connect(lambda _on, task=panel.spec.id: self.show_task(task))
            panel.wants_task.connect(self.show_task)
            self._buttons[panel.spec.id] = switch
            self._stack.insertWidget(place, panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(rule())
        self._strips = QVBoxLayout()
        self._strips.setContentsMargins(8, 0, 8, 0)
        column.addLayout(self._strips)
        column.addWidget(self._stack, 1)
        self.show_task(next(iter(self._panels)))

    @property
    def task(self) -> str:
        """The task in hand."""
        return next(task for task, panel in self._panels.items() if panel is self._stack.currentWidget())

    def put_strip(self, strip: QWidget) -> None:
        """
        Put something between the switcher and the panels.

        Parameters
        ----------
        strip : QWidget
            Shown for every task unless it hides itself.
        """
        self._strips.addWidget(strip)

    def mark(self, task: str, why: str) -> None:
        """
        Mark a task whose result needs care.

        Parameters
        ----------
        task : str
            One of the ids of `TASKS`.
        why : str
            What the mark says when the pointer rests on it, and to screen readers; empty takes the mark away.
        """
        switch, spec = self._buttons[task], self._panels[task].spec
        switch.setToolTip(why or tr(spec.heading))
        switch.setAccessibleDescription(why)
        if bool(switch.property("stale")) != bool(why):
            switch.setProperty("stale", bool(why))
            switch.style().unpolish(switch)
            switch.style().polish(switch)

    def panel(self, task: str) -> TaskPanel:
        """
        Give the panel of a task.

        Parameters
        ----------
        task : str
            One of the ids of `TASKS`.

        Returns
        -------
        TaskPanel
            Its panel.
        """
        return self._panels[task]

    def show_task(self, task: str) -> None:
        """
        Take a task in hand.

        Parameters
        ----------
        task : str
            One of the ids of `TASKS`.
        """
        self._buttons[task].setChecked(True)
        self._stack.setCurrentWidget(self._panels[task])
        self.switched.emit(task)


def _switch() -> QToolButton:
    made = QToolButton()
    made.setCheckable(True)
    made.setAutoRaise(True)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    made.setIconSize(QSize(20, 20))
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made
