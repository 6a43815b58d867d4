"""A canvas that is only measured on: text needs a device before there is a page."""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtGui import QGuiApplication, QImage, QPainter

from patrolmap.maps.fonts import load_fonts
from patrolmap.sheets.canvas import Canvas
from patrolmap.sheets.pdf import RESOLUTION_DPI

__all__ = ["measuring_canvas"]


@cache
def measuring_canvas() -> Canvas:
    """
    Give the canvas to measure on, of the resolution of the sheets.

    Returns
    -------
    Canvas
        Not for drawing. A `QGuiApplication` without a screen is made if the process has none.
    """
    _ensure_application()
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas = Canvas(painter, RESOLUTION_DPI / 25.4, load_fonts())
    painter.end()
    return canvas


@cache
def _ensure_application() -> QGuiApplication | None:
    if QGuiApplication.instance() is not None:
        return None
    return QGuiApplication([*sys.argv[:1], "-platform", "offscreen"])
