"""What the posts reach in time, as a table for the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from patrolmap.exchange.workbook import Column, Table
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title
from patrolmap.model.style import SITE_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["coverage_table", "no_coverage_table"]

_WHAT: Final = {
    "sites": N_("Sites"),
    "street_length_m": N_("Street length, km"),
    "incidents": N_("Incidents"),
    "households": N_("Households"),
    "junctions": N_("Junctions"),
}
_BY: Final = {"all": N_("All"), "ring": N_("Ring"), "class": N_("Class")}
_TITLE: Final = N_("Coverage")


def coverage_table(
    rows: Iterable[tuple[str, str, str, float, float, float]], late: Iterable[tuple[str, str, float | None]]
) -> Table:
    """
    Put coverage into a table.

    Parameters
    ----------
    rows : iterable of tuple
        What is reached, by what it is grouped, the group, minutes, what is reached and all there is; names as in
        `patrolmap.rings.coverage.CoverageRow`.
    late : iterable of tuple
        Id, name and seconds to the nearest post of each site that is not reached in the longest time; None without a way.

    Returns
    -------
    Table
        Shares first, the sites not reached below them; in the current language.
    """
    columns = (
        Column(tr("What")),
        Column(tr("Grouped by")),
        Column(tr("Ring or class")),
        Column(tr("Minutes"), "number"),
        Column(tr("Reached"), "number"),
        Column(tr("Of"), "number"),
        Column(tr("Share (%)"), "number"),
    )
    listed: list[tuple[Any, ...]] = [_row(row) for row in rows]
    for site_id, name, seconds in late:
        minutes = None if seconds is None else round(seconds / 60, 1)
        listed.append((tr("Site not reached"), site_id, name, minutes, None, None, None))
    return Table(tr(_TITLE), columns, listed)


def no_coverage_table(reason: Message) -> Table:
    """
    Say why there is no coverage.

    Parameters
    ----------
    reason : Message
        Why.

    Returns
    -------
    Table
        With the reason as its only row.
    """
    return Table(tr(_TITLE), (Column(tr("Not computed")),), [(tr(reason),)])


def _row(row: tuple[str, str, str, float, float, float]) -> tuple[Any, ...]:
    what, by, group, minutes, reached, total = row
    scale, digits = (1000.0, 2) if what == "street_length_m" else (1.0, 0 if float(total).is_integer() else 1)
    share = round(100 * reached / total, 1) if total else None
    values = (round(reached / scale, digits or None), round(total / scale, digits or None))
    return (tr(_WHAT[what]), tr(_BY[by]), _group(by, group), minutes, *values, share)


def _group(by: str, group: str) -> str:
    if by == "ring":
        return tr("Outside all rings") if group == "outside" else tr(ring_title(group))
    titles: dict[str, str] = {str(kind): title for kind, title in SITE_TITLES.items()}
    return tr(titles[group]) if group in titles else group
