"""A project file as one of several copies of an office's project: what it holds, and what it knows of the others."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.messages import N_, Message
from patrolmap.model.edits import DeleteRows
from patrolmap.model.layers import LAYERS
from patrolmap.progress import NO_CANCEL, raise_if_cancelled
from patrolmap.project import history, journal, versions
from patrolmap.project.edited_file import EditedFile
from patrolmap.project.operations import apply_edit
from patrolmap.project.replica_rows import (
    OFFICE_TABLES,
    OWN_TABLE,
    SETTINGS,
    Brought,
    KnownRow,
    StoredRow,
    edits_of,
    known_edits,
    new_uid,
    note,
    raw_rows,
    read_known,
    stored_rows,
)
from patrolmap.project.rtree import triggers_off
from patrolmap.project.schema import srs_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from patrolmap.model.edits import JSON, Edit
    from patrolmap.progress import Cancel

__all__ = ["OfficeLink", "ProjectMovedError", "Replica", "ReplicaView", "TakenIn"]

_LINK: Final = "office_link"


class ProjectMovedError(Exception):
    """Rows of this file were changed since the office compared them: compare again."""


@dataclass(frozen=True)
class OfficeLink:
    """
    The office project that a file is a copy of.

    Parameters
    ----------
    address : str
        Of the office store, without password.
    project_id : str
        Its id there.
    name : str
        Its name there.
    journal_number : int, default 0
        The last entry of the office's journal that was seen.
    journal_hash : str, default ""
        Its hash.
    """

    address: str
    project_id: str
    name: str
    journal_number: int = 0
    journal_hash: str = ""


@dataclass(frozen=True)
class ReplicaView:
    """
    What a file held at one moment.

    Parameters
    ----------
    versions : dict of str to int
        Of each table, as in `patrolmap.project.versions`.
    rows : dict of str to dict of str to StoredRow
        For each table its rows by uid; new rows have one too.
    known : dict of str to dict of str to KnownRow
        For each table what is known, by uid.
    """

    versions: dict[str, int]
    rows: dict[str, dict[str, StoredRow]]
    known: dict[str, dict[str, KnownRow]]


@dataclass(frozen=True)
class TakenIn:
    """
    What a comparison with the office changes in a file.

    Parameters
    ----------
    brought : tuple of Brought
        Rows that others changed.
    noted : tuple of KnownRow
        What is known of rows that stay as they are here.
    forgotten : tuple of KnownRow
        What need not be known any longer.
    """

    brought: tuple[Brought, ...]
    noted: tuple[KnownRow, ...]
    forgotten: tuple[KnownRow, ...]


class Replica(EditedFile):
    """A project file that may be a copy of an office's project; parameters as those of `ProjectFile`."""

    @property
    def office_link(self) -> OfficeLink | None:
        """The office project that it is a copy of; None if it is none."""
        with self._reading() as connection:
            found = connection.execute("SELECT value FROM patrolmap_project WHERE key = ?", (_LINK,)).fetchone()
        return None if found is None else OfficeLink(**json.loads(found[0]))

    def leave_office(self) -> None:
        """Forget the office project; rows stay, what could be undone does not."""
        with self._changing() as connection:
            connection.execute(f'DELETE FROM "{OWN_TABLE}"')
            history.clear(connection)
            connection.execute("DELETE FROM patrolmap_project WHERE key = ?", (_LINK,))
            journal.append(connection, "office", Message(N_("Separated from the office project")), {})

    def doubt_office(self) -> None:
        """Forget at which versions rows were last agreed on, but not which rows they are: all is compared anew."""
        link = self.office_link
        with self._changing() as connection:
            history.clear(connection)
            connection.execute(f'UPDATE "{OWN_TABLE}" SET version = 0, digest = NULL')
            if link is not None:
                _write_link(connection, replace(link, journal_number=0, journal_hash=""))
            label = Message(N_("All rows are compared anew with the office"))
            journal.append(connection, "office", label, {})

    def end_history(self) -> None:
        """Let nothing be undone that was done until now."""
        with self._changing() as connection:
            history.clear(connection)

    def office_view(self, *, keep: bool, cancel: Cancel = NO_CANCEL) -> ReplicaView:
        """
        Look at all rows and what is known of them.

        Parameters
        ----------
        keep : bool
            Whether the names that new rows get are kept, so that a second try does not send them twice.
        cancel : Cancel
            Tells whether to stop.

        Returns
        -------
        ReplicaView
            All of one moment.

        Raises
        ------
        ProjectMovedError
            If rows changed while new ones were named.
        """
        joined = self.office_link is not None
        with self._reading() as connection:
            seen = _versions(connection)
            raw = {table: raw_rows(connection, table) for table in OFFICE_TABLES}
            known = read_known(connection) if joined else {table: {} for table in OFFICE_TABLES}
        rows: dict[str, dict[str, StoredRow]] = {}
        for table, found in raw.items():
            raise_if_cancelled(cancel)
            rows[table] = _named(table, stored_rows(table, found), known[table])
        if keep and any(not known[table][uid].record for table in rows for uid in rows[table]):
            with self._changing() as connection:
                if _versions(connection) != seen:
                    raise ProjectMovedError
                if not joined:  # what a rescued file remembers of an office it no longer belongs to
                    connection.execute(f'DELETE FROM "{OWN_TABLE}"')
                fresh = [known[table][uid] for table in rows for uid in rows[table] if not known[table][uid].record]
                note(connection, fresh, ())
                known = read_known(connection)
        return ReplicaView(seen, rows, known)

    def take_in(
        self,
        taken: TakenIn,
        view: ReplicaView,
        link: OfficeLink,
        *,
        label: Message,
        summary: JSON,
        between: Callable[[], None],
    ) -> None:
        """
        Take others' changes in as one step of undo, and keep what was agreed on: all of it, or nothing.

        Parameters
        ----------
        taken : TakenIn
            What changes.
        view : ReplicaView
            What was compared.
        link : OfficeLink
            As it is now.
        label : Message
            What undo and the journal call it.
        summary : JSON
            For the journal.
        between : Callable
            Called when all is written and nothing is committed yet; what it raises takes all back.

        Raises
        ------
        ProjectMovedError
            If rows were changed since the view.
        InputError
            If the project is read-only.
        """
        touched = tuple(dict.fromkeys(row.known.table for row in taken.brought))
        with self._changing() as connection, triggers_off(connection, [t for t in touched if t in LAYERS]):
            if _versions(connection) != view.versions:
                raise ProjectMovedError
            if taken.brought:
                self._bring(connection, touched, taken.brought, label)
            note(connection, taken.noted, taken.forgotten)
            _write_link(connection, link)
            journal.append(connection, "office", label, summary)
            between()

    def _bring(
        self, connection: sqlite3.Connection, touched: tuple[str, ...], brought: Sequence[Brought], label: Message
    ) -> None:
        stored = self._stored_crs(), srs_id(self._stored_crs())
        step = history.open_step(connection)
        operations: list[dict[str, Any]] = []

        def carry_out(edit: Edit) -> Any:
            operation, inverse = apply_edit(connection, edit, (step, len(operations)), stored)  # type: ignore[arg-type]
            operations.append(operation)
            return inverse

        placed: list[Brought] = []
        for table in touched:
            mine = [row for row in brought if row.known.table == table]
            edits, added = edits_of(table, mine, stored[0])
            inverses = [carry_out(edit) for edit in edits]
            placed += [row for row in mine if row.known.fid or row.cells is None or table == SETTINGS]
            if added and isinstance(inverses[-1], DeleteRows):
                fids = inverses[-1].fids
                placed += [
                    replace(row, known=replace(row.known, fid=fid)) for row, fid in zip(added, fids, strict=True)
                ]
        for edit in known_edits(placed):
            carry_out(edit)
        history.record(connection, step, label, operations)
        versions.touch(connection, [*touched, OWN_TABLE])


def _named(table: str, rows: list[StoredRow], known: dict[str, KnownRow]) -> dict[str, StoredRow]:
    """Give each row its uid; rows that are not known yet get a new one, and are entered into what is known."""
    if table == SETTINGS:
        for row in rows:
            known.setdefault(row.cells[0], KnownRow(table, row.cells[0], 0))
        return {row.cells[0]: row for row in rows}
    uids = {row.fid: uid for uid, row in known.items()}
    named: dict[str, StoredRow] = {}
    for row in rows:
        uid = uids.get(row.fid)
        if uid is None:
            uid = new_uid()
            known[uid] = KnownRow(table, uid, row.fid)
        named[uid] = row
    return named


def _versions(connection: sqlite3.Connection) -> dict[str, int]:
    return {table: versions.version_of(connection, table) for table in OFFICE_TABLES}


def _write_link(connection: sqlite3.Connection, link: OfficeLink) -> None:
    connection.execute(
        "INSERT INTO patrolmap_project VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_LINK, json.dumps(asdict(link), ensure_ascii=False)),
    )
