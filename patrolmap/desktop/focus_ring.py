"""The ring around what has the focus, for widgets that paint themselves; the style sheet draws that of all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from patrolmap.desktop.theme import current_tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QAbstractScrollArea

__all__ = ["FocusWatch", "paint_focus"]

_WIDE_PX: Final = 2.0


def paint_focus(painter: QPainter, box: QRect) -> None:
    """
    Paint the ring.

    Parameters
    ----------
    painter : QPainter
        On the widget or its viewport, without a transform; it is left as it was.
    box : QRect
        What can be painted on; the ring lies within.
    """
    painter.save()
    painter.setClipping(False)
    pen = QPen(QColor(current_tokens().accent), _WIDE_PX)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inside = _WIDE_PX / 2
    painter.drawRect(QRectF(box).adjusted(inside, inside, -inside, -inside))
    painter.restore()


class FocusWatch(QObject):
    """
    Repaints what is in a scrolled area when it gets or loses the focus: Qt paints its frame only.

    Parameters
    ----------
    area : QAbstractScrollArea
        Whose focus counts; it owns the watch.
    """

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._inside = area.viewport()
        area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Follow the focus.

        Parameters
        ----------
        watched : QObject
            The area.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        # The focus also goes while the area is taken apart.
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut} and shiboken6.isValid(self._inside):
            self._inside.update()
        return super().eventFilter(watched, event)
