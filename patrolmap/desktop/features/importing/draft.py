"""What the import wizard knows: the file, what the user said about it, and what the program makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from patrolmap.desktop.events import Event
from patrolmap.desktop.features.importing.presenter import ImportOrder
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.progress import SubProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.ingest.database_address import DatabaseTable
    from patrolmap.ingest.proposals import MappingProposal
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.coordinates import CoordinateReport
    from patrolmap.services.import_preview import ImportPreview
    from patrolmap.streets.topology import TopologySettings

__all__ = ["ImportDraft", "Look"]

T = TypeVar("T")
_KEEP_LOOK: Final = {"crs", "planar", "metres_per_unit", "topology", "tolerances"}
"""What the user may say without a new look at the file."""


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
    streets : MappingProposal or None, default None
        The table of streets, if `proposal` is the table of junctions of a network.
    """

    proposal: MappingProposal
    doctor: CoordinateReport | None = None
    doubt: Message | None = None
    streets: MappingProposal | None = None

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
    kind : str
        Where it comes from: ``file``, ``network`` (a table of junctions and one of streets) or ``database``.
    path : Path, DatabaseTable or None
        The file, the table of junctions, or the table of the database.
    edges : Path or None
        The table of streets of a network.
    planar : bool
        Whether the coordinates of a network are bare numbers on a plane.
    metres_per_unit : float
        Length of one unit of that plane.
    topology : str
        What is done about the lines of streets: ``off``, ``report`` or ``repair``.
    tolerances : dict of str to float
        Those that the user changed: a field of `patrolmap.streets.topology.TopologySettings` to metres.
    part : str
        Which table of a network the columns are shown of, ``nodes`` or ``edges``; empty for all else.
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
    path: Path | DatabaseTable | None = None
    layer: str = "sites"
    kind: str = "file"
    edges: Path | None = None
    planar: bool = False
    metres_per_unit: float = 1.0
    topology: str = "off"
    tolerances: dict[str, float] = field(default_factory=dict)
    part: str = ""
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
    def ready(self) -> bool:
        """Whether enough is said to look at it."""
        return self.path is not None and (self.kind != "network" or self.edges is not None)

    @property
    def proposal(self) -> MappingProposal | None:
        """What was seen in the table whose columns are shown."""
        if self.look is None:
            return None
        return self.look.streets if self.part == "edges" else self.look.proposal

    @property
    def mapping(self) -> Mapping[str, str]:
        """The mapping of that table as it stands: every field to its source, with the user's corrections."""
        seen = self.proposal.mapping if self.proposal is not None else {}
        mine = {name.removeprefix(self._prefix): source for name, source in self.told.items() if self._is_mine(name)}
        return {**seen, **mine}

    @property
    def _prefix(self) -> str:
        return f"{self.part}." if self.part else ""

    def _is_mine(self, name: str) -> bool:
        return name.startswith(self._prefix)

    @property
    def wanted_topology(self) -> TopologySettings | None:
        """The tolerances by which streets are looked at; None if they are not."""
        from patrolmap.services.topology import topology_settings

        if self.topology == "off" or self.layer != "streets" or self.kind == "network":
            return None
        return topology_settings(self._project, **self.tolerances)

    @property
    def order(self) -> ImportOrder:
        """What is to be imported, as it stands."""
        if self.path is None:
            raise ValueError
        if self.kind == "network":
            return ImportOrder(
                self.path, "streets", self.crs, self.encoding, dict(self.told), edges=self.edges, planar=self.planar,
                metres_per_unit=self.metres_per_unit,
            )  # fmt: skip
        mend = self.wanted_topology if self.topology == "repair" else None
        sheet = self.sheet or None
        return ImportOrder(
            self.path, self.layer, self.crs, self.encoding, dict(self.mapping), self.save_profile, sheet, mend=mend
        )

    def say(self, **values: object) -> None:
        """
        Take what the user says about the file; what was seen before counts no more.

        Parameters
        ----------
        **values : object
            ``kind``, ``path``, ``edges``, ``layer``, ``crs``, ``encoding``, ``sheet``, ``profile``, ``planar``,
            ``metres_per_unit``, ``topology`` or ``tolerances``.
        """
        if all(getattr(self, name) == value for name, value in values.items()):
            return
        if values.get("kind", self.kind) != self.kind:
            values = {"path": None, "edges": None, **values}
        for name, value in values.items():
            setattr(self, name, value)
        if self.kind == "network":
            self.layer = "streets"
        self.part = "nodes" if self.kind == "network" else ""
        if "path" in values:
            self.sheet = ""
        self.preview = None
        if values.keys() - _KEEP_LOOK:
            self.look = None
            self.told = {}
        self.changed.emit()

    def show(self, part: str) -> None:
        """
        Show the columns of another table of a network.

        Parameters
        ----------
        part : str
            ``nodes`` or ``edges``.
        """
        self.part = part
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
        self.told[self._prefix + wanted] = source
        self.preview = None
        self.changed.emit()

    def examine(self) -> None:
        """Look at the file in the background: columns, encoding, and the coordinates against the streets."""
        project, path, edges, encoding = self._project, self.path, self.edges, self.encoding
        if path is None or not self.ready:
            return
        values = {"layer": self.layer, "encoding": encoding, "profile": self.profile}
        sheet = self.sheet or None
        title = Message(N_("Looking at {name}"), {"name": path.name})

        def work(progress: Progress, cancel: Cancel) -> Look:
            if edges is not None:
                return _look_at_network(Path(str(path)), edges, encoding, cancel)
            return _look(project, path, **values, sheet=sheet, progress=progress, cancel=cancel)

        self._start(title, work, lambda look: setattr(self, "look", look))

    def rehearse(self, rejected_to: Path | None = None) -> None:
        """
        Do the import without writing, in the background.

        Parameters
        ----------
        rejected_to : Path or None, default None
            Where to write rejected rows as Excel.
        """
        if self.path is None:
            return
        project, order, care = self._project, self.order, self.wanted_topology

        def work(progress: Progress, cancel: Cancel) -> ImportPreview:
            # The readers are loaded by the worker that needs them, not when the window starts.
            from patrolmap.services.import_preview import preview_import, preview_network
            from patrolmap.services.network_tables import NetworkTables

            crs, encoding, mapping = order.crs, order.encoding, order.mapping or {}
            if order.edges is not None:
                tables = NetworkTables(
                    Path(str(order.source)), order.edges, order.planar, order.metres_per_unit, mapping, crs, encoding
                )
                return preview_network(project, tables, progress=progress, cancel=cancel)
            return preview_import(
                project, order.source, order.layer, mapping, crs=crs, encoding=encoding, sheet=order.sheet,
                rejected_to=rejected_to, topology=care, mend=order.mend is not None, progress=progress, cancel=cancel,
            )  # fmt: skip

        title = Message(N_("Rehearsing the import of {name}"), {"name": self.path.name})
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


def _look_at_network(nodes: Path, edges: Path, encoding: str, cancel: Cancel) -> Look:
    from patrolmap.services.import_columns import propose_network

    junctions, streets = propose_network(nodes, edges, encoding=encoding, cancel=cancel)
    return Look(junctions, streets=streets)


def _look(
    project: ProjectStore,
    path: Path | DatabaseTable,
    *,
    layer: str,
    encoding: str,
    profile: str,
    sheet: str | None,
    progress: Progress,
    cancel: Cancel,
) -> Look:
    from patrolmap.errors import InputError
    from patrolmap.services.coordinates import examine_coordinates
    from patrolmap.services.import_columns import propose_columns
    from patrolmap.services.import_profiles import find_profile

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
