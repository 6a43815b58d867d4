"""What is open: the project, what changed in it, what is selected. Plain Python, the hub of all presenters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolmap.desktop.events import Event
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.services.projects import create_project, open_project
from patrolmap.services.workspace import Preferences, load_preferences, save_preferences

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from patrolmap.desktop.notices import Notices
    from patrolmap.project.store import ProjectStore

__all__ = ["Selection", "Session"]


@dataclass(frozen=True)
class Selection:
    """
    What the user has picked, in any view.

    Parameters
    ----------
    layer : str, default ""
        Layer of the rows; empty for nothing.
    fids : tuple of int, default ()
        Its rows.
    """

    layer: str = ""
    fids: tuple[int, ...] = ()

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The rows as an array, made once: a hundred thousand are looked up in several places."""
        return np.asarray(self.fids, dtype=np.int64)

    def toggled(self, other: Selection) -> Selection:
        """
        Add rows, or take them away if they are all here already.

        Parameters
        ----------
        other : Selection
            The rows.

        Returns
        -------
        Selection
            Rows of one layer: those of another replace what was selected, and none changes nothing.
        """
        if not other.fids or self == other:
            return Selection() if other.fids else self
        if other.layer != self.layer:
            return other
        known = set(self.fids)
        if known.issuperset(other.fids):
            return Selection(self.layer, tuple(fid for fid in self.fids if fid not in other.fids))
        return Selection(self.layer, (*self.fids, *(fid for fid in other.fids if fid not in known)))


class Session:
    """
    The open project and what goes on with it.

    Parameters
    ----------
    notices : Notices
        Where to tell the user.

    Attributes
    ----------
    opened, closed : Event
        A project was opened; the project is about to close.
    changed : Event
        Emitted with the names of the layers whose rows changed.
    history_changed : Event
        What can be undone or redone is another.
    selected : Event
        Emitted with the new `Selection`.
    preferences_changed : Event
        Emitted with the new `Preferences`.
    """

    def __init__(self, notices: Notices) -> None:
        self.notices = notices
        self.preferences = load_preferences()
        self.opened: Event[[]] = Event()
        self.closed: Event[[]] = Event()
        self.changed: Event[[frozenset[str]]] = Event()
        self.history_changed: Event[[]] = Event()
        self.selected: Event[[Selection]] = Event()
        self.preferences_changed: Event[[Preferences]] = Event()
        self.selection = Selection()
        self._project: ProjectStore | None = None
        self._versions: dict[str, int] = {}
        self._counts: dict[str, tuple[int, int]] = {}

    @property
    def is_open(self) -> bool:
        """Whether there is a project."""
        return self._project is not None

    @property
    def project(self) -> ProjectStore:
        """The open project; raises `InputError` if there is none."""
        if self._project is None:
            raise InputError(N_("No project is open."), remedy=N_("Open a project or make a new one."))
        return self._project

    def create(self, path: Path, name: str) -> None:
        """
        Make an empty project and open it.

        Parameters
        ----------
        path : Path
            Where its file goes.
        name : str
            What the office calls the district.
        """
        self._take(create_project(path, name))

    def open(self, path: Path) -> None:
        """
        Open a project.

        Parameters
        ----------
        path : Path
            Its file.
        """
        self._take(open_project(path))

    def close(self) -> None:
        """Close the project, if one is open."""
        if self._project is None:
            return
        self.closed.emit()
        self.select(Selection())
        project, self._project = self._project, None
        project.close()

    def refresh(self) -> frozenset[str]:
        """
        Look what changed since the last look, and tell.

        Returns
        -------
        frozenset of str
            Names of the layers whose rows changed.
        """
        if self._project is None:
            return frozenset()
        now = self._project.versions()
        names = frozenset(name for name in LAYERS if self._versions.get(name) != now[name])
        self._versions = now
        if names:
            self.changed.emit(names)
        self.history_changed.emit()
        return names

    def version(self, name: str) -> int:
        """
        Tell whether a layer or table changed, as far as was told: the project, which may be at work, is not asked.

        Parameters
        ----------
        name : str
            A layer or table, or ``"settings"``.

        Returns
        -------
        int
            As `ProjectStore.layer_version` said at the last look; -1 without a project.
        """
        return -1 if self._project is None else self._versions[name]

    def count(self, name: str) -> int:
        """
        Count rows; the project is asked once after each change.

        Parameters
        ----------
        name : str
            A layer or table.

        Returns
        -------
        int
            Its rows; 0 without a project.
        """
        if self._project is None:
            return 0
        version = self.version(name)
        if self._counts.get(name, (-1, 0))[0] != version:
            self._counts[name] = version, self._project.count(name)
        return self._counts[name][1]

    def undo(self) -> None:
        """Take back the last change and say which it was."""
        self.tell_step(self.project.undo(), undo=True)

    def redo(self) -> None:
        """Do again what was taken back last, and say what it was."""
        self.tell_step(self.project.redo(), undo=False)

    def select(self, selection: Selection) -> None:
        """
        Pick rows, in every view.

        Parameters
        ----------
        selection : Selection
            The rows.
        """
        if selection != self.selection:
            self.selection = selection
            self.selected.emit(selection)

    def prefer(self, **changes: Any) -> None:
        """
        Change preferences and keep them.

        Parameters
        ----------
        **changes : Any
            Fields of `Preferences`.
        """
        self.preferences = replace(self.preferences, **changes)
        try:
            save_preferences(self.preferences)
        except OSError as error:
            self.notices.say(Message(N_("The preferences cannot be kept: {reason}"), {"reason": str(error)}))
        self.preferences_changed.emit(self.preferences)

    def _take(self, project: ProjectStore) -> None:
        self.close()
        self._project = project
        self._versions, self._counts = project.versions(), {}
        if not project.read_only:
            self.prefer(recent=self.preferences.with_recent(project.path).recent)
        self.opened.emit()
        self.history_changed.emit()

    def tell_step(self, step: Message | None, *, undo: bool) -> None:
        """
        Show what a step of undo or redo changed, and say which it was.

        Parameters
        ----------
        step : Message or None
            Its label; None if there was nothing to do.
        undo : bool
            True for undo, False for redo.
        """
        self.refresh()
        if step is not None:
            self.notices.say(Message(N_("Undone: {step}") if undo else N_("Done again: {step}"), {"step": step}))
