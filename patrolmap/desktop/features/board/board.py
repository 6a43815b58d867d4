"""The plan board: the chart of the shift with all that can be done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QMenu, QToolBar, QToolButton, QVBoxLayout, QWidget

from patrolmap.desktop.actions import ActionBoard, ActionSpec
from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.board.compare import CompareDialog
from patrolmap.desktop.features.board.incident import IncidentDialog
from patrolmap.desktop.features.board.pick import PickDialog
from patrolmap.desktop.features.board.presenter import BoardPresenter
from patrolmap.desktop.features.board.replanner import Replanner
from patrolmap.desktop.features.board.variants import VariantsDialog
from patrolmap.desktop.features.timeline.widget import TimeLine
from patrolmap.desktop.forms import as_tip, label, row, rule
from patrolmap.desktop.map.tools import PointTool
from patrolmap.desktop.run_button import RunButton
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["PlanBoard"]

_BAR: Final = (
    "board.lock", "board.done", "board.earlier", "board.later", "board.to_team", "board.take_out", "board.add",
)  # fmt: skip
_MORE: Final = ("board.drop_out", "board.incident", None, "board.variants", "board.compare")
_BY_ICON: Final = frozenset({"board.earlier", "board.later", "board.take_out", "board.add"})
"""Known by their icons; the room is for the others' words."""
_AFTER_ICON: Final = " "
"""Qt draws words close behind their icon; a blank keeps the two apart."""
_MENU: Final = (
    "board.lock", "board.done", None, "board.earlier", "board.later", "board.up", "board.down", "board.to_team", None,
    "board.take_out", None, *_MORE,
)  # fmt: skip


