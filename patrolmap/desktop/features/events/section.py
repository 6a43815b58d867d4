"""The list of events, with the button for the next step of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit, QSpinBox, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.events.entry import EventEntry
from patrolmap.desktop.features.events.presenter import EventsPresenter
from patrolmap.desktop.features.tables.fitting import FittingTable
from patrolmap.desktop.features.tables.models import RowsModel
from patrolmap.desktop.forms import button, label, row, spaced
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.events import EventState

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection

    from patrolmap.desktop.core import Core
    from patrolmap.model.events import Event

__all__ = ["EventsSection"]

_TITLES: Final = (N_("Event"), N_("State"), N_("Due by"))
_DO: Final = {
    EventState.ASSIGNED: N_("Assign"),
    EventState.HANDLED: N_("Handled"),
    EventState.FED_BACK: N_("Fed back"),
    EventState.RATED: N_("Rate"),
}
_MOST_ROWS: Final = 8


class EventsSection(QWidget):
    """
    Events in a table; below it what the next step needs.

    Parameters
    ----------
    core : Core
        Shared parts.
    presenter : EventsPresenter or None
        What it knows; None makes one.
    """

    def __init__(self, core: Core, presenter: EventsPresenter | None = None) -> None:
        super().__init__()
        self.presenter = presenter or EventsPresenter(core)
        self.model = RowsModel(_TITLES)
        self.view = FittingTable(self.model, _MOST_ROWS)
        self.empty, self.story = label("muted"), label("muted")
        self.unit, self.note, self.rating = QLineEdit(), QLineEdit(), QSpinBox()
        self.rating.setRange(1, 5)
        self.rating.setValue(4)
        spaced(self.rating)
        self.step_button = button()
        self.entry = EventEntry(self.presenter)
        self._lay_out()
        self.view.selectionModel().selectionChanged.connect(self._on_chosen)
        self.step_button.clicked.connect(self._step)
        self.presenter.changed.connect(self.refill)
        self.presenter.picked.connect(self.select)
        self.refill()

    @property
    def chosen(self) -> Event | None:
        """The event of the chosen row; None if none is."""
        rows = self.view.selectionModel().selectedRows()
        key = self.model.key(rows[0].row()) if rows else None
        return next((event for event in self.presenter.events if event.event_id == key), None)

    def refill(self) -> None:
        """List the events again, in the current language."""
        kept = self.chosen.event_id if self.chosen else ""
        self.model.put(self.presenter.rows(), [event.event_id for event in self.presenter.events])
        count = len(self.presenter.events)
        self.view.setVisible(count > 0)
        self.view.fit()
        self.empty.setVisible(count == 0)
        self.empty.setText(
            tr("No events yet. Enter one below; a stop in the patrol log with an event type makes one too.")
        )
        self.select(kept)
        self._refresh()

    def select(self, event_id: str) -> None:
        """
        Choose the row of an event.

        Parameters
        ----------
        event_id : str
            Its id; unknown ones are ignored.
        """
        place = self.model.row_of(event_id)
        if place >= 0:
            self.view.selectRow(place)

    def _lay_out(self) -> None:
        dress = Dresser(self, self.refill)
        dress.text(self.view.setAccessibleName, N_("Events"))
        dress.text(self.unit.setPlaceholderText, N_("Team or office"))
        dress.text(self.unit.setAccessibleName, N_("Team or office"))
        dress.text(self.note.setPlaceholderText, N_("Note, without persons"))
        dress.text(self.note.setAccessibleName, N_("Note, without persons"))
        dress.text(self.rating.setAccessibleName, N_("Rating"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.view)
        column.addWidget(self.story)
        column.addLayout(row(self.unit, self.rating, self.step_button, gap=6))
        column.addWidget(self.note)
        column.addWidget(self.entry)

    def _on_chosen(self, _on: QItemSelection, _off: QItemSelection) -> None:
        self._refresh()
        if self.chosen is not None:
            self.presenter.go_to(self.chosen.event_id)

    def _refresh(self) -> None:
        event = self.chosen
        following = None if event is None else event.next_state
        self.unit.setVisible(following is EventState.ASSIGNED)
        self.rating.setVisible(following is EventState.RATED)
        self.note.setVisible(following is not None)
        self.step_button.setVisible(following is not None)
        self.story.setVisible(event is not None)
        if following is not None:
            self.step_button.setText(tr(_DO[following]))
        if event is not None:
            steps = [f"{step.at:%m-%d %H:%M} {step.note}".rstrip() for step in event.steps]
            self.story.setText(" · ".join([event.event_id, *([event.unit] if event.unit else []), *steps]))

    def _step(self) -> None:
        event = self.chosen
        if event is not None:
            rating = self.rating.value() if event.next_state is EventState.RATED else None
            unit, note = self.unit.text(), self.note.text()
            self.note.clear()
            self.presenter.advance(event.event_id, unit=unit, rating=rating, note=note)
