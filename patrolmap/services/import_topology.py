"""Streets that are mended as they come in: the import and its repairs are one step."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolmap.messages import N_, Message
from patrolmap.model.edits import InsertRows, UpdateRows
from patrolmap.model.report import ImportReport, RowNote
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.services.topology import TopologyReport, mending
from patrolmap.services.topology_views import KIND_TITLES
from patrolmap.streets.topology import FindingKind

if TYPE_CHECKING:
    from patrolmap.model.edits import Edit
    from patrolmap.model.frame import SpatialFrame
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.topology import TopologySettings

__all__ = ["MendedImport", "MendedImportReport", "mend_on_import"]


@dataclass(frozen=True)
class MendedImportReport(ImportReport):
    """
    The result of an import that mended the streets of the project.

    Parameters
    ----------
    topology : TopologyReport or None, default None
        What was found in all streets, and whether it was mended.
    """

    topology: TopologyReport | None = None


@dataclass(frozen=True, eq=False)
class MendedImport:
    """
    The edits of an import with those of its repairs.

    Parameters
    ----------
    edits : tuple of Edit
        All of them, to be applied as one.
    topology : TopologyReport
        What was found.
    notes : tuple of RowNote
        Each finding that was mended in a row of the file.
    """

    edits: tuple[Edit, ...]
    topology: TopologyReport
    notes: tuple[RowNote, ...]

    def added_to(self, report: ImportReport) -> MendedImportReport:
        """
        Add what was mended to the report of the import.

        Parameters
        ----------
        report : ImportReport
            The report.

        Returns
        -------
        MendedImportReport
            With a note for each repair in a row of the file.
        """
        facts = {one.name: getattr(report, one.name) for one in fields(report)}
        facts["repaired"] = tuple(sorted((*report.repaired, *self.notes), key=lambda note: note.row))
        return MendedImportReport(**facts, topology=self.topology)


def mend_on_import(
    project: ProjectStore,
    edits: tuple[Edit, ...],
    frame: SpatialFrame,
    settings: TopologySettings,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> MendedImport:
    """
    Look at the streets as they will be after an import, and mend them in the same step.

    Parameters
    ----------
    project : ProjectStore
        The project, before the import.
    edits : tuple of Edit
        Insertions and updates of streets; the index of inserted rows is their number in the file.
    frame : SpatialFrame
        The frame that the project will have.
    settings : TopologySettings
        The tolerances.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop; nothing is changed here.

    Returns
    -------
    MendedImport
        Edits, findings, and notes for the report.

    Raises
    ------
    InputError
        If the streets were given from junction to junction.
    """
    streets, placed, row_of = _after(project, edits)
    report, repairs = mending(project, streets, frame, settings, progress=progress, cancel=cancel)
    notes = [
        RowNote(
            row_of[one.row],
            Message(N_("Topology: {kind}"), {"kind": Message(KIND_TITLES[one.kind])}),
            f"{one.x:.6f}, {one.y:.6f}",
        )
        for one in report.findings
        if one.row in row_of and one.kind is not FindingKind.TINY_COMPONENT
    ]
    return MendedImport((*placed, *repairs), report, tuple(sorted(notes, key=lambda note: note.row)))


def _after(project: ProjectStore, edits: tuple[Edit, ...]) -> tuple[gpd.GeoDataFrame, list[Edit], dict[int, int]]:
    """Draw the streets as they will be, give new rows their fids now, and tell which row of the file each is."""
    streets = project.layer("streets")
    free = int(streets.index.max()) + 1 if len(streets) else 1
    row_of: dict[int, int] = {}
    placed: list[Edit] = []
    for edit in edits:
        done = edit
        if isinstance(edit, InsertRows):
            fids = np.arange(free, free + len(edit.rows))
            row_of |= dict(zip(fids.tolist(), edit.rows.index.tolist(), strict=True))
            rows = edit.rows.set_axis(pd.Index(fids, name="fid"))
            done = InsertRows(edit.layer, rows)
            free += len(rows)
            crs = rows.crs if streets.empty else streets.crs
            joined = rows if streets.empty else pd.concat([streets, rows.reindex(columns=streets.columns)])
            streets = gpd.GeoDataFrame(joined.reindex(columns=streets.columns), geometry="geometry", crs=crs)
        elif isinstance(edit, UpdateRows):
            streets = _updated(streets, edit.rows)
        placed.append(done)
    return streets, placed, row_of


def _updated(streets: gpd.GeoDataFrame, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    at = streets.index.get_indexer(rows.index)
    columns = {}
    for name in rows.columns:
        values = streets[name].astype(object).to_numpy(copy=True)
        values[at] = rows[name].astype(object).to_numpy()
        columns[name] = values
    return gpd.GeoDataFrame(pd.DataFrame(streets).assign(**columns), geometry="geometry", crs=streets.crs)
