"""The plan panel."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLayout,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from patrolmap.desktop.failure_note import FailureNote
from patrolmap.desktop.features.board.unmet import UnmetList
from patrolmap.desktop.features.planning.presenter import PlanningPresenter, PlanRequest, summary_of
from patrolmap.desktop.forms import card, date_field, form, label, row, spaced
from patrolmap.desktop.run_button import RunButton
from patrolmap.desktop.tasks import TaskPanel, TaskSpec
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.kinds import ShiftMode

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.board.replanner import Replanner

__all__ = ["PlanPanel"]

_MODES: Final = ((ShiftMode.ROUTINE, N_("Routine")), (ShiftMode.HEIGHTENED, N_("Heightened")))
_FIGURES: Final = (N_("Teams out"), N_("Stops"), N_("Required met"), N_("Way (km)"))


class PlanPanel(TaskPanel):
    """
    The shift, the search, the plan in figures, and what it could not meet.

    Parameters
    ----------
    core : Core
        Shared parts.
    spec, following : TaskSpec
        As in `TaskPanel`.
    presenter : PlanningPresenter or None
        What it knows; None makes one.
    """

    def __init__(
        self, core: Core, spec: TaskSpec, following: TaskSpec | None, presenter: PlanningPresenter | None = None
    ) -> None:
        super().__init__(spec, following)
        self._core = core
        self.presenter = presenter or PlanningPresenter(core)
        self.date = date_field()
        self.start, self.end = _time_field(19), _time_field(23)
        self.mode = QComboBox()
        self.limit = QSpinBox()
        self.limit.setRange(5, 600)
        self.limit.setValue(20)
        spaced(self.limit)
        self.run_button = RunButton(core.jobs)
        self.failure = FailureNote(self.run_button, core)
        self.figures = tuple(label("figure", wrap=False) for _ in _FIGURES)
        self.result = label("muted")
        self.unmet = UnmetList()
        self._replanner: Replanner | None = None
        self.plan_notices = label("warning")
        self.quality = label("muted")
        self._unmet_title = label("section")
        self._lay_out()
        self.run_button.wanted.connect(self._run)
        self.unmet.chosen.connect(self._on_unmet)
        self.presenter.job_changed.connect(lambda: self.run_button.follow(self.presenter.job))
        self.presenter.quality_changed.connect(self._show_quality)
        core.desk.changed.connect(self.redress)
        core.cache.loaded.connect(lambda _name: self._follow_layers())
        core.session.opened.connect(self._follow_layers)
        self.run_button.setEnabled(self.presenter.can_run)
        self.redress()

    @property
    def request(self) -> PlanRequest:
        """What the fields ask."""
        day = self.date.date()
        return PlanRequest(
            dt.date(day.year(), day.month(), day.day()),
            self.start.time().toString("HH:mm"),
            self.end.time().toString("HH:mm"),
            str(self.mode.currentData()),
            float(self.limit.value()),
        )

    def redress(self) -> None:
        """Write modes, figures and reasons in the current language."""
        chosen = max(self.mode.currentIndex(), 0)
        self.mode.clear()
        for mode, title in _MODES:
            self.mode.addItem(tr(title), str(mode))
        self.mode.setCurrentIndex(chosen)
        self.limit.setSuffix(tr(" s"))
        self._show_plan()

    def _lay_out(self) -> None:
        shift, result = label("section"), label("section")
        self.dress.text(shift.setText, N_("The shift"))
        self.dress.text(result.setText, N_("The plan"))
        self.dress.text(self.run_button.set_text, N_("Plan this shift"))
        self.dress.text(self.unmet.setAccessibleName, N_("Unmet visits"))
        self.body.addWidget(shift)
        self.body.addLayout(form(self._rows()))
        self.body.addWidget(self.run_button)
        self.body.addWidget(self.failure)
        self.body.addSpacing(6)
        self.body.addWidget(result)
        self.body.addWidget(self.result)
        self._card = card(self._figure_grid())
        self.body.addWidget(self._card)
        self.body.addWidget(self.quality)
        self.body.addWidget(self.plan_notices)
        self.body.addWidget(self._unmet_title)
        self.body.addWidget(self.unmet)
        self.body.addStretch(1)

    def _rows(self) -> list[tuple[QLabel, QWidget | QLayout]]:
        titles = (N_("Date"), N_("Time"), N_("Mode"), N_("Search time"))
        dash = label("muted", wrap=False)
        dash.setText("–")
        times = row(self.start, dash, self.end, gap=6)
        times.setStretch(0, 1)
        times.setStretch(2, 1)
        made: list[tuple[QLabel, QWidget | QLayout]] = []
        fields: tuple[QWidget | QLayout, ...] = (self.date, times, self.mode, self.limit)
        for title, field in zip(titles, fields, strict=True):
            text = label(wrap=False)
            self.dress.text(text.setText, title)
            made.append((text, field))
        self.dress.text(self.start.setAccessibleName, N_("Start of the shift"))
        self.dress.text(self.end.setAccessibleName, N_("End of the shift"))
        return made

    def _figure_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(10)
        for place, (figure, title) in enumerate(zip(self.figures, _FIGURES, strict=True)):
            caption = label("muted", wrap=False)
            self.dress.text(caption.setText, title)
            line, column = 2 * (place // 2), place % 2
            grid.addWidget(figure, line, column)
            grid.addWidget(caption, line + 1, column)
            grid.setColumnStretch(column, 1)
        return grid

    def run_again(self) -> None:
        """Plan the shift of the plan on the desk once more."""
        plan = self._core.desk.plan
        if plan is None or not self.presenter.can_run:
            return
        shift = plan.shift
        self.date.setDate(QDate(shift.date.year, shift.date.month, shift.date.day))
        for field, seconds in ((self.start, shift.window.start_s), (self.end, shift.window.end_s)):
            field.setTime(QTime(0, 0).addSecs(round(seconds) % 86_400))
        self.mode.setCurrentIndex(max(self.mode.findData(shift.mode.value), 0))
        self._run()

    def _run(self) -> None:
        self.presenter.run(self.request)

    def _follow_layers(self) -> None:
        self.run_button.setEnabled(self.presenter.can_run)
        if self._core.desk.plan is None:
            self._show_plan()

    def _show_plan(self) -> None:
        plan = self._core.desk.plan
        for widget in (self._card, self._unmet_title, self.unmet):
            widget.setVisible(plan is not None)
        if plan is None:
            words = (
                tr("No plan yet.")
                if self.presenter.can_run
                else tr("A plan needs streets and teams. Import them first.")
            )
            if not self.presenter.can_run and self._core.cache.is_loading:
                words = tr("Reading the district…")
            self.result.setText(words)
            self.plan_notices.setVisible(False)
            self.quality.setVisible(False)
            return
        figures, number = summary_of(plan), self.locale().toString
        texts = (
            f"{number(figures.teams_out)} / {number(figures.teams)}",
            number(figures.stops),
            f"{number(figures.required_met)} / {number(figures.required)}",
            number(round(figures.length_m / 1000, 1), "f", 1),
        )
        for field, text in zip(self.figures, texts, strict=True):
            field.setText(text)
        values = {"plan": plan.plan_id, "shift": plan.shift.name, "date": plan.shift.date}
        self.result.setText(tr("{date}, {shift}; no. {plan}", **values))
        self.plan_notices.setText("\n".join(tr(notice) for notice in plan.notices))
        self.plan_notices.setVisible(bool(plan.notices))
        self._unmet_title.setText(tr("Unmet visits ({count})", count=len(plan.unmet)))
        self._show_unmet()
        self._show_quality()

    def _show_quality(self) -> None:
        self.quality.setText("\n".join(tr(line) for line in self.presenter.quality))
        self.quality.setVisible(bool(self.presenter.quality))

    def offer_remedies(self, replanner: Replanner) -> None:
        """
        Put a button for each remedy into the list of unmet visits.

        Parameters
        ----------
        replanner : Replanner
            Plans again.
        """
        self._replanner = replanner
        self.unmet.remedy_wanted.connect(replanner.mend)
        self._core.jobs.started.connect(self._allow)
        self._core.jobs.ended.connect(self._allow)
        self._show_plan()

    def _allow(self, _job: object = None) -> None:
        self.unmet.allow(can_run=self._replanner is not None and self._replanner.can_run)

    def _show_unmet(self) -> None:
        self.unmet.show_visits(self.presenter.unmet, None if self._replanner is None else self._replanner.remedies)
        self._allow()

    def _on_unmet(self, place: int) -> None:
        self._core.scene.show([self.presenter.unmet[place].visit.point], margin_m=500.0)


def _time_field(hour: int) -> QTimeEdit:
    made = QTimeEdit(QTime(hour, 0))
    made.setDisplayFormat("HH:mm")
    spaced(made)
    return made
