"""What the attribute table does to the project. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.desktop.features.tables.layer_model import matching_rows
from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_
from patrolmap.services.row_editing import change_cells, delete_rows, pasted_block

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from patrolmap.desktop.core import Core

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
        self._question = 0

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
            Whether it was done; if not, the user was told why.
        """
        return self._attempt(lambda: change_cells(self._core.session.project, layer, fids, columns))

    def paste(self, layer: str, text: str, fids: Sequence[int], fields: Sequence[str]) -> bool:
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

        Returns
        -------
        bool
            As for `change`.
        """

        def work() -> None:
            block = pasted_block(text, fields, len(fids))
            rows = len(next(iter(block.values())))
            change_cells(self._core.session.project, layer, fids[:rows], block)

        return self._attempt(work)

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
        return self._attempt(lambda: delete_rows(self._core.session.project, layer, fids))

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
                lambda: matching_rows(layer, table, text),
                lambda fids: take(fids) if question == self._question else None,
            )

    def _attempt(self, step: Callable[[], object]) -> bool:
        try:
            if not self.can_edit:
                raise InputError(
                    N_("The table cannot be changed now."),
                    remedy=N_("Wait until the work on this project is done; a read-only project must be copied first."),
                )
            step()
        except PatrolmapError as error:
            self._core.notices.report(error)
            return False
        self._core.session.refresh()
        return True
