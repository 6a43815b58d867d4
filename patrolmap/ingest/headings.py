"""Where the head of a table is, below titles and notes that people put above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LOOK_AHEAD_ROWS", "find_heading", "heading_choices"]

LOOK_AHEAD_ROWS: Final = 30
_LATEST_HEADING: Final = 15
_NUMBER: Final = re.compile(r"^[-+]?\d+([.,]\d+)?$")


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


def heading_choices(place: int) -> tuple[Message, ...]:
    """
    Say where the head was found, if that is no matter of course.

    Parameters
    ----------
    place : int
        As `find_heading` returns it.

    Returns
    -------
    tuple of Message
        One message; none if the head is the first row.
    """
    if place == 0:
        return ()
    return (Message(N_("Line {line} is taken as the head of the table."), {"line": place + 1}),)
