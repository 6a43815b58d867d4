"""The main window: docks around a map, and what ties them together."""

from __future__ import annotations

import binascii
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.actions import ActionBoard
from patrolmap.desktop.bookmarks import BookmarkMenu
from patrolmap.desktop.docks import Docks
from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.failure_note import FailureNote
from patrolmap.desktop.features.board.board import PlanBoard
from patrolmap.desktop.features.charts.widget import ChartsPanel
from patrolmap.desktop.features.identify.card import IdentifyCard
from patrolmap.desktop.features.importing.panel import ImportPanel, local_files
from patrolmap.desktop.features.layers.analysis_key import AnalysisKey
from patrolmap.desktop.features.layers.dock import LayersPanel
from patrolmap.desktop.features.panels import make_panels
from patrolmap.desktop.features.planning.panel import PlanPanel
from patrolmap.desktop.features.rings.panel import RingsPanel
from patrolmap.desktop.features.search.box import SearchBox
from patrolmap.desktop.features.settings.dialog import SettingsDialog
from patrolmap.desktop.features.sheets.panel import SheetsPanel
from patrolmap.desktop.features.tables.attributes import AttributePanel
from patrolmap.desktop.features.tables.stops import StopPanel
from patrolmap.desktop.features.welcome.page import WelcomePage
from patrolmap.desktop.floating import FloatingPile
from patrolmap.desktop.freshness import watch_freshness
from patrolmap.desktop.help_desk import HelpDesk
from patrolmap.desktop.icons import icon
from patrolmap.desktop.jobs_list import JobsList
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.map.stage import MapStage
from patrolmap.desktop.map_desk import MapDesk
from patrolmap.desktop.message_bar import MessageBar
from patrolmap.desktop.project_flow import ProjectFlow
from patrolmap.desktop.recovery import Recovery
from patrolmap.desktop.session import Selection
from patrolmap.desktop.status import StatusLine
from patrolmap.desktop.tasks import TaskDock
from patrolmap.desktop.theme import apply_theme, current_tokens
from patrolmap.desktop.tour import Tour
from patrolmap.desktop.warming import load_what_is_wanted_later, load_what_is_wanted_soon
from patrolmap.desktop.window_actions import MENUS, TOOL_BAR, window_actions
from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.notices import Notice

__all__ = ["MainWindow"]

_Panel = TypeVar("_Panel", bound=QWidget)
_MAP_AFTER_MS: Final = 60
_PLANNED: Final = frozenset({"routes", "stops"})
_STEPS_BACK: Final = {"rings": _PLANNED | {"hotspots"}, "hotspots": _PLANNED}
"""Layers that are drawn faintly while a task is in hand that is not about them."""
_LATER_MS: Final = 8000  # a project opened at once is drawn first


