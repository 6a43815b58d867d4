"""Views of the map that have a name, kept for each project."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.name_dialog import ask_name
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.map.stage import MapStage
    from patrolmap.services.workspace import Bookmark

__all__ = ["BookmarkMenu"]


class BookmarkMenu(QMenu):
    """
    Goes to views, names new ones, deletes old ones.

    Parameters
    ----------
    core : Core
        Shared parts.
    stage : MapStage
        The map.
    parent : QWidget
        The window.
    """

    def __init__(self, core: Core, stage: MapStage, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._stage, self._window = core, stage, parent
        self._old: QMenu | None = None
        Dresser(self, self.rebuild).text(self.setTitle, N_("&Bookmarks"))
        core.session.opened.connect(self.rebuild)
        core.session.closed.connect(self._empty)
        core.session.preferences_changed.connect(lambda _now: self.rebuild())
        self.rebuild()

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Those of the open project."""
        session = self._core.session
        return session.preferences.bookmarks_of(session.project.path) if session.is_open else ()

    def ask_add(self) -> None:
        """Ask for a name for what the map shows now."""
        proposal = tr("View {number}", number=len(self.bookmarks) + 1)
        name = ask_name(tr("Bookmark this view"), tr("Name of the view"), proposal, self._window)
        if name:
            self.add(name)

    def add(self, name: str) -> None:
        """
        Keep what the map shows now; an older view of the same name is replaced.

        Parameters
        ----------
        name : str
            Its name.
        """
        bounds = self._stage.bounds
        if bounds is not None:
            others = tuple(one for one in self.bookmarks if one[0] != name)
            self._keep((*others, (name, *bounds)))
            self._core.notices.say(Message(N_("Bookmark “{name}” kept."), {"name": name}))

    def rebuild(self) -> None:
        """List the views of the open project."""
        self._empty()
        self.setEnabled(self._core.session.is_open)
        for place, one in enumerate(self.bookmarks, 1):
            mark = f"&{place} " if place < 10 else ""
            self.addAction(mark + one[0].replace("&", "&&"), partial(self._core.scene.view_wanted.emit, one[1:]))
        if not self.bookmarks:
            self.addAction(tr("No bookmarks yet: Ctrl+D keeps a view")).setEnabled(False)
            return
        self.addSeparator()
        old = self._old = self.addMenu(tr("&Delete"))
        for one in self.bookmarks:
            old.addAction(one[0].replace("&", "&&"), partial(self._drop, one[0]))

    def _empty(self) -> None:
        self.setEnabled(False)
        self.clear()
        if self._old is not None:
            # Qt takes its entry away, but keeps the menu with all its own entries.
            self._old.deleteLater()
            self._old = None

    def _drop(self, name: str) -> None:
        self._keep(tuple(one for one in self.bookmarks if one[0] != name))

    def _keep(self, bookmarks: tuple[Bookmark, ...]) -> None:
        session = self._core.session
        session.prefer(bookmarks={**session.preferences.bookmarks, str(session.project.path.resolve()): bookmarks})
