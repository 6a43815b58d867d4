"""What the export dialog knows: the formats, what each needs, and the writing in the background."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore

__all__ = ["KINDS", "ExportKind", "ExportPresenter", "ExportWish"]


@dataclass(frozen=True)
class ExportKind:
    """
    One format, as it is offered.

    Parameters
    ----------
    id : str
        One of `patrolmap.services.exporting.FORMATS`, or ``webmap``.
    title, words : str
        Its name and what it holds, as msgids.
    endings : tuple of str
        Of its files, with the dot; the first is proposed.
    parts : str, default ""
        What the check box for several files says, as msgid; empty if it is always one file.
    publishable : bool, default True
        Whether it can be for readers outside the office.
    needs_plan : bool, default False
        Whether it holds a plan and nothing else, unless it is published.
    """

    id: str
    title: str
    words: str
    endings: tuple[str, ...]
    parts: str = ""
    publishable: bool = True
    needs_plan: bool = False


_TEAMS: Final = N_("A file for each team")

KINDS: Final = (
    ExportKind(
        "gpx",
        N_("GPX for navigation devices"),
        N_("Routes and stops of the plan, with times."),
        (".gpx",),
        _TEAMS,
        publishable=False,
        needs_plan=True,
    ),
    ExportKind(
        "kml",
        N_("KML or KMZ for Google Earth"),
        N_("Boundary, rings, hotspots, sites and each team's route; KMZ is packed."),
        (".kml", ".kmz"),
    ),
    ExportKind(
        "geojson",
        N_("GeoJSON for maps and programs"),
        N_("Boundary, rings, hotspots, sites, routes and stops, with the fields of their layers."),
        (".geojson",),
        N_("A file for each layer"),
    ),
    ExportKind(
        "gpkg",
        N_("GeoPackage for QGIS"),
        N_("All layers, the plan and its patrol log, in the colours of this program."),
        (".gpkg",),
    ),
    ExportKind(
        "xlsx",
        N_("Excel workbook"),
        N_("Plan, stops, teams and a patrol log form; for publication, tables of counts."),
        (".xlsx",),
        needs_plan=True,
    ),
    ExportKind(
        "ics",
        N_("Calendar (iCalendar)"),
        N_("An entry for each team from departure to return, with its stops."),
        (".ics",),
        _TEAMS,
        publishable=False,
        needs_plan=True,
    ),
    ExportKind("webmap", N_("Web map"), N_("One file for any browser, also without a network."), (".html",)),
)
"""All formats, in the order of the list."""


@dataclass(frozen=True)
class ExportWish:
    """
    What the user wants to have written.

    Parameters
    ----------
    kind : ExportKind
        The format.
    split : bool, default False
        Whether for each team or layer a file of its own.
    threshold : int or None
        For publication: counts below it are not shown; None for the office.
    """

    kind: ExportKind
    split: bool = False
    threshold: int | None = None

    @property
    def publish(self) -> bool:
        """Whether it is for readers outside the office."""
        return self.threshold is not None


class ExportPresenter:
    """
    Knows what can be exported, and writes it in the background.

    Parameters
    ----------
    core : Core
        Shared parts; a project is open.
    write : Callable or None
        Takes project, wish, path, plan id, ``progress`` and ``cancel`` and gives the files; None for the services,
        another one in tests.
    """

    def __init__(self, core: Core, write: Callable[..., tuple[Path, ...]] | None = None) -> None:
        self._core, self._write = core, write or _write
        self.job: Job[tuple[Path, ...]] | None = None
        self.plan_id = self._plan_id()

    @property
    def threshold(self) -> int:
        """Below which number counts are not published."""
        from patrolmap.services.publishing import publish_threshold

        return publish_threshold(self._core.session.project)

    def missing(self, wish: ExportWish) -> Message | None:
        """
        Say what is not there yet for an export.

        Parameters
        ----------
        wish : ExportWish
            The wish.

        Returns
        -------
        Message or None
            None if nothing is missing.
        """
        if wish.kind.needs_plan and not wish.publish and self.plan_id is None:
            return Message(N_("The project has no plan yet."))
        return None

    def proposed(self, wish: ExportWish) -> Path:
        """
        Name the file, or the folder for several.

        Parameters
        ----------
        wish : ExportWish
            The wish.

        Returns
        -------
        Path
            In the folder that was used last, else beside the project; never the project itself.
        """
        from patrolmap.services.exporting import safe_name

        project = self._core.session.project
        kept = self._core.session.preferences.output_folder
        folder = Path(kept) if kept else project.path.parent
        if wish.split:
            return folder
        plan = "" if wish.publish or self.plan_id is None else f" {self.plan_id}"
        stem = tr("{name}, for publication", name=project.name) if wish.publish else f"{project.name}{plan}"
        path = folder / f"{safe_name(stem)}{wish.kind.endings[0]}"
        return path if path != project.path else path.with_stem(safe_name(tr("Copy of {name}", name=project.name)))

    def write(self, wish: ExportWish, path: Path) -> None:
        """
        Write in the background; what is kept of the wish is a step to undo.

        Parameters
        ----------
        wish : ExportWish
            What.
        path : Path
            The file, or the folder if a file for each is wanted.
        """
        if not self._keep(wish):
            return
        project, plan_id = self._core.session.project, self.plan_id
        self._core.session.prefer(output_folder=str(path if wish.split else path.parent))
        self.job = self._core.jobs.start(
            Message(N_("Writing {name}"), {"name": path.name}),
            lambda progress, cancel: self._write(project, wish, path, plan_id, progress=progress, cancel=cancel),
            on_done=self._written,
            on_cancelled=lambda: self._core.notices.say(Message(N_("Stopped; nothing was written."))),
            on_failed=self._core.notices.report,
            lane=PROJECT_LANE,
        )

    def _keep(self, wish: ExportWish) -> bool:
        from patrolmap.services.publishing import set_publish_threshold

        if wish.threshold is None or wish.threshold == self.threshold:
            return True
        try:
            set_publish_threshold(self._core.session.project, wish.threshold)
        except PatrolmapError as error:
            self._core.notices.report(error)
            return False
        self._core.session.refresh()
        return True

    def _written(self, files: tuple[Path, ...]) -> None:
        values = {"count": len(files), "path": str(files[0]), "folder": str(files[0].parent)}
        words = N_("{path} is written.") if len(files) == 1 else N_("{count} files are in {folder}.")
        self._core.notices.say(Message(words, values), NoticeLevel.DONE)

    def _plan_id(self) -> str | None:
        plan = self._core.desk.plan or self._core.session.project.latest_plan()
        return None if plan is None else plan.plan_id


def _write(
    project: ProjectStore, wish: ExportWish, path: Path, plan_id: str | None, *, progress: Progress, cancel: Cancel
) -> tuple[Path, ...]:
    # Loaded by the worker that needs them, not when the window starts.
    plan_id = None if wish.publish else plan_id
    if wish.kind.id == "webmap":
        from patrolmap.services.webmap import write_webmap

        return (write_webmap(project, path, plan_id, publish=wish.publish, progress=progress, cancel=cancel).path,)
    from patrolmap.services.exporting import export

    return export(project, path, wish.kind.id, plan_id, publish=wish.publish, progress=progress, cancel=cancel).files
