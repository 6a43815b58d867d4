"""What the import wizard knows: the file, what the user said about it, and what the program makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from patrolmap.desktop.events import Event
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.progress import SubProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.ingest.proposals import MappingProposal
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.coordinates import CoordinateReport
    from patrolmap.services.import_preview import ImportPreview

__all__ = ["ImportDraft", "Look"]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Look:
    """
    What was seen in a file.

    Parameters
    ----------
    proposal : MappingProposal
        Its columns with the guessed mapping, and what was decided while reading.
    doctor : CoordinateReport or None
        The evidence on its coordinate system; None where there are no streets to compare with.
    doubt : Message or None
        Why there is no such evidence.
    """

    proposal: MappingProposal
    doctor: CoordinateReport | None = None
    doubt: Message | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The sheets, layers or members to choose from; empty if there is but one."""
        return next((tuple(said.values["titles"]) for said in self.proposal.choices if "titles" in said.values), ())


@dataclass
class ImportDraft:
    """
    One import in the making.

    Parameters
    ----------
    core : Core
        Shared parts.

    Attributes
    ----------
    path : Path or None
        The file.
    layer, crs, encoding : str
        What the user says.
    sheet : str
        Sheet, layer or member of the file; empty lets the program choose.
    profile, save_profile : str
        Names of the profile applied and of the one to keep; empty for none.
    told : dict of str to str
        The user's corrections: field to column, to ``=value``, or to an empty text.
    look : Look or None
        What was seen; None before it, or when something was changed since.
    preview : ImportPreview or None
        The rehearsal of the import, likewise.
    changed : Event
        Something of it is another, or work began or ended.
    failed : Event
        Emitted with the error of a piece of work.
    """

    core: Core
    path: Path | None = None
    layer: str = "sites"
    crs: str = "auto"
    encoding: str = "auto"
    sheet: str = ""
    profile: str = ""
    save_profile: str = ""
    told: dict[str, str] = field(default_factory=dict)
    look: Look | None = None
    preview: ImportPreview | None = None
    job: Job[Any] | None = None
    changed: Event[[]] = field(default_factory=Event)
    failed: Event[[BaseException]] = field(default_factory=Event)

    @property
    def mapping(self) -> Mapping[str, str]:
        """The mapping as it stands: every field to its source, with the user's corrections."""
        seen = self.look.proposal.mapping if self.look is not None else {}
        return {**seen, **self.told}

    def say(self, **values: str | Path) -> None:
        """
        Take what the user says about the file; what was seen before counts no more.

        Parameters
        ----------
        **values : str or Path
            ``path``, ``layer``, ``crs``, ``encoding``, ``sheet`` or ``profile``.
        """
        if all(getattr(self, name) == value for name, value in values.items()):
            return
        for name, value in values.items():
            setattr(self, name, value)
        if "path" in values:
            self.sheet = ""
        self.preview = None
        if values.keys() - {"crs"}:
            self.look = None
            self.told = {}
        self.changed.emit()

    def correct(self, wanted: str, source: str) -> None:
        """
        Let a field take another column.

        Parameters
        ----------
        wanted : str
            The field.
        source : str
            A heading, ``=value``, or empty for none.
        """
        self.told[wanted] = source
        self.preview = None
        self.changed.emit()

    def examine(self) -> None:
        """Look at the file in the background: columns, encoding, and the coordinates against the streets."""
        project, path = self._project, self.path
        if path is None:
            return
        values = {"layer": self.layer, "encoding": self.encoding, "profile": self.profile}
        sheet = self.sheet or None
        self._start(
            Message(N_("Looking at {name}"), {"name": path.name}),
            lambda progress, cancel: _look(project, path, **values, sheet=sheet, progress=progress, cancel=cancel),
            lambda look: setattr(self, "look", look),
        )

    def rehearse(self, rejected_to: Path | None = None) -> None:
        """
        Do the import without writing, in the background.

        Parameters
        ----------
        rejected_to : Path or None, default None
            Where to write rejected rows as Excel.
        """
        project, path, layer, mapping = self._project, self.path, self.layer, dict(self.mapping)
        crs, encoding, sheet = self.crs, self.encoding, self.sheet or None
        if path is None:
            return

        def work(progress: Progress, cancel: Cancel) -> ImportPreview:
            # The readers are loaded by the worker that needs them, not when the window starts.
            from patrolmap.services.import_preview import preview_import  # noqa: PLC0415

            return preview_import(
                project, path, layer, mapping,
                crs=crs, encoding=encoding, sheet=sheet, rejected_to=rejected_to, progress=progress, cancel=cancel,
            )  # fmt: skip

        title = Message(N_("Rehearsing the import of {name}"), {"name": path.name})
        self._start(title, work, lambda preview: setattr(self, "preview", preview))

    def stop(self) -> None:
        """Ask the work under way to stop."""
        if self.job is not None:
            self.job.cancel()

    @property
    def _project(self) -> ProjectStore:
        return self.core.session.project

    def _start(self, title: Message, work: Callable[[Progress, Cancel], T], take: Callable[[T], object]) -> None:
        if self.job is not None:
            return

        def done(result: T) -> None:
            take(result)
            self._end()

        def failed(error: BaseException) -> None:
            self._end()
            self.failed.emit(error)

        self.job = self.core.jobs.start(title, work, on_done=done, on_failed=failed, on_cancelled=self._end)
        self.changed.emit()

    def _end(self) -> None:
        self.job = None
        self.changed.emit()


def _look(
    project: ProjectStore,
    path: Path,
    *,
    layer: str,
    encoding: str,
    profile: str,
    sheet: str | None,
    progress: Progress,
    cancel: Cancel,
) -> Look:
    from patrolmap.errors import InputError  # noqa: PLC0415
    from patrolmap.services.coordinates import examine_coordinates  # noqa: PLC0415
    from patrolmap.services.import_columns import propose_columns  # noqa: PLC0415
    from patrolmap.services.import_profiles import find_profile  # noqa: PLC0415

    progress(0.0, Message(N_("Reading {name}"), {"name": path.name}))
    known = find_profile(project, profile) if profile else None
    proposal = propose_columns(path, layer, encoding=encoding, sheet=sheet, profile=known, cancel=cancel)
    if LAYERS[layer].geometry != ("Point",):
        return Look(proposal)
    axes = {axis: proposal.mapping[axis] for axis in ("x", "y") if proposal.mapping.get(axis)}
    try:
        half = SubProgress(progress, 0.5, 1.0)
        report = examine_coordinates(
            project, path, mapping=axes, encoding=encoding, sheet=sheet, progress=half, cancel=cancel
        )
    except InputError as error:
        return Look(proposal, doubt=error.what)
    return Look(proposal, report)
