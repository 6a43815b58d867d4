"""What the sections of the rings panel have in common: fields, a button that starts, an answer in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.failure_note import FailureNote
from patrolmap.desktop.features.rings.tables import RingTables
from patrolmap.desktop.forms import GAP, form, label
from patrolmap.desktop.run_button import RunButton
from patrolmap.i18n import current_language, tr
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QLabel, QLayout

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.rings.analysis import Analysis, AnalysisPresenter
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore

__all__ = ["AnalysisSection"]


class AnalysisSection(QWidget):
    """
    A section that asks one kind of question.

    Parameters
    ----------
    core : Core
        Shared parts.
    presenter : AnalysisPresenter
        What it knows.
    advice, run_text : str
        English texts: what the section is for, and what the button does.
    """

    def __init__(self, core: Core, presenter: AnalysisPresenter, advice: str, run_text: str) -> None:
        super().__init__()
        self.core, self.presenter = core, presenter
        self._names: list[QLabel] = []
        self._language = current_language()
        self.dress = Dresser(self, self.redress)
        self.fields = QVBoxLayout()
        self.run_button = RunButton(core.jobs)
        self.failure = FailureNote(self.run_button, core)
        self.state, self.headline, self.lines = label("muted"), label("section"), label("muted")
        self.extras = QVBoxLayout()
        self.tables = RingTables()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP + 1)
        words = label("muted")
        self.dress.text(words.setText, advice)
        self.dress.text(self.run_button.set_text, run_text)
        column.addWidget(words)
        column.addLayout(self.fields)
        column.addWidget(self.run_button)
        column.addWidget(self.failure)
        for part in (self.state, self.headline, self.lines):
            column.addWidget(part)
        column.addLayout(self.extras)
        column.addWidget(self.tables)
        column.addStretch(1)
        self.run_button.wanted.connect(self.run)
        self.tables.chosen.connect(presenter.show)
        presenter.job_changed.connect(lambda: self.run_button.follow(presenter.job))
        presenter.changed.connect(self.refresh)
        presenter.picked.connect(self.tables.select)
        core.cache.loaded.connect(lambda _name: self.show_state())
        core.session.opened.connect(self.show_state)

    def add_form(self, rows: Sequence[tuple[str, QWidget | QLayout]]) -> QWidget:
        """
        Add fields under their names.

        Parameters
        ----------
        rows : sequence of (str, QWidget or QLayout)
            English names with the fields.

        Returns
        -------
        QWidget
            What holds them, so that they can be hidden together.
        """
        holder = QWidget()
        named: list[tuple[QLabel, QWidget | QLayout]] = []
        for title, field in rows:
            name = label()
            self.dress.text(name.setText, title)
            if isinstance(field, QWidget):
                self.dress.text(field.setAccessibleName, title)
            named.append((name, field))
        holder.setLayout(form(named))
        self._names += [name for name, _field in named]
        self.fields.addWidget(holder)
        self.align()
        return holder

    def align(self) -> None:
        """Let the fields of all forms begin below each other."""
        for name in self._names:
            name.setMinimumWidth(0)
        widest = max((name.sizeHint().width() for name in self._names), default=0)
        for name in self._names:
            name.setMinimumWidth(widest)

    def work(self) -> Callable[[ProjectStore, Progress, Cancel], Analysis] | None:
        """
        Read the fields.

        Returns
        -------
        Callable or None
            What a worker does; it must not touch the fields. None if the fields make no question: the section has said why.
        """
        raise NotImplementedError

    def run(self) -> None:
        """Ask what the fields say."""
        asked = self.work()
        if asked is not None:
            self.presenter.run(asked)

    def redress(self) -> None:
        """Write answers in the current language; another theme writes nothing anew."""
        self.align()
        if self._language != current_language():
            self._language = current_language()
            self.refresh()
            self.presenter.draw()

    def refresh(self) -> None:
        """Show the answer that there is."""
        found = self.presenter.analysis
        view = None if found is None else found.view
        self.headline.setText("" if view is None else tr(view.headline))
        self.lines.setText("" if view is None else "\n".join(tr(line) for line in view.lines))
        self.headline.setVisible(view is not None)
        self.lines.setVisible(view is not None and bool(view.lines))
        self.tables.put(() if view is None else view.tables)
        self.show_state()

    def show_state(self) -> None:
        """Say what is missing, or that the answer is out of date."""
        presenter = self.presenter
        self.run_button.setEnabled(presenter.can_run)
        if presenter.missing:
            names = [tr(LAYERS[name].title) for name in presenter.missing]
            self.state.setText(tr("This needs: {layers}. Import them first.", layers=names))
        elif presenter.is_stale:
            self.state.setText(tr("The project changed since this was computed. Compute it again."))
        elif presenter.analysis is None and presenter.job is None:
            self.state.setText(tr("Nothing is computed yet."))
        else:
            self.state.setText("")
        self.state.setVisible(bool(self.state.text()))
