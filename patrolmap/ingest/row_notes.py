"""Rows that fall out or are repaired on the way, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolmap.ingest.privacy import without_persons
from patrolmap.messages import Message
from patrolmap.model.report import RowNote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["RowNotes"]

_VALUE_CHARACTERS = 200


class RowNotes:
    """
    The fate of every row of a source; values are noted without identity and telephone numbers.

    Parameters
    ----------
    row_numbers : (n,) int64 array
        Number of each row as its user counts.
    """

    def __init__(self, row_numbers: NDArray[np.int64]) -> None:
        self.row_numbers = row_numbers
        self.alive: NDArray[np.bool_] = np.ones(len(row_numbers), dtype=bool)
        self._rejected: list[RowNote] = []
        self._repaired: list[tuple[int, RowNote]] = []

    @property
    def rejected(self) -> tuple[RowNote, ...]:
        """Rows left out, in the order of the file."""
        return tuple(sorted(self._rejected, key=lambda note: note.row))

    @property
    def repaired(self) -> tuple[RowNote, ...]:
        """Repairs of rows that were taken, in the order of the file."""
        kept = [note for place, note in self._repaired if place < 0 or self.alive[place]]
        return tuple(sorted(kept, key=lambda note: note.row))

    def reject(
        self, mask: NDArray[np.bool_], reason: str, *, column: str = "", values: Sequence[object] | None = None
    ) -> None:
        """
        Leave rows out. A row that is out already keeps its first reason.

        Parameters
        ----------
        mask : (n,) bool array
            The rows.
        reason : str
            Template of the reason, which may use ``{value}``.
        column : str, default ""
            The column at fault.
        values : sequence of object or None, default None
            Values of all rows; None if no value is at fault.
        """
        for place in np.flatnonzero(mask & self.alive):
            self._rejected.append(self._note(int(place), reason, column, values))
        self.alive &= ~mask

    def reject_number(self, number: int, reason: str, value: str) -> None:
        """
        Record a row that never became one of the table's.

        Parameters
        ----------
        number : int
            Its number as its user counts.
        reason : str
            Template of the reason.
        value : str
            Its text.
        """
        self._rejected.append(RowNote(number, Message(reason), without_persons(value)[:_VALUE_CHARACTERS]))

    def repair(
        self, mask: NDArray[np.bool_], reason: str, *, column: str = "", values: Sequence[object] | None = None
    ) -> None:
        """
        Record a repair of rows; it is forgotten for rows that are left out later.

        Parameters
        ----------
        mask : (n,) bool array
            The rows.
        reason : str
            Template of what was done, which may use ``{value}``.
        column : str, default ""
            The column concerned.
        values : sequence of object or None, default None
            Old values of all rows.
        """
        for place in np.flatnonzero(mask & self.alive):
            self._repaired.append((int(place), self._note(int(place), reason, column, values)))

    def repair_number(self, number: int, reason: Message) -> None:
        """
        Record a repair made while the file was read.

        Parameters
        ----------
        number : int
            Number of the row as its user counts.
        reason : Message
            What was done.
        """
        place = int(np.searchsorted(self.row_numbers, number))
        self._repaired.append((place, RowNote(number, reason)))

    def _note(self, place: int, reason: str, column: str, values: Sequence[object] | None) -> RowNote:
        value = "" if values is None or values[place] is None else without_persons(str(values[place]))
        value = value[:_VALUE_CHARACTERS]
        message = Message(reason, {"value": value}) if "{value}" in reason else Message(reason)
        return RowNote(int(self.row_numbers[place]), message, value, column)
