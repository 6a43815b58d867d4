"""An import rehearsed: the report that it would give, and where its rows would lie. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.ingest.checking import check_rows_of
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.merging import merge
from patrolmap.ingest.readers import read_source
from patrolmap.ingest.rejected import write_rejected
from patrolmap.messages import N_, Message
from patrolmap.model.report import ImportReport
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.importing import require_importable
from patrolmap.services.projects import frame_around

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from patrolmap.ingest.checking import CheckedRows
    from patrolmap.ingest.merging import Merge
    from patrolmap.project.store import ProjectStore

__all__ = ["ImportPreview", "preview_import"]

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
    """

    report: ImportReport
    shapes: gpd.GeoSeries


def preview_import(
    project: ProjectStore,
    source: Path,
    layer: str,
    mapping: Mapping[str, str],
    *,
    crs: str = "auto",
    encoding: str = "auto",
    sheet: str | None = None,
    rejected_to: Path | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> ImportPreview:
    """
    Do everything that an import does, but for writing into the project.

    Parameters
    ----------
    project : ProjectStore
        The project; it stays as it is.
    source : Path
        The file.
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
    frame = project.frame if project.has_frame else partial(frame_around, project)
    checked = check_rows_of(read, layer, mapping, crs, frame, progress=SubProgress(progress, 0.4, 0.8), cancel=cancel)
    merged = merge(project.layer(layer), checked)
    raise_if_cancelled(cancel)
    report = _report(source.name, checked, merged)
    if rejected_to is not None and report.rejected:
        heads = (tr("Row number"), tr("Why it was rejected"))
        write_rejected(rejected_to, read, layer, report.rejected, heads=heads, say=tr)
    some = checked.rows[["geometry"]].iloc[:: max(-(-len(checked.rows) // _MOST_SHAPES), 1)]
    shapes = checked.frame.to_metric(some).geometry
    progress(1.0)
    return ImportPreview(report, shapes)


def _report(name: str, checked: CheckedRows, merged: Merge) -> ImportReport:
    rejected = sorted((*checked.notes.rejected, *merged.rejected), key=lambda note: note.row)
    return ImportReport(
        name,
        checked.layer,
        merged.accepted,
        merged.updated,
        merged.unchanged,
        tuple(rejected),
        tuple(checked.notes.repaired),
        (*checked.choices, *merged.choices),
    )
