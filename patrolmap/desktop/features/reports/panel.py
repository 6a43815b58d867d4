"""The panel of the loop's end: the patrol log, events, and the situation report with its pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QToolButton

from patrolmap.desktop.failure_note import FailureNote
from patrolmap.desktop.features.events.section import EventsSection
from patrolmap.desktop.features.log.section import LogSection
from patrolmap.desktop.features.reports.presenter import ReportPresenter
from patrolmap.desktop.features.sheets.panel import PaperView
from patrolmap.desktop.forms import button, date_field, label, row
from patrolmap.desktop.run_button import RunButton
from patrolmap.desktop.tasks import TaskPanel, TaskSpec
from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.sheets.presenter import Preview

__all__ = ["ReportPanel"]

_PERIODS: Final = {"day": N_("Daily"), "week": N_("Weekly"), "month": N_("Monthly")}
_LANGUAGES: Final = {"zh": "中文", "en": "English"}


class ReportPanel(TaskPanel):
    """
    The patrol log above, then events, the report below.

    Parameters
    ----------
    core : Core
        Shared parts.
    spec, following : TaskSpec
        As in `TaskPanel`.
    presenter : ReportPresenter or None
        What it knows of reports; None makes one.
    """

    def __init__(
        self, core: Core, spec: TaskSpec, following: TaskSpec | None, presenter: ReportPresenter | None = None
    ) -> None:
        super().__init__(spec, following)
        self._core = core
        self.presenter = presenter or ReportPresenter(core)
        self.log = LogSection(core)
        self.events = EventsSection(core)
        self.period, self.language = QComboBox(), QComboBox()
        self.end = date_field()
        yesterday = dt.date.today() - dt.timedelta(days=1)
        self.end.setDate(QDate(yesterday.year, yesterday.month, yesterday.day))
        self.publish = QCheckBox()
        self.run_button = RunButton(core.jobs)
        self.failure = FailureNote(self.run_button, core)
        self.save_button = button()
        self.back_button, self.forward_button = QToolButton(), QToolButton()
        self.page, self.paper = label("muted", wrap=False), PaperView()
        self._number = 1
        self._language_is_chosen = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self._ask)
        self._lay_out()
        self._connect()
        self.redress()

    def redress(self) -> None:
        """Name periods and languages in the current language."""
        for box, titles in ((self.period, _PERIODS), (self.language, _LANGUAGES)):
            chosen = box.currentData() or "week"
            if box is self.language and not self._language_is_chosen:
                chosen = current_language()
            box.blockSignals(True)
            box.clear()
            for key, title in titles.items():
                box.addItem(tr(title) if box is self.period else title, key)
            box.setCurrentIndex(box.findData(chosen))
            box.blockSignals(False)
        self._refresh()

    def _lay_out(self) -> None:
        log, events, report = label("section"), label("section"), label("section")
        self.dress.text(log.setText, N_("Patrol log"))
        self.dress.text(events.setText, N_("Events"))
        self.dress.text(report.setText, N_("Situation report"))
        self.dress.text(self.publish.setText, N_("For publication"))
        words = N_("For readers outside: small counts are suppressed; rings, plans and places of events are left out.")
        self.dress.text(self.publish.setToolTip, words)
        self.dress.text(self.run_button.set_text, N_("Make the report"))
        self.dress.text(self.save_button.setText, N_("Save as Word and PDF…"))
        self.dress.text(self.back_button.setToolTip, N_("Page before"))
        self.dress.text(self.back_button.setAccessibleName, N_("Page before"))
        self.dress.text(self.forward_button.setToolTip, N_("Next page"))
        self.dress.text(self.forward_button.setAccessibleName, N_("Next page"))
        self.dress.text(self.paper.setAccessibleName, N_("Preview"))
        for arrow, sign in ((self.back_button, "‹"), (self.forward_button, "›")):
            arrow.setAutoRaise(True)
            arrow.setText(sign)
        self.body.addWidget(log)
        self.body.addWidget(self.log)
        self.body.addSpacing(8)
        self.body.addWidget(events)
        self.body.addWidget(self.events)
        self.body.addSpacing(8)
        self.body.addWidget(report)
        self.body.addLayout(self._choices())
        self.body.addWidget(self.publish)
        self.body.addWidget(self.run_button)
        self.body.addWidget(self.failure)
        self.body.addLayout(row(self.save_button, None, self.back_button, self.page, self.forward_button, gap=6))
        self.body.addWidget(self.paper)
        self.body.addStretch(1)

    def _choices(self) -> QGridLayout:
        """Lay the three choices side by side, each under its name."""
        made = QGridLayout()
        made.setHorizontalSpacing(6)
        made.setVerticalSpacing(3)
        choices = ((N_("Period"), self.period), (N_("Last day"), self.end), (N_("Language"), self.language))
        for place, (words, widget) in enumerate(choices):
            title = label("muted", wrap=False)
            title.setBuddy(widget)
            self.dress.text(title.setText, words)
            self.dress.text(widget.setAccessibleName, words)
            made.addWidget(title, 0, place)
            made.addWidget(widget, 1, place)
            made.setColumnStretch(place, 1)
        return made

    def _connect(self) -> None:
        self.run_button.wanted.connect(self._make)
        self.language.activated.connect(self._keep_language)
        self.save_button.clicked.connect(self._save)
        self.back_button.clicked.connect(lambda: self._turn(-1))
        self.forward_button.clicked.connect(lambda: self._turn(1))
        self.paper.resized.connect(self._later.start)
        self.presenter.job_changed.connect(self._refresh)
        self.presenter.made_changed.connect(self._on_made)
        self.presenter.previewed.connect(self._show)
        self._core.session.opened.connect(self._refresh)
        self._core.session.closed.connect(self._refresh)

    def _keep_language(self, _place: int) -> None:
        self._language_is_chosen = True

    def _make(self) -> None:
        day = self.end.date()
        end = dt.date(day.year(), day.month(), day.day())
        chosen = self.period.currentData(), end, self.language.currentData()
        self.presenter.make(*chosen, publish=self.publish.isChecked())

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save as Word and PDF…"), str(self.presenter.proposed_path()), "Word (*.docx)"
        )
        if chosen:
            self.presenter.save(Path(chosen).with_suffix(".docx"))

    def _on_made(self) -> None:
        self._number = 1
        self.paper.show_page(None)
        self._refresh()
        self._ask()

    def _refresh(self) -> None:
        self.run_button.follow(self.presenter.job)
        self.run_button.setEnabled(self._core.session.is_open)
        made = self.presenter.made is not None
        for widget in (self.save_button, self.back_button, self.page, self.forward_button, self.paper):
            widget.setVisible(made)

    def _turn(self, pages: int) -> None:
        self._number = max(self._number + pages, 1)
        self._ask()

    def _ask(self) -> None:
        if self.presenter.made is not None:
            self.presenter.preview(self._number, self.paper.dots_per_mm)

    def _show(self, preview: Preview) -> None:
        self._number = preview.page
        self.paper.show_page(preview)
        self.page.setText(f"{preview.page} / {preview.pages}")
        self.back_button.setEnabled(preview.page > 1)
        self.forward_button.setEnabled(preview.page < preview.pages)
