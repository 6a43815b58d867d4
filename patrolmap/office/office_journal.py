"""The journal of an office project: written by the database, chained by hash over all users, and only growing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from psycopg import sql

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.office.server import connected
from patrolmap.office.store import find_project
from patrolmap.project.journal import FIRST_HASH, first_broken_row

if TYPE_CHECKING:
    from patrolmap.model.edits import JSON
    from patrolmap.office.address import OfficeAddress
    from patrolmap.office.store import Desk
    from patrolmap.project.replica import OfficeLink

__all__ = ["head_of", "require_unbroken", "say", "verify_office_journal"]


def say(desk: Desk, kind: str, label: Any, summary: JSON) -> None:
    """
    Write an entry of one's own; those of changed rows the database writes itself.

    Parameters
    ----------
    desk : Desk
        The project.
    kind : str
        What happened.
    label : JSON
        A message, as in `patrolmap.model.message_json`.
    summary : JSON
        Numbers.
    """
    words = (json.dumps(label, ensure_ascii=False), json.dumps(summary, ensure_ascii=False))
    desk.connection.execute("SELECT patrolmap_office.say(%s, %s, %s, %s)", (desk.project.schema, kind, *words))


def head_of(desk: Desk) -> tuple[int, str]:
    """
    Read number and hash of the last entry.

    Parameters
    ----------
    desk : Desk
        The project.

    Returns
    -------
    int
        0 if there is none.
    str
        Its hash.
    """
    query = sql.SQL("SELECT number, hash FROM {} ORDER BY number DESC LIMIT 1").format(desk.table("journal"))
    row = desk.connection.execute(query).fetchone()
    return (0, FIRST_HASH) if row is None else (int(row[0]), str(row[1]))


def require_unbroken(desk: Desk, link: OfficeLink) -> None:
    """
    Refuse an office that no longer has the entry that this copy saw last.

    Parameters
    ----------
    desk : Desk
        The project.
    link : OfficeLink
        What the copy knows.

    Raises
    ------
    InputError
        If it was put back to an older state, or rewritten.
    """
    if not link.journal_number:
        return
    query = sql.SQL("SELECT hash FROM {} WHERE number = %s").format(desk.table("journal"))
    row = desk.connection.execute(query, (link.journal_number,)).fetchone()
    if row is None or row[0] != link.journal_hash:
        raise InputError(
            N_("The office project {name} is not the one that was seen last."),
            why=N_("Entry {number} of its journal is missing or another: it was put back to a backup, or rewritten."),
            remedy=N_("Ask an administrator. After a backup was put back, synchronise once with --after-restore."),
            name=desk.project.name,
            number=link.journal_number,
        )


def verify_office_journal(address: OfficeAddress, link: OfficeLink | None = None) -> tuple[int, str, int | None]:
    """
    Check that the journal of an office project was not changed.

    Parameters
    ----------
    address : OfficeAddress
        The store.
    link : OfficeLink or None
        Of a copy, whose last seen entry must be there too.

    Returns
    -------
    int
        Number of entries.
    str
        Hash of the last one.
    int or None
        The first entry that was changed or before which one is missing; None if the journal is intact.
    """
    fields = "number, at, kind, author, label, summary, previous_hash, hash"
    with connected(address) as connection:
        desk = find_project(connection, address, link)
        if link is not None:
            require_unbroken(desk, link)
        query = sql.SQL("SELECT {} FROM {} ORDER BY number").format(sql.SQL(fields), desk.table("journal"))
        rows = connection.execute(query).fetchall()
    return len(rows), rows[-1][7] if rows else FIRST_HASH, first_broken_row(rows)
