"""The monkey's hands: picks a widget that can be reached now, and does something to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QSlider,
    QTabBar,
    QTextEdit,
    QWidget,
)

from tools.monkey.answers import WORDS

if TYPE_CHECKING:
    import random

    from patrolmap.desktop.window import MainWindow

__all__ = ["Hands"]

_NEVER: Final = frozenset({"window.quit"})
_KEYS: Final = (
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Space,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_F1,
    Qt.Key.Key_F2,
    Qt.Key.Key_Menu,
)
_CTRL: Final = tuple("ACVZYFLMB+-0")
_CLICKED: Final = (
    QAbstractButton,
    QTabBar,
    QAbstractItemView,
    QComboBox,
    QAbstractSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QSlider,
    QMenuBar,
)


class Hands:
    """
    Acts on the window.

    Parameters
    ----------
    window : MainWindow
        The window.
    chance : random.Random
        Chooses.

    Attributes
    ----------
    where : str
        The part of the window that the last choice is about.
    """

    def __init__(self, window: MainWindow, chance: random.Random) -> None:
        self._window, self._chance = window, chance
        self._patience = self._popups = 0
        self.where = ""

    def choose(self) -> tuple[str, Any]:
        """
        Choose the next thing to do.

        Returns
        -------
        tuple of str and Callable
            What it is in words, and the deed.
        """
        popup = QApplication.activePopupWidget()
        self.where = "" if popup is None else _where(popup)
        self._popups = self._popups + 1 if popup is not None else 0
        if popup is not None:
            is_stuck = self._popups > 25
            return (f"close {_name(popup)}", popup.close) if is_stuck else self._on_popup(popup)
        modal = QApplication.activeModalWidget()
        self._patience = self._patience + 1 if modal is not None else 0
        if modal is not None and self._patience > 40:
            self._patience, self.where = 0, _where(modal)
            return f"leave {_name(modal)}", lambda: _leave(modal)
        dice = self._chance.random()
        if modal is None and dice < 0.14:
            return self._some_action()
        if modal is None and dice < 0.34:
            return self._on_map()
        root = modal or self._some_top()
        if dice < 0.46:
            return self._some_key(root)
        return self._on_widget(root)

    def _some_top(self) -> QWidget:
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible() and isinstance(top, QDialog)]
        if tops and self._chance.random() < 0.5:
            top = self._chance.choice(tops)
            if self._chance.random() < 0.1:
                top.close()
            return top if top.isVisible() else self._window
        return self._window

    def _some_action(self) -> tuple[str, Any]:
        actions = [
            action
            for action in self._window.findChildren(QAction)
            if action.isEnabled() and action.text() and action.menu() is None and action.objectName() not in _NEVER
        ]
        own = [action for action in actions if action.objectName().startswith("board.")]
        action = self._chance.choice(own if own and self._chance.random() < 0.3 else actions)
        self.where = "actions of the board" if action in own else "actions"
        return f"action {action.objectName() or action.text()}", action.trigger

    def _on_popup(self, popup: QWidget) -> tuple[str, Any]:
        if isinstance(popup, QMenu):
            actions = [
                action
                for action in popup.actions()
                if action.isEnabled() and not action.isSeparator() and action.objectName() not in _NEVER
            ]
            if not actions or self._chance.random() < 0.2:
                return "close menu", popup.close
            action = self._chance.choice(actions)
            place = popup.actionGeometry(action).center()
            return f"menu {action.text()}", lambda: QTest.mouseClick(
                popup, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
            )
        key = self._chance.choice((Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Escape))
        target = QApplication.focusWidget() or popup
        return f"key {key.name} in {_name(popup)}", lambda: QTest.keyClick(target, key)

    def _some_key(self, root: QWidget) -> tuple[str, Any]:
        focus = QApplication.focusWidget()
        target = focus if focus is not None and focus.window() is root.window() else root
        self.where = _where(target)
        if self._chance.random() < 0.25:
            letter = self._chance.choice(_CTRL)
            return f"Ctrl+{letter}", lambda: QTest.keyClick(
                target, Qt.Key(ord(letter)), Qt.KeyboardModifier.ControlModifier
            )
        key = self._chance.choice(_KEYS)
        return f"{key.name} in {_name(target)}", lambda: QTest.keyClick(target, key)

    def _on_widget(self, root: QWidget) -> tuple[str, Any]:
        reachable = [
            widget
            for widget in root.findChildren(QWidget)
            if (isinstance(widget, _CLICKED) or _takes_clicks(widget))
            and widget.isVisible()
            and widget.isEnabled()
            and not widget.visibleRegion().isEmpty()
        ]
        self.where = _where(root)
        if not reachable:
            return f"Escape in {_name(root)}", lambda: QTest.keyClick(root, Qt.Key.Key_Escape)
        if self._chance.random() < 0.5:
            # A panel of two fields is met as often as one of fifty.
            part = self._chance.choice(sorted({_where(widget) for widget in reachable}))
            reachable = [widget for widget in reachable if _where(widget) == part]
        widget = self._chance.choice(reachable)
        self.where = _where(widget)
        if (
            isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit | QAbstractSpinBox)
            and self._chance.random() < 0.7
        ):
            words = self._chance.choice(WORDS)
            return f"type {words[:20]!r} in {_name(widget)}", lambda: _type(widget, words)
        inside = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        return self._mouse(inside, _name(widget))

    def _on_map(self) -> tuple[str, Any]:
        seen = self._window.stage.map if self._window.core.session.is_open else self._window.welcome
        self.where = _where(seen)
        inside = getattr(seen, "focusProxy", lambda: None)() or seen
        dice = self._chance.random()
        if dice < 0.3:
            start, end = self._place(inside), self._place(inside)
            return "drag on the map", lambda: _drag(inside, start, end)
        if dice < 0.5:
            place, turn = self._place(inside), self._chance.choice((-240, -120, 120, 240))
            return "wheel on the map", lambda: _wheel(inside, place, turn)
        return self._mouse(inside, "map")

    def _mouse(self, widget: QWidget, name: str) -> tuple[str, Any]:
        place, dice = self._place(widget), self._chance.random()
        if dice < 0.05:
            event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
            return f"context menu of {name}", lambda: QApplication.sendEvent(widget, event)
        if dice < 0.12:
            return f"double click {name}", lambda: _double(widget, place)
        if dice < 0.17:
            end = self._place(widget)
            return f"drag in {name}", lambda: _drag(widget, place, end)
        mark = Qt.KeyboardModifier.ControlModifier if dice > 0.95 else Qt.KeyboardModifier.NoModifier
        return f"click {name}", lambda: QTest.mouseClick(widget, Qt.MouseButton.LeftButton, mark, place)

    def _place(self, widget: QWidget) -> QPoint:
        box = widget.visibleRegion().boundingRect()
        if box.isEmpty():
            box = widget.rect()
        return QPoint(
            box.left() + self._chance.randrange(max(1, box.width())),
            box.top() + self._chance.randrange(max(1, box.height())),
        )


def _takes_clicks(widget: QWidget) -> bool:
    """Tell whether the program itself says what a press on a widget does, as on the time line."""
    own = (kind for kind in type(widget).__mro__ if kind.__module__.startswith("patrolmap."))
    return any(not {"mousePressEvent", "mouseReleaseEvent"}.isdisjoint(vars(kind)) for kind in own)


def _where(widget: QWidget) -> str:
    """Name the nearest part around a widget that is the program's own."""
    part: QWidget | None = widget
    while part is not None:
        if type(part).__module__.startswith("patrolmap."):
            return type(part).__name__
        part = part.parentWidget()
    return type(widget).__name__


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    words = text() if callable(text) and not isinstance(widget, QLineEdit | QAbstractSpinBox) else ""
    parts = (type(widget).__name__, widget.objectName(), widget.accessibleName(), str(words)[:30])
    return " ".join(part for part in parts if part)


def _type(widget: QWidget, words: str) -> None:
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    if isinstance(widget, QLineEdit):
        widget.insert(words)
    elif isinstance(widget, QPlainTextEdit | QTextEdit):
        if not widget.isReadOnly():
            widget.insertPlainText(words)
    else:
        QTest.keyClicks(widget, words if words.isascii() else "7")
    QTest.keyClick(widget, Qt.Key.Key_Tab)


def _leave(dialog: QWidget) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    if dialog.isVisible():
        dialog.close()


def _drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(widget, left, none, start)
    for part in (1, 2, 3):
        QTest.mouseMove(widget, start + (end - start) * part / 3)
    QTest.mouseRelease(widget, left, none, end)


def _double(widget: QWidget, place: QPoint) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(widget, left, none, place)
    QTest.mouseDClick(widget, left, none, place)


def _wheel(widget: QWidget, place: QPoint, turn: int) -> None:
    event = QWheelEvent(
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
