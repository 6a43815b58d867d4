"""A new, sound project from what can still be read of a damaged one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from patrolmap.errors import DamagedProjectError, InputError
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.project import geometry, journal, rtree, versions
from patrolmap.project.complaints import explained
from patrolmap.project.connection import connect, require_geopackage, transaction
from patrolmap.project.frames import read_frame
from patrolmap.project.kinds import KINDS
from patrolmap.project.opening import create_file
from patrolmap.project.salvage import salvage_table
from patrolmap.project.schema import srs_id
from patrolmap.project.tables import TABLES, columns_of
from patrolmap.whole_files import unwritable

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.layers import LayerSpec

__all__ = ["RescuedTable", "rescue_file"]

_JOURNAL: Final = ("at", "kind", "author", "label", "summary", "previous_hash", "hash")


@dataclass(frozen=True)
class RescuedTable:
    """
    What was rescued of one table.

    Parameters
    ----------
    name : str
        The table.
    kept : int
        Rows in the new project.
    gaps : tuple of (int, int)
        Runs of row numbers that could not be read; an end of 2**63 - 1 means that the run goes to the table's end.
    spoilt : tuple of int
        Rows that could be read, but whose geometry is destroyed or whose key another row has; they are not in the new
        project.
    missing : bool
        Whether the table itself could not be found.
    """

    name: str
    kept: int
    gaps: tuple[tuple[int, int], ...] = ()
    spoilt: tuple[int, ...] = ()
    missing: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the table was lost."""
        return not (self.gaps or self.spoilt or self.missing)


