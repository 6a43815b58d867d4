"""Who counts in the closure: everybody, or only those on duty at a time or during a shift."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.rings.fields import choice
from patrolmap.desktop.forms import form, label
from patrolmap.messages import N_
from patrolmap.model.duty import moment_on_duty
from patrolmap.model.kinds import ShiftMode
from patrolmap.model.schedule import Shift

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

    from patrolmap.desktop.core import Core

__all__ = ["DutyField"]

_MOMENT: Final = "moment"
_FIXED: Final = 2
_MODES: Final = ((N_("Routine"), ShiftMode.ROUTINE), (N_("Heightened"), ShiftMode.HEIGHTENED))


class DutyField(QWidget):
    """
    A choice of who counts, with the time and the mode where they matter.

    Parameters
    ----------
    core : Core
        Shared parts; the shifts of the open project can be chosen.
    """

    changed = Signal()
    """Another choice was made, or a time was finished."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self.dress = Dresser(self, self.refresh)
        everybody = ((N_("Everybody"), None), (N_("Who is on duty at a time"), _MOMENT))
        self.who, self.moment, self.mode = choice(self.dress, everybody), QLineEdit("22:00"), choice(self.dress, _MODES)
        self.dress.text(self.moment.setPlaceholderText, N_("22:00 or 2026-11-21 22:00"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        named: list[tuple[QLabel, QWidget]] = []
        for title, field in ((N_("Who counts"), self.who), (N_("Time"), self.moment), (N_("Duty"), self.mode)):
            name = label()
            self.dress.text(name.setText, title)
            self.dress.text(field.setAccessibleName, title)
            named.append((name, field))
        self._rows = form(named)
        column.addLayout(self._rows)
        self.who.currentIndexChanged.connect(lambda _place: self._choose())
        self.mode.currentIndexChanged.connect(lambda _place: self.changed.emit())
        self.moment.editingFinished.connect(self.changed.emit)
        self._version = -1
        core.session.opened.connect(self.refresh)
        core.session.closed.connect(self.refresh)
        core.session.changed.connect(lambda _names: self._follow())
        self.refresh()

    def _follow(self) -> None:
        if self._core.session.version("shifts") != self._version:
            self.refresh()

    def refresh(self) -> None:
        """List the shifts of the project below the fixed choices; the choice stays if it still is there."""
        session, chosen = self._core.session, self.who.currentData()
        self._version = session.version("shifts")
        shifts = session.project.shifts() if session.is_open else ()
        listed = [self.who.itemData(place) for place in range(_FIXED, self.who.count())]
        if listed != list(shifts):
            self.who.blockSignals(True)
            while self.who.count() > _FIXED:
                self.who.removeItem(_FIXED)
            for shift in shifts:
                self.who.addItem(f"{shift.date.isoformat()} {shift.name or shift.shift_id}", shift)
            kept = next((one for one in shifts if isinstance(chosen, Shift) and one.shift_id == chosen.shift_id), None)
            self.who.setCurrentIndex(_FIXED + shifts.index(kept) if kept else 1 if chosen == _MOMENT else 0)
            self.who.blockSignals(False)
        self._show_fields()

    def value(self) -> Shift | None:
        """
        Tell when duty is looked at.

        Returns
        -------
        Shift or None
            A moment is a shift without length; None if everybody counts.

        Raises
        ------
        InputError
            If the time cannot be read.
        """
        chosen, mode = self.who.currentData(), ShiftMode(self.mode.currentData())
        if isinstance(chosen, Shift):
            return replace(chosen, mode=mode)
        return moment_on_duty(self.moment.text(), mode.value) if chosen == _MOMENT else None

    def _choose(self) -> None:
        chosen = self.who.currentData()
        if isinstance(chosen, Shift):
            self.mode.blockSignals(True)
            self.mode.setCurrentIndex([mode for _, mode in _MODES].index(chosen.mode))
            self.mode.blockSignals(False)
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        chosen = self.who.currentData()
        self._rows.setRowVisible(self.moment, chosen == _MOMENT)
        self._rows.setRowVisible(self.mode, chosen is not None)
