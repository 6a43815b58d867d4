"""What an import did, for people and for programs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from patrolmap.i18n import tr
from patrolmap.model.layers import LAYERS
from patrolmap.model.report import ImportReport, RowNote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.ingest.checking import CheckedRows
    from patrolmap.ingest.merging import Merge

__all__ = ["merged_report", "report_document", "report_lines"]


def report_document(report: ImportReport, rows: int | None = None) -> dict[str, Any]:
    """
    Write a report as a JSON document in the user's language.

    Parameters
    ----------
    report : ImportReport
        The report.
    rows : int or None, default None
        How many rejected and repaired rows to list, each; None lists all. The totals are always whole.

    Returns
    -------
    dict of str to Any
        Counts, the listed rows, and the choices.
    """
    return {
        "source": report.source,
        "layer": report.layer,
        "accepted": report.accepted,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": len(report.rejected),
        "repaired": len(report.repaired),
        "rejected_rows": [_note_document(note) for note in report.rejected[:rows]],
        "repaired_rows": [_note_document(note) for note in report.repaired[:rows]],
        "mapping": report.mapping,
        "choices": [tr(choice) for choice in report.choices],
    }


def report_lines(report: ImportReport, rows: int = 10) -> tuple[str, ...]:
    """
    Write a report for people, in their language.

    Parameters
    ----------
    report : ImportReport
        The report.
    rows : int, default 10
        How many rejected and repaired rows to list, each.

    Returns
    -------
    tuple of str
        Lines.
    """
    counts = {name: getattr(report, name) for name in ("accepted", "updated", "unchanged")}
    counts |= {"rejected": len(report.rejected), "repaired": len(report.repaired)}
    lines = [
        tr("{source} → {layer}", source=report.source, layer=tr(LAYERS[report.layer].title)),
        tr(
            "{accepted} added, {updated} updated, {unchanged} unchanged, {rejected} rejected, {repaired} repaired",
            **counts,
        ),
    ]
    for title, notes in ((tr("Rejected"), report.rejected), (tr("Repaired"), report.repaired)):
        lines += [f"  {title}: " + _note_line(note) for note in notes[:rows]]
        if len(notes) > rows:
            lines.append("  " + tr("and {count} more", count=len(notes) - rows))
    lines += [f"  {tr(choice)}" for choice in report.choices]
    return tuple(lines)


def merged_report(parts: Sequence[CheckedRows], merges: Sequence[Merge], name: str) -> ImportReport:
    """
    Report on tables that come in together.

    Parameters
    ----------
    parts : sequence of CheckedRows
        The tables.
    merges : sequence of Merge
        What each does to its layer, in the same order.
    name : str
        File name, or names.

    Returns
    -------
    ImportReport
        Of all of them; the layer is that of the last.
    """
    report = ImportReport(name, parts[-1].layer, 0)
    for part, merged in zip(parts, merges, strict=True):
        report = replace(
            report,
            accepted=report.accepted + merged.accepted,
            updated=report.updated + merged.updated,
            unchanged=report.unchanged + merged.unchanged,
            rejected=(*report.rejected, *sorted((*part.notes.rejected, *merged.rejected), key=lambda note: note.row)),
            repaired=(*report.repaired, *part.notes.repaired),
            choices=(*report.choices, *part.choices, *merged.choices),
            mapping=part.mapping,
        )
    return report


def _note_document(note: RowNote) -> dict[str, Any]:
    return {"row": note.row, "column": note.column, "value": note.value, "reason": tr(note.reason)}


def _note_line(note: RowNote) -> str:
    place = tr("row {row}", row=note.row)
    return f"{place}, {note.column}: {tr(note.reason)}" if note.column else f"{place}: {tr(note.reason)}"