class MainWindow(QMainWindow):
    """
    The window of the program.

    Parameters
    ----------
    core : Core
        The parts that are no widgets. The window closes them when it closes.
    """

    def __init__(self, core: Core) -> None:
        super().__init__()
        self.core = core
        self._closing = self._is_closed = False
        self.project_flow = ProjectFlow(core, self)
        self.stage = MapStage(core)
        self.welcome = WelcomePage(core.session)
        self.message_bar = MessageBar(core.notices, self._is_told_in_panel)
        self.tasks = TaskDock(make_panels(core))
        self.board = PlanBoard(core)
        self.time_line = self.board.chart
        self.freshness = watch_freshness(core, self.tasks)
        self._panel("plan", PlanPanel).offer_remedies(self.board.replanner)
        self.map_desk = MapDesk(core, self.stage, self, self._chosen_layer, self._show_attributes)
        self.identify = IdentifyCard(core, self.stage, self._show_attributes)
        self.layers = LayersPanel(core.board, self.map_desk.ask_style, AnalysisKey(core.scene))
        self.stops = StopPanel(core.desk)
        self.attributes = AttributePanel(core)
        self.charts = ChartsPanel(core)
        self.status = StatusLine(core)
        self.search = SearchBox(core, self)
        self.jobs_list = JobsList(core.jobs, self)
        self.setWindowIcon(icon("patrolmap"))
        self.setAcceptDrops(True)
        self.setStatusBar(self.status)
        self._build_centre()
        self._dress = Dresser(self, self._redress)
        self.docks = Docks(self, self._dress, self._dock_contents())
        self.help_desk, self.tour = HelpDesk(self), Tour(self)
        self.bookmarks = BookmarkMenu(core, self.stage, self)
        self.actions_board = ActionBoard(self, window_actions(self))
        self._menus: list[tuple[QMenu, str]] = []
        self._build_menus()
        self._build_tool_bar()
        self._connect()
        self.recovery = Recovery(self)
        self._show_project_state()
        self.resize(1440, 900)
        self._restore()

    def show_task(self, task: str) -> None:
        """
        Take a task in hand.

        Parameters
        ----------
        task : str
            One of the ids of `patrolmap.desktop.tasks.TASKS`.
        """
        self.docks["tasks"].show()
        self.tasks.show_task(task)

    def ask_import(self) -> None:
        """Ask for a file and go through its import."""
        self.show_task("import")
        self._panel("import", ImportPanel).choose()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """
        Accept files.

        Parameters
        ----------
        event : QDragEnterEvent
            What is dragged.
        """
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """
        Go through the import of the first file that is dropped; without a project, open it as one.

        Parameters
        ----------
        event : QDropEvent
            What is dropped.
        """
        path = local_files(event.mimeData())[0]
        event.acceptProposedAction()
        if self.core.session.is_open:
            self.show_task("import")
            self._panel("import", ImportPanel).open_wizard(path)
        elif path.suffix.lower() == ".gpkg":
            self.project_flow.open(path)
        else:
            self.core.notices.say(Message(N_("Open or make a project first, then drop the file again.")))

    def _panel(self, task: str, kind: type[_Panel]) -> _Panel:
        panel = self.tasks.panel(task)
        if not isinstance(panel, kind):
            raise TypeError(task)
        return panel

    def clear_selection(self) -> None:
        """Select nothing."""
        self.core.session.select(Selection())

    def is_dark(self) -> bool:
        """
        Tell which theme is in use.

        Returns
        -------
        bool
            Whether it is the dark one.
        """
        return current_tokens().name == "dark"

    def toggle_theme(self) -> None:
        """Go from light to dark or back, and remember it."""
        wish = "light" if self.is_dark() else "dark"
        apply_theme(_app(), wish, in_turns=True)
        self.core.session.prefer(theme=wish)

    def toggle_language(self) -> None:
        """Go from Chinese to English or back, and remember it."""
        wish = "en" if current_language() == "zh" else "zh"
        switch_language(_app(), wish)
        self.core.session.prefer(language=wish)

    def show_settings(self) -> None:
        """Let the user choose language, theme, folders and how this project is planned."""
        SettingsDialog(self.core, self).exec()

    def _chosen_layer(self) -> str:
        return self.layers.current_layer()

    def _show_attributes(self) -> None:
        self.docks["attributes"].show()
        self.docks["attributes"].raise_()

    def start_tour(self) -> None:
        """Lead through the window, on the sample district if no project is open."""
        if self.core.session.is_open:
            self.tour.start()
        else:
            self.core.session.prefer(tour_done=False)
            self.project_flow.open_sample()

    def _welcome_to_sample(self) -> None:
        if not self.core.session.preferences.tour_done:
            QTimer.singleShot(_MAP_AFTER_MS, self.tour, self.tour.start)

    def showEvent(self, event: QShowEvent) -> None:
        """
        Make the map as soon as the window is up, so that the first project finds it ready.

        Parameters
        ----------
        event : QShowEvent
            The event.
        """
        super().showEvent(event)
        QTimer.singleShot(_MAP_AFTER_MS, self, self._choose_map)

    def closeEvent(self, event: QCloseEvent) -> None:
        """
        Stop all work, wait for it without freezing, then leave.

        Parameters
        ----------
        event : QCloseEvent
            Ignored while work is ending; the window closes by itself after it.
        """
        if self.core.jobs.alive:
            event.ignore()
            if not self._closing:
                self._closing = True
                self.setEnabled(False)
                self.core.notices.say(Message(N_("Stopping the work that is under way…")))
                self.core.jobs.idle.connect(self.close, Qt.ConnectionType.SingleShotConnection)
                self.core.jobs.cancel_all()
            return
        if self.project_flow.protection.is_due:
            event.ignore()
            self.project_flow.protection.protect_and_leave()
            return
        self._is_closed = True
        self._remember()
        self.stage.close_map()
        self.core.close()
        event.accept()

    def _build_centre(self) -> None:
        self._centre = QStackedWidget()
        with_bars = QWidget()
        column = QVBoxLayout(with_bars)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._centre)
        self._centre.addWidget(self.welcome)
        self._centre.addWidget(self.stage)
        self.setCentralWidget(with_bars)
        self.bars = FloatingPile(with_bars, (self.stage.strip, self.message_bar))

    def _dock_contents(self) -> dict[str, QWidget]:
        return {
            "layers": self.layers,
            "tasks": self.tasks,
            "time_line": self.board,
            "stops": self.stops,
            "attributes": self.attributes,
            "charts": self.charts,
        }

    def _build_menus(self) -> None:
        for title, entries in MENUS:
            menu = self.menuBar().addMenu(tr(title))
            self._menus.append((menu, title))
            for entry in entries:
                if entry is None:
                    menu.addSeparator()
                elif entry == "bookmarks":
                    menu.addMenu(self.bookmarks)
                elif entry == "docks":
                    for dock in self.docks.values():
                        menu.addAction(dock.toggleViewAction())
                else:
                    menu.addAction(self.actions_board[entry])

    def _build_tool_bar(self) -> None:
        bar = QToolBar()
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._dress.text(bar.setWindowTitle, N_("Tool bar"))
        for entry in TOOL_BAR:
            if entry is None:
                bar.addSeparator()
            else:
                bar.addAction(self.actions_board[entry])
        bar.addWidget(_spring())
        bar.addWidget(self.search)
        self.addToolBar(bar)

    def _connect(self) -> None:
        core = self.core
        core.notices.crashed.connect(self.help_desk.show_crash)
        self.project_flow.sample_opened.connect(self._welcome_to_sample)
        core.session.opened.connect(self._show_project_state)
        core.session.closed.connect(self._show_welcome)
        core.session.history_changed.connect(self.actions_board.refresh)
        core.session.selected.connect(lambda _selection: self.actions_board.refresh())
        core.session.changed.connect(lambda _names: self.message_bar.work_goes_on())
        core.tools.steps_changed.connect(self.actions_board.refresh)
        core.jobs.started.connect(self._refresh_actions)
        core.jobs.ended.connect(self._refresh_actions)
        self.status.jobs.list_button.clicked.connect(self.jobs_list.toggle)
        self.stage.pointed.connect(self.status.show_place)
        self.stage.scaled.connect(self.status.show_scale)
        self.tasks.switched.connect(self._show_of_task)
        self._show_of_task(self.tasks.task)
        self.stage.note.wants_import.connect(self.ask_import)
        self.welcome.wants_sample.connect(self.project_flow.open_sample)
        self.welcome.wants_new.connect(self.project_flow.ask_new)
        self.welcome.wants_open.connect(self._open_or_ask)
        self._panel("sheets", SheetsPanel).export_button.clicked.connect(self.actions_board["project.export"].trigger)

    def _show_of_task(self, task: str) -> None:
        """Let the map show what the task is about, and all else of the evening's work faintly."""
        self.core.scene.set_quiet(_STEPS_BACK.get(task, frozenset()))
        self._panel("rings", RingsPanel).set_in_hand(task == "rings")

    def _choose_map(self) -> None:
        if not self._is_closed:
            jobs = self.core.jobs
            jobs.patient(load_what_is_wanted_soon, lambda _nothing: None)
            QTimer.singleShot(_LATER_MS, self, lambda: jobs.patient(load_what_is_wanted_later, lambda _nothing: None))
            self.stage.choose_map()

    def _open_or_ask(self, path: str) -> None:
        if path:
            self.project_flow.open(Path(path))
        else:
            self.project_flow.ask_open()

    def _is_told_in_panel(self, notice: Notice) -> bool:
        notes = self.tasks.findChildren(FailureNote)
        return any(note.isVisible() and note.parts == notice.parts for note in notes)

    def _refresh_actions(self, _job: Any = None) -> None:
        self.actions_board.refresh()

    def _show_project_state(self) -> None:
        session = self.core.session
        self._centre.setCurrentWidget(self.stage if session.is_open else self.welcome)
        if session.is_open:
            self.docks.show()
            self.setWindowTitle(f"{session.project.name} — patrolmap")
        else:
            self.docks.hide()
            self.setWindowTitle("patrolmap")
        self.actions_board.refresh()

    def _show_welcome(self) -> None:
        self.docks.note()
        self._centre.setCurrentWidget(self.welcome)
        self.docks.hide()
        self.setWindowTitle("patrolmap")
        QTimer.singleShot(0, self, self.actions_board.refresh)  # the project is closed when everybody has been told

    def _redress(self) -> None:
        for menu, title in self._menus:
            menu.setTitle(tr(title))
        self.actions_board.retranslate()
        self.actions_board.restyle()
        self.actions_board.refresh()
        self.stage.restyle()
        self.recovery.redress()

    def _remember(self) -> None:
        place = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        docks = self.docks.to_text(is_seen=self.core.session.is_open)
        self.core.session.prefer(window={"geometry": place, "docks": docks})

    def _restore(self) -> None:
        kept = self.core.session.preferences.window
        try:
            if "geometry" in kept:
                self.restoreGeometry(QByteArray(binascii.a2b_base64(kept["geometry"])))
            self.docks.take_text(kept.get("docks", ""))
        except binascii.Error:
            self.resize(1440, 900)


def _spring() -> QWidget:
    made = QWidget()
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return made


def _app() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        msg = "the window needs a QApplication"
        raise TypeError(msg)
    return app
