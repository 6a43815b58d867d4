"""The line at the bottom: background work, where the pointer is, the scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStatusBar, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import label
from patrolmap.desktop.message_bar import JobStrip
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message

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
        self.project, self.place, self.scale = (label(wrap=False) for _ in range(3))
        self.jobs = JobStrip(core.jobs)
        self.setSizeGripEnabled(False)
        self.addWidget(self.project, 1)
        self.addPermanentWidget(self.jobs)
        self.addPermanentWidget(self.place)
        self.addPermanentWidget(self.scale)
        dress = Dresser(self, self._refresh)
        dress.text(self.place.setAccessibleName, N_("Coordinates of the pointer"))
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
            frame = session.project.frame
            point = frame.metric_to_wgs84(shapely.Point(x, y))
            self._copied = coordinate_text(point.x, point.y, planar=frame.is_planar)
            if frame.is_planar or frame.metric_crs is None:
                self.place.setText(self._copied)
            else:
                self.place.setText(f"{frame.metric_crs}  {x:.1f}, {y:.1f}    WGS 84  {self._copied}")

    def copy_place(self) -> None:
        """Put the coordinates of the last place that was pointed at on the clipboard, as the search box reads them."""
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
        for part in (self.project, self.place, self.scale):
            part.clear()
        self._copied = ""
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
    return f"{abs(y):.5f}° {'N' if y >= 0 else 'S'}  {abs(x):.5f}° {'E' if x >= 0 else 'W'}"
