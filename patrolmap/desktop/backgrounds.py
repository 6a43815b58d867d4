"""What lies under the layers: opened for each project as it was chosen on this computer. No widgets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolmap.desktop.events import Event
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.services.basemaps import Network, OpenBasemap, is_address, open_basemap
from patrolmap.services.workspace import BasemapChoice

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["BackgroundDesk"]


class BackgroundDesk:
    """
    Opens, lays and closes the background of the open project's map.

    Parameters
    ----------
    core : Core
        Shared parts.

    Attributes
    ----------
    changed : Event
        Another background lies there, or none, or the wanted one cannot be opened.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._open: OpenBasemap | None = None
        self._question = 0
        self.problem: InputError | None = None
        self.changed: Event[[]] = Event()
        core.session.opened.connect(self._take)
        core.session.closed.connect(self.close)
        self._permission = self._permitted()
        core.session.preferences_changed.connect(lambda _preferences: self._take_permission())

    @property
    def choice(self) -> BasemapChoice:
        """What is chosen for the open project; empty without one."""
        session = self._core.session
        return session.preferences.basemap_of(session.project.path) if session.is_open else BasemapChoice()

    @property
    def current(self) -> OpenBasemap | None:
        """What lies there; None for nothing."""
        return self._open

    def choose(self, choice: BasemapChoice) -> None:
        """
        Choose a background and remember it for this project on this computer.

        Parameters
        ----------
        choice : BasemapChoice
            The background; one without a path for none.
        """
        session = self._core.session
        if not session.is_open:  # a dialog that outlived its project
            return
        key = str(session.project.path.resolve())
        kept = {**session.preferences.basemaps, key: choice}
        if not choice.path:
            kept.pop(key)
        session.prefer(basemaps=kept)
        before = self._open
        if before is not None and replace(before.choice, opacity=choice.opacity) == choice:
            # Only its strength is another: the file stays open.
            self._lay(replace(before, choice=choice))
        else:
            self._take()

    def close(self) -> None:
        """Take the background away and close its file."""
        self._question += 1
        self.problem = None
        self._lay(None)

    def _take(self) -> None:
        self.close()
        choice, question = self.choice, self._question
        session = self._core.session
        if not choice.path or (session.project.has_frame and session.project.frame.is_planar):
            return

        network = self._network()

        def work() -> OpenBasemap | InputError:
            try:
                return open_basemap(choice, network)
            except InputError as error:
                return error

        def take(found: OpenBasemap | InputError) -> None:
            if isinstance(found, InputError):
                if question == self._question:
                    self.problem = found
                    if is_address(choice.path) and not session.preferences.network_maps:
                        # The user's own choice is no error: it is mentioned, and the dialog tells what to do.
                        self._core.notices.say(found.parts[0])
                    else:
                        self._core.notices.report(found)
                    self.changed.emit()
            elif question == self._question:
                self._lay(found)
            else:
                found.archive.close()

        self._core.jobs.quick(work, take)

    def _permitted(self) -> tuple[bool, str]:
        wish = self._core.session.preferences
        return wish.network_maps, wish.tile_key

    def _take_permission(self) -> None:
        """Lay a background of the network, or take it away, when the user switches the network on or off."""
        before, self._permission = self._permission, self._permitted()
        if before != self._permission and is_address(self.choice.path):
            self._take()

    def _network(self) -> Network:
        session, jobs = self._core.session, self._core.jobs
        return Network(
            may_ask=lambda: session.preferences.network_maps,
            tell=lambda reason: jobs.quick(lambda: reason, self._say_why),
            key=session.preferences.tile_key,
        )

    def _say_why(self, reason: str) -> None:
        words = N_(
            "The background map does not answer ({reason}). Everything else works; it is asked again when the map is moved."
        )
        self._core.notices.say(Message(words, {"reason": reason}), NoticeLevel.WARNING)

    def _lay(self, found: OpenBasemap | None) -> None:
        before, self._open = self._open, found
        if found is None:
            self._core.scene.set_basemap(None)
        else:
            self._core.scene.set_basemap(found.basemap, found.choice.opacity)
        if before is not None and (found is None or before.archive is not found.archive):
            before.archive.close()
        self.changed.emit()


NO_BACKGROUND = Message(N_("No background: the streets of the project are the map."))
"""Said where nothing was chosen."""
