"""Plans that are almost as good, and how predictable the last ones are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.board.choices import plan_title
from patrolmap.desktop.features.board.numbers import texts_of
from patrolmap.desktop.forms import GAP, MARGIN, button, label, row, spaced
from patrolmap.desktop.run_button import RunButton
from patrolmap.i18n import tr
from patrolmap.messages import Message
from patrolmap.services.plan_compare import PlanNumbers, plan_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.board.replanner import Replanner
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.planner.predictability import Predictability
    from patrolmap.project.store import ProjectStore

__all__ = ["VariantsDialog"]

_KEY: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class _Choice:
    plan: PatrolPlan
    numbers: PlanNumbers
    meter: Predictability


class VariantsDialog(Dialog):
    """
    Makes variants, lists them with the loss of each, and takes one for tonight.

    Parameters
    ----------
    core : Core
        Shared parts.
    replanner : Replanner
        Makes them.
    compare : Callable
        Lays two plans beside each other, by their ids.
    parent : QWidget or None
        Owner.
    """

    guide = ("planner", "variants")

    def __init__(
        self, core: Core, replanner: Replanner, compare: Callable[[str, str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Variants"))
        self.resize(760, 520)
        self._core, self._replanner, self._compare = core, replanner, compare
        self._choices: list[_Choice] = []
        self._base, self._is_over = "", False
        self.count, self.loss = QSpinBox(), QDoubleSpinBox()
        self.run_button, self.list, self.meter = RunButton(core.jobs, low=True), QTreeWidget(), QProgressBar()
        self.meter_words, self.warning = label("muted"), label("warning")
        self.take_button, self.compare_button = button(primary=True), button()
        self._lay_out()
        replanner.job_changed.connect(self._follow)
        replanner.variants_made.connect(self._on_made)
        core.desk.changed.connect(self.read)
        core.session.closed.connect(self._let_go)
        self.run_button.wanted.connect(lambda: replanner.vary(self.count.value(), self.loss.value() / 100))
        self.list.currentItemChanged.connect(lambda _item, _before: self._show_meter())
        self.list.itemActivated.connect(lambda _item, _column: self.take())
        self.take_button.clicked.connect(self.take)
        self.compare_button.clicked.connect(lambda: self._compare(self._base, self._chosen_id))
        self._follow()
        self.read()

    def read(self) -> None:
        """List the plan and its variants, in the background."""
        plan, project = self._core.desk.plan, self._core.session.project
        if plan is None:
            return
        puts = self._core.desk.puts
        self._core.jobs.quick(
            lambda: _choices(project, plan),
            lambda found: self._fill(found) if puts == self._core.desk.puts and not self._is_over else None,
        )

    def take(self) -> None:
        """Lay the chosen plan on the desk."""
        choice = self._chosen
        if choice is not None:
            self._core.desk.put(choice.plan)
            self._core.notices.say(plan_title(choice.plan))

    def _lay_out(self) -> None:
        self.count.setRange(1, 9)
        self.count.setValue(3)
        self.loss.setRange(0.0, 20.0)
        self.loss.setValue(3.0)
        self.loss.setDecimals(1)
        self.loss.setSuffix(tr(" %"))
        spaced(self.count)
        spaced(self.loss)
        advice = label("muted")
        advice.setText(tr("Almost as good, but elsewhere at other times: nobody learns the patrols by heart."))
        titles = (tr("How many"), tr("May lose at most"))
        fields: list[tuple[QLabel, QWidget]] = []
        for title, field in zip(titles, (self.count, self.loss), strict=True):
            text = label(wrap=False)
            text.setText(title)
            text.setBuddy(field)
            fields.append((text, field))
        self._dress_list()
        self.run_button.set_text(tr("Make variants"))
        self.run_button.setMinimumWidth(220)
        # Taking one is the end of this dialog; making them is not.
        self.run_button.button.setProperty("primary", False)
        self.take_button.setText(tr("Take this plan"))
        self.take_button.setEnabled(False)
        self.compare_button.setEnabled(False)
        self.compare_button.setText(tr("Compare…"))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        head = row(*(one for pair in fields for one in pair), None, self.run_button, gap=12)
        column.addWidget(advice)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self.meter_words)
        column.addWidget(self.meter)
        column.addWidget(self.warning)
        column.addLayout(row(None, self.compare_button, self.take_button))

    def _dress_list(self) -> None:
        self.list.setHeaderLabels([tr("Plan"), tr("Loss"), tr("Required met"), tr("Way (km)"), tr("Varies")])
        self.list.setAccessibleName(tr("Variants"))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.meter.setRange(0, 100)
        self.meter.setTextVisible(False)
        self.meter.hide()
        self.warning.hide()
        self.meter_words.setText(tr("Reading the plans…"))
        self.meter.setFixedHeight(8)
        self.meter.setAccessibleName(tr("How much varies from shift to shift"))

    @property
    def _chosen(self) -> _Choice | None:
        item = self.list.currentItem()
        return None if item is None else self._choices[int(item.data(0, _KEY))]

    @property
    def _chosen_id(self) -> str:
        return "" if self._chosen is None else self._chosen.plan.plan_id

    def _fill(self, found: list[_Choice]) -> None:
        self._choices = found
        self.list.clear()
        best = found[0].numbers.prize
        self._base = found[0].plan.plan_id
        now = "" if self._core.desk.plan is None else self._core.desk.plan.plan_id
        for place, choice in enumerate(found):
            loss = f"{100 * (1 - choice.numbers.prize / best):.1f} %" if place and best else "–"
            texts, varies = texts_of(choice.numbers), choice.meter.who_and_when
            share = "–" if varies is None else f"{100 * varies:.0f} %"
            item = QTreeWidgetItem(self.list, [tr(plan_title(choice.plan)), loss, texts[1], texts[6], share])
            item.setData(0, _KEY, place)
            if choice.plan.plan_id == now:
                self.list.setCurrentItem(item)
        self._show_meter()

    def _show_meter(self) -> None:
        choice = self._chosen
        self.take_button.setEnabled(choice is not None)
        self.compare_button.setEnabled(choice is not None and self._chosen_id != self._base)
        meter = None if choice is None else choice.meter
        share = None if meter is None else meter.who_and_when
        self.meter.setVisible(share is not None)
        self.meter.setValue(round(100 * (share or 0.0)))
        if share is None or meter is None:
            self.meter_words.setText(tr("There is no earlier plan of these hours to compare with yet."))
        else:
            said = "Over the last {plans} plans of these hours {percent} % of who comes when varies."
            self.meter_words.setText(tr(Message(said, {"plans": meter.plans, "percent": round(100 * share)})))
        warning = None if meter is None else meter.warning
        self.warning.setText("" if warning is None else tr(warning))
        self.warning.setVisible(warning is not None)

    def _follow(self) -> None:
        self.run_button.follow(self._replanner.job)
        self.run_button.setEnabled(self._replanner.can_run or self._replanner.job is not None)

    def _on_made(self, _made: tuple[PatrolPlan, ...]) -> None:
        self.read()

    def closeEvent(self, event: QCloseEvent) -> None:
        """
        Hear no more of plans.

        Parameters
        ----------
        event : QCloseEvent
            The close.
        """
        self._forget()
        super().closeEvent(event)

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

    def _let_go(self) -> None:
        self.close()

    def _forget(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._replanner.job_changed.disconnect(self._follow)
        self._replanner.variants_made.disconnect(self._on_made)
        self._core.desk.changed.disconnect(self.read)
        self._core.session.closed.disconnect(self._let_go)


def _choices(project: ProjectStore, plan: PatrolPlan) -> list[_Choice]:
    from patrolmap.services.plan_quality import plan_predictability

    base_id = plan.provenance.parameters.get("variant_of", plan.plan_id)
    ids = project.plan_ids()
    base = project.plan(base_id) if base_id in ids else plan
    others = [project.plan(one) for one in ids if one != base.plan_id]
    family = [one for one in others if one.provenance.parameters.get("variant_of") == base.plan_id]
    if plan.plan_id not in {one.plan_id for one in (base, *family)}:
        family.append(plan)
    return [_Choice(one, plan_numbers(one), plan_predictability(project, one)) for one in (base, *family)]
