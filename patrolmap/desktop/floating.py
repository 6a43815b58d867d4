"""Bars that lie over the upper edge of the map, so that it neither moves nor changes its scale when they come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

__all__ = ["FloatingPile"]

_GAP_PX: Final = 8
_WIDEST_PX: Final = 860
_CHANGES: Final = frozenset({QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest})


class FloatingPile(QObject):
    """
    Keeps bars one below the other, in the middle of the upper edge of a widget.

    Parameters
    ----------
    over : QWidget
        Over which they lie; it becomes their parent.
    bars : sequence of QWidget
        From top to bottom, each with a layout; those that hide leave no gap.
    """

    def __init__(self, over: QWidget, bars: Sequence[QWidget]) -> None:
        super().__init__(over)
        self._over, self._bars = over, tuple(bars)
        for bar in self._bars:
            seen = not bar.isHidden()
            bar.setParent(over)
            bar.setVisible(seen)
            bar.installEventFilter(self)
        over.installEventFilter(self)
        self.place()

    def place(self) -> None:
        """Lay the bars that are seen where they belong."""
        wide, top = min(self._over.width() - 2 * _GAP_PX, _WIDEST_PX), _GAP_PX
        for bar in self._bars:
            layout = bar.layout()
            if bar.isHidden() or layout is None:
                continue
            layout.activate()
            high = max(layout.totalHeightForWidth(wide), layout.totalMinimumSize().height())
            bar.setGeometry((self._over.width() - wide) // 2, top, wide, high)
            bar.raise_()
            top += high + _GAP_PX

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Follow the widget below and the words of the bars.

        Parameters
        ----------
        watched : QObject
            The widget below or a bar.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() == QEvent.Type.Resize if watched is self._over else event.type() in _CHANGES:
            self.place()
        return super().eventFilter(watched, event)
