"""What the attribute table does to the project. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.features.tables.arranging import matching_rows, row_order
from patrolmap.desktop.undoing import AT_ONCE_ROWS
from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS
from patrolmap.services.pasting import pasted_block
from patrolmap.services.row_editing import change_cells, delete_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.desktop.core import Core
    from patrolmap.progress import Cancel, Progress

__all__ = ["AttributePresenter"]

_SHORT: Final = 3_000


class AttributePresenter:
    """
    Edits rows, one step of undo each, and says what is wrong.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._question = self._orders = 0

    @property
    def can_edit(self) -> bool:
        """Whether the project is open, writable and not being changed by a job."""
        session = self._core.session
        return session.is_open and not session.project.read_only and not self._core.is_changing

    def change(self, layer: str, fids: Sequence[int], columns: Mapping[str, Sequence[str]]) -> bool:
        """
        Change a block of cells.

        Parameters
        ----------
        layer : str
            The layer.
        fids : sequence of int
            Its rows.
        columns : mapping of str to sequence of str
            New texts of each field.

        Returns
        -------
        bool
            Whether it was done, or of many rows begun in the background; if not, the user was told why.
        """
        project = self._core.session.project
        title = Message(N_("Changing {count} {count:row|rows}"), {"count": len(fids)})

        def step(progress: Progress, cancel: Cancel) -> object:
            return change_cells(project, layer, fids, columns, progress=progress, cancel=cancel)

        return self._attempt(step, len(fids), title)

    def paste(self, layer: str, text: str, fids: Sequence[int], fields: Sequence[str], *, chosen: bool = False) -> bool:
        """
        Put copied cells on rows.

        Parameters
        ----------
        layer : str
            The layer.
        text : str
            As Excel copies it.
        fids : sequence of int
            Rows from the chosen one down; those that are chosen if they are several.
        fields : sequence of str
            Fields from the chosen one to the right.
        chosen : bool, default False
            Whether several rows are chosen.

        Returns
        -------
        bool
            As for `change`.
        """
        try:
            block = pasted_block(text, fields, len(fids), layer=layer, chosen=chosen)
        except PatrolmapError as error:
            self._core.notices.report(error)
            return False
        return self.change(layer, fids[: len(next(iter(block.values())))], block)

    def delete(self, layer: str, fids: Sequence[int]) -> bool:
        """
        Delete rows.

        Parameters
        ----------
        layer : str
            The layer.
        fids : sequence of int
            Its rows.

        Returns
        -------
        bool
            As for `change`.
        """
        project = self._core.session.project
        title = Message(N_("Deleting {count} {count:row|rows}"), {"count": len(fids)})

        def step(progress: Progress, cancel: Cancel) -> None:
            delete_rows(project, layer, fids, progress=progress, cancel=cancel)

        return self._attempt(step, len(fids), title)

    def filter(self, layer: str, table: pd.DataFrame, text: str, take: Callable[[pd.Index | None], object]) -> None:
        """
        Find the rows that a text keeps; of long layers in the background.

        Parameters
        ----------
        layer : str
            The layer.
        table : pandas.DataFrame
            Its rows.
        text : str
            Words; none keeps all.
        take : Callable
            Gets their fids, or None for all; not called if another text came meanwhile.
        """
        self._question += 1
        question = self._question
        if not text.strip() or table.empty:
            take(None)
        elif len(table) <= _SHORT:
            take(matching_rows(layer, table, text))
        else:
            self._core.jobs.quick(
                lambda: matching_rows(layer, table, text, lambda: question != self._question),
                lambda fids: take(fids) if question == self._question else None,
            )

    def arrange(
        self,
        table: pd.DataFrame,
        field: str,
        rising: bool,  # noqa: FBT001 - as the model calls it
        take: Callable[[NDArray[np.intp]], object],
    ) -> None:
        """
        Put rows in the order of a column; long tables in the background.

        Parameters
        ----------
        table : pandas.DataFrame
            The rows.
        field : str
            The column.
        rising : bool
            Up or down.
        take : Callable
            Gets their positions in that order; not called if another order was asked for meanwhile.
        """
        self._orders += 1
        order = self._orders
        if len(table) <= _SHORT:
            take(row_order(table, field, rising=rising))
            return
        self._core.jobs.quick(
            lambda: row_order(table, field, rising=rising, cancel=lambda: order != self._orders),
            lambda places: take(places) if order == self._orders else None,
        )

    def _attempt(self, step: Callable[[Progress, Cancel], object], rows: int, title: Message) -> bool:
        core = self._core
        try:
            if not self.can_edit:
                raise InputError(
                    N_("The table cannot be changed now."),
                    remedy=N_("Wait until the work on this project is done; a read-only project must be copied first."),
                )
            if rows > AT_ONCE_ROWS:
                core.jobs.start(title, step, on_done=lambda _changed: core.session.refresh(), lane=PROJECT_LANE)
                return True
            step(NO_PROGRESS, NO_CANCEL)
        except PatrolmapError as error:
            core.notices.report(error)
            return False
        core.session.refresh()
        return True
