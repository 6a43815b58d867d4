"""`EditedFile`: changes to an open project, each whole or not at all, with undo that outlives the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolmap.model.edits import Compound, DeleteRows, Edit, InsertRows, SetSetting, UpdateRows, flattened, summary
from patrolmap.model.layers import LAYERS
from patrolmap.progress import NO_CANCEL, NO_PROGRESS
from patrolmap.project import history, journal, versions
from patrolmap.project.file import ProjectFile
from patrolmap.project.operations import apply_edit, rows_of
from patrolmap.project.pace import Pace
from patrolmap.project.rtree import triggers_off
from patrolmap.project.schema import srs_id

if TYPE_CHECKING:
    from patrolmap.messages import Message
    from patrolmap.progress import Cancel, Progress

__all__ = ["EditedFile"]


class EditedFile(ProjectFile):
    """An open project that can be changed; parameters as those of `patrolmap.project.file.ProjectFile`."""

    def apply(
        self, edit: Edit, label: Message, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
    ) -> Edit:
        """
        Make a change: all of it, or none. When this returns it is on the disk.

        Parameters
        ----------
        edit : Edit
            What to change.
        label : Message
            What undo and the journal call it.
        progress : Progress
            Told of the share of its rows that were done.
        cancel : Cancel
            Asked every 2,000 rows; until the last of them the project is left as it was.

        Returns
        -------
        Edit
            What takes it back.

        Raises
        ------
        CancelledError
            If it was stopped.
        InputError
            If the project is read-only, or rows that it names are no longer there, or a key is used twice.
        ValueError
            If a column or kind of geometry does not belong to the layer.
        """
        parts = [self._in_stored_crs(part) for part in flattened(edit)]
        touched = tuple(dict.fromkeys("settings" if isinstance(p, SetSetting) else p.layer for p in parts))
        pace = Pace(sum(_rows_in(part) for part in parts), progress, cancel)
        with self._changing() as connection, triggers_off(connection, [t for t in touched if t in LAYERS]):
            stored = self._stored_crs(), srs_id(self._stored_crs())
            step = history.open_step(connection)
            done = [apply_edit(connection, part, (step, place), stored, pace) for place, part in enumerate(parts)]
            history.record(connection, step, label, [operation for operation, _ in done])
            versions.touch(connection, touched)
            journal.append(connection, "edit", label, summary(edit))
        inverses = tuple(inverse for _, inverse in reversed(done))
        return inverses[0] if len(inverses) == 1 else Compound(inverses)

    def undo(self, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> Message | None:
        """
        Take the last change back.

        Parameters
        ----------
        progress : Progress
            As in `apply`.
        cancel : Cancel
            As in `apply`.

        Returns
        -------
        Message or None
            The label of what was taken back; None if there is nothing.
        """
        return self._turn(progress, cancel, undo=True)

    def redo(self, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> Message | None:
        """
        Make the change again that was last taken back.

        Parameters
        ----------
        progress : Progress
            As in `apply`.
        cancel : Cancel
            As in `apply`.

        Returns
        -------
        Message or None
            Its label; None if there is nothing.
        """
        return self._turn(progress, cancel, undo=False)

    def step_rows(self, *, undo: bool) -> int:
        """
        Tell how large the next step of undo or redo is.

        Parameters
        ----------
        undo : bool
            True for undo, False for redo.

        Returns
        -------
        int
            Rows that it would touch; 0 if there is nothing to do.
        """
        with self._reading() as connection:
            found = history.next_step(connection, undo=undo)
            return 0 if found is None else sum(rows_of(connection, operation, found[0]) for operation in found[2])

    @property
    def undo_label(self) -> Message | None:
        """What `undo` would take back; None if there is nothing."""
        with self._reading() as connection:
            return history.next_label(connection, undo=True)

    @property
    def redo_label(self) -> Message | None:
        """What `redo` would make again; None if there is nothing."""
        with self._reading() as connection:
            return history.next_label(connection, undo=False)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return not self.read_only and self.undo_label is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is something to make again."""
        return not self.read_only and self.redo_label is not None

    def _in_stored_crs(self, edit: Any) -> Any:
        if not isinstance(edit, InsertRows | UpdateRows) or "geometry" not in edit.rows.columns:
            return edit
        stored, declared = self.frame.stored_crs, getattr(edit.rows, "crs", None)
        if declared is None or stored is None or declared == stored:
            return edit
        return type(edit)(edit.layer, edit.rows.to_crs(stored))

    def _turn(self, progress: Progress, cancel: Cancel, *, undo: bool) -> Message | None:
        with self._reading() as connection:
            found = history.next_step(connection, undo=undo)
        if found is None:
            return None
        step, label, operations = found
        touched = history.layers_of(operations)
        pace = Pace(self.step_rows(undo=undo), progress, cancel)
        with self._changing() as connection, triggers_off(connection, [t for t in touched if t in LAYERS]):
            history.turn(connection, step, operations, undo=undo, pace=pace)
            versions.touch(connection, touched)
            journal.append(connection, "undo" if undo else "redo", label, {"step": step, "layers": list(touched)})
        return label


def _rows_in(part: InsertRows | DeleteRows | UpdateRows | SetSetting) -> int:
    if isinstance(part, SetSetting):
        return 0
    return len(part.fids) if isinstance(part, DeleteRows) else len(part.rows)
