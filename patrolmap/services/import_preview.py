"""An import rehearsed: the report that it would give, and where its rows would lie. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.ingest.checking import check_rows_of
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.merging import merge
from patrolmap.ingest.readers import read_source
from patrolmap.ingest.rejected import write_rejected
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.import_junctions import NODE, at_junctions
from patrolmap.services.import_reports import merged_report
from patrolmap.services.import_topology import mend_on_import
from patrolmap.services.importing import require_importable
from patrolmap.services.network_tables import frame_of, read_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from patrolmap.ingest.checking import CheckedRows
    from patrolmap.ingest.database_address import DatabaseTable
    from patrolmap.model.report import ImportReport
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.network_tables import NetworkTables
    from patrolmap.services.topology import TopologyReport
    from patrolmap.streets.topology import TopologySettings

__all__ = ["ImportPreview", "preview_import", "preview_network"]

_MOST_SHAPES: Final = 20_000


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """
    What an import would do.

    Parameters
    ----------
    report : ImportReport
        As the import would give it.
    shapes : geopandas.GeoSeries
        Where the rows would lie, in the metric system of the project, or the plane's metres; of very many, every k-th.
    topology : TopologyReport or None, default None
        What is wrong with the streets as they would be; None if that was not asked for.
    """

    report: ImportReport
    shapes: gpd.GeoSeries
    topology: TopologyReport | None = None


def preview_import(
    project: ProjectStore,
    source: Path | DatabaseTable,
    layer: str,
    mapping: Mapping[str, str],
    *,
    crs: str = "auto",
    encoding: str = "auto",
    sheet: str | None = None,
    rejected_to: Path | None = None,
    topology: TopologySettings | None = None,
    mend: bool = False,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> ImportPreview:
    """
    Do everything that an import does, but for writing into the project.

    Parameters
    ----------
    project : ProjectStore
        The project; it stays as it is.
    source : Path or DatabaseTable
        The file, or the table of a database.
    layer : str
        One of `patrolmap.services.importing.IMPORTABLE`.
    mapping : mapping of str to str
        Field to column, to ``=value``, or to an empty text for no source; what it leaves out is guessed.
    crs, encoding : str, default "auto"
        As in `patrolmap.services.importing.import_file`.
    sheet : str or None, default None
        As there.
    rejected_to : Path or None, default None
        Where to write the rejected rows as Excel; None for nowhere.
    topology : TopologySettings or None, default None
        The tolerances by which streets are looked at as well; None to leave them as drawn.
    mend : bool, default False
        Whether the import would mend them; the report tells of it then.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    ImportPreview
        Also if not one row could be taken: the report says why.

    Raises
    ------
    InputError
        If the file as a whole cannot be imported.
    """
    require_importable(layer)
    progress(0.0, Message(N_("Reading {name}"), {"name": source.name}))
    read = read_source(source, Wanted(layer, sheet=sheet, encoding=encoding), cancel=cancel)
    raise_if_cancelled(cancel)
    read = at_junctions(project, read, layer, mapping)
    mapping = {field: column for field, column in mapping.items() if field != NODE}
    frame = frame_of(project)
    checked = check_rows_of(read, layer, mapping, crs, frame, progress=SubProgress(progress, 0.4, 0.8), cancel=cancel)
    merged = merge(project.layer(layer), checked)
    raise_if_cancelled(cancel)
    report = merged_report([checked], [merged], source.name)
    if rejected_to is not None and report.rejected:
        heads = (tr("Row number"), tr("Why it was rejected"))
        write_rejected(rejected_to, read, layer, report.rejected, heads=heads, say=tr)
    care = None
    if topology is not None and layer == "streets":
        last = SubProgress(progress, 0.8, 1.0)
        care = mend_on_import(project, merged.edits, checked.frame, topology, progress=last, cancel=cancel)
        report = care.added_to(report) if mend else report
    progress(1.0)
    return ImportPreview(report, _shapes(checked), None if care is None else care.topology)


def preview_network(
    project: ProjectStore, tables: NetworkTables, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> ImportPreview:
    """
    Do everything that the import of a network from two tables does, but for writing into the project.

    Parameters
    ----------
    project : ProjectStore
        The project; it stays as it is.
    tables : NetworkTables
        The tables.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    ImportPreview
        Of both tables together; the shapes are the streets.

    Raises
    ------
    InputError
        As `patrolmap.services.network_tables.read_tables` does.
    """
    parts = read_tables(project, tables, progress=progress, cancel=cancel)
    merges = [merge(project.layer(part.layer), part) for part in parts]
    progress(1.0)
    return ImportPreview(merged_report(parts, merges, tables.name), _shapes(parts[1]))


def _shapes(checked: CheckedRows) -> gpd.GeoSeries:
    some = checked.rows[["geometry"]].iloc[:: max(-(-len(checked.rows) // _MOST_SHAPES), 1)]
    return checked.frame.to_metric(some).geometry
