"""What a section of the rings panel knows: the answer that it shows, and how that lies on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patrolmap.desktop.events import Event
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    import shapely

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_views import RingView

__all__ = ["PICKED", "Analysis", "AnalysisPresenter"]

PICKED: Final = "rings-picked"
"""Owner of the overlay that marks the chosen row."""

_INPUTS: Final = frozenset({"streets", "nodes", "rings", "sites", "incidents", "grid_cells", "barriers"})
_TRIES: Final = 3


@dataclass(frozen=True, eq=False)
class Analysis:
    """
    An answer with what later steps need of it.

    Parameters
    ----------
    view : RingView
        What is shown.
    data : Any
        The service's own answer; None if no later step needs it.
    """

    view: RingView
    data: Any = None


class AnalysisPresenter:
    """
    Runs one kind of question and shows its answer.

    Parameters
    ----------
    core : Core
        Shared parts.
    owner : str
        Name of its overlays.
    title : str
        English title of the work.
    needs : frozenset of str
        Layers without which it cannot run.

    Attributes
    ----------
    job_changed, changed : Event
        The running work or the answer is another.
    picked : Event
        Emitted with the key of what was clicked on the map.
    """

    def __init__(self, core: Core, owner: str, title: str, needs: frozenset[str] = frozenset({"streets"})) -> None:
        self._core, self._owner, self._title, self._needs = core, owner, title, needs
        self.job: Job[Analysis] | None = None
        self.analysis: Analysis | None = None
        self.is_stale = self.is_shown = False
        self.job_changed: Event[[]] = Event()
        self.changed: Event[[]] = Event()
        self.picked: Event[[str]] = Event()
        core.session.closed.connect(self._forget)
        core.session.changed.connect(self._on_changed)
        core.scene.overlay_picked.connect(self._on_picked)

    @property
    def missing(self) -> tuple[str, ...]:
        """Layers that it needs and that have no rows."""
        return tuple(sorted(name for name in self._needs if not self._core.cache.count(name)))

    @property
    def can_run(self) -> bool:
        """Whether there is what it needs."""
        return self._core.session.is_open and not self.missing

    def run(self, work: Callable[[ProjectStore, Progress, Cancel], Analysis]) -> None:
        """
        Ask in the background.

        Parameters
        ----------
        work : Callable
            Takes the project, progress and cancel; gives the answer.
        """
        project = self._core.session.project
        self.job = self._core.jobs.start(
            Message(self._title),
            lambda progress, cancel: _of_one_state(work, project, progress, cancel),
            on_done=lambda found: self._take(found, project),
            on_failed=self._fail,
            on_cancelled=lambda: self._end(Message(N_("Stopped; nothing was changed."))),
        )
        self.job_changed.emit()

    def show(self, key: str) -> None:
        """
        Mark a row on the map and move there.

        Parameters
        ----------
        key : str
            Its key.
        """
        geometry = self.geometry(key)
        if geometry is not None and not geometry.is_empty:
            self._core.scene.set_overlays(PICKED, [Overlay("picked", geometry, "")])
            self._core.scene.show([geometry], margin_m=350.0)

    def geometry(self, key: str) -> shapely.Geometry | None:
        """
        Find where a row is.

        Parameters
        ----------
        key : str
            Its key.

        Returns
        -------
        shapely.Geometry or None
            Metres; None if it is nowhere.
        """
        if self.analysis is None:
            return None
        rows = (row for table in self.analysis.view.tables for row in table.rows)
        return next((row.geometry for row in rows if row.key == key), None)

    def set_shown(self, is_shown: bool) -> None:  # noqa: FBT001 - the one value that is set
        """
        Lay the answer over the map, or take it away.

        Parameters
        ----------
        is_shown : bool
            Whether to.
        """
        self.is_shown = is_shown
        self.draw()

    def draw(self) -> None:
        """Draw the answer in the current language."""
        marks = self.analysis.view.marks if self.is_shown and self.analysis is not None else ()
        overlays = [Overlay(mark.kind, mark.geometry, mark.key, tr(mark.title), mark.rank) for mark in marks]
        self._core.scene.set_overlays(self._owner, overlays)

    def _take(self, found: Analysis, project: ProjectStore) -> None:
        if not self._core.session.is_open or self._core.session.project is not project:
            self.job = None
            self.job_changed.emit()
            return
        self.analysis, self.is_stale = found, False
        self._core.scene.set_overlays(PICKED, ())
        self.draw()
        self.changed.emit()
        self._end(found.view.headline, NoticeLevel.DONE if found.view.is_good else NoticeLevel.WARNING)

    def _fail(self, error: BaseException) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.report(error)

    def _end(self, words: Message, level: NoticeLevel = NoticeLevel.INFO) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.say(words, level)

    def _on_changed(self, names: frozenset[str]) -> None:
        if names & _INPUTS and self.analysis is not None:
            self.is_stale = True
            self.changed.emit()

    def _on_picked(self, overlay: Overlay) -> None:
        if self.is_shown and self.geometry(overlay.key) is not None:
            self.picked.emit(overlay.key)

    def _forget(self) -> None:
        if self.job is not None:
            self.job.cancel()
        self.analysis, self.is_stale = None, False
        self.changed.emit()


def _of_one_state(
    work: Callable[[ProjectStore, Progress, Cancel], Analysis],
    project: ProjectStore,
    progress: Progress,
    cancel: Cancel,
) -> Analysis:
    """Ask again when somebody edited meanwhile: of what is read in turn, a part would be of before and a part of after."""
    for _ in range(_TRIES):
        before = _versions(project)
        try:
            found = work(project, progress, cancel)
        except Exception:
            if cancel() or _versions(project) == before:
                raise
        else:
            if _versions(project) == before:
                return found
        raise_if_cancelled(cancel)
    raise InputError(
        N_("There is no answer: the project was changed again and again while it was computed."),
        remedy=N_("Wait until the changes are done, then ask again."),
    )


def _versions(project: ProjectStore) -> dict[str, int]:
    return {name: version for name, version in project.versions().items() if name in _INPUTS}