def rescue_file(
    damaged: Path, target: Path, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> tuple[RescuedTable, ...]:
    """
    Copy everything that can be read into a new project. The damaged file is only read; undo starts anew.

    Parameters
    ----------
    damaged : Path
        The damaged project.
    target : Path
        The project to make: whole or not at all.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    tuple of RescuedTable
        One for each table, with what was lost. Linear in the size of the file.

    Raises
    ------
    InputError
        If the target exists, or the file is no project.
    DamagedProjectError
        If not even the list of tables or the reference system can be read.
    CancelledError
        If the user cancelled.
    """
    require_geopackage(damaged)
    if target.exists():
        raise InputError(
            N_("{path} exists already."), remedy=N_("Choose another name for the rescued project."), path=str(target)
        )
    part = target.with_name(f".{target.name}.{os.getpid()}.rescue.part")
    try:
        with explained(damaged), closing(connect(damaged, read_only=True, damaged=True)) as old:
            old.text_factory = _text
            name, frame = _identity(old, damaged)
            create_file(part, {"name": name}, frame)
            with explained(target), closing(connect(part, read_only=False)) as new:
                report = _copy(old, new, frame, progress, cancel)
        part.replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        for leftover in (part, part.with_name(part.name + "-journal")):
            with suppress(OSError):  # of a drive that went away; the error that matters is on its way
                leftover.unlink(missing_ok=True)
    return report


def _text(value: bytes) -> str:
    """Read a text whose bytes may be destroyed: what is no UTF-8 shows as the sign for an unknown letter."""
    return value.decode("utf-8", errors="replace")


def _identity(old: sqlite3.Connection, path: Path) -> tuple[str, SpatialFrame | None]:
    name = path.stem
    try:
        found = old.execute("SELECT value FROM settings WHERE key = 'name'").fetchone()
        name = str(found[0]).strip('"') if found else name
    except sqlite3.DatabaseError:
        pass  # the name of the file stands in; the settings' own loss is reported with their table
    try:
        return name, read_frame(old)
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        raise DamagedProjectError(
            N_("{path} is too damaged to be rescued."),
            why=N_("The list of its tables, or the reference system of its layers, cannot be read."),
            remedy=N_("Take the latest backup."),
            path=str(path),
        ) from error


def _copy(
    old: sqlite3.Connection,
    new: sqlite3.Connection,
    frame: SpatialFrame | None,
    progress: Progress,
    cancel: Cancel,
) -> tuple[RescuedTable, ...]:
    srs = srs_id(frame.stored_crs if frame else None)
    report = []
    with transaction(new), rtree.triggers_off(new, [name for name, spec in TABLES.items() if spec.geometry]):
        for place, name in enumerate(TABLES):
            part = SubProgress(progress, place / len(TABLES), (place + 1) / len(TABLES))
            part(0.0, Message(N_("Rescuing {table}"), {"table": Message(TABLES[name].title)}))
            report.append(_copy_layer(old, new, name, srs, cancel))
        report.append(_copy_settings(old, new, cancel))
        report.append(_copy_journal(old, new, cancel))
        raise_if_cancelled(cancel)
        versions.touch(new, list(TABLES))
        lost = [table.name for table in report if not table.is_whole]
        label = Message(N_("Rescued from a damaged file; not whole: {tables}"), {"tables": list(lost)})
        journal.append(new, "rescue", label, {table.name: table.kept for table in report})
    progress(1.0)
    return tuple(report)


def _copy_layer(old: sqlite3.Connection, new: sqlite3.Connection, name: str, srs: int, cancel: Cancel) -> RescuedTable:
    spec = TABLES[name]
    columns = [column for column in columns_of(spec) if column in _columns_there(old, name)]
    if not columns:
        return RescuedTable(name, 0, missing=True)
    found = salvage_table(old, name, columns, cancel=cancel)
    marks = ", ".join("?" * (len(columns) + 1))
    listed = ", ".join(f'"{column}"' for column in ("fid", *columns))
    statement = f'INSERT OR IGNORE INTO "{name}" ({listed}) VALUES ({marks})'
    spoilt: list[int] = []
    placed: list[tuple[int, Any]] = []
    kept = 0
    for read in found.rows:
        row = (read[0], *(_value(spec, column, value) for column, value in zip(columns, read[1:], strict=True)))
        shape = _shape(row[1 + columns.index("geom")], srs) if "geom" in columns else None
        if shape is _DESTROYED or _DESTROYED in row or new.execute(statement, row).rowcount == 0:
            spoilt.append(row[0])
            continue
        kept += 1
        placed.append((row[0], shape))
    if "geom" in columns and placed:
        shapes = np.empty(len(placed), dtype=object)
        shapes[:] = [shape for _, shape in placed]
        rtree.remember(new, name, [fid for fid, _ in placed], shapes)
    return RescuedTable(name, kept, tuple(found.gaps), tuple(spoilt))


_DESTROYED: Final = object()


def _value(spec: LayerSpec, column: str, value: Any) -> Any:
    """Bytes in place of a text are read like a text that was destroyed; any other value that is none costs its row."""
    if column == "geom":
        return value
    kinds = KINDS[spec.field(column).type]
    if isinstance(value, bytes) and str in kinds:
        return _text(value)
    return value if type(value) in kinds else _DESTROYED


def _shape(blob: Any, srs: int) -> Any:
    if blob is None:
        return None
    try:
        if int.from_bytes(blob[4:8], "little", signed=True) != srs:
            return _DESTROYED
        return geometry.decode([blob])[0]
    except (ValueError, TypeError):
        return _DESTROYED


def _columns_there(old: sqlite3.Connection, name: str) -> frozenset[str]:
    try:
        return frozenset(row[1] for row in old.execute(f'PRAGMA table_info("{name}")'))
    except sqlite3.DatabaseError:  # the table's loss is reported
        return frozenset()


def _copy_settings(old: sqlite3.Connection, new: sqlite3.Connection, cancel: Cancel) -> RescuedTable:
    if not _columns_there(old, "settings"):
        return RescuedTable("settings", 0, missing=True)
    found = salvage_table(old, "settings", ("key", "value"), cancel=cancel)
    new.executemany("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", [row[1:] for row in found.rows])
    return RescuedTable("settings", len(found.rows), tuple(found.gaps))


def _copy_journal(old: sqlite3.Connection, new: sqlite3.Connection, cancel: Cancel) -> RescuedTable:
    """Keep the journal up to where its chain breaks: what comes behind could no longer be believed."""
    if not _columns_there(old, "journal"):
        return RescuedTable("journal", 0, missing=True)
    found = salvage_table(old, "journal", _JOURNAL, cancel=cancel)
    broken = journal.first_broken_row(found.rows)
    kept = [row for row in found.rows if broken is None or row[0] < broken]
    journal.restore(new, kept)
    return RescuedTable("journal", len(kept), tuple(found.gaps), tuple(row[0] for row in found.rows[len(kept) :]))
