"""What the rings panel knows: the last check of the rings, what of it is listed, and how it lies on the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.features.rings.analysis import PICKED
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    import shapely

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.model.schedule import Shift
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_views import RingTable

__all__ = ["Finding", "RingReport", "RingsPresenter"]

_OWNER: Final = "rings"
_INPUTS: Final = frozenset({"streets", "nodes", "rings", "sites"})
_EDITED: Final = frozenset({"rings", "sites"})
"""What is edited on the map: closure follows at once."""


@dataclass(frozen=True)
class Finding:
    """
    One thing that the check found at a place.

    Parameters
    ----------
    key : str
        Unique in the check.
    kind : str
        As in `patrolmap.desktop.map.scene.Overlay`.
    title : Message
        What is listed.
    detail : Message or None
        What else there is to say of it; None for nothing.
    geometry : shapely.Geometry
        Metres.
    """

    key: str
    kind: str
    title: Message
    detail: Message | None
    geometry: shapely.Geometry


@dataclass(frozen=True)
class RingReport:
    """
    One ring's answer.

    Parameters
    ----------
    ring : str
        Its kind.
    crossings, controlled : int
        Streets that cross it, and those of them that a post controls.
    leaks : int
        Ways in that share no street: 0 is closed.
    new_posts : int
        The fewest that would close it.
    findings : tuple of Finding
        Ways in, gaps, places for posts and controlled crossings.
    lines : tuple of Message, default ()
        How strong the ring is.
    tables : tuple of RingTable, default ()
        All crossings, and the depth of defence, beside the list.
    """

    ring: str
    crossings: int
    controlled: int
    leaks: int
    new_posts: int
    findings: tuple[Finding, ...]
    lines: tuple[Message, ...] = ()
    tables: tuple[RingTable, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether there is no way in."""
        return self.leaks == 0


