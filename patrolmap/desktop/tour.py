"""Five steps through the window for whoever opens it the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import button, label, row
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from patrolmap.desktop.window import MainWindow

__all__ = ["STEPS", "Tour"]

_WIDE_PX: Final = 380
_GAP_PX: Final = 14

STEPS: Final = (
    (
        "map",
        N_("The district on the map"),
        N_(
            "Drag to move, turn the wheel to zoom, click to choose. On the left you say what is drawn, and read the legend."
        ),
    ),
    (
        "tasks",
        N_("The tasks of an evening"),
        N_(
            "Import, rings, hotspots, plan, sheets, report: each leads to the next. Here you say what you want to know."
        ),
    ),
    (
        "bottom",
        N_("The shift in time and in tables"),
        N_("The time line shows each team's stops. The tabs beside it have the stops, the attributes, and charts."),
    ),
    (
        "search",
        N_("Find anything"),
        N_("Ctrl+F finds a place, a street, a junction, a site or a team; Enter goes there."),
    ),
    (
        "help",
        N_("Nothing can go wrong"),
        N_(
            "Every change is kept at once and can be undone, even tomorrow. F1 explains what you have in hand; Ctrl+/ lists the keys."
        ),
    ),
)
"""What is pointed at, heading and words of each step."""


class Tour(QFrame):
    """
    A card beside the part of the window that it explains, and a frame around that part.

    Parameters
    ----------
    window : MainWindow
        Over which it lies.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.step = 0
        self.frame = QFrame(window)
        self.frame.setObjectName("tourframe")
        self.frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("tour")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.heading, self.words, self.count = label("heading"), label(), label("muted", wrap=False)
        self.skip_button, self.back_button, self.next_button = button(flat=True), button(), button(primary=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        self._column = column
        column.addWidget(self.heading)
        column.addWidget(self.words)
        column.addLayout(row(self.count, None, self.skip_button, self.back_button, self.next_button))
        Dresser(self, self.refresh)
        self.skip_button.clicked.connect(self.end)
        self.back_button.clicked.connect(lambda: self.go(self.step - 1))
        self.next_button.clicked.connect(lambda: self.go(self.step + 1))
        window.installEventFilter(self)
        window.core.session.closed.connect(self._close)
        self._close()

    def start(self) -> None:
        """Begin at the first step; a project must be open."""
        self.show()
        self.go(0)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def go(self, step: int) -> None:
        """
        Show a step.

        Parameters
        ----------
        step : int
            From 0; after the last the tour ends.
        """
        if step >= len(STEPS):
            self.end()
            return
        self.step = max(step, 0)
        self.refresh()

    def end(self) -> None:
        """Close the tour; it does not come again by itself."""
        self._close()
        self._window.core.session.prefer(tour_done=True)
        self._window.stage.map.setFocus()

    def refresh(self) -> None:
        """Show the step in the present language, beside what it explains."""
        if self.isHidden():
            return
        _, heading, words = STEPS[self.step]
        self.heading.setText(tr(heading))
        self.words.setText(tr(words))
        self.count.setText(f"{self.step + 1} / {len(STEPS)}")
        self.skip_button.setText(tr("Skip"))
        self.back_button.setText(tr("Back"))
        self.back_button.setEnabled(self.step > 0)
        self.next_button.setText(tr("Begin") if self.step == len(STEPS) - 1 else tr("Next"))
        self.setAccessibleName(f"{self.heading.text()}. {self.words.text()}")
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Go on by Enter or the right arrow, back by the left one, end by Escape.

        Parameters
        ----------
        event : QKeyEvent
            The key.
        """
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right, Qt.Key.Key_Space}:
            self.go(self.step + 1)
        elif key == Qt.Key.Key_Left:
            self.go(self.step - 1)
        elif key == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Stay beside what is explained.

        Parameters
        ----------
        watched : QObject
            The window.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest} and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _close(self) -> None:
        self.hide()
        self.frame.hide()

    def _target(self) -> QWidget:
        window = self._window
        bottom = next(
            (window.docks[name] for name in ("time_line", "stops", "attributes", "charts")
             if not window.docks[name].visibleRegion().isEmpty()),
            window.stage,
        )  # fmt: skip
        parts: dict[str, QWidget] = {
            "map": window.stage,
            "tasks": window.docks["tasks"] if window.docks["tasks"].isVisible() else window.stage,
            "bottom": bottom,
            "search": window.search,
            "help": window.menuBar(),
        }
        return parts[STEPS[self.step][0]]

    def _place(self) -> None:
        target, window = self._target(), self._window
        box = QRect(target.mapTo(window, QPoint(0, 0)), target.size())
        self.frame.setGeometry(box.adjusted(-2, -2, 2, 2))
        self._column.activate()
        wide = min(max(_WIDE_PX, self._column.totalMinimumSize().width()), window.width() - 2 * _GAP_PX)
        high = max(self._column.totalHeightForWidth(wide), self._column.totalMinimumSize().height())
        spots = (
            QPoint(box.left() - wide - _GAP_PX, box.center().y() - high // 2),
            QPoint(box.center().x() - wide // 2, box.top() - high - _GAP_PX),
            QPoint(box.center().x() - wide // 2, box.bottom() + _GAP_PX),
        )
        room = window.rect().adjusted(_GAP_PX, _GAP_PX, -_GAP_PX, -_GAP_PX)
        cards = [
            QRect(
                max(min(spot.x(), room.right() - wide), room.left()),
                max(min(spot.y(), room.bottom() - high), room.top()),
                wide,
                high,
            )
            for spot in (*spots, box.center() - QPoint(wide // 2, high // 2))
        ]
        self.setGeometry(next((one for one in cards if not one.intersects(box)), cards[-1]))
        self.frame.show()
        self.frame.raise_()
        self.raise_()
