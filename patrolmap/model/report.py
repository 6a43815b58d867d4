"""What an import did, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patrolmap.messages import Message

__all__ = ["ImportReport", "RowNote"]


@dataclass(frozen=True)
class RowNote:
    """
    What happened to one row.

    Parameters
    ----------
    row : int
        Number of the row in the source as its user counts: 1 is the first row after the head, or the first feature.
    reason : Message
        Why it was rejected or how it was repaired.
    value : str, default ""
        The value at fault, cut to 200 characters.
    column : str, default ""
        The column at fault; empty if it is the row as a whole or its geometry.
    """

    row: int
    reason: Message
    value: str = ""
    column: str = ""


@dataclass(frozen=True)
class ImportReport:
    """
    The result of importing one source into one layer.

    Parameters
    ----------
    source : str
        File name, or names.
    layer : str
        The layer filled.
    accepted, updated, unchanged : int
        Rows added, rows changed by key, rows that were there already.
    rejected, repaired : tuple of RowNote
        Rows left out, and rows taken after a repair.
    choices : tuple of Message
        Every automatic choice: format, encoding, coordinate system, column mapping, columns left out.
    mapping : dict of str to str, default {}
        Field to column, or to ``=value``, as it was used; empty for a network given as two tables.
    """

    source: str
    layer: str
    accepted: int
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[RowNote, ...] = ()
    repaired: tuple[RowNote, ...] = ()
    choices: tuple[Message, ...] = ()
    mapping: dict[str, str] = field(default_factory=dict)
