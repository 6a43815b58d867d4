"""Files into a project: one import is one step that undo takes back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.checking import check_rows_of
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.merging import merge
from patrolmap.ingest.readers import read_source
from patrolmap.ingest.rejected import write_rejected
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound
from patrolmap.model.frame import WGS84
from patrolmap.model.layers import LAYERS
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.coordinates import examine_numbers
from patrolmap.services.import_junctions import NODE, at_junctions
from patrolmap.services.import_profiles import ImportWish, keep_profile
from patrolmap.services.import_reports import merged_report
from patrolmap.services.import_topology import mend_on_import
from patrolmap.services.network_tables import NetworkTables, frame_of, read_tables
from patrolmap.services.topology import known_originals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolmap.ingest.checking import CheckedRows
    from patrolmap.ingest.database_address import DatabaseTable
    from patrolmap.ingest.profiles import MappingProfile
    from patrolmap.ingest.source import Source
    from patrolmap.model.report import ImportReport
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.topology import TopologySettings

__all__ = [
    "IMPORTABLE",
    "NothingImportedError",
    "import_file",
    "import_network",
    "require_importable",
]

IMPORTABLE: Final = tuple(name for name, spec in LAYERS.items() if spec.importable and name != "nodes")
"""The layers that a file can be imported into; junctions come with a network."""


_ENOUGH_FOR_AN_OPINION: Final = 50


class NothingImportedError(InputError):
    """
    Not one row of a file could be taken.

    Parameters
    ----------
    report : ImportReport
        Why, row by row.
    """

    def __init__(self, report: ImportReport) -> None:
        first = report.rejected[0]
        super().__init__(
            N_("None of the {count} {count:row|rows} of “{name}” could be taken."),
            why=N_("Row {row}: {reason}"),
            remedy=N_("Check that the layer and the columns are the right ones."),
            count=len(report.rejected),
            name=report.source,
            row=first.row,
            reason=first.reason,
        )
        self.report = report

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the error travel from a worker process, with its report."""
        return type(self), (self.report,)


def require_importable(layer: str) -> None:
    """
    Refuse a layer that no file can be imported into.

    Parameters
    ----------
    layer : str
        What the user said.

    Raises
    ------
    InputError
        If it is none of `IMPORTABLE`.
    """
    if layer not in IMPORTABLE:
        raise InputError(
            N_("“{layer}” is no layer that can be imported."),
            remedy=N_("Give one of {layers}."),
            layer=layer,
            layers=list(IMPORTABLE),
        )


