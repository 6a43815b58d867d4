"""What the import panel knows: the file in hand and the reports of the imports so far."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.ingest.database_address import DatabaseTable
    from patrolmap.model.report import ImportReport
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.topology import TopologySettings

__all__ = ["IMPORTABLE", "ImportOrder", "ImportPresenter", "guess_layer"]

IMPORTABLE: Final = ("streets", "rings", "sites", "incidents", "teams", "grid_cells", "boundary", "barriers")
"""Layers that a file can be brought into, in the order in which an office needs them."""

_HINTS: Final = (
    ("incidents", ("incident", "crime", "case", "警情", "案件", "报警")),
    ("streets", ("street", "road", "osm", "道路", "路网", "街")),
    ("rings", ("ring", "环", "圈", "防线")),
    ("teams", ("team", "patrol", "队", "班组")),
    ("grid_cells", ("grid", "cell", "网格")),
    ("boundary", ("bound", "district", "辖区", "边界", "区划")),
    ("barriers", ("barrier", "water", "rail", "river", "水系", "铁路", "河")),
    ("sites", ("site", "checkpoint", "post", "卡口", "点位", "岗", "部位")),
)


@dataclass(frozen=True)
class ImportOrder:
    """
    What the user wants imported, and how.

    Parameters
    ----------
    source : Path or DatabaseTable
        The file, or the table of a database.
    layer : str
        Where it goes.
    crs : str, default "auto"
        Reference system of its coordinates.
    encoding : str, default "auto"
        Encoding of its texts.
    mapping : dict of str to str or None, default None
        Field to column, as the user has seen it; None lets it be guessed.
    save_profile : str, default ""
        Name under which the mapping is kept; empty to keep none.
    sheet : str or None, default None
        Sheet, layer or member of the file; None chooses.
    edges : Path or None, default None
        The table of streets, if `source` is the table of junctions of a network.
    planar : bool, default False
        Whether the coordinates of such a network are bare numbers on a plane.
    metres_per_unit : float, default 1.0
        Length of one unit of that plane.
    mend : TopologySettings or None, default None
        The tolerances by which streets are mended in the same step; None leaves them as drawn.
    """

    source: Path | DatabaseTable
    layer: str
    crs: str = "auto"
    encoding: str = "auto"
    mapping: dict[str, str] | None = None
    save_profile: str = ""
    sheet: str | None = None
    edges: Path | None = None
    planar: bool = False
    metres_per_unit: float = 1.0
    mend: TopologySettings | None = None


class ImportPresenter:
    """
    Imports in the background and keeps the reports.

    Parameters
    ----------
    core : Core
        Shared parts.
    bring : Callable or None
        Takes project, order, ``progress`` and ``cancel``; None for the service, another one in tests.

    Attributes
    ----------
    job_changed, reports_changed : Event
        The running work or the reports are others.
    """

    def __init__(self, core: Core, bring: Callable[..., ImportReport] | None = None) -> None:
        self._core, self._bring = core, bring or _bring
        self.job: Job[ImportReport] | None = None
        self.reports: list[ImportReport] = []
        self.job_changed: Event[[]] = Event()
        self.reports_changed: Event[[]] = Event()
        core.session.closed.connect(self._forget)

    def run(self, order: ImportOrder) -> None:
        """
        Import in the background.

        Parameters
        ----------
        order : ImportOrder
            What the user wants.
        """
        project = self._core.session.project
        self.job = self._core.jobs.start(
            Message(N_("Importing {name}"), {"name": order.source.name}),
            lambda progress, cancel: self._bring(project, order, progress=progress, cancel=cancel),
            on_done=self._take,
            on_failed=self._fail,
            on_cancelled=lambda: self._end(Message(N_("Stopped; nothing was imported."))),
            lane=PROJECT_LANE,
        )
        self.job_changed.emit()

    def _take(self, report: ImportReport) -> None:
        self._keep(report)
        self._core.session.refresh()
        values = {
            "name": report.source,
            "accepted": report.accepted + report.updated + report.unchanged,
            "rejected": len(report.rejected),
        }
        if report.rejected:
            words = Message(
                N_("{name}: {accepted} {accepted:row|rows} taken, {rejected} left out. The report says why."), values
            )
            self._end(words, NoticeLevel.WARNING)
        else:
            self._end(Message(N_("{name}: {accepted} {accepted:row|rows} taken."), values), NoticeLevel.DONE)

    def _fail(self, error: BaseException) -> None:
        report = getattr(error, "report", None)
        if report is not None:
            self._keep(report)
        self.job = None
        self.job_changed.emit()
        self._core.notices.report(error)

    def _keep(self, report: ImportReport) -> None:
        self.reports.insert(0, report)
        self.reports_changed.emit()

    def _end(self, words: Message, level: NoticeLevel = NoticeLevel.INFO) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.say(words, level)

    def _forget(self) -> None:
        self.reports.clear()
        self.reports_changed.emit()


def guess_layer(name: str) -> str:
    """
    Guess from a file's name which layer it is.

    Parameters
    ----------
    name : str
        File name.

    Returns
    -------
    str
        Name of a layer; empty if nothing speaks for one.
    """
    lower = name.lower()
    return next((layer for layer, hints in _HINTS if any(hint in lower for hint in hints)), "")


def _bring(project: ProjectStore, order: ImportOrder, *, progress: Progress, cancel: Cancel) -> ImportReport:
    # The readers are loaded by the worker that needs them, not when the window starts.
    from patrolmap.services.import_columns import import_with
    from patrolmap.services.importing import import_file, import_network
    from patrolmap.services.network_tables import NetworkTables

    crs, encoding = order.crs, order.encoding
    if order.edges is not None:
        tables = NetworkTables(
            Path(str(order.source)), order.edges, order.planar, order.metres_per_unit, order.mapping, crs, encoding
        )
        return import_network(project, tables, progress=progress, cancel=cancel)
    if order.mapping is not None:
        return import_with(
            project, order.source, order.layer, order.mapping, crs=crs, encoding=encoding, sheet=order.sheet,
            save_profile=order.save_profile, mend=order.mend, progress=progress, cancel=cancel,
        )  # fmt: skip
    return import_file(project, order.source, order.layer, crs=crs, encoding=encoding, progress=progress, cancel=cancel)
