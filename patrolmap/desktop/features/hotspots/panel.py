"""The hotspots panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from patrolmap.desktop.failure_note import FailureNote
from patrolmap.desktop.features.hotspots.knobs import KernelKnobs
from patrolmap.desktop.features.hotspots.presenter import HotspotsPresenter, Question, SpotRow
from patrolmap.desktop.forms import as_tip, date_field, form, label, row, spaced
from patrolmap.desktop.run_button import RunButton
from patrolmap.desktop.tasks import TaskPanel, TaskSpec
from patrolmap.desktop.wrapping import TwoLines
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.kinds import ring_title

if TYPE_CHECKING:
    import datetime as dt

    from patrolmap.desktop.core import Core

__all__ = ["HotspotsPanel"]

_SETTLE_MS: Final = 250
_KEY: Final = Qt.ItemDataRole.UserRole


class HotspotsPanel(TaskPanel):
    """
    What counts, how much area, the search, and its list.

    Parameters
    ----------
    core : Core
        Shared parts.
    spec, following : TaskSpec
        As in `TaskPanel`.
    presenter : HotspotsPresenter or None
        What it knows; None makes one.
    """

    def __init__(
        self, core: Core, spec: TaskSpec, following: TaskSpec | None, presenter: HotspotsPresenter | None = None
    ) -> None:
        super().__init__(spec, following)
        self.presenter = presenter or HotspotsPresenter(core)
        self.stock = label("muted")
        self.categories = QListWidget()
        self.first, self.last = _date_field(), _date_field()
        self.from_hour, self.to_hour = _hour_field(0), _hour_field(24)
        self.ring = QComboBox()
        self.area = QDoubleSpinBox()
        self.area.setRange(0.1, 20.0)
        self.area.setDecimals(1)
        self.area.setSingleStep(0.5)
        self.area.setValue(2.0)
        self.area.setSuffix(" %")
        spaced(self.area)
        self.tested = QCheckBox()
        self.tested.setChecked(True)
        self.knobs = KernelKnobs()
        self.run_button = RunButton(core.jobs)
        self.failure = FailureNote(self.run_button, core)
        self.list = _spot_list()
        self.proof, self.advice = label("muted"), label("muted")
        self.advice.hide()
        self._lay_out()
        self.knobs.settled.connect(self._try_out)
        self.tested.toggled.connect(self._show_knobs)
        for change in (self.area.valueChanged, self.first.dateChanged, self.last.dateChanged):
            self.knobs.follow(change.connect)
        for change in (self.from_hour.valueChanged, self.to_hour.valueChanged, self.categories.itemChanged):
            self.knobs.follow(change.connect)
        self.knobs.follow(self.ring.currentIndexChanged.connect)
        self._hold_soon()
        self.presenter.preview_changed.connect(self._show_preview)
        self._show_knobs(is_tested=True)
        self.run_button.wanted.connect(self._run)
        self.list.currentItemChanged.connect(self._on_chosen)
        self.presenter.stock_changed.connect(self._show_stock)
        self.presenter.spots_changed.connect(self._show_spots)
        self.presenter.job_changed.connect(lambda: self.run_button.follow(self.presenter.job))
        self.presenter.rings_changed.connect(self._show_rings)
        self._show_rings()
        self._show_stock()
        self._show_spots()

    @property
    def question(self) -> Question:
        """What the fields ask."""
        items = [self.categories.item(place) for place in range(self.categories.count())]
        chosen = frozenset(str(item.data(_KEY)) for item in items if item.checkState() is Qt.CheckState.Checked)
        return Question(
            None if len(chosen) == len(items) else chosen,
            _date(self.first),
            _date(self.last),
            self.from_hour.value(),
            self.to_hour.value(),
            self.area.value(),
            self.tested.isChecked(),
            self.knobs.bandwidth_m,
            self.knobs.memory_days,
            self.ring.currentData(),
        )

    def redress(self) -> None:
        """Write lists and figures in the current language."""
        self._show_rings()
        self._show_stock()
        self._show_spots()

    def _lay_out(self) -> None:
        which, found = label("section"), label("section")
        self.dress.text(which.setText, N_("Which incidents count"))
        self.dress.text(found.setText, N_("Hotspots"))
        self.dress.text(self.categories.setAccessibleName, N_("Categories"))
        self.dress.text(self.tested.setText, N_("Choose the method by testing it on the past"))
        self.dress.text(self.run_button.set_text, N_("Find hotspots"))
        self.dress.text(self.list.setAccessibleName, N_("Hotspots"))
        self.body.addWidget(which)
        self.body.addWidget(self.stock)
        self.body.addWidget(self.categories)
        self.body.addLayout(form(self._rows()))
        self.body.addWidget(self.tested)
        self.body.addWidget(self.knobs)
        self.body.addWidget(self.run_button)
        self.body.addWidget(self.failure)
        self.body.addSpacing(6)
        self.body.addWidget(found)
        self.body.addWidget(self.proof)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.advice)

    def _rows(self) -> list[tuple[QLabel, QWidget | QLayout]]:
        titles = (N_("Days"), N_("Hours"), N_("Within"), N_("Area share"))
        fields: tuple[QWidget | QLayout, ...] = (
            _span(self.first, self.last),
            _span(self.from_hour, self.to_hour),
            self.ring,
            self.area,
        )
        made: list[tuple[QLabel, QWidget | QLayout]] = []
        for title, field in zip(titles, fields, strict=True):
            text = label(wrap=False)
            self.dress.text(text.setText, title)
            made.append((text, field))
        self.dress.text(self.ring.setAccessibleName, N_("Within"))
        self.dress.text(self.first.setAccessibleName, N_("First day"))
        self.dress.text(self.last.setAccessibleName, N_("Last day"))
        self.dress.text(self.from_hour.setAccessibleName, N_("From hour"))
        self.dress.text(self.to_hour.setAccessibleName, N_("To hour"))
        return made

    def _hold_soon(self) -> None:
        """Tell the charts what counts, once the hand rests."""
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(lambda: self.presenter.hold(self.question))
        for change in (self.first.dateChanged, self.last.dateChanged, self.ring.currentIndexChanged):
            change.connect(lambda *_: self._settle.start())
        for change in (self.from_hour.valueChanged, self.to_hour.valueChanged, self.categories.itemChanged):
            change.connect(lambda *_: self._settle.start())

    def _show_rings(self) -> None:
        before = self.ring.currentData()
        self.ring.blockSignals(True)
        self.ring.clear()
        self.ring.addItem(tr("Whole district"), None)
        for kind in self.presenter.rings:
            self.ring.addItem(tr(ring_title(kind)), kind)
        self.ring.setCurrentIndex(max(self.ring.findData(before), 0))
        self.ring.blockSignals(False)

    def _show_knobs(self, is_tested: bool) -> None:  # noqa: FBT001 - Qt's own signature
        self.knobs.setVisible(not is_tested)
        if is_tested:
            self.knobs.rest()
            self.presenter.end_preview()
        else:
            self._try_out()

    def _try_out(self) -> None:
        if self.presenter.stock.count and not self.tested.isChecked():
            self.presenter.try_out(self.question)

    def _show_preview(self) -> None:
        spots = self.presenter.preview
        words = N_("Preview: {count} {count:area|areas} with {incidents} {incidents:incident|incidents}")
        incidents = sum(spot.incidents for spot in spots or ())
        self.knobs.found.setText("" if spots is None else tr(words, count=len(spots), incidents=incidents))

    def _run(self) -> None:
        self.knobs.rest()
        self.presenter.run(self.question)

    def _show_stock(self) -> None:
        stock = self.presenter.stock
        self.run_button.setEnabled(stock.count > 0)
        self.categories.clear()
        for name, count in stock.categories:
            item = QListWidgetItem(f"{name}   {self.locale().toString(count)}")
            item.setData(_KEY, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.categories.addItem(item)
        self.categories.setFixedHeight(8 + 28 * min(max(len(stock.categories), 2), 6))
        self.categories.setVisible(stock.count > 0)
        for asked in (self.first, self.last, self.from_hour, self.to_hour, self.ring, self.area, self.tested):
            asked.setEnabled(stock.count > 0)
        if stock.first is None or stock.last is None:
            is_reading = self.presenter.is_reading
            self.stock.setText(
                tr("Reading the district…") if is_reading else tr("There are no incidents yet. Import them first.")
            )
            return
        for field, day in ((self.first, stock.first), (self.last, stock.last)):
            field.setDate(QDate(day.year, day.month, day.day))
        values = {"count": self.locale().toString(stock.count), "first": stock.first, "last": stock.last}
        self.stock.setText(tr("{count} {count:incident|incidents}, {first} to {last}", **values))

    def _show_spots(self) -> None:
        self.list.clear()
        self._show_advice(None)
        spots = self.presenter.spots
        self.proof.setText("" if spots or self.presenter.is_reading else tr("None yet."))
        for spot in spots:
            patrol = tr("{dwell} min × {visits}", dwell=spot.dwell_min, visits=spot.visits) if spot.dwell_min else ""
            count = self.locale().toString(spot.incidents)
            item = QTreeWidgetItem([str(spot.rank), spot.name, count, spot.peak_hours.replace(":00", ""), patrol])
            item.setData(0, _KEY, spot.fid)
            tip = as_tip("\n".join((spot.name, spot.categories, spot.peak_hours, *_advice(spot))))
            for column in range(5):
                item.setToolTip(column, tip)
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        self.list.setHeaderLabels([tr("No."), tr("Streets"), tr("Incidents"), tr("Hours"), tr("Patrol")])
        for column in (0, 2, 3, 4):
            self.list.resizeColumnToContents(column)
        self._show_proof()
        self.proof.setVisible(bool(self.proof.text()))

    def _show_proof(self) -> None:
        result = self.presenter.result
        if result is None or result.table is None:
            return
        rows = [one for one in result.table.rows if one.method == result.method]
        row_here = min(rows, key=lambda one: abs(one.area_share - self.area.value() / 100), default=None)
        if row_here is not None:
            self.proof.setText(
                tr(
                    "Tested on {origins} past periods: {percent} % of the area held {hits} % of later incidents "
                    "(PAI {pai}).",
                    origins=len(result.table.origins),
                    percent=round(row_here.area_share * 100, 1),
                    hits=round(row_here.hit_rate * 100),
                    pai=round(row_here.pai, 1),
                )
            )

    def _on_chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            fid = int(item.data(0, _KEY))
            self.presenter.choose(fid)
            self._show_advice(next((spot for spot in self.presenter.spots if spot.fid == fid), None))

    def _show_advice(self, spot: SpotRow | None) -> None:
        self.advice.setText("" if spot is None else "\n".join(_advice(spot)))
        self.advice.setVisible(bool(self.advice.text()))


def _advice(spot: SpotRow) -> list[str]:
    """Say how one gets into a hotspot, and how it might be patrolled."""
    lines = []
    if spot.entrances:
        by = (
            N_("{count} {count:entrance|entrances}: {streets}")
            if spot.entrance_streets
            else N_("{count} {count:entrance|entrances}")
        )
        lines.append(tr(by, count=spot.entrances, streets=spot.entrance_streets))
    if spot.dwell_min:
        words = N_("Suggested: stay {dwell} min, {visits} {visits:time|times} a shift, at least {gap} min apart")
        lines.append(tr(words, dwell=spot.dwell_min, visits=spot.visits, gap=spot.gap_min))
    return lines


def _span(first: QWidget, last: QWidget) -> QHBoxLayout:
    dash = label("muted", wrap=False)
    dash.setText("–")
    made = row(first, dash, last, gap=6)
    made.setStretch(0, 1)
    made.setStretch(2, 1)
    return made


def _date_field() -> QDateEdit:
    made = date_field()
    made.setMinimumWidth(96)
    return made


def _hour_field(hour: int) -> QSpinBox:
    made = QSpinBox()
    made.setRange(0, 24)
    made.setValue(hour)
    made.setSuffix(":00")
    spaced(made)
    return made


def _date(field: QDateEdit) -> dt.date | None:
    return field.date().toPython()  # type: ignore[return-value]  # Qt's stub says object


def _spot_list() -> QTreeWidget:
    made = QTreeWidget()
    made.setObjectName("fitting")
    made.setColumnCount(5)
    made.setRootIsDecorated(False)
    made.setWordWrap(True)
    made.setItemDelegateForColumn(1, TwoLines(made, 1))
    made.setMinimumHeight(170)
    made.header().setStretchLastSection(False)
    made.header().setSectionResizeMode(1, made.header().ResizeMode.Stretch)
    return made
