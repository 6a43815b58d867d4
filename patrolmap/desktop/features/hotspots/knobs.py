"""Sliders for what a kernel density needs, with their values written beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import form, label, row
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KernelKnobs"]

_STEP_M: Final = 50
_DAYS: Final = (30, 60, 90, 180, 365, 730, 1095)
_SETTLE_MS: Final = 200


class KernelKnobs(QWidget):
    """Bandwidth and period, each a slider; `settled` comes once the hand rests."""

    settled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bandwidth, self.days = _slider(2, 16, 6), _slider(0, len(_DAYS) - 1, _DAYS.index(365))
        self._metres, self._past, self.found = label(wrap=False), label(wrap=False), label("muted")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.settled)
        self._dress = Dresser(self, self._write)
        rows = []
        for title, slider, value in (
            (N_("Bandwidth"), self.bandwidth, self._metres),
            (N_("Period"), self.days, self._past),
        ):
            text = label(wrap=False)
            self._dress.text(text.setText, title)
            self._dress.text(slider.setAccessibleName, title)
            value.setMinimumWidth(84)
            rows.append((text, row(slider, value)))
            slider.valueChanged.connect(self._turned)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form(rows))
        column.addWidget(self.found)
        self._write()

    @property
    def bandwidth_m(self) -> float:
        """Kernel radius."""
        return float(self.bandwidth.value() * _STEP_M)

    @property
    def memory_days(self) -> int:
        """How far back incidents count."""
        return _DAYS[self.days.value()]

    def follow(self, change: Callable[[Callable[[], None]], object]) -> None:
        """
        Settle again after a change elsewhere.

        Parameters
        ----------
        change : Callable
            Connects a listener to that change.
        """
        change(lambda *_: self._timer.start() if self.isVisible() else None)

    def rest(self) -> None:
        """Forget a change that has not settled."""
        self._timer.stop()

    def _turned(self) -> None:
        self._write()
        self._timer.start()

    def _write(self) -> None:
        self._metres.setText(tr("{count} m", count=f"{self.bandwidth_m:.0f}"))
        self._past.setText(tr("{count} {count:day|days} back", count=self.memory_days))


def _slider(low: int, high: int, value: int) -> QSlider:
    made = QSlider(Qt.Orientation.Horizontal)
    made.setRange(low, high)
    made.setValue(value)
    made.setPageStep(1)
    return made
