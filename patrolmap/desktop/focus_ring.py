"""The ring around what has the focus, for widgets that paint themselves; the style sheet draws that of all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from patrolmap.desktop.theme import current_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

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
    Calls something when a widget gets or loses the focus: Qt paints the frame of a scrolled area anew, not what is in it.

    Parameters
    ----------
    widget : QWidget
        Whose focus counts; it owns the watch.
    repaint : Callable
        What is called.
    """

    def __init__(self, widget: QWidget, repaint: Callable[[], object]) -> None:
        super().__init__(widget)
        self._repaint = repaint
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Follow the focus.

        Parameters
        ----------
        watched : QObject
            The widget.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._repaint()
        return super().eventFilter(watched, event)