class RingsPresenter:
    """
    Runs the check and shows its result.

    Parameters
    ----------
    core : Core
        Shared parts.
    check : Callable or None
        Takes project, ``progress`` and ``cancel``, gives reports; None for the service, another one in tests.

    Attributes
    ----------
    job_changed, reports_changed : Event
        The running work or the reports are others.
    picked : Event
        Emitted with the key of a finding that was clicked on the map.
    """

    def __init__(self, core: Core, check: Callable[..., tuple[RingReport, ...]] | None = None) -> None:
        self._core, self._check = core, check
        self.duty: Shift | None = None
        self.job: Job[tuple[RingReport, ...]] | None = None
        self.reports: tuple[RingReport, ...] = ()
        self.is_stale = self.shows_all = self._runs_again = False
        self.is_shown = True
        self.job_changed: Event[[]] = Event()
        self.reports_changed: Event[[]] = Event()
        self.picked: Event[[str]] = Event()
        core.session.closed.connect(self._forget)
        core.session.changed.connect(self._on_changed)
        core.scene.overlay_picked.connect(self._on_picked)

    @property
    def can_run(self) -> bool:
        """Whether there are streets and rings."""
        cache = self._core.cache
        return self._core.session.is_open and cache.count("streets") > 0 and cache.count("rings") > 0

    @property
    def tables(self) -> tuple[RingTable, ...]:
        """The tables of the last check."""
        return tuple(table for report in self.reports for table in report.tables)

    def set_shown(self, is_shown: bool) -> None:  # noqa: FBT001 - the one value that is set
        """
        Lay the check over the map, or take it away.

        Parameters
        ----------
        is_shown : bool
            Whether to.
        """
        self.is_shown = is_shown
        self.draw()

    def listed(self, report: RingReport) -> list[Finding]:
        """
        Give what is listed of a ring.

        Parameters
        ----------
        report : RingReport
            The ring's answer.

        Returns
        -------
        list of Finding
            Everything, or all but controlled crossings.
        """
        return [one for one in report.findings if self.shows_all or one.kind != "controlled"]

    def show_all(self, shows_all: bool) -> None:  # noqa: FBT001 - the one value that is set
        """
        List controlled crossings too, or not.

        Parameters
        ----------
        shows_all : bool
            Whether to.
        """
        self.shows_all = shows_all
        self.reports_changed.emit()
        self.draw()

    def run(self) -> None:
        """Check all rings in the background."""
        project = self._core.session.project
        check = self._check or partial(_check, duty=self.duty)
        self.job = self._core.jobs.start(
            Message(N_("Checking the rings")),
            lambda progress, cancel: check(project, progress=progress, cancel=cancel),
            on_done=self._take,
            on_failed=self._fail,
            on_cancelled=lambda: self._end(Message(N_("Stopped; the rings were not checked."))),
            lane=PROJECT_LANE,
        )
        self.job_changed.emit()

    def set_duty(self, duty: Shift | None) -> None:
        """
        Say who counts from the next check on.

        Parameters
        ----------
        duty : Shift or None
            Only who is on duty during all of it; None for everybody.
        """
        if duty != self.duty:
            self.duty = duty
            self.is_stale = bool(self.reports)
            self.reports_changed.emit()

    def show(self, key: str) -> None:
        """
        Move the map to a finding.

        Parameters
        ----------
        key : str
            Its key.
        """
        found = [one.geometry for report in self.reports for one in report.findings if one.key == key]
        rows = (row for table in self.tables for row in table.rows)
        found = found or [row.geometry for row in rows if row.key == key and row.geometry is not None]
        self._core.scene.set_overlays(PICKED, [Overlay("picked", geometry, "") for geometry in found])
        self._core.scene.show(found, margin_m=350.0)

    def draw(self) -> None:
        """Lay what is listed over the map, in the current language."""
        overlays = [
            Overlay(one.kind, one.geometry, one.key, tr(one.title))
            for report in (self.reports if self.is_shown else ())
            for one in self.listed(report)
        ]
        self._core.scene.set_overlays(_OWNER, overlays)

    def _take(self, reports: tuple[RingReport, ...]) -> None:
        self.reports, self.is_stale = reports, False
        self._core.scene.set_overlays(PICKED, ())
        self.draw()
        self.reports_changed.emit()
        leaks = sum(report.leaks for report in reports)
        if leaks:
            words = Message(N_("The rings have {count} {count:way|ways} in that nobody controls."), {"count": leaks})
            self._end(words, NoticeLevel.WARNING)
        else:
            self._end(Message(N_("All rings are closed.")), NoticeLevel.DONE)

    def _fail(self, error: BaseException) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.report(error)

    def _end(self, words: Message, level: NoticeLevel = NoticeLevel.INFO) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.say(words, level)
        if self._runs_again:
            self._runs_again = False
            self._run_again()

    def _on_changed(self, names: frozenset[str]) -> None:
        if names & _INPUTS and (self.reports or self.job is not None):
            self.is_stale = bool(self.reports)
            self.reports_changed.emit()
        if names & _EDITED and self.reports:
            self._run_again()

    def _run_again(self) -> None:
        """Check at once what the user edited; a check that is under way is of the past."""
        if self.job is not None:
            self._runs_again = True
            self.job.cancel()
        elif self._core.session.count("rings"):
            self.run()

    def _on_picked(self, overlay: Overlay) -> None:
        if any(one.key == overlay.key for report in self.reports for one in report.findings):
            self.picked.emit(overlay.key)

    def _forget(self) -> None:
        self._runs_again = False
        self.reports, self.is_stale = (), False
        self.reports_changed.emit()


def _check(project: ProjectStore, *, duty: Shift | None, progress: Progress, cancel: Cancel) -> tuple[RingReport, ...]:
    # Loaded by the worker that needs it, not when the window starts.
    from patrolmap.desktop.features.rings.findings import check_rings

    return check_rings(project, duty=duty, progress=progress, cancel=cancel)
