"""Pens, brushes and colours from the style table."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPainterPath

    from patrolmap.maps.view import MapView
    from patrolmap.model.style_types import LineStyle

__all__ = ["HALO_MM", "between", "halo_colour", "line_pen", "stroke", "translucent"]

HALO_MM = 0.35
"""Room of a halo on each side of its line."""


def line_pen(colour: QColor | str, width: float, dash: tuple[float, ...] = (), *, flat: bool = False) -> QPen:
    """
    Make a pen with round joins.

    Parameters
    ----------
    colour : QColor or str
        Colour, ``#rrggbb`` as text.
    width : float
        Device dots.
    dash : tuple of float, default ()
        Dash and gap in pen widths; empty for solid. Dashes have flat ends.
    flat : bool, default False
        Whether a solid line's ends are flat too.

    Returns
    -------
    QPen
        The pen.
    """
    if isinstance(colour, str):
        return QPen(_pen(colour, width, dash, flat))
    return _new_pen(colour, width, dash, flat=flat)


@lru_cache(maxsize=512)
def _pen(colour: str, width: float, dash: tuple[float, ...], flat: bool) -> QPen:  # noqa: FBT001 - a key of the cache
    return _new_pen(QColor(colour), width, dash, flat=flat)


def _new_pen(colour: QColor, width: float, dash: tuple[float, ...], *, flat: bool) -> QPen:
    cap = Qt.PenCapStyle.FlatCap if dash or flat else Qt.PenCapStyle.RoundCap
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setDashPattern(list(dash))
    return pen


def translucent(colour: str, opacity: float) -> QColor:
    """
    Make a colour with opacity.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    opacity : float
        0 to 1.

    Returns
    -------
    QColor
        The colour.
    """
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made


def halo_colour(colour: str, opacity: float, view: MapView) -> QColor:
    """
    Choose the colour of what keeps a line or a symbol clear of the ground.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    opacity : float
        0 to 1.
    view : MapView
        The view.

    Returns
    -------
    QColor
        Opaque on paper: of a translucent line a PDF holds the outline, each round joint of it, and is twice as large.
    """
    return QColor(colour) if view.theme is Theme.PRINT else translucent(colour, opacity)


def between(first: QColor | str, second: QColor | str, share: float) -> QColor:
    """
    Mix two colours.

    Parameters
    ----------
    first, second : QColor or str
        The colours.
    share : float
        0 is the first, 1 the second.

    Returns
    -------
    QColor
        The mixture, opaque.
    """
    one, two = QColor(first), QColor(second)
    return QColor.fromRgbF(
        one.redF() + (two.redF() - one.redF()) * share,
        one.greenF() + (two.greenF() - one.greenF()) * share,
        one.blueF() + (two.blueF() - one.blueF()) * share,
    )


def stroke(
    painter: QPainter, path: QPainterPath, line: LineStyle, view: MapView, width_mm: float | None = None
) -> None:
    """
    Draw a line with its halo.

    Parameters
    ----------
    painter : QPainter
        Where.
    path : QPainterPath
        Device dots.
    line : LineStyle
        How.
    view : MapView
        For the size of a millimetre.
    width_mm : float or None
        Width; None takes the style's own.
    """
    width = view.dots(line.width_mm if width_mm is None else width_mm)
    if line.halo:
        painter.strokePath(path, line_pen(halo_colour(line.halo, 0.75, view), width + 2 * view.dots(HALO_MM)))
    painter.strokePath(path, line_pen(translucent(line.colour, line.opacity), width, line.dash))
