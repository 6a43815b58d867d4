"""When incidents happened: one moment, or an interval, out of one to four columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.columns import left_out_for
from patrolmap.ingest.intervals import split_intervals
from patrolmap.ingest.numbers import is_blank
from patrolmap.ingest.times import ParsedTimes, looks_like_clock, parse_times
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.ingest.columns import ColumnMap
    from patrolmap.ingest.row_notes import RowNotes
    from patrolmap.ingest.source import Source

__all__ = ["add_incident_times"]

_SAMPLE_ROWS: Final = 400


def add_incident_times(
    source: Source, columns: ColumnMap, values: dict[str, NDArray[np.object_]], notes: RowNotes
) -> tuple[Message, ...]:
    """
    Add ``time_from`` and ``time_to`` to the values of incidents.

    Parameters
    ----------
    source : Source
        The rows.
    columns : ColumnMap
        Which columns hold ``time_from``, ``time_to``, ``time``, ``date``, ``clock``.
    values : dict of str to (n,) object array
        Field to values; changed in place. Times are ISO 8601 texts.
    notes : RowNotes
        Receives rows without a readable time, and intervals that end before they start.

    Returns
    -------
    tuple of Message
        What was decided.

    Raises
    ------
    InputError
        If no column holds times.
    """
    single, title = _single_time(source, columns)
    begin = columns.texts(source, "time_from")
    if begin is None and single is None:
        raise _no_time(source, columns)
    if begin is None or single is None:
        texts = single if begin is None else begin
        title = title if begin is None else columns.title("time_from")
    else:
        texts = np.where(is_blank(begin), single, begin)
        title = columns.title("time_from")
    assert texts is not None  # noqa: S101 - one of the two was there
    end = columns.texts(source, "time_to")
    if end is None:
        texts, end = split_intervals(texts)
    start = parse_times(texts)
    notes.reject(is_blank(texts), N_("The time is missing."), column=title)
    notes.reject(np.isnat(start.moments), N_("“{value}” is no date and time."), column=title, values=list(texts))
    said = [*start.choices]
    days = int((start.without_clock & notes.alive).sum())
    if days:
        said.append(
            Message(
                N_("{count} {count:row has|rows have} a day but no time of day; 00:00 is kept as the start."),
                {"count": days},
            )
        )
    if end is not None:
        values["time_to"] = _ends(end, start, columns.title("time_to") if "time_to" in columns else title, notes)
    values["time_from"] = start.iso_texts
    return tuple(said)


def _no_time(source: Source, columns: ColumnMap) -> InputError:
    """Say that the program has no time to go by, and whether it was a personal column that would have had it."""
    left_out = left_out_for(columns, "incidents", ("time", "time_from", "date"))
    message = N_("No column of “{name}” holds the time of the incidents.")
    if left_out is not None:
        return InputError(
            message,
            why=N_("Column “{column}” would be it, but was left out: it looks like {content}."),
            remedy=N_(
                "Take {content} out of that column or put the times into one of their own; or name another column with --map."
            ),
            name=source.name,
            column=left_out[0],
            content=left_out[1],
        )
    return InputError(
        message,
        remedy=N_("Name it with --map time=… or, for intervals, --map time_from=… time_to=…. Columns: {columns}."),
        name=source.name,
        columns=list(source.columns[:40]),
    )


def _single_time(source: Source, columns: ColumnMap) -> tuple[NDArray[np.object_] | None, str]:
    time, date, clock = (columns.texts(source, name) for name in ("time", "date", "clock"))
    if time is not None and date is not None and _is_clock(time):
        return _together(date, time), f"{columns.title('date')}, {columns.title('time')}"
    if time is not None:
        return time, columns.title("time")
    if date is not None and clock is not None:
        return _together(date, clock), f"{columns.title('date')}, {columns.title('clock')}"
    return date, columns.title("date")


def _is_clock(texts: NDArray[np.object_]) -> bool:
    return looks_like_clock(texts[~is_blank(texts)][:_SAMPLE_ROWS]) > 0.5


def _together(date: NDArray[np.object_], clock: NDArray[np.object_]) -> NDArray[np.object_]:
    joined = np.empty(len(date), dtype=object)
    joined[:] = [
        f"{day.split('T')[0].removesuffix(' 00:00:00')} {time}".strip() for day, time in zip(date, clock, strict=True)
    ]
    joined[is_blank(date)] = ""
    return joined


def _ends(texts: NDArray[np.object_], start: ParsedTimes, title: str, notes: RowNotes) -> NDArray[np.object_]:
    end = parse_times(texts)
    unreadable = np.isnat(end.moments) & ~is_blank(texts)
    notes.repair(unreadable, N_("“{value}” was not understood and left empty."), column=title, values=list(texts))
    early = end.moments < start.moments
    notes.reject(early, N_("The end {value} lies before the start."), column=title, values=list(texts))
    iso: NDArray[np.object_] = end.iso_texts
    return iso
