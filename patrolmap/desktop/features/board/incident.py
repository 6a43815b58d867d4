"""Something came in: where it is, until when somebody has to be there, for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely
from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QLineEdit,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import GAP, MARGIN, form, label, row, spaced
from patrolmap.i18n import tr
from patrolmap.model.schedule import DAY_S
from patrolmap.services.plan_incidents import Incident, incident_visit

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan, Visit

__all__ = ["IncidentDialog"]

_WITHIN_S: Final = 1_800


class IncidentDialog(Dialog):
    """
    Asks for the visit that an incident needs.

    Parameters
    ----------
    plan : PatrolPlan
        The plan that takes it in.
    place : tuple of (float, float)
        Where it is, metres.
    parent : QWidget or None
        Owner.
    """

    guide = ("evening", "board")

    taken = Signal(object)
    """The user gives the `Visit`."""

    def __init__(self, plan: PatrolPlan, place: tuple[float, float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan, self._place = plan, place
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Incident came in"))
        self.name = QLineEdit(tr("Incident"))
        now_s = self._now_s()
        self.start, self.end = _clock(now_s, tr("Be there from")), _clock(now_s + _WITHIN_S, tr("Be there until"))
        self.stay = QSpinBox()
        self.stay.setRange(1, 240)
        self.stay.setValue(15)
        self.stay.setSuffix(tr(" min"))
        spaced(self.stay)
        self.required = QCheckBox(tr("Must be met"))
        self.required.setChecked(True)
        words = label("muted")
        words.setText(tr("The nearest team that can goes there; what is done or locked stays as it is."))
        dash = label("muted", wrap=False)
        dash.setText("–")
        times = row(self.start, dash, self.end, gap=6)
        times.setStretch(0, 1)
        times.setStretch(2, 1)
        fields = (
            (tr("Name"), self.name),
            (tr("Be there between"), times),
            (tr("Stay"), self.stay),
            ("", self.required),
        )
        rows = []
        for title, field in fields:
            text = label(wrap=False)
            text.setText(title)
            rows.append((text, field))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Plan again"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP + 2)
        column.addWidget(words)
        column.addLayout(form(rows))
        column.addWidget(self.buttons)
        self.setMinimumWidth(400)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.taken.emit(self.visit))
        self.name.selectAll()

    @property
    def visit(self) -> Visit:
        """What the fields say."""
        said = Incident(
            shapely.Point(self._place),
            self.name.text().strip() or tr("Incident"),
            QTime(0, 0).secsTo(self.start.time()),
            QTime(0, 0).secsTo(self.end.time()),
            60 * self.stay.value(),
            required=self.required.isChecked(),
        )
        return incident_visit(self._plan, said)

    def _now_s(self) -> int:
        """Just after the last stop that is done; the start of the shift if none is."""
        done = [stop.leave_s for route in self._plan.routes for stop in route.stops if stop.done]
        return max([self._plan.shift.window.start_s, *done])


def _clock(seconds: int, name: str) -> QTimeEdit:
    made = QTimeEdit(QTime(0, 0).addSecs(seconds % DAY_S))
    made.setDisplayFormat("HH:mm")
    spaced(made)
    made.setAccessibleName(name)
    return made
