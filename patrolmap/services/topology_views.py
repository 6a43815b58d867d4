"""What is wrong with the streets of a project, for scripts and for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.streets.topology import FindingKind

if TYPE_CHECKING:
    from patrolmap.services.topology import TopologyReport

__all__ = ["KIND_TITLES", "topology_document", "topology_lines"]

KIND_TITLES: Final = {
    FindingKind.NEAR_ENDS: N_("ends moved to an end near by"),
    FindingKind.END_ON_LINE: N_("ends joined to a street that they nearly reach"),
    FindingKind.CROSSING: N_("places where streets meet without a common vertex"),
    FindingKind.SELF_CROSSING: N_("places where a street meets itself without a vertex"),
    FindingKind.DUPLICATE: N_("streets drawn twice"),
    FindingKind.OVERLAP: N_("streets that run over another one for a part"),
    FindingKind.ZERO_LENGTH: N_("streets without length"),
    FindingKind.DANGLE: N_("short loose ends"),
    FindingKind.TINY_COMPONENT: N_("streets in small groups that nothing joins to the rest"),
}
"""English titles of what can be wrong; the last kind is listed and never mended."""


def topology_document(report: TopologyReport, rows: int | None = None) -> dict[str, Any]:
    """
    Write a report as a JSON document.

    Parameters
    ----------
    report : TopologyReport
        The report.
    rows : int or None, default None
        How many findings to list; None lists all. The counts are always whole.

    Returns
    -------
    dict of str to Any
        Counts, lengths, findings.
    """
    return {
        "streets": report.streets,
        "mended": report.mended,
        "counts": {str(kind): count for kind, count in report.counts().items()},
        "changed": report.changed,
        "removed": report.removed,
        "length_before_m": report.length_before_m,
        "length_after_m": report.length_after_m,
        "settings": asdict(report.settings),
        "findings": [
            {"kind": str(one.kind), "street": one.row, "x": one.x, "y": one.y, "size_m": one.size_m}
            for one in report.findings[:rows]
        ],
    }


def topology_lines(report: TopologyReport) -> tuple[str, ...]:
    """
    Write a report for people, in their language.

    Parameters
    ----------
    report : TopologyReport
        The report.

    Returns
    -------
    tuple of str
        Lines.
    """
    found = [(kind, count) for kind, count in report.counts().items() if count]
    if not found:
        return (tr("The topology of {count} {count:street|streets} is sound.", count=report.streets),)
    head = (
        N_("Topology mended, {count} {count:street|streets}:")
        if report.mended
        else N_("Topology of {count} {count:street|streets}:")
    )
    lines = [tr(Message(head, {"count": report.streets}))]
    lines += [f"  {count} {tr(KIND_TITLES[kind])}" for kind, count in found]
    lengths = {"before_km": report.length_before_m / 1000, "after_km": report.length_after_m / 1000}
    template = N_(
        "  {changed} streets drawn anew, {removed} removed; {before_km:.3f} km before, {after_km:.3f} km after."
    )
    lines.append(tr(Message(template, {"changed": report.changed, "removed": report.removed, **lengths})))
    if report.mended:
        lines.append("  " + tr("Undo brings back the streets as they were drawn."))
    return tuple(lines)
