"""The import wizard: what is it, which column is what, what will come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.importing.columns_page import ColumnsPage
from patrolmap.desktop.features.importing.draft import ImportDraft
from patrolmap.desktop.features.importing.presenter import guess_layer
from patrolmap.desktop.features.importing.preview_page import PreviewPage
from patrolmap.desktop.features.importing.source_page import SourcePage
from patrolmap.desktop.forms import Roomy, button, label, row, rule
from patrolmap.desktop.run_button import RunButton
from patrolmap.desktop.window_words import in_window
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr, tr_error
from patrolmap.messages import N_

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.importing.presenter import ImportPresenter

__all__ = ["ImportWizard"]

_HEADINGS: Final = (N_("1 of 3: What is it?"), N_("2 of 3: Which column is what?"), N_("3 of 3: What will come of it?"))


class ImportWizard(Dialog):
    """
    Leads from a file to its import, in three pages.

    Parameters
    ----------
    core : Core
        Shared parts.
    presenter : ImportPresenter
        Does the import at the end.
    path : Path or None
        The file; None to ask where the data is, which may be two tables or a database as well.
    parent : QWidget or None
        Owner.
    """

    guide = ("ingest", "")

    def __init__(
        self, core: Core, presenter: ImportPresenter, path: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.draft = ImportDraft(core, path, (guess_layer(path.name) if path is not None else "") or "sites")
        self.setWindowTitle(tr("Import") if path is None else tr("Import {name}", name=path.name))
        self.resize(900, 680)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading, self.trouble = label("heading"), label()
        self.pages = QStackedWidget()
        self.source, self.columns, self.preview = (
            SourcePage(self.draft),
            ColumnsPage(self.draft),
            PreviewPage(self.draft),
        )
        for page in (self.source, self.columns, self.preview):
            self.pages.addWidget(Roomy(page))
        self.cancel_button, self.back_button, self.next_button = button(), button(), RunButton(core.jobs, low=True)
        self._lay_out()
        self.cancel_button.clicked.connect(self.reject)
        self.back_button.clicked.connect(self._back)
        self.next_button.wanted.connect(self._next)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._next)
        self.draft.changed.connect(self._refresh)
        self.draft.failed.connect(self._show_trouble)
        self._refresh()
        self.draft.examine()
        if self.draft.job is not None:  # the fields wait for it, and Enter shall go on, not cancel
            self.next_button.stop_button.setFocus()

    def reject(self) -> None:
        """Stop the work under way, or leave without an import."""
        if self.draft.job is not None:
            self.draft.stop()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """
        Stop the work under way.

        Parameters
        ----------
        event : QCloseEvent
            The event.
        """
        self.draft.stop()
        self.draft.changed.disconnect(self._refresh)
        self.draft.failed.disconnect(self._show_trouble)
        super().closeEvent(event)

    def _lay_out(self) -> None:
        self.cancel_button.setText(tr("Cancel"))
        self.back_button.setText(tr("‹  &Back"))
        self.next_button.button.setDefault(True)
        self.next_button.setMinimumWidth(240)
        self.trouble.setObjectName("warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(10)
        column.addWidget(self.heading)
        column.addWidget(self.pages, 1)
        column.addWidget(self.trouble)
        column.addWidget(rule())
        column.addLayout(row(self.cancel_button, None, self.back_button, self.next_button))

    def _refresh(self) -> None:
        place, draft = self.pages.currentIndex(), self.draft
        self.heading.setText(tr(_HEADINGS[place]))
        for page in (self.source, self.columns, self.preview):
            page.refresh()
        self.back_button.setEnabled(place > 0 and draft.job is None)
        words = (tr("&Look at the columns  ›"), tr("&Preview  ›"), tr("&Import"))
        look = tr("&Look again") if self.trouble.text() else tr("&Look at the file")
        self.next_button.set_text(words[place] if place or draft.look is not None else look)
        ready = draft.preview is None or bool(draft.preview.report.accepted + draft.preview.report.updated)
        self.next_button.button.setEnabled(draft.ready and (place < 2 or ready))
        self.next_button.follow(draft.job)
        if draft.job is not None:
            self.trouble.setText("")

    def _show_trouble(self, error: BaseException) -> None:
        if isinstance(error, PatrolmapError):
            self.trouble.setText(tr_error(tuple(map(in_window, error.parts))))
            self._refresh()
        else:
            self.draft.core.notices.report(error)

    def _back(self) -> None:
        self.pages.setCurrentIndex(self.pages.currentIndex() - 1)
        self.trouble.setText("")
        self._refresh()

    def _next(self) -> None:
        place, draft = self.pages.currentIndex(), self.draft
        if draft.job is not None:
            return
        if draft.look is None:
            draft.examine()
        elif place == 2 and draft.preview is not None:
            self._import()
        else:
            self.pages.setCurrentIndex(min(place + 1, 2))
            self._refresh()
            if place >= 1 and draft.preview is None:
                draft.rehearse()

    def _import(self) -> None:
        self._presenter.run(self.draft.order)
        self.accept()
