"""Chooses the kind of map and hides the difference from the window."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from patrolmap.desktop.map.note import MapNote
from patrolmap.desktop.map.plain import PlainMap
from patrolmap.desktop.map.scheme import web_engine_missing
from patrolmap.desktop.map.strip import ToolStrip
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.session import Selection
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.map.web import WebMap

__all__ = ["MapStage"]

_PLAIN: Final = "PATROLMAP_PLAIN_MAP"


class MapStage(QWidget):
    """
    The map in the middle of the window: a web page, or a plain painting where there is no web engine.

    Parameters
    ----------
    core : Core
        What to show, and who to tell.
    parent : QWidget or None
        Owner.
    """

    pointed = Signal(float, float)
    """The pointer is over a place, metres."""
    scaled = Signal(float)
    """The N of 1:N is another."""
    chosen = Signal()
    """Something was chosen by a click or key on the map."""

    def __init__(self, core: Core, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self.strip = ToolStrip(core.tools)  # the window lays it over the map
        self._layout = QStackedLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.plain: PlainMap | None = None
        self.web: WebMap | None = None
        self.note = MapNote(core, self)
        self._why = web_engine_missing()
        self._is_chosen = False
        core.session.opened.connect(self.choose_map)
        core.session.opened.connect(self._tell_why)
        core.tools.taken.connect(self._give_keys)
        self.pointed.connect(lambda x, y: core.tools.hover(x, y, self.map.tolerance_m))

    def choose_map(self) -> None:
        """Make the map, if there is none yet: the window calls this when it is up, opening a project at the latest."""
        if self._is_chosen:
            return
        self._is_chosen = True
        if not self._why and not os.environ.get(_PLAIN) and not self._core.session.preferences.plain_map:
            self._try_web()
        if self.web is None:
            self._take_plain()

    @property
    def map(self) -> PlainMap | WebMap:
        """The map that is shown."""
        return self.web if self.web is not None else self._take_plain()

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """What is seen, ``(min_x, min_y, max_x, max_y)`` in metres; None before there is a map."""
        if not self._is_chosen:
            return None
        return self.map.bounds

    def picture(self) -> QPixmap:
        """
        Take the map as it is seen.

        Returns
        -------
        QPixmap
            In the pixels of the screen.
        """
        return self.map.grab()

    def zoom(self, factor: float) -> None:
        """
        Come nearer or go away.

        Parameters
        ----------
        factor : float
            Above 1 comes nearer.
        """
        self.map.zoom(factor)

    def restyle(self) -> None:
        """Draw in the present theme and language."""
        if self._is_chosen:
            self.map.restyle()

    def close_map(self) -> None:
        """Let go of whatever must end before the application."""
        if self.web is not None:
            self.web.shut_down()

    def _try_web(self) -> None:
        try:
            from patrolmap.desktop.map.web import WebMap
        except ImportError as error:
            self._why = str(error)
            return
        self.web = WebMap(self._core)
        self._add(self.web)
        self.web.failed.connect(self._fall_back)

    def _take_plain(self) -> PlainMap:
        if self.plain is None:
            self.plain = PlainMap(self._core.scene, self._core.jobs, self._core.tools)
            self._add(self.plain)
        return self.plain

    def _add(self, kind: PlainMap | WebMap) -> None:
        self._layout.addWidget(kind)
        self._layout.setCurrentWidget(kind)
        kind.pointed.connect(self.pointed)
        kind.scaled.connect(self.scaled)
        kind.picked.connect(self._pick)
        kind.finished.connect(self._core.tools.finish)
        kind.left.connect(self._leave)
        self.note.raise_()

    def _fall_back(self, why: str) -> None:
        if self.web is None:
            return
        broken, self.web = self.web, None
        broken.hide()
        # It is in the middle of telling of its own failure: end it when it has finished.
        QTimer.singleShot(0, self, broken.shut_down)
        self._why = why
        self._take_plain()
        self._core.scene.show_all()
        self._tell_why()

    def _give_keys(self) -> None:
        self.map.setFocus()

    def _tell_why(self) -> None:
        if self._why:
            words = N_("The map is painted plainly: its web engine is not available ({reason}). All else works.")
            self._core.notices.say(Message(words, {"reason": self._why}), NoticeLevel.WARNING)

    def _pick(self, x: float, y: float, tolerance_m: float, adds: bool) -> None:  # noqa: FBT001 - Qt's signal
        core = self._core
        if core.tools.click(x, y, tolerance_m):
            return
        found = core.scene.pick(x, y, tolerance_m)
        core.session.select(core.session.selection.toggled(found) if adds else found)
        self.chosen.emit()

    def _leave(self) -> None:
        self._core.session.select(Selection())
