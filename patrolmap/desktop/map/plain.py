"""The map without a web engine: painted in the background, moved and zoomed at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from patrolmap.desktop.focus_ring import paint_focus
from patrolmap.desktop.map.overlays import paint_overlays
from patrolmap.desktop.theme import current_tokens
from patrolmap.maps.furniture import paint_credit
from patrolmap.maps.painting import paint_map, paint_scale_bar
from patrolmap.maps.view import SCREEN_DOTS_PER_MM, MapView
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from patrolmap.desktop.jobs import JobRunner
    from patrolmap.desktop.map.scene import MapScene
    from patrolmap.desktop.map.toolbox import ToolBox

__all__ = ["PlainMap"]

_SETTLE_MS: Final = 40
_CLICK_PX: Final = 8
_PAN_PX: Final = 80
_STEP_PX: Final = 8
_STILL_PX: Final = 3
_CROSS_PX: Final = 11
_NEAREST: Final = 500.0
_FARTHEST: Final = 5_000_000.0
_TOOL_KEYS: Final = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Escape",
    Qt.Key.Key_Backspace: "Backspace",
}
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ADD_KEYS: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class PlainMap(QWidget):
    """
    A map in the project's metric system.

    The last picture follows the hand at once; the exact one is painted by a worker and put in its place.

    Parameters
    ----------
    scene : MapScene
        What to draw.
    jobs : JobRunner
        Paints in the background.
    tools : ToolBox or None
        The tool in hand; None for a map on which nothing is drawn.
    parent : QWidget or None
        Owner.
    """

    pointed = Signal(float, float)
    """The pointer is over a place, metres."""
    scaled = Signal(float)
    """The N of 1:N is another."""
    picked = Signal(float, float, float, bool)
    """A place was clicked: x, y and the tolerance, metres, and whether it adds to the selection."""
    finished = Signal()
    """A double click ended what is being drawn."""
    left = Signal()
    """Escape without a tool in hand."""

    def __init__(
        self, scene: MapScene, jobs: JobRunner, tools: ToolBox | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scene, self._jobs, self._tools = scene, jobs, tools
        self._handle: int | None = None
        self._pressed: QPointF | None = None
        self._is_banding = self._by_keys = False
        self._centre = QPointF(0.0, 0.0)
        self._denominator = 50_000.0
        self._wanted_bounds: tuple[float, float, float, float] | None = None
        self._picture: tuple[QImage, MapView] | None = None
        self._painting = self._stale = False
        self._grabbed: QPointF | None = None
        self._moved_px = 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 180)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._repaint_picture)
        scene.content_changed.connect(self._content_changed)
        scene.style_changed.connect(self._settle.start)
        scene.overlays_changed.connect(self.update)
        scene.basemap_changed.connect(self._settle.start)
        scene.view_wanted.connect(self.show_bounds)
        if tools is not None:
            tools.changed.connect(self._show_hand)

    @property
    def view(self) -> MapView:
        """What is seen now."""
        device = (0.0, 0.0, float(max(self.width(), 1)), float(max(self.height(), 1)))
        centre = (self._centre.x(), self._centre.y())
        return MapView.at_scale(centre, self._denominator, device, theme=Theme(current_tokens().name))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """What is seen but for the margin that `show_bounds` leaves, metres."""
        low_x, low_y, high_x, high_y = self.view.world
        margin_m = 5.0 * self._denominator / 1000
        if min(high_x - low_x, high_y - low_y) <= 4 * margin_m:
            return low_x, low_y, high_x, high_y
        return low_x + margin_m, low_y + margin_m, high_x - margin_m, high_y - margin_m

    @property
    def is_settled(self) -> bool:
        """Whether the picture is that of the present view."""
        return self._picture is not None and not self._painting and not self._stale and not self._settle.isActive()

    def show_bounds(self, bounds: tuple[float, float, float, float]) -> None:
        """
        Show a piece of the world.

        Parameters
        ----------
        bounds : tuple of float
            ``(min_x, min_y, max_x, max_y)``, metres.
        """
        self._wanted_bounds = bounds if not self.isVisible() else None
        device = (0.0, 0.0, float(max(self.width(), 1)), float(max(self.height(), 1)))
        fitted = MapView.fit(bounds, device, margin_mm=5.0)
        self._look_at((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, fitted.denominator)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """
        Come nearer or go away.

        Parameters
        ----------
        factor : float
            Above 1 comes nearer.
        at : QPointF or None
            The pixel that stays where it is; None for the middle.
        """
        anchor = at or QPointF(self.width() / 2, self.height() / 2)
        before = self._to_world(anchor)
        denominator = min(max(self._denominator / factor, _NEAREST), _FARTHEST)
        self._look_at(self._centre.x(), self._centre.y(), denominator)
        after = self._to_world(anchor)
        moved = before - after
        self._look_at(self._centre.x() + moved.x(), self._centre.y() + moved.y(), denominator)

    def restyle(self) -> None:
        """Draw in the present theme."""
        self._settle.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """
        Show the last picture where it now belongs, and the overlays on it.

        Parameters
        ----------
        event : QPaintEvent
            What is to be painted.
        """
        painter = QPainter(self)
        view = self.view
        painter.fillRect(event.rect(), QColor(view.style.background))
        if self._picture is not None:
            image, taken = self._picture
            low = self._to_pixel(taken.world[0], taken.world[3])
            high = self._to_pixel(taken.world[2], taken.world[1])
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(low, high), image)
        paint_overlays(painter, view, self._scene)
        paint_scale_bar(painter, view, view.dots(5.0), self.height() - view.dots(4.0), scale_text=False)
        if self._scene.basemap is not None:
            paint_credit(painter, view, self._scene.basemap[0].credit)
        if self.hasFocus():
            paint_focus(painter, self.rect())
            if self._by_keys:
                self._paint_cross(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """
        Paint for the new size.

        Parameters
        ----------
        event : QResizeEvent
            The size.
        """
        super().resizeEvent(event)
        if self._wanted_bounds is not None:
            self.show_bounds(self._wanted_bounds)
        self._settle.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """
        Zoom about the pointer.

        Parameters
        ----------
        event : QWheelEvent
            The turn.
        """
        self.zoom(math.pow(2.0, event.angleDelta().y() / 240.0), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """
        Take hold of the map.

        Parameters
        ----------
        event : QMouseEvent
            The press.
        """
        place, tools = self._to_world(event.position()), self._tools
        handle = None if tools is None else tools.handle_at(place.x(), place.y(), self.tolerance_m)
        if event.button() == Qt.MouseButton.RightButton and tools is not None and handle is not None:
            tools.remove(handle)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._handle = handle
            self._grabbed, self._moved_px = event.position(), 0.0
            self._pressed = event.position() if tools is not None and tools.takes_drag else None
            if tools is None or tools.tool is None:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """
        Move the map with the hand and tell where the pointer is.

        Parameters
        ----------
        event : QMouseEvent
            The move.
        """
        self._show_cross(seen=False)
        if self._grabbed is not None:
            moved = event.position() - self._grabbed
            self._moved_px += abs(moved.x()) + abs(moved.y())
            self._grabbed = event.position()
            if self._pressed is not None:
                self._begin_band(self._pressed)
            elif self._handle is None:
                self._pan(-moved.x(), -moved.y())
        place = self._to_world(event.position())
        self.pointed.emit(place.x(), place.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """
        Let go; a press without a move is a pick.

        Parameters
        ----------
        event : QMouseEvent
            The release.
        """
        if self._grabbed is None:
            return
        self._grabbed = self._pressed = None
        self._show_hand()
        place, handle, self._handle = self._to_world(event.position()), self._handle, None
        is_band, self._is_banding = self._is_banding, False
        if self._moved_px <= _STILL_PX or is_band:
            self.picked.emit(place.x(), place.y(), self.tolerance_m, _adds(event.modifiers()))
        elif handle is not None and self._tools is not None:
            self._tools.move(handle, place.x(), place.y(), self.tolerance_m)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """
        End what is being drawn.

        Parameters
        ----------
        event : QMouseEvent
            The second press.
        """
        if event.button() == Qt.MouseButton.LeftButton and self._tools is not None and self._tools.tool is not None:
            self.finished.emit()
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Move by arrow keys, by small steps with Shift; click in the middle by the space bar; zoom by plus and minus.

        Parameters
        ----------
        event : QKeyEvent
            The key.
        """
        key = Qt.Key(event.key())
        if self._tools is not None and self._tools.key(_TOOL_KEYS.get(key, "")):
            return
        if key in _ARROWS:
            step_px = _STEP_PX if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _PAN_PX
            self._pan(_ARROWS[key][0] * step_px, _ARROWS[key][1] * step_px)
            self._show_cross(seen=True)
            self.pointed.emit(self._centre.x(), self._centre.y())
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Delete}:
            self._press_middle(key, event.modifiers())
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(1.5)
        elif key is Qt.Key.Key_Minus:
            self.zoom(1 / 1.5)
        elif key is Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QEvent) -> None:
        """
        Paint when first seen.

        Parameters
        ----------
        event : QEvent
            The event.
        """
        self._settle.start()
        if self._wanted_bounds is not None:
            self.show_bounds(self._wanted_bounds)
        super().showEvent(event)  # type: ignore[arg-type]  # the base class names a narrower event

    @property
    def tolerance_m(self) -> float:
        """How far off a click may be, metres."""
        return _CLICK_PX / self.view.dots_per_unit

    def _press_middle(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        """Do by keys what clicks do: choose or place in the middle, or take the handle there away."""
        x, y = self._centre.x(), self._centre.y()
        self._show_cross(seen=True)
        if key is Qt.Key.Key_Delete:
            handle = None if self._tools is None else self._tools.handle_at(x, y, self.tolerance_m)
            if handle is not None and self._tools is not None:
                self._tools.remove(handle)
        elif self._tools is None or not self._tools.press(x, y, self.tolerance_m):
            self.picked.emit(x, y, self.tolerance_m, _adds(modifiers))

    def _begin_band(self, pressed: QPointF) -> None:
        if self._moved_px > _STILL_PX and not self._is_banding and self._tools is not None:
            self._is_banding = True
            corner = self._to_world(pressed)
            self._tools.click(corner.x(), corner.y(), self.tolerance_m)

    def _show_cross(self, *, seen: bool) -> None:
        if seen != self._by_keys:
            self._by_keys = seen
            self.update()

    def _paint_cross(self, painter: QPainter) -> None:
        """Mark the middle, where the space bar clicks."""
        x, y = self.width() / 2, self.height() / 2
        tokens = current_tokens()
        for colour, width in ((tokens.field, 4.0), (tokens.accent, 1.6)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QPointF(x - _CROSS_PX, y), QPointF(x + _CROSS_PX, y))
            painter.drawLine(QPointF(x, y - _CROSS_PX), QPointF(x, y + _CROSS_PX))

    def _show_hand(self) -> None:
        """Let the pointer tell whether a tool is in hand."""
        if self._tools is not None and self._tools.tool is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()

    def _content_changed(self, _names: frozenset[str]) -> None:
        self._settle.start()

    def _look_at(self, x: float, y: float, denominator: float) -> None:
        self._centre = QPointF(x, y)
        if denominator != self._denominator:
            self._denominator = denominator
            self.scaled.emit(denominator)
        self.update()
        self._settle.start()

    def _pan(self, right_px: float, down_px: float) -> None:
        per_px = 1 / self.view.dots_per_unit
        self._look_at(self._centre.x() + right_px * per_px, self._centre.y() - down_px * per_px, self._denominator)

    def _to_world(self, pixel: QPointF) -> QPointF:
        view = self.view
        factor = view.dots_per_unit
        return QPointF(view.world[0] + pixel.x() / factor, view.world[3] - pixel.y() / factor)

    def _to_pixel(self, x: float, y: float) -> QPointF:
        view = self.view
        factor = view.dots_per_unit
        return QPointF((x - view.world[0]) * factor, (view.world[3] - y) * factor)

    def _repaint_picture(self) -> None:
        if self._painting:
            self._stale = True
            return
        if not self.isVisible():
            return
        self._painting, self._stale = True, False
        waits = self._scene.basemap is not None and self._scene.basemap[0].is_online
        (self._jobs.patient if waits else self._jobs.quick)(
            _picture_maker(self._scene, self.view, self.devicePixelRatioF()), self._take_picture
        )

    def _take_picture(self, made: tuple[QImage, MapView]) -> None:
        self._painting = False
        self._picture = made
        self.update()
        if self._stale:
            self._repaint_picture()


def _picture_maker(scene: MapScene, view: MapView, ratio: float) -> Callable[[], tuple[QImage, MapView]]:
    content, parts, basemap, crs = scene.content, scene.parts, scene.basemap, scene.metric_crs
    width, height = round(view.device[2] * ratio), round(view.device[3] * ratio)
    device = (0.0, 0.0, float(width), float(height))
    exact = MapView(view.world, device, SCREEN_DOTS_PER_MM * ratio, view.theme)

    def make() -> tuple[QImage, MapView]:
        image = QImage(width, height, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        if basemap is not None and crs:
            painter.fillRect(image.rect(), QColor(exact.style.background))
            basemap[0].paint(painter, exact, crs, basemap[1])
            paint_map(painter, content, exact, parts=parts - {"background"})
        else:
            paint_map(painter, content, exact, parts=parts)
        painter.end()
        return image, view

    return make


def _adds(modifiers: Qt.KeyboardModifier) -> bool:
    return bool(modifiers & _ADD_KEYS)