def import_file(
    project: ProjectStore,
    source: Path | DatabaseTable,
    layer: str,
    *,
    mapping: Mapping[str, str] | None = None,
    crs: str = "auto",
    encoding: str = "auto",
    sheet: str | None = None,
    profile: MappingProfile | None = None,
    save_profile: str = "",
    rejected_to: Path | None = None,
    mend: TopologySettings | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> ImportReport:
    """
    Import a file into a layer.

    Parameters
    ----------
    project : ProjectStore
        The project; the first import chooses its frame.
    source : Path or DatabaseTable
        GeoJSON, GeoPackage, Shapefile (zipped too), CSV or TSV, Excel, OpenStreetMap XML or PBF, KML, GPX, DXF; or a
        table of a PostgreSQL database.
    layer : str
        One of `IMPORTABLE`.
    mapping : mapping of str to str or None, default None
        Field to column, to ``=value`` for a value that holds for all rows, or to an empty text for no source; what it
        leaves out is guessed, or as the profile says. ``node`` names the column of junctions that stand for coordinates.
    crs : str, default "auto"
        ``auto``, ``wgs84``, ``gcj02``, ``bd09`` or ``EPSG:n``.
    encoding : str, default "auto"
        Encoding of the texts; ``auto`` detects it.
    sheet : str or None, default None
        Sheet of a workbook, layer of a GeoPackage or member of an archive; None chooses.
    profile : MappingProfile or None, default None
        A named mapping: nothing is guessed then, and `mapping` goes before it.
    save_profile : str, default ""
        Name under which the project keeps the mapping used; empty to keep none. Undo takes back the import first.
    rejected_to : Path or None, default None
        Where to write rejected rows as Excel, to be corrected and imported again; None for nowhere.
    mend : TopologySettings or None, default None
        The tolerances by which streets are mended in the same step; the report is a `MendedImportReport` then. None
        leaves them as drawn.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop; nothing is changed then.

    Returns
    -------
    ImportReport
        What was taken, what was not, and every automatic choice. An import that changes nothing leaves no step to undo.

    Raises
    ------
    InputError
        If the file cannot be imported; `NothingImportedError` if no row of it can.
    """
    require_importable(layer)
    progress(0.0, Message(N_("Reading {name}"), {"name": source.name}))
    wish = ImportWish(layer, mapping or {}, crs, encoding, sheet).with_profile(profile)
    read = read_source(source, Wanted(layer, sheet=wish.sheet, encoding=wish.encoding), cancel=cancel)
    raise_if_cancelled(cancel)
    told, crs = wish.mapping_for(read), wish.crs
    read = at_junctions(project, read, layer, told)
    told = {field: column for field, column in told.items() if field != NODE}
    checked = check_rows_of(
        read, layer, told, crs, frame_of(project), progress=SubProgress(progress, 0.4, 0.7), cancel=cancel
    )
    kept = None if rejected_to is None else read
    del read  # the texts of a million rows, which nobody needs while the rows are written
    lesson = wish.as_profile(save_profile, checked.mapping) if save_profile else None
    if crs.strip().lower() == "auto":
        checked = replace(checked, choices=(*checked.choices, *_second_opinion(project, checked)))
    try:
        last = SubProgress(progress, 0.7, 1.0)
        report = _store(project, (checked,), source.name, lesson=lesson, mend=mend, progress=last, cancel=cancel)
    except NothingImportedError as error:
        _save_rejected(rejected_to, kept, error.report)
        raise
    _save_rejected(rejected_to, kept, report)
    return report


def _save_rejected(path: Path | None, source: Source | None, report: ImportReport) -> None:
    if path is not None and source is not None and report.rejected:
        write_rejected(
            path, source, report.layer, report.rejected, heads=(tr("Row number"), tr("Why it was rejected")), say=tr
        )


def import_network(
    project: ProjectStore, tables: NetworkTables, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> ImportReport:
    """
    Import a street network that is given as a table of junctions and a table of streets.

    Parameters
    ----------
    project : ProjectStore
        The project.
    tables : NetworkTables
        The tables, and how they are to be read.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop; nothing is changed then.

    Returns
    -------
    ImportReport
        Of both tables together: rows of junctions first, then of streets.

    Raises
    ------
    InputError
        As `patrolmap.services.network_tables.read_tables` does.
    """
    parts = read_tables(project, tables, progress=SubProgress(progress, 0.0, 0.6), cancel=cancel)
    return _store(project, parts, tables.name, progress=SubProgress(progress, 0.6, 1.0), cancel=cancel)


def _second_opinion(project: ProjectStore, checked: CheckedRows) -> tuple[Message, ...]:
    """Warn if points would lie much nearer to the streets in another system than the one they were taken in."""
    if LAYERS[checked.layer].geometry != ("Point",) or checked.frame.is_planar or not project.count("streets"):
        return ()
    points = checked.rows.geometry.to_crs(WGS84).get_coordinates().to_numpy()[:: max(len(checked.rows) // 400, 1)]
    if len(points) < _ENOUGH_FOR_AN_OPINION:
        return ()
    advice = examine_numbers(project, points).advice
    if advice is None or advice.hypothesis.crs == "wgs84":
        return ()
    values = {"crs": advice.hypothesis.title, "option": advice.hypothesis.crs, "median_m": round(advice.median_m)}
    return (
        Message(
            N_(
                "Look here: in {crs} half of the points would lie within {median_m} m of a street; undo, and import with --crs {option}."
            ),
            values,
        ),
    )


def _store(
    project: ProjectStore,
    parts: tuple[CheckedRows, ...],
    name: str,
    *,
    lesson: MappingProfile | None = None,
    mend: TopologySettings | None = None,
    progress: Progress,
    cancel: Cancel,
) -> ImportReport:
    """Merge checked rows into the project as one edit, and choose its frame if it has none."""
    progress(0.0, Message(N_("Writing into the project")))
    mended = 0
    if len(parts) == 1 and parts[0].layer == "streets" and project.count("streets"):
        known = known_originals(project, parts[0].rows.geometry.to_numpy())
        mended = int(known.sum())
        parts = (replace(parts[0], rows=parts[0].rows[~known]),)
    merges = [merge(project.layer(part.layer), part) for part in parts]
    raise_if_cancelled(cancel)
    report = _with_mended(merged_report(parts, merges, name), mended)
    if report.rejected and not (report.accepted or report.updated or report.unchanged):
        raise NothingImportedError(report)
    edits = tuple(edit for merged in merges for edit in merged.edits)
    if mend is not None:
        done = mend_on_import(project, edits, parts[0].frame, mend, progress=progress, cancel=cancel)
        edits, report = done.edits, done.added_to(report)
    if lesson is not None:
        keep_profile(project, lesson)  # before the import, so that undo takes back the import first
    if edits:
        if not project.has_frame or project.frame != parts[0].frame:
            project.set_frame(parts[0].frame)
        project.apply(
            Compound(edits),
            Message(N_("Import of {name} as {layer}"), {"name": name, "layer": Message(LAYERS[report.layer].title)}),
        )
    progress(1.0)
    return report


def _with_mended(report: ImportReport, mended: int) -> ImportReport:
    if not mended:
        return report
    said = Message(
        N_(
            "{count} {count:street was|streets were} mended in the project since and {count:stays as it is|stay as they are} there."
        ),
        {"count": mended},
    )
    return replace(report, unchanged=report.unchanged + mended, choices=(*report.choices, said))
