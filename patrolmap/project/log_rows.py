"""The patrol log as rows of its table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from patrolmap.model.patrol_log import LogEntry, LogState

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["entry_key", "entry_of", "log_rows"]


def entry_key(entry: LogEntry) -> str:
    """
    Name the stop that an entry is about.

    Parameters
    ----------
    entry : LogEntry
        Any entry.

    Returns
    -------
    str
        Key of its row: a stop has one entry, the latest.
    """
    return f"{entry.plan_id}/{entry.visit_id}"


def log_rows(entries: Sequence[LogEntry]) -> pd.DataFrame:
    """
    Write entries as rows.

    Parameters
    ----------
    entries : sequence of LogEntry
        Any entries.

    Returns
    -------
    pandas.DataFrame
        Rows of the table ``patrol_log`` in their order.
    """
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "entry_id": entry_key(entry),
                "plan_id": entry.plan_id,
                "team_id": entry.team_id,
                "visit_id": entry.visit_id,
                "state": str(entry.state),
                "arrived_at": _text(entry.arrived),
                "left_at": _text(entry.left),
                "reason": entry.reason,
                "event": entry.event,
                "note": entry.note,
                "source": entry.source,
                "recorded_at": entry.recorded_at,
            }
            for entry in entries
        ]
    )


def entry_of(row: dict[str, Any]) -> LogEntry:
    """
    Read a row.

    Parameters
    ----------
    row : dict of str to Any
        A row of the table ``patrol_log``.

    Returns
    -------
    LogEntry
        Equal to the one that was written.
    """
    return LogEntry(
        plan_id=row["plan_id"],
        team_id=row["team_id"] or "",
        visit_id=row["visit_id"] or "",
        state=LogState(row["state"]),
        arrived=_moment(row["arrived_at"]),
        left=_moment(row["left_at"]),
        reason=row["reason"] or "",
        event=row["event"] or "",
        note=row["note"] or "",
        source=row["source"] or "",
        recorded_at=row["recorded_at"] or "",
    )


def _text(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
