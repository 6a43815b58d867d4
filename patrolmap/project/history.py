"""Undo and redo that outlive the program: each step keeps what takes it back, inside the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from patrolmap.model.message_json import message_from_json, message_to_json
from patrolmap.project.operations import Operation, reverse
from patrolmap.project.pace import AT_LEISURE, Pace
from patrolmap.project.schema import archive_name
from patrolmap.project.tables import TABLES

if TYPE_CHECKING:
    import sqlite3

    from patrolmap.messages import Message

__all__ = ["KEPT_STEPS", "clear", "layers_of", "next_label", "next_step", "open_step", "record", "turn"]

KEPT_STEPS: Final = 200
"""So many steps can be undone; older ones are let go."""

_NEXT: Final = {
    True: "FROM patrolmap_steps WHERE undone = 0 ORDER BY step DESC LIMIT 1",
    False: "FROM patrolmap_steps WHERE undone = 1 ORDER BY step LIMIT 1",
}


def open_step(connection: sqlite3.Connection) -> int:
    """
    Begin a step: what was undone can no longer be redone.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.

    Returns
    -------
    int
        Number of the new step.
    """
    _forget_steps(connection, "undone = 1")
    _forget_steps(connection, f"step <= (SELECT max(step) FROM patrolmap_steps) - {KEPT_STEPS - 1}")
    top = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'patrolmap_steps'")
    number: int = top.fetchone()[0] + 1
    return number


def record(connection: sqlite3.Connection, step: int, label: Message, operations: list[Operation]) -> None:
    """
    Keep how a step is taken back.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    step : int
        From `open_step`.
    label : Message
        What the user sees beside "undo".
    operations : list of Operation
        What takes the parts of the step back, in the order in which the parts were done.
    """
    connection.execute(
        "INSERT INTO patrolmap_steps VALUES (?, 0, ?, ?)",
        (step, json.dumps(message_to_json(label), ensure_ascii=False), json.dumps(operations, ensure_ascii=False)),
    )


def next_step(connection: sqlite3.Connection, *, undo: bool) -> tuple[int, Message, list[Operation]] | None:
    """
    Find the step that undo or redo would take.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    undo : bool
        True for undo, False for redo.

    Returns
    -------
    tuple of (int, Message, list of Operation) or None
        The step, its label and its operations; None if there is nothing to do.
    """
    found = connection.execute(f"SELECT step, label, operations {_NEXT[undo]}").fetchone()
    if found is None:
        return None
    return found[0], message_from_json(json.loads(found[1])), json.loads(found[2])


def next_label(connection: sqlite3.Connection, *, undo: bool) -> Message | None:
    """
    Tell what undo or redo would take.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    undo : bool
        True for undo, False for redo.

    Returns
    -------
    Message or None
        The label of the step; None if there is nothing to do.
    """
    found = connection.execute(f"SELECT label {_NEXT[undo]}").fetchone()
    return None if found is None else message_from_json(json.loads(found[0]))


def turn(
    connection: sqlite3.Connection, step: int, operations: list[Operation], *, undo: bool, pace: Pace = AT_LEISURE
) -> None:
    """
    Undo or redo a step.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction and triggers off.
    step : int
        From `next_step`.
    operations : list of Operation
        From `next_step`.
    undo : bool
        True for undo, False for redo.
    pace : Pace
        Is told of the rows that were done, and stops the work.
    """
    turned = [reverse(connection, operation, step, pace) for operation in reversed(operations)]
    connection.execute(
        "UPDATE patrolmap_steps SET undone = ?, operations = ? WHERE step = ?",
        (int(undo), json.dumps(turned, ensure_ascii=False), step),
    )


def layers_of(operations: list[Operation]) -> tuple[str, ...]:
    """
    List the layers and tables that operations touch.

    Parameters
    ----------
    operations : list of Operation
        Of one step.

    Returns
    -------
    tuple of str
        Each once, ``"settings"`` among them.
    """
    return tuple(dict.fromkeys(operation.get("layer", "settings") for operation in operations))


def clear(connection: sqlite3.Connection) -> None:
    """
    Let all steps go: nothing can be undone or redone.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    """
    _forget_steps(connection, "1")


def _forget_steps(connection: sqlite3.Connection, condition: str) -> None:
    steps = connection.execute(f"SELECT step, operations FROM patrolmap_steps WHERE {condition}").fetchall()
    for step, operations in steps:
        for layer in layers_of(json.loads(operations)):
            if layer in TABLES:
                connection.execute(f'DELETE FROM "{archive_name(layer)}" WHERE step = ?', (step,))
        connection.execute("DELETE FROM patrolmap_steps WHERE step = ?", (step,))
