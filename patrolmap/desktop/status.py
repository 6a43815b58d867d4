"""The line at the bottom: background work, where the pointer is, the scale."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QStatusBar, QToolButton, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import label
from patrolmap.desktop.message_bar import JobStrip
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.services.coordinate_text import SYSTEM_TITLES, degrees_text, place_text

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["StatusLine", "coordinate_text", "round_scale"]


class StatusLine(QStatusBar):
    """
    Status bar of the window.

    Parameters
    ----------
    core : Core
        Shared parts.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, core: Core, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._denominator = 0.0
        self._copied = ""
        self._seen: tuple[float, float] | None = None
        self.project, self.scale = (label(wrap=False) for _ in range(2))
        self.place, self._systems = QToolButton(), QMenu(self)
        self.place.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.place.setMenu(self._systems)
        self._systems.aboutToShow.connect(self.list_systems)
        self.jobs = JobStrip(core.jobs)
        self.setSizeGripEnabled(False)
        self.addWidget(self.project, 1)
        self.addPermanentWidget(self.jobs)
        self.addPermanentWidget(self.place)
        self.place.hide()
        self.addPermanentWidget(self.scale)
        dress = Dresser(self, self._refresh)
        dress.text(self.place.setAccessibleName, N_("Coordinates of the pointer"))
        dress.text(self.place.setToolTip, N_("Click to choose the coordinate system"))
        dress.text(self.scale.setAccessibleName, N_("Scale of the map"))
        core.session.opened.connect(self._refresh)
        core.session.closed.connect(self._forget)

    def show_place(self, x: float, y: float) -> None:
        """
        Tell where the pointer is.

        Parameters
        ----------
        x, y : float
            Metres.
        """
        session = self._core.session
        if session.is_open and session.project.has_frame:
            frame, system = session.project.frame, session.preferences.coordinates
            self._seen = (x, y)
            name, self._copied = place_text(frame, system, x, y)
            words = f"{name}  {self._copied}" if name else self._copied
            both = not system and name and frame.metric_crs is not None
            self.place.setText(f"{frame.metric_crs}  {x:.1f}, {y:.1f}    {words}" if both else words)
            self.place.show()

    def list_systems(self) -> QMenu:
        """
        Fill the menu of coordinate systems.

        Returns
        -------
        QMenu
            The chosen one is ticked.
        """
        self._systems.clear()
        for system, title in SYSTEM_TITLES.items():
            action = self._systems.addAction(tr(title), partial(self.choose_system, system))
            action.setCheckable(True)
            action.setChecked(system == self._core.session.preferences.coordinates)
        return self._systems

    def choose_system(self, system: str) -> None:
        """
        Write coordinates in another system from now on.

        Parameters
        ----------
        system : str
            One of `SYSTEM_TITLES`.
        """
        self._core.session.prefer(coordinates=system)
        if self._seen is not None:
            self.show_place(*self._seen)

    def copy_place(self) -> None:
        """Put the coordinates of the last place that was pointed at on the clipboard, as they are written."""
        if self._copied:
            QGuiApplication.clipboard().setText(self._copied)
            self._core.notices.say(Message(N_("Copied: {text}"), {"text": self._copied}))

    def show_scale(self, denominator: float) -> None:
        """
        Tell the scale.

        Parameters
        ----------
        denominator : float
            The N of 1:N.
        """
        self._denominator = denominator
        self._refresh()

    def _refresh(self) -> None:
        session = self._core.session
        if not session.is_open:
            return
        name = session.project.name
        self.project.setText(tr("{name} (read-only)", name=name) if session.project.read_only else name)
        if self._denominator > 0:
            self.scale.setText(f"1 : {QLocale().toString(round_scale(self._denominator))}")

    def _forget(self) -> None:
        for part in (self.project, self.scale):
            part.clear()
        self.place.setText("")
        self.place.hide()  # without words it would be an empty box
        self._copied, self._seen = "", None
        self._denominator = 0.0


def round_scale(denominator: float) -> int:
    """
    Round a scale to three figures.

    Parameters
    ----------
    denominator : float
        The N of 1:N, above 0.

    Returns
    -------
    int
        Such as 12,300 for 12,345.6.
    """
    step = int(10 ** max(math.floor(math.log10(denominator)) - 2, 0))
    return round(denominator / step) * step


def coordinate_text(x: float, y: float, *, planar: bool) -> str:
    """
    Write a place.

    Parameters
    ----------
    x, y : float
        Longitude and latitude in degrees, or units of a plane.
    planar : bool
        Which of the two.

    Returns
    -------
    str
        Five decimals of a degree, about a metre; one of a plane's unit.
    """
    if planar:
        return f"{x:.1f}, {y:.1f}"
    return degrees_text(x, y)
