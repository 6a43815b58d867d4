"""Where the head of a table is, below titles and notes that people put above it."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from patrolmap.ingest.column_names import FIELD_NAMES
from patrolmap.ingest.name_matching import plain_name
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LOOK_AHEAD_ROWS", "find_heading", "heading_choices", "join_heads", "read_head"]

LOOK_AHEAD_ROWS: Final = 30
_LATEST_HEADING: Final = 15
_NUMBER: Final = re.compile(r"^[-+]?\d+([.,]\d+)?$")
_DATA: Final = (
    re.compile(r"^(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*Z?M?\s*\(", re.IGNORECASE),
    re.compile(r"^[-+]?\d+\.\d+(?:\s*[,;\s]\s*[-+]?\d+\.\d+)?$"),
    re.compile(r"^(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}(?:\D|$)"),
)
"""What no head holds: a shape, a decimal number or two, a day."""


def find_heading(rows: Sequence[Sequence[str]]) -> int:
    """
    Find the row that names the columns.

    Parameters
    ----------
    rows : sequence of sequences of str
        The first rows of the table, at most `LOOK_AHEAD_ROWS`.

    Returns
    -------
    int
        Its place in `rows`, from 0: the first row that fills most of the width with words; 0 if there is none.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    width = max(filled, default=0)
    wanted = max(min(2, width), 0.6 * width)
    for place, row in enumerate(rows[:_LATEST_HEADING]):
        numbers = sum(bool(_NUMBER.match(cell.strip())) for cell in row)
        if filled[place] >= wanted and numbers <= 0.3 * filled[place]:
            return place
    return 0


def join_heads(rows: Sequence[Sequence[str]], place: int) -> tuple[list[str], int]:
    """
    Join a head of two rows, in which cells were merged, to one name a column.

    Parameters
    ----------
    rows : sequence of sequences of str
        The first rows of the table.
    place : int
        As `find_heading` returns it.

    Returns
    -------
    names : list of str
        The lower name where there is one, else the upper one; with the upper one before it where lower names repeat.
    last : int
        Place of the last row of the head.

    Notes
    -----
    Two rows are one head only if the lower one fills gaps of the upper one and at least half of its cells are
    known names of columns: the first row of data must not be taken for a head.
    """
    head = [cell.strip() for cell in rows[place]] if rows else []
    for upper, lower, last in ((place, place + 1, place + 1), (place - 1, place, place)):
        if upper >= 0 and lower < len(rows) and _is_lower_head(rows[upper], rows[lower]):
            return _joined(rows[upper], rows[lower]), last
    return head, place


def read_head(rows: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """
    Find the names of the columns.

    Parameters
    ----------
    rows : sequence of sequences of str
        The first rows of the table, at most `LOOK_AHEAD_ROWS`.

    Returns
    -------
    names : list of str
        As `join_heads` gives them; ``column 1``, ``column 2`` … for a table that begins with its data.
    last : int
        Place of the last row of the head; -1 if there is none.
    """
    place = find_heading(rows)
    if not any(_is_data(rows, at) for at in range(min(place + 1, len(rows)))):
        return join_heads(rows, place)
    width = max((at for row in rows for at, cell in enumerate(row, start=1) if cell.strip()), default=0)
    return [f"column {number}" for number in range(1, width + 1)], -1


def _is_data(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Tell a row of data by a shape in it, or by a decimal number or a day where most rows below have one too."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    if filled[place] < 0.6 * max(filled):  # a title with its day, above a column of days
        return False
    for at, cell in enumerate(rows[place]):
        kind = next((pattern for pattern in _DATA if pattern.match(cell.strip())), None)
        below = [row[at] for row in rows[place + 1 :] if at < len(row) and row[at].strip()]
        alike = sum(bool(kind.match(other.strip())) for other in below) if kind else 0
        if kind is _DATA[0] or alike > len(below) / 2:
            return True
    return False


def _is_lower_head(upper: Sequence[str], lower: Sequence[str]) -> bool:
    names = [cell.strip() for cell in lower if cell.strip()]
    width = min(len(upper), len(lower))
    fills = any(lower[at].strip() and not upper[at].strip() for at in range(width)) or len(lower) > len(upper)
    known = sum(plain_name(name) in _known_names() for name in names)
    kept = any(upper[at].strip() and (at >= len(lower) or not lower[at].strip()) for at in range(len(upper)))
    return fills and (kept or known > 1) and known > 0 and known >= len(names) / 2


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    tops = [cell.strip() for cell in upper] + [""] * (width - len(upper))
    names = [cell.strip() for cell in lower] + [""] * (width - len(lower))
    spread = [top or (tops[at - 1] if at else "") for at, top in enumerate(tops)]
    for at in range(1, width):
        spread[at] = tops[at] or (spread[at - 1] if names[at] else "")
    times = Counter(name for name in names if name)
    return [
        f"{top} {name}".strip() if times[name] > 1 else (name or alone)
        for top, name, alone in zip(spread, names, tops, strict=True)
    ]


@lru_cache(maxsize=1)
def _known_names() -> frozenset[str]:
    return frozenset(plain_name(name) for fields in FIELD_NAMES.values() for names in fields.values() for name in names)


def heading_choices(place: int) -> tuple[Message, ...]:
    """
    Say where the head was found, if that is no matter of course.

    Parameters
    ----------
    place : int
        As `read_head` returns it.

    Returns
    -------
    tuple of Message
        One message; none if the head is the first row.
    """
    if place == 0:
        return ()
    if place < 0:
        return (Message(N_("The table has no head; its columns are called column 1, column 2 and so on.")),)
    return (Message(N_("Line {line} is taken as the head of the table."), {"line": place + 1}),)
