"""A project examined from head to foot; nothing in it is changed."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely

from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.model.plan_json import from_dict
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.project import inspection, journal
from patrolmap.project.kinds import STORED, UNREADABLE
from patrolmap.project.rows import read_geometry
from patrolmap.project.rtree import index_name
from patrolmap.project.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CheckReport", "Finding", "examine"]

_SHOWN: Final = 20


@dataclass(frozen=True)
class Finding:
    """
    One fault of a project file.

    Parameters
    ----------
    code : str
        ``file``, ``schema``, ``foreign``, ``journal``, ``index``, ``geometry``, ``plan``, ``orphan``, ``setting``,
        ``value`` or ``unreadable``.
    text : Message
        What is wrong, and where.
    """

    code: str
    text: Message


@dataclass(frozen=True)
class CheckReport:
    """
    What an examination found.

    Parameters
    ----------
    rows : dict of str to int
        Rows of each layer and table that can be read.
    journal_entries : int
        Length of the journal.
    journal_hash : str
        Hash of its last entry: noted on paper, it shows later whether the journal up to here was kept.
    findings : tuple of Finding
        The faults; empty if the project is sound.
    """

    rows: dict[str, int]
    journal_entries: int
    journal_hash: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def examine(
    connection: sqlite3.Connection, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> CheckReport:
    """
    Examine a project.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project; a damaged one too.
    progress : Progress
        Receives how far the examination has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    CheckReport
        What was found. Linear in the size of the file.
    """
    findings: list[Finding] = []
    for place, (text, part, run) in enumerate(_CHECKS):
        raise_if_cancelled(cancel)
        progress(place / len(_CHECKS), Message(text))
        try:
            findings.extend(run(connection))
        except sqlite3.DatabaseError as error:
            findings.append(Finding("unreadable", _unreadable(Message(part), error)))
    rows, faults = _rows(connection)
    entries, head = _journal_head(connection)
    progress(1.0)
    return CheckReport(rows, entries, head, (*findings, *faults))


def _file(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({_SHOWN})").fetchall():
        if line != "ok":
            yield Finding("file", Message(N_("SQLite: {line}"), {"line": line}))
    for table, fid, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(_SHOWN):
        text = Message(
            N_("{table}, row {fid}: points to nothing in {parent}"), {"table": table, "fid": fid, "parent": parent}
        )
        yield Finding("file", text)


def _schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    for name in inspection.missing_parts(connection):
        yield Finding("schema", Message(N_("{name} is missing"), {"name": name}))
    for name in inspection.foreign_parts(connection):
        text = Message(N_("“{name}” is not of patrolmap and would run by itself"), {"name": name})
        yield Finding("foreign", text)


def _journal(connection: sqlite3.Connection) -> Iterator[Finding]:
    broken = journal.first_broken_entry(connection)
    if broken is not None:
        text = Message(
            N_("The journal was changed at entry {number}, or an entry before it is missing"), {"number": broken}
        )
        yield Finding("journal", text)


def _geometry(connection: sqlite3.Connection) -> Iterator[Finding]:
    for name, spec in LAYERS.items():
        try:
            fids, shapes = read_geometry(connection, name)
        except sqlite3.DatabaseError as error:
            yield Finding("unreadable", _unreadable(Message(spec.title), error))
            continue
        except ValueError as error:
            yield Finding(
                "geometry", Message(N_("Layer {layer}: {reason}"), {"layer": Message(spec.title), "reason": str(error)})
            )
            continue
        allowed = [kind.upper() for kind in spec.geometry]
        kinds = [None if shape is None else shape.geom_type.upper() for shape in shapes]
        wrong = [fid for fid, kind in zip(fids, kinds, strict=True) if kind is not None and kind not in allowed]
        if wrong:
            values = {"layer": Message(spec.title), "count": len(wrong), "fid": wrong[0]}
            yield Finding(
                "geometry", Message(N_("Layer {layer}: wrong kind of geometry in {count} rows, first {fid}"), values)
            )
        full = {
            fid for fid, empty, shape in zip(fids, shapely.is_empty(shapes), shapes, strict=True) if shape and not empty
        }
        indexed = {fid for (fid,) in connection.execute(f'SELECT id FROM "{index_name(name)}"')}
        if full != indexed:
            values = {"layer": Message(spec.title), "count": len(full ^ indexed)}
            yield Finding("index", Message(N_("Layer {layer}: {count} rows differ from the spatial index"), values))


def _kinds(connection: sqlite3.Connection) -> Iterator[Finding]:
    for name, spec in TABLES.items():
        strange = ", ".join(f'sum(typeof("{field.name}") NOT IN ({STORED[field.type]}))' for field in spec.fields)
        try:
            counts = connection.execute(f'SELECT {strange} FROM "{name}"').fetchone()
        except sqlite3.DatabaseError as error:
            yield Finding("unreadable", _unreadable(Message(spec.title), error))
            continue
        for field, count in zip(spec.fields, counts, strict=True):
            if count:
                values = {"layer": Message(spec.title), "field": Message(field.title), "count": count}
                yield Finding(
                    "value", Message(N_("{layer}: {count} values of the field {field} are of the wrong kind"), values)
                )


def _documents(connection: sqlite3.Connection) -> Iterator[Finding]:
    for plan_id, document in connection.execute("SELECT plan_id, document FROM plans").fetchall():
        try:
            from_dict(json.loads(document))
        except UNREADABLE as error:
            values = {"plan": plan_id, "reason": f"{type(error).__name__}: {error}"}
            yield Finding("plan", Message(N_("Plan {plan} cannot be read: {reason}"), values))
    for layer in ("routes", "stops"):
        lost = connection.execute(
            f'SELECT count(*) FROM "{layer}" WHERE plan_id IS NULL OR plan_id NOT IN (SELECT plan_id FROM plans)'
        ).fetchone()[0]
        if lost:
            values = {"layer": Message(LAYERS[layer].title), "count": lost}
            yield Finding("orphan", Message(N_("Layer {layer}: {count} rows belong to no plan"), values))
    for key, value in connection.execute("SELECT key, value FROM settings").fetchall():
        try:
            json.loads(value)
        except UNREADABLE:
            yield Finding("setting", Message(N_("Setting {key} cannot be read"), {"key": key}))


def _rows(connection: sqlite3.Connection) -> tuple[dict[str, int], list[Finding]]:
    rows: dict[str, int] = {}
    faults: list[Finding] = []
    for name in TABLES:
        try:
            rows[name] = sum(1 for _ in connection.execute(f'SELECT * FROM "{name}" NOT INDEXED'))
        except sqlite3.DatabaseError as error:
            faults.append(Finding("unreadable", _unreadable(Message(TABLES[name].title), error)))
    return rows, faults


def _journal_head(connection: sqlite3.Connection) -> tuple[int, str]:
    try:
        found = connection.execute("SELECT fid, hash FROM journal ORDER BY fid DESC LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        return 0, ""
    return (found[0], found[1]) if found else (0, "")


def _unreadable(part: Message, error: Exception) -> Message:
    return Message(N_("{part} cannot be read: {reason}"), {"part": part, "reason": str(error)})


_CHECKS: Final[tuple[tuple[str, str, Callable[[sqlite3.Connection], Iterator[Finding]]], ...]] = (
    (N_("Checking the file"), N_("The file as a whole"), _file),
    (N_("Checking the tables"), N_("The list of tables"), _schema),
    (N_("Checking the journal"), N_("The journal"), _journal),
    (N_("Checking geometry and its index"), N_("Geometry and its index"), _geometry),
    (N_("Checking values"), N_("Values"), _kinds),
    (N_("Checking plans and settings"), N_("Plans and settings"), _documents),
)
