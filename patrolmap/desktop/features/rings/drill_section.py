"""Cordon drills in the rings panel: blockade of exits, pursuit from a place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import shapely
from PySide6.QtWidgets import QFileDialog, QLineEdit

from patrolmap.desktop.features.rings.analysis import Analysis, AnalysisPresenter
from patrolmap.desktop.features.rings.fields import choice, mode_choice, number_field, ring_choice, travel_of
from patrolmap.desktop.features.rings.section import AnalysisSection
from patrolmap.desktop.forms import button, label, row
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.map.tools import PointTool
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.duty import alarm_moment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_orders import DrillOrder
    from patrolmap.services.rings_demand import Travel
    from patrolmap.services.rings_drills import BlockadeDrill, PursuitDrill
    from patrolmap.sheets.flow import Page

    Work = Callable[[ProjectStore, Progress, Cancel], Analysis]

__all__ = ["DrillAnswer", "DrillSection"]

_PICKED: Final = "rings-drill-places"


@dataclass(frozen=True, eq=False)
class DrillAnswer:
    """
    A drill with its orders.

    Parameters
    ----------
    drill : BlockadeDrill or PursuitDrill
        The service's answer.
    orders : tuple of DrillOrder
        Who goes where.
    travel : Travel
        How they travel.
    """

    drill: BlockadeDrill | PursuitDrill
    orders: tuple[DrillOrder, ...]
    travel: Travel


class DrillSection(AnalysisSection):
    """
    Who closes what, by when.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        presenter = AnalysisPresenter(core, "rings-drill", N_("Running the drill"), frozenset({"streets", "sites"}))
        advice = N_("Blockade: one post to each exit. Pursuit: shut in somebody who left a place some minutes ago.")
        super().__init__(core, presenter, advice, N_("Run the drill"))
        self.exits: list[tuple[float, float]] = []
        self.start: tuple[float, float] | None = None
        kinds = ((N_("Blockade of exits"), "blockade"), (N_("Pursuit from a place"), "pursuit"))
        self.kind, self.mode = choice(self.dress, kinds), mode_choice(self.dress)
        self.speed = number_field(self.dress, 0.0, 150.0, N_("km/h"), step=5.0)
        self.dress.text(self.speed.setSpecialValueText, N_("as usual"))
        self.add_form(((N_("Drill"), self.kind), (N_("Posts move by"), self.mode), (N_("Their speed"), self.speed)))
        self._add_blockade()
        self._add_pursuit()
        self.alarm = QLineEdit()
        self.dress.text(self.alarm.setPlaceholderText, N_("22:00; empty: minutes after the alarm"))
        self.sheets_button, self.preview_button = button(), button()
        self.dress.text(self.sheets_button.setText, N_("Drill sheets as PDF…"))
        self.dress.text(self.preview_button.setText, N_("Preview"))
        self._paper_form = self.add_form(((N_("Alarm at"), self.alarm),))
        self.extras.addWidget(self._paper_form)
        self.extras.addLayout(row(self.preview_button, self.sheets_button))
        self.preview_button.clicked.connect(self.preview)
        self.sheets_button.clicked.connect(self.ask_sheets)
        self.kind.currentIndexChanged.connect(lambda _place: self._show_kind())
        core.session.closed.connect(self._forget_places)
        self._show_kind()
        self.refresh()

    def refresh(self) -> None:
        """Show the answer, and whether there is something to print."""
        super().refresh()
        answer = self._answer()
        self._paper_form.setVisible(answer is not None)
        for one in (self.sheets_button, self.preview_button):
            one.setVisible(answer is not None)
            one.setEnabled(answer is not None and bool(answer.orders) and not self.presenter.is_stale)

    def redress(self) -> None:
        """Write answers and places in the current language."""
        super().redress()
        self._show_places()

    def work(self) -> Work | None:
        """
        Read the fields.

        Returns
        -------
        Callable or None
            As `AnalysisSection.work`.
        """
        return self._blockade() if self.kind.currentData() == "blockade" else self._pursuit()

    def pick_exit(self) -> None:
        """Wait for a click on an exit; several clicks gather several exits."""
        self.core.tools.take(PointTool(Message(N_("Click an exit. Esc ends.")), self._take_exit))

    def pick_start(self) -> None:
        """Wait for a click on the place where it began."""
        self.core.tools.take(PointTool(Message(N_("Click where it began. Esc cancels.")), self._take_start))

    def clear_exits(self) -> None:
        """Forget the exits that were clicked."""
        self.exits = []
        self._show_places()

    def alarm_at(self) -> dt.datetime | None:
        """
        Read the time of the alarm.

        Returns
        -------
        datetime.datetime or None
            Local; a time of day alone is of today. None if none is given.

        Raises
        ------
        InputError
            If it is no time.
        """
        text = self.alarm.text().strip()
        return alarm_moment(text) if text else None

    def preview(self) -> None:
        """Show the drill sheets page by page."""
        answer, project = self._answer(), self.core.session.project
        if answer is None:
            return
        try:
            alarm_at = self.alarm_at()
        except InputError as error:
            self.core.notices.report(error)
            return
        from patrolmap.desktop.features.rings.drill_preview import DrillPreview

        def lay_out() -> list[Page]:
            from patrolmap.services.drill_sheets import drill_pages

            return drill_pages(project, answer.drill, answer.orders, answer.travel, alarm_at=alarm_at)

        self.shown = DrillPreview(self.core, lay_out, self)
        self.shown.open()

    def ask_sheets(self) -> None:
        """Ask for a file and write the drill sheets into it."""
        folder = self.core.session.preferences.output_folder or str(Path.home())
        name = str(Path(folder) / f"{tr('drill sheets')}.pdf")
        path, _ = QFileDialog.getSaveFileName(self, tr("Drill sheets as PDF…"), name, "PDF (*.pdf)")
        if path:
            self.write_sheets(Path(path))

    def write_sheets(self, path: Path) -> None:
        """
        Write the drill sheets in the background.

        Parameters
        ----------
        path : Path
            The file.
        """
        answer, project = self._answer(), self.core.session.project
        if answer is None:
            return
        try:
            alarm_at = self.alarm_at()
        except InputError as error:
            self.core.notices.report(error)
            return

        def make(progress: Progress, cancel: Cancel) -> int:
            from patrolmap.services.drill_sheets import write_drill_sheets

            done = write_drill_sheets(
                project,
                answer.drill,
                answer.orders,
                answer.travel,
                path,
                alarm_at=alarm_at,
                progress=progress,
                cancel=cancel,
            )
            return done.pages

        def tell(pages: int) -> None:
            self.core.session.prefer(output_folder=str(path.parent))
            words = Message(N_("{pages} {pages:page|pages} written to {path}"), {"pages": pages, "path": str(path)})
            self.core.notices.say(words, NoticeLevel.DONE)

        self.core.jobs.start(Message(N_("Writing the drill sheets")), make, on_done=tell)

    def _add_blockade(self) -> None:
        self.ring = ring_choice(self.dress, N_("Clicked on the map"))
        self.ring.setCurrentIndex(1)
        which = ((N_("Those that nobody controls"), True), (N_("All of them"), False))
        self.which = choice(self.dress, which)
        self.exit_button, self.clear_button = button(), button()
        self.dress.text(self.exit_button.setText, N_("Click an exit"))
        self.dress.text(self.clear_button.setText, N_("Forget them"))
        self._blockade_form = self.add_form(
            (
                (N_("Exits of"), self.ring),
                (N_("Crossings"), self.which),
                (N_("On the map"), row(self.exit_button, self.clear_button)),
            )
        )
        self.exit_button.clicked.connect(self.pick_exit)
        self.clear_button.clicked.connect(self.clear_exits)
        self.ring.currentIndexChanged.connect(lambda _place: self._show_kind())

    def _add_pursuit(self) -> None:
        self.place, self.start_button = QLineEdit(), button()
        self.dress.text(self.place.setPlaceholderText, N_("A街与B路交叉口, or a site"))
        self.dress.text(self.start_button.setText, N_("Click it on the map"))
        self.ago = number_field(self.dress, 5.0, 600.0, N_("min"))
        self.pursued_kph = number_field(self.dress, 40.0, 200.0, N_("km/h"), step=5.0)
        self._pursuit_form = self.add_form(
            (
                (N_("It left from"), self.place),
                (N_("On the map"), row(self.start_button)),
                (N_("Minutes ago"), self.ago),
                (N_("Its speed"), self.pursued_kph),
            )
        )
        self.places = label("muted")
        self.fields.addWidget(self.places)
        self.start_button.clicked.connect(self.pick_start)
        self.place.textEdited.connect(lambda _text: self._forget_start())

    def _blockade(self) -> Work | None:
        ring, only_open, spots = self.ring.currentData(), bool(self.which.currentData()), tuple(self.exits)
        travel = travel_of(self.mode, self.speed)
        if ring is None and not spots:
            self.core.notices.report(
                InputError(N_("No exit is named."), remedy=N_("Click exits on the map, or choose a ring."))
            )
            return None

        def ask(project: ProjectStore, progress: Progress, cancel: Cancel) -> Analysis:
            from patrolmap.services import ring_orders
            from patrolmap.services.ring_drill_views import blockade_view
            from patrolmap.services.rings_drills import drill_blockade

            if ring is None:
                exits = ring_orders.nearest_junctions(project, spots)
            else:
                exits = ring_orders.ring_exits(project, ring, only_open=only_open)
            found = drill_blockade(project, exits, travel=travel)
            orders = ring_orders.drill_orders(project, found, travel, progress=progress, cancel=cancel)
            return Analysis(blockade_view(project, found, orders), DrillAnswer(found, orders, travel))

        return ask

    def _pursuit(self) -> Work | None:
        spot, text = self.start, self.place.text().strip()
        if spot is None and not text:
            self.core.notices.report(
                InputError(N_("It is not said where it began."), remedy=N_("Click the place on the map, or write it."))
            )
            return None
        travel, ago_s, kph = travel_of(self.mode, self.speed), self.ago.value() * 60, self.pursued_kph.value() or None

        def ask(project: ProjectStore, progress: Progress, cancel: Cancel) -> Analysis:
            from patrolmap.services import ring_orders
            from patrolmap.services.ring_drill_views import pursuit_view
            from patrolmap.services.rings_drills import drill_pursuit

            if spot is None:
                start = ring_orders.find_junction(project, text, progress=progress, cancel=cancel)
            else:
                start = ring_orders.nearest_junctions(project, [spot])[0]
            found = drill_pursuit(
                project, start, ago_s, travel=travel, pursued_kph=kph, progress=progress, cancel=cancel
            )
            orders = ring_orders.drill_orders(project, found, travel, progress=progress, cancel=cancel)
            return Analysis(pursuit_view(project, found, orders), DrillAnswer(found, orders, travel))

        return ask

    def _answer(self) -> DrillAnswer | None:
        found: Any = None if self.presenter.analysis is None else self.presenter.analysis.data
        return found if isinstance(found, DrillAnswer) else None

    def _take_exit(self, x: float, y: float) -> None:
        self.ring.setCurrentIndex(0)
        self.exits.append((x, y))
        self._show_places()
        self.pick_exit()

    def _take_start(self, x: float, y: float) -> None:
        self.start = (x, y)
        self.place.clear()
        self._show_places()

    def _forget_start(self) -> None:
        self.start = None
        self._show_places()

    def _forget_places(self) -> None:
        self.exits, self.start = [], None
        self._show_places()

    def _show_kind(self) -> None:
        is_blockade = self.kind.currentData() == "blockade"
        self._blockade_form.setVisible(is_blockade)
        self._pursuit_form.setVisible(not is_blockade)
        self.which.setEnabled(self.ring.currentData() is not None)
        self._show_places()

    def _show_places(self) -> None:
        is_blockade = self.kind.currentData() == "blockade"
        spots = self.exits if is_blockade else [] if self.start is None else [self.start]
        words = (
            tr("{count} {count:exit|exits} clicked.", count=len(spots)) if is_blockade else tr("The place is clicked.")
        )
        self.places.setText(words if spots else "")
        self.places.setVisible(bool(spots))
        kind = "exit" if is_blockade else "start"
        overlays = [Overlay(kind, shapely.Point(spot), "", "", 1) for spot in spots]
        self.core.scene.set_overlays(_PICKED, overlays)
