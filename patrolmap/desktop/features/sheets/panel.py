"""The sheets panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QProgressDialog,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.failure_note import FailureNote
from patrolmap.desktop.features.sheets.presenter import Preview, SheetsPresenter
from patrolmap.desktop.features.sheets.printing import PrintRun, asked_printer
from patrolmap.desktop.features.sheets.template_dialog import TemplateDialog
from patrolmap.desktop.focus_ring import paint_focus
from patrolmap.desktop.forms import button, label, row, scrolled
from patrolmap.desktop.run_button import RunButton
from patrolmap.desktop.tasks import TaskPanel, TaskSpec
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.unhurried import Unhurried
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.sheets.flow import paper_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
    from PySide6.QtPrintSupport import QPrinter

    from patrolmap.desktop.core import Core
    from patrolmap.sheets.flow import Page

__all__ = ["PaperView", "SheetsPanel"]

_A4: Final = (210.0, 297.0)
_READING_DOTS_PER_MM: Final = 5.0


class PaperView(QWidget):
    """
    A page on its shadow.

    Parameters
    ----------
    parent : QWidget or None
        Owner.
    """

    clicked = Signal()
    """The page was clicked."""
    resized = Signal()
    """Another size of picture is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview: Preview | None = None
        self.width_mm = _A4[0]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(200)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def dots_per_mm(self) -> float:
        """How large a picture fills the width."""
        return max(self.width() - 4, 100) * self.devicePixelRatioF() / self.width_mm

    def show_page(self, preview: Preview | None) -> None:
        """
        Show a page.

        Parameters
        ----------
        preview : Preview or None
            The page; None for empty paper.
        """
        self.preview = preview
        self.setCursor(Qt.CursorShape.ArrowCursor if preview is None else Qt.CursorShape.PointingHandCursor)
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        """
        Keep the shape of the paper.

        Parameters
        ----------
        width : int
            Pixels.

        Returns
        -------
        int
            Pixels.
        """
        return round((width - 4) * self._shape()) + 4

    def sizeHint(self) -> QSize:
        """
        Propose a size.

        Returns
        -------
        QSize
            As wide as a panel.
        """
        return QSize(320, self.heightForWidth(320))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """
        Paint paper, shadow and page.

        Parameters
        ----------
        _event : QPaintEvent
            What is to be painted; everything is.
        """
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        width = self.width() - 4.0
        page = QRectF(2, 2, width, width * self._shape())
        painter.setPen(QColor(current_tokens().line_strong))
        # Paper is white in the dark too, but only when there is something on it.
        painter.setBrush(QColor("#ffffff" if self.preview is not None else current_tokens().field))
        painter.drawRect(page.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.preview is not None:
            painter.drawImage(page, self.preview.picture)
        else:
            painter.setPen(QColor(current_tokens().muted))
            top = page.adjusted(12, 0, -12, 0).intersected(QRectF(self.visibleRegion().boundingRect()))
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, tr("Painting the page…"))
        if self.hasFocus():
            paint_focus(painter, page.toAlignedRect())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Take Enter and Space for a click.

        Parameters
        ----------
        event : QKeyEvent
            The key; others go on to the window.
        """
        if self.preview is not None and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """
        Tell of a click.

        Parameters
        ----------
        event : QMouseEvent
            The release.
        """
        if self.preview is not None and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """
        Ask for a picture of the new size.

        Parameters
        ----------
        event : QResizeEvent
            The size.
        """
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.resized.emit()

    def _shape(self) -> float:
        if self.preview is None:
            return _A4[1] / _A4[0]
        return self.preview.picture.height() / max(self.preview.picture.width(), 1)


class SheetsPanel(TaskPanel):
    """
    A team to look at, its sheet, and the button that writes all.

    Parameters
    ----------
    core : Core
        Shared parts.
    spec, following : TaskSpec
        As in `TaskPanel`.
    presenter : SheetsPresenter or None
        What it knows; None makes one.
    """

    def __init__(
        self, core: Core, spec: TaskSpec, following: TaskSpec | None, presenter: SheetsPresenter | None = None
    ) -> None:
        super().__init__(spec, following)
        self._core = core
        self.presenter = presenter or SheetsPresenter(core)
        self.team = QComboBox()
        self.back_button, self.forward_button = _arrow(), _arrow()
        self.page = label("muted", wrap=False)
        self.paper = PaperView()
        self.run_button = RunButton(core.jobs)
        self.failure = FailureNote(self.run_button, core)
        self.open_button = button(flat=True)
        self.layout_button, self.print_button, self.export_button = button(), button(), button()
        self._printing: PrintRun | None = None
        self.empty = label("muted")
        self._number = 1
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self._ask)
        self._lay_out()
        self._connect()
        self._list_teams()

    def redress(self) -> None:
        """Paint the page in the current language."""
        self._list_teams()

    def _lay_out(self) -> None:
        preview = label("section")
        self.dress.text(preview.setText, N_("Preview"))
        self.dress.text(self.team.setAccessibleName, N_("Team"))
        self.dress.text(self.back_button.setToolTip, N_("Page before"))
        self.dress.text(self.back_button.setAccessibleName, N_("Page before"))
        self.dress.text(self.forward_button.setToolTip, N_("Next page"))
        self.dress.text(self.forward_button.setAccessibleName, N_("Next page"))
        self.dress.text(self.paper.setAccessibleName, N_("Preview"))
        self.dress.text(self.paper.setToolTip, N_("Click to read it"))
        self.dress.text(self.run_button.set_text, N_("Write all sheets…"))
        self.dress.text(self.open_button.setText, N_("Open the folder"))
        self.dress.text(self.layout_button.setText, N_("Layout…"))
        self.dress.text(self.print_button.setText, N_("Print…"))
        self.dress.text(self.export_button.setText, N_("Export…"))
        self.back_button.setText("‹")
        self.forward_button.setText("›")
        self.open_button.hide()
        self.body.addWidget(self.run_button)
        self.body.addWidget(self.failure)
        doing = row(self.layout_button, self.print_button, self.export_button, None, gap=6)
        doing.setAlignment(self.export_button, Qt.AlignmentFlag.AlignVCenter)  # else its height would bound the row's
        self.body.addLayout(doing)
        self.body.addLayout(row(self.open_button, None))
        self.body.addWidget(preview)
        self.body.addWidget(self.empty)
        line = row(self.team, self.back_button, self.page, self.forward_button, gap=6)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        self.body.addWidget(self.paper)
        self.body.addStretch(1)

    def _connect(self) -> None:
        self.team.currentIndexChanged.connect(self._on_team)
        self.back_button.clicked.connect(lambda: self._turn(-1))
        self.forward_button.clicked.connect(lambda: self._turn(1))
        self.paper.clicked.connect(self._read)
        self.paper.resized.connect(self._later.start)
        self.run_button.wanted.connect(self._choose_folder)
        self.open_button.clicked.connect(self._open_folder)
        self.layout_button.clicked.connect(self._edit_layout)
        self.print_button.clicked.connect(self._print)
        self.presenter.plan_changed.connect(Unhurried(self, self._list_teams))
        self.presenter.previewed.connect(self._show)
        self.presenter.job_changed.connect(self._follow)
        self._core.desk.pointed.connect(lambda ref: self._select_team(ref.team_id))

    def _list_teams(self) -> None:
        chosen = self.team.currentData()
        routes = self.presenter.routes
        self.team.blockSignals(True)
        self.team.clear()
        for route in routes:
            words = tr("{team} ({count} {count:stop|stops})", team=route.team_name, count=len(route.stops))
            self.team.addItem(words, route.team_id)
        self.team.setCurrentIndex(max(self.team.findData(chosen), 0))
        self.team.blockSignals(False)
        for widget in (self.team, self.back_button, self.page, self.forward_button, self.paper):
            widget.setVisible(bool(routes))
        self.run_button.setEnabled(bool(routes))
        self.print_button.setEnabled(bool(routes) and self._printing is None)
        self.layout_button.setEnabled(self._core.session.is_open)
        self.export_button.setEnabled(self._core.session.is_open)
        self.paper.width_mm = paper_of(self.presenter.template).width_mm
        self.empty.setVisible(not routes)
        self.empty.setText(tr("There is no plan to print yet. Make one in the Plan panel."))
        self._on_team()

    def _select_team(self, team_id: str) -> None:
        place = self.team.findData(team_id)
        if place >= 0:
            self.team.setCurrentIndex(place)

    def _on_team(self) -> None:
        self._number = 1
        self._later.start()

    def _turn(self, pages: int) -> None:
        self._number = max(self._number + pages, 1)
        self._ask()

    def _ask(self) -> None:
        if self.isVisible() and self.team.currentData():
            self.presenter.preview(str(self.team.currentData()), self._number, self.paper.dots_per_mm)

    def showEvent(self, event: object) -> None:
        """
        Paint the page when first seen.

        Parameters
        ----------
        event : QShowEvent
            The event.
        """
        super().showEvent(event)  # type: ignore[arg-type]  # the base class names a narrower event
        self._later.start()

    def _show(self, preview: Preview) -> None:
        self._number = preview.page
        self.paper.show_page(preview)
        self.page.setText(f"{preview.page} / {preview.pages}")
        self.back_button.setEnabled(preview.page > 1)
        self.forward_button.setEnabled(preview.page < preview.pages)

    def _read(self) -> None:
        ReadingDialog(self.presenter, str(self.team.currentData()), self._number, self).exec()

    def _choose_folder(self) -> None:
        start = str(self.presenter.proposed_folder)
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder for the sheets"), start)
        if chosen:
            self.presenter.write(Path(chosen))

    def _edit_layout(self) -> None:
        dialog = TemplateDialog(self.presenter.template, self._core.notices.report, self)
        if dialog.exec():
            self.presenter.set_template(dialog.template)

    def _print(self) -> None:
        pages = self.presenter.pages()
        printer = asked_printer(paper_of(self.presenter.template), len(pages), self)
        if printer is not None:
            self.presenter.give_out()
            self.print_pages(printer, pages)

    def print_pages(self, printer: QPrinter, pages: list[Page]) -> None:
        """
        Print with a dialog that can stop it.

        Parameters
        ----------
        printer : QPrinter
            Where to.
        pages : list of Page
            What.
        """
        run = PrintRun(printer, pages, self)
        waiting = QProgressDialog(tr("Printing"), tr("Stop"), 0, len(pages), self)
        waiting.setWindowModality(Qt.WindowModality.WindowModal)
        waiting.canceled.connect(run.stop)
        run.moved.connect(lambda done, _count: waiting.setValue(done))
        run.ended.connect(waiting.deleteLater)
        run.ended.connect(run.deleteLater)
        run.ended.connect(self._printed)
        self._printing = run
        try:
            run.start()
        except PatrolmapError as error:
            waiting.deleteLater()
            run.deleteLater()
            self._printed()
            self._core.notices.report(error)

    def _printed(self) -> None:
        self._printing = None
        self.print_button.setEnabled(bool(self.presenter.routes))

    def _follow(self) -> None:
        self.run_button.follow(self.presenter.job)
        self.open_button.setVisible(self.presenter.job is None and self.presenter.folder is not None)

    def _open_folder(self) -> None:
        if self.presenter.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.presenter.folder)))


class ReadingDialog(Dialog):
    """
    One page, large enough to read.

    Parameters
    ----------
    presenter : SheetsPresenter
        Paints the page.
    team_id : str
        Whose sheet.
    page : int
        From 1.
    parent : QWidget or None
        Owner.
    """

    guide = ("sheets", "")

    def __init__(self, presenter: SheetsPresenter, team_id: str, page: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Patrol sheet"))
        self.resize(900, 820)
        self._presenter = presenter
        self.paper = PaperView()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(scrolled(self.paper), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        presenter.previewed.connect(self.paper.show_page)
        presenter.preview(team_id, page, _READING_DOTS_PER_MM * self.devicePixelRatioF())
        self.finished.connect(lambda _result: presenter.previewed.disconnect(self.paper.show_page))


def _arrow() -> QToolButton:
    made = QToolButton()
    made.setAutoRaise(True)
    return made
