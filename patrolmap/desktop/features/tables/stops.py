"""The stops of the plan as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.tables.empty_note import EmptyNote
from patrolmap.desktop.features.tables.models import RowsModel
from patrolmap.desktop.plan_desk import PlanDesk, StopRef
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.unhurried import Unhurried
from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_
from patrolmap.model.schedule import clock
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import PatrolPlan

__all__ = ["StopPanel", "dress_table", "stop_rows", "table_view"]

_TITLES = (
    N_("Team"), N_("No."), N_("Place"), N_("Task"), N_("Arrive"), N_("Leave"), N_("Stay (min)"), N_("Way (m)"),
    N_("Required"),
)  # fmt: skip


def stop_rows(plan: PatrolPlan) -> list[tuple[StopRef, tuple[Any, ...]]]:
    """
    List the stops of a plan.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    list of (StopRef, tuple)
        What the row stands for and a value for each column. The task is the kind of the visit.
    """
    rows: list[tuple[StopRef, tuple[Any, ...]]] = []
    for route in plan.routes:
        for number, stop in enumerate(route.stops, 1):
            values = (
                route.team_name,
                number,
                stop.visit.name,
                stop.visit.kind,
                clock(stop.arrive_s),
                clock(stop.leave_s),
                round((stop.leave_s - stop.start_s) / 60),
                round(stop.leg.length_m),
                bool(stop.visit.required),
            )
            rows.append((StopRef(route.team_id, number), values))
    return rows


_KINDS = {
    "checkpoint": N_("Checkpoint"),
    "intersection": N_("Controlled intersection"),
    "key_site": N_("Key site"),
    "post": N_("Post"),
    "hotspot": N_("Hotspot"),
    "request": N_("Request"),
    "round": N_("Visit round"),
}


class StopPanel(QWidget):
    """
    A row for each stop; choosing one takes it in hand.

    Parameters
    ----------
    desk : PlanDesk
        The plan.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, desk: PlanDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model = RowsModel(_TITLES)
        self.table = table_view(self.model)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.note = EmptyNote(self.table, self._said_of_nothing)
        refresh = Unhurried(self, self.refresh)
        self._language = current_language()
        dress = Dresser(self, self._redress)
        dress.text(self.table.setAccessibleName, N_("Stops of the plan"))
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        desk.changed.connect(refresh)
        desk.drafted.connect(refresh)
        desk.pointed.connect(self._point)

    def refresh(self) -> None:
        """Show the plan as it is now."""
        plan = self._desk.shown
        found = [] if plan is None else stop_rows(plan)
        kinds = {kind: tr(_KINDS.get(kind, kind)) for kind in {values[3] for _, values in found}}
        rows = [(*values[:3], kinds[values[3]], *values[4:]) for _, values in found]
        refs = [ref for ref, _ in found]
        self.model.put(rows, refs, self._colours(refs))
        self.model.retitle()
        self.table.resizeColumnsToContents()
        # What was taken in hand while the rows were still to come.
        self._point(self._desk.current)

    def _redress(self) -> None:
        if self._language != current_language():
            self._language = current_language()
            self.refresh()
        else:
            self.model.recolour(self._colours(self.model.keys))

    def _colours(self, refs: Sequence[StopRef]) -> list[str]:
        style = map_style(Theme(current_tokens().name))
        of_team = {team: style.route_colour(place) for team, place in self._desk.colour_places.items()}
        return [of_team.get(ref.team_id, "") for ref in refs]

    def _said_of_nothing(self) -> str:
        if self._desk.shown is None:
            return tr("No plan yet. Make one in the Plan panel; its stops are listed here.")
        return tr("The plan has no stops.")

    def _on_chosen(self, chosen: QItemSelection, _left: QItemSelection) -> None:
        if not chosen.isEmpty():
            ref = self.model.key(chosen.indexes()[0].row())
            if ref is not None:
                self._desk.point_at(ref)

    def _point(self, ref: StopRef) -> None:
        row = self.model.row_of(ref)
        if row >= 0 and self.table.currentIndex().row() != row:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))


def table_view(model: Any) -> QTableView:
    """
    Make a table in the look of the window.

    Parameters
    ----------
    model : QAbstractItemModel
        Its rows.

    Returns
    -------
    QTableView
        Whole rows are chosen; nothing is edited.
    """
    view = QTableView()
    dress_table(view, model)
    return view


def dress_table(view: QTableView, model: Any) -> None:
    """
    Give a table the look of the window.

    Parameters
    ----------
    view : QTableView
        The table; whole rows are chosen, nothing is edited.
    model : QAbstractItemModel
        Its rows.
    """
    view.setObjectName("bare")
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    view.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
    view.setAlternatingRowColors(False)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setDefaultSectionSize(25)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.horizontalHeader().setStretchLastSection(True)
    # Widths by the first rows: measuring all of a long layer would freeze the window.
    view.horizontalHeader().setResizeContentsPrecision(40)
    view.horizontalHeader().setHighlightSections(False)
    # Its head would ask every cell of every column whether it is selected: seconds for a long layer, and nothing of it is shown.
    view.horizontalHeader().setSelectionModel(QItemSelectionModel(model, view))
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
