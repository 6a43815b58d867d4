"""Two plans side by side: charts, numbers, what each team gains and loses, and both ways on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QHeaderView,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.board.choices import origin_of, plan_title
from patrolmap.desktop.features.board.numbers import TITLES, differences, texts_of
from patrolmap.desktop.features.timeline.widget import TimeLine
from patrolmap.desktop.forms import GAP, MARGIN, as_tip, label, row
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.plan_desk import PlanDesk, StopRef
from patrolmap.desktop.wrapping import TwoLines
from patrolmap.i18n import enumerated_here, tr
from patrolmap.services.plan_compare import PlanComparison, TeamChange, change_lines, compare_plans

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from patrolmap.desktop.core import Core
    from patrolmap.model.plan import PatrolPlan

__all__ = ["CompareDialog"]

_OWNER: Final = "compare"
_LAST: Final = 12
_KEY: Final = Qt.ItemDataRole.UserRole


class CompareDialog(Dialog):
    """
    Lays two plans of the project beside each other; the window stays free.

    Parameters
    ----------
    core : Core
        Shared parts.
    first_id, second_id : str
        Ids of the plans; empty for the one that the plan on the desk comes from, and that plan.
    parent : QWidget or None
        Owner.
    """

    guide = ("evening", "board")

    def __init__(self, core: Core, first_id: str = "", second_id: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Compare plans"))
        self.resize(1180, 760)
        self._core = core
        self._is_over = False
        self._plans: dict[str, PatrolPlan] = {}
        self.found: PlanComparison | None = None
        self.combos = (QComboBox(), QComboBox())
        self.desks = (PlanDesk(core.session), PlanDesk(core.session))
        self.charts = (TimeLine(self.desks[0]), TimeLine(self.desks[1]))
        self.numbers, self.teams = QTreeWidget(), QTreeWidget()
        self.lines, self.on_map = label("muted"), QCheckBox(tr("Show on the map"))
        self._lay_out()
        self._connect()
        core.session.closed.connect(self._on_closed)
        self._read(first_id, second_id)

    def closeEvent(self, event: QCloseEvent) -> None:
        """
        Take the ways off the map.

        Parameters
        ----------
        event : QCloseEvent
            The close.
        """
        self._forget()
        super().closeEvent(event)

    def _on_closed(self) -> None:
        if not self._is_over:
            self.close()

    def done(self, result: int) -> None:
        """
        Leave, by the Escape key too.

        Parameters
        ----------
        result : int
            Of `QDialog.DialogCode`.
        """
        self._forget()
        super().done(result)

    def _forget(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._core.session.closed.disconnect(self._on_closed)
        self._core.scene.set_overlays(_OWNER, [])
        for desk in self.desks:
            desk.let_go()

    def _lay_out(self) -> None:
        sides = QSplitter(Qt.Orientation.Horizontal)
        names = (tr("First plan"), tr("Second plan"))
        for combo, chart, name, left in zip(self.combos, self.charts, names, (0, GAP), strict=True):
            combo.setAccessibleName(name)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            title, side = label("muted", wrap=False), QWidget()
            title.setText(name)
            column = QVBoxLayout(side)
            column.setContentsMargins(left, 0, GAP - left, 0)
            head = row(title, combo)
            head.setStretch(1, 1)
            column.addLayout(head)
            column.addWidget(chart, 1)
            sides.addWidget(side)
        _table(self.numbers, (tr("Measure"), tr("First"), tr("Second"), tr("Difference")), tr("Numbers of both plans"))
        _table(self.teams, (tr("Team"), tr("Gains"), tr("Loses"), tr("Other times")), tr("Changes per team"))
        self.teams.header().setStretchLastSection(False)
        self.teams.setWordWrap(True)
        for place in (1, 2):
            self.teams.setItemDelegateForColumn(place, TwoLines(self.teams, place))
            self.teams.header().setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        for place in (0, 3):
            self.teams.header().setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        self.numbers.header().setStretchLastSection(False)
        self.numbers.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for place in (0, 3):
            self.numbers.header().setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        below = QSplitter(Qt.Orientation.Horizontal)
        below.addWidget(self.numbers)
        below.addWidget(self.teams)
        below.setSizes([590, 590])
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(sides)
        whole.addWidget(below)
        whole.setSizes([430, 270])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        foot = row(self.lines, self.on_map, buttons, gap=2 * GAP)
        foot.setStretch(0, 1)
        column.addWidget(whole, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        for combo in self.combos:
            combo.activated.connect(lambda _place: self._load())
        for one, other in (self.charts, self.charts[::-1]):
            one.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
        self.on_map.toggled.connect(lambda _on: self._draw())
        self.teams.currentItemChanged.connect(lambda item, _before: self._point(item))

    def _read(self, first_id: str, second_id: str) -> None:
        """Fill the lists in the background: a plan is some hundred kilobytes."""
        project, now = self._core.session.project, self._core.desk.plan
        self.lines.setText(tr("Reading the plans…"))

        def work() -> list[PatrolPlan]:
            return [project.plan(plan_id) for plan_id in project.plan_ids()[-_LAST:]]

        def deliver(plans: list[PatrolPlan]) -> None:
            if self._is_over:
                return
            if now is not None:
                plans = [plan for plan in plans if plan.plan_id != now.plan_id] + [now]
            self._plans = {plan.plan_id: plan for plan in plans}
            for combo in self.combos:
                for plan in reversed(plans):
                    combo.addItem(tr(plan_title(plan)), plan.plan_id)
            second = second_id or (now.plan_id if now else "")
            others = [plan.plan_id for plan in reversed(plans) if plan.plan_id != second]
            first = first_id or (origin_of(now) if now else "")
            first = first if first in self._plans else next(iter(others), second)
            for combo, plan_id in zip(self.combos, (first, second), strict=True):
                combo.setCurrentIndex(max(combo.findData(plan_id), 0))
            self._load()

        self._core.jobs.quick(work, deliver)

    def _load(self) -> None:
        chosen = [self._plans.get(str(combo.currentData())) for combo in self.combos]
        first, second = chosen
        if first is None or second is None:
            return
        for desk, plan in zip(self.desks, (first, second), strict=True):
            desk.put(plan)
        self.found = compare_plans(first, second)
        self._show_numbers(self.found)
        self.teams.clear()
        for change in self.found.teams:
            texts = [change.name, _stops(change.gained), _stops(change.lost), str(change.moved or "")]
            item = QTreeWidgetItem(self.teams, texts)
            item.setData(0, _KEY, change.team_id)
            for column, text in enumerate(texts):
                item.setToolTip(column, as_tip(text))
        self.lines.setText("  ".join(tr(line) for line in change_lines(self.found)))
        self._draw()

    def _show_numbers(self, found: PlanComparison) -> None:
        self.numbers.clear()
        rows = zip(
            TITLES, texts_of(found.first), texts_of(found.second), differences(found.first, found.second), strict=True
        )
        for title, *texts in rows:
            item = QTreeWidgetItem(self.numbers, [tr(title), *texts])
            for column, text in enumerate(texts, 1):
                item.setToolTip(column, as_tip(text))

    def _point(self, item: QTreeWidgetItem | None) -> None:
        team_id = "" if item is None else str(item.data(0, _KEY))
        for desk in self.desks:
            desk.point_at(StopRef(team_id))
        if self._core.desk.plan is not None and team_id in {route.team_id for route in self._core.desk.plan.routes}:
            self._core.desk.point_at(StopRef(team_id))

    def _draw(self) -> None:
        shown: list[Overlay] = []
        if self.on_map.isChecked() and self.found is not None:
            for kind, desk in zip(("before", "after"), self.desks, strict=True):
                shown += [Overlay(kind, way, "") for way in _ways(desk.plan, self.found.teams)]
        self._core.scene.set_overlays(_OWNER, shown)


def _stops(names: tuple[str, ...]) -> str:
    return enumerated_here(names) if names else ""


def _ways(plan: PatrolPlan | None, changes: tuple[TeamChange, ...]) -> list[shapely.Geometry]:
    """Give the ways of the teams whose stops are others."""
    teams = {change.team_id for change in changes if change.gained or change.lost}
    routes = [] if plan is None else [route for route in plan.routes if route.team_id in teams]
    legs = [[s.leg for s in route.stops] + ([route.way_home] if route.way_home else []) for route in routes]
    ways = [shapely.MultiLineString([leg.geometry for leg in own if leg.length_m > 0]) for own in legs]
    return [way for way in ways if not way.is_empty]


def _table(tree: QTreeWidget, titles: tuple[str, ...], name: str) -> None:
    tree.setHeaderLabels(list(titles))
    tree.setAccessibleName(name)
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    tree.header().setStretchLastSection(True)
    for place in range(len(titles)):
        tree.header().resizeSection(place, tree.header().sectionSizeHint(place) + 8)