class PlanBoard(QWidget):
    """
    A bar of actions, the chart, and a line that says what is broken or what the last re-plan changed.

    Parameters
    ----------
    core : Core
        Shared parts.
    presenter : BoardPresenter or None
        Edits; None makes one.
    replanner : Replanner or None
        Plans again; None makes one.
    parent : QWidget or None
        Owner.
    """

    def __init__(
        self,
        core: Core,
        presenter: BoardPresenter | None = None,
        replanner: Replanner | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._core = core
        self.presenter, self.replanner = presenter or BoardPresenter(core), replanner or Replanner(core)
        self.chart = TimeLine(core.desk, self.presenter)
        self.actions_board = ActionBoard(self, self._specs())
        for spec in self.actions_board.specs:
            self.actions_board[spec.id].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.bar, self.run_button, self.said = QToolBar(), RunButton(core.jobs, low=True), label("muted")
        self.more_button = QToolButton(self, autoRaise=True)
        self.foot = QFrame()
        self._lines: tuple[Message, ...] = ()
        self.dialog: QWidget | None = None
        self._dress = Dresser(self, self._redress)
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done and what is broken."""
        self.actions_board.refresh()
        stop = self.presenter.stop
        words = tr("Unlock") if stop is not None and stop.locked else tr("Lock")
        self.actions_board["board.lock"].setIconText(f"{_AFTER_ICON}{words}")
        self.run_button.setEnabled(self.replanner.can_run or self.replanner.job is not None)
        broken, warning = self.presenter.broken, self.presenter.warning
        if broken:
            words = (
                N_("A rule is broken: {first}") if len(broken) == 1 else N_("{count} rules are broken, first: {first}")
            )
            head = tr(words, count=len(broken), first=tr(broken[0]))
            self._say("warning", head, [tr(one) for one in broken])
        elif warning is not None:
            self._say("warning", tr(warning), [])
        elif self.presenter.is_keeping:
            self._say("muted", tr("Keeping the change…"), [])
        else:
            self._say("muted", "  ".join(tr(line) for line in self._lines), [])

    def ask_team(self) -> None:
        """Let the user choose a team for the stop in hand."""
        stop, plan = self.presenter.stop, self._core.desk.plan
        if stop is None or plan is None:
            return
        rows = [(route.team_id, route.team_name) for route in plan.routes]
        made = PickDialog(tr("Move here"), tr("{name}: which team goes there?", name=stop.visit.name), rows, self)
        made.picked.connect(lambda team: self.presenter.move(stop.visit.visit_id, team))
        self._open(made)

    def ask_unmet(self) -> None:
        """Let the user choose an unmet visit for the team in hand."""
        plan, team_id = self._core.desk.plan, self._core.desk.current.team_id
        if plan is None or not team_id:
            return
        rows = [(one.visit.visit_id, one.visit.name) for one in plan.unmet]
        name = plan.route(team_id).team_name
        made = PickDialog(
            tr("Add"), tr("Which unmet visit goes to {team}? It is put where it fits best.", team=name), rows, self
        )
        made.picked.connect(lambda visit: self.presenter.move(visit, team_id))
        self._open(made)

    def ask_drop_out(self) -> None:
        """Let the user name the team that drops out; the one in hand comes first."""
        plan = self._core.desk.plan
        if plan is None:
            return
        self.replanner.make_ready()
        here = self._core.desk.current.team_id
        rows = sorted(((r.team_id, r.team_name) for r in plan.routes), key=lambda one: one[0] != here)
        advice = tr("What it has done stays done; the other teams take over what they can.")
        made = PickDialog(tr("Drops out"), advice, rows, self)
        made.picked.connect(self.replanner.drop_out)
        self._open(made)

    def place_incident(self) -> None:
        """Wait for a click on the map, then ask for the rest."""
        self.replanner.make_ready()
        hint = Message(N_("Click where the incident is. Escape puts it away."))
        self._core.tools.take(PointTool(hint, self.ask_incident))

    def ask_incident(self, x: float, y: float) -> None:
        """
        Ask what an incident needs.

        Parameters
        ----------
        x, y : float
            Where it is, metres.
        """
        plan = self._core.desk.plan
        if plan is not None:
            made = IncidentDialog(plan, (x, y), self)
            made.taken.connect(self.replanner.take_in)
            self._open(made)

    def show_variants(self) -> None:
        """Offer plans that are almost as good."""
        self.replanner.make_ready()
        self._open(VariantsDialog(self._core, self.replanner, self.compare, self))

    def compare(self, first_id: str = "", second_id: str = "") -> None:
        """
        Lay two plans beside each other.

        Parameters
        ----------
        first_id, second_id : str, default ""
            Their ids; empty for the plan on the desk and the one it comes from.
        """
        self._open(CompareDialog(self._core, first_id, second_id, self))

    def _open(self, dialog: QWidget) -> None:
        for old in self.findChildren(type(dialog)):
            if old is not dialog:
                # Two that ask the same, or draw on the map in the same place, would be in each other's way.
                old.close()
        self.dialog = dialog
        dialog.destroyed.connect(lambda: self._forget(dialog))
        dialog.show()

    def _forget(self, dialog: QWidget) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _specs(self) -> tuple[ActionSpec, ...]:
        hand, desk = self.presenter, self._core.desk

        def has_stop() -> bool:
            return hand.can_edit and hand.stop is not None

        def is_open() -> bool:
            return has_stop() and not (hand.stop is not None and hand.stop.done)

        def is_free() -> bool:
            return is_open() and not (hand.stop is not None and hand.stop.locked)

        def can_add() -> bool:
            return hand.can_edit and bool(desk.current.team_id) and desk.plan is not None and bool(desk.plan.unmet)

        def is_locked() -> bool:
            return hand.stop is not None and hand.stop.locked

        def is_done() -> bool:
            return hand.stop is not None and hand.stop.done

        def neighbour(by: int) -> None:
            hand.to_neighbour(by, self.chart.teams)

        def can_run() -> bool:
            return self.replanner.can_run

        def has_plan() -> bool:
            return desk.plan is not None

        return (
            ActionSpec("board.lock", N_("&Lock"), hand.toggle_lock, "L", "lock", is_open, is_locked),
            ActionSpec("board.done", N_("&Done"), hand.toggle_done, "D", "done", has_stop, is_done),
            ActionSpec("board.earlier", N_("&Earlier"), lambda: hand.shift(-1), "Alt+Left", "earlier", is_free),
            ActionSpec("board.later", N_("La&ter"), lambda: hand.shift(1), "Alt+Right", "later", is_free),
            ActionSpec("board.up", N_("To the team &above"), lambda: neighbour(-1), "Alt+Up", "", is_free),
            ActionSpec("board.down", N_("To the team &below"), lambda: neighbour(1), "Alt+Down", "", is_free),
            ActionSpec("board.to_team", N_("To &team…"), self.ask_team, "M", "team", is_free),
            ActionSpec("board.take_out", N_("Take &out"), hand.take_out, "Del", "remove", is_free),
            ActionSpec("board.add", N_("&Add…"), self.ask_unmet, "Ins", "add", can_add),
            ActionSpec("board.drop_out", N_("Team drops out…"), self.ask_drop_out, "", "team-out", can_run),
            ActionSpec("board.incident", N_("Incident…"), self.place_incident, "", "target", can_run),
            ActionSpec("board.variants", N_("Variants…"), self.show_variants, "", "variants", has_plan),
            ActionSpec("board.compare", N_("Compare…"), self.compare, "", "compare", has_plan),
        )

    def _lay_out(self) -> None:
        self.bar.setIconSize(QSize(16, 16))
        self.bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.bar.setObjectName("board")
        for entry in _BAR:
            self.bar.addAction(self.actions_board[entry])
            place = self.bar.widgetForAction(self.actions_board[entry])
            if entry in _BY_ICON and isinstance(place, QToolButton):
                place.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        # Not the one thing to do next: most evenings need no second search.
        self.run_button.button.setProperty("primary", False)
        self.run_button.setFixedWidth(190)
        self._dress.text(self.run_button.set_text, N_("Plan the rest again"))
        self._dress.text(self.bar.setAccessibleName, N_("Plan board"))
        self.more_button.setMenu(self._menu_of(_MORE))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._dress.text(self.more_button.setText, N_("More ▾"))
        self._dress.text(self.more_button.setToolTip, N_("A team drops out, an incident, variants, comparison"))
        head = row(self.bar, self.more_button, self.run_button)
        head.setStretch(0, 1)
        head.setContentsMargins(0, 0, 8, 0)
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(12, 5, 12, 5)
        foot.addWidget(self.said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.chart, 1)
        column.addWidget(rule())
        column.addWidget(self.foot)

    def _connect(self) -> None:
        core = self._core
        self.chart.menu_wanted.connect(self._show_menu)
        self.presenter.changed.connect(self.refresh)
        self.replanner.job_changed.connect(self._follow_job)
        self.replanner.told.connect(self._tell)
        self.run_button.wanted.connect(self.replanner.again)
        core.desk.drafted.connect(self.refresh)
        core.cache.loaded.connect(lambda _name: self.chart.viewport().update() if core.desk.plan is None else None)
        core.jobs.started.connect(self._on_job)
        core.jobs.ended.connect(self._on_job)

    def _on_job(self, _job: object) -> None:
        self.refresh()

    def _follow_job(self) -> None:
        self.run_button.follow(self.replanner.job)
        if self.replanner.job is not None:
            self._lines = ()
        self.refresh()

    def _tell(self, lines: tuple[Message, ...]) -> None:
        self._lines = lines
        self.refresh()

    def _say(self, style: str, words: str, details: list[str]) -> None:
        if self.said.objectName() != style:
            self.said.setObjectName(style)
            self.said.style().unpolish(self.said)
            self.said.style().polish(self.said)
        self.said.setText(words)
        self.said.setToolTip(as_tip("\n".join(details)))
        self.foot.setVisible(bool(words))

    def _show_menu(self, place: QPoint) -> None:
        menu = self._menu_of(_MENU)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _menu_of(self, entries: tuple[str | None, ...]) -> QMenu:
        menu = QMenu(self)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(self.actions_board[entry])
        return menu

    def _redress(self) -> None:
        self.actions_board.retranslate()
        self.actions_board.restyle()
        for entry in _BAR:
            action = self.actions_board[entry]
            action.setIconText(f"{_AFTER_ICON}{action.iconText().strip()}")
        self.refresh()
