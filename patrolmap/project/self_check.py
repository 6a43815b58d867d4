"""Whether this installation's SQLite has what a project file needs."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_

__all__ = ["check_database"]


def check_database() -> str:
    """
    Try the R*Tree index, which every layer of a project has.

    Returns
    -------
    str
        The version of SQLite.

    Raises
    ------
    PatrolmapError
        If the index does not find what was put into it.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE box USING rtree (id, x0, x1, y0, y1)")
        connection.execute("INSERT INTO box VALUES (1, 0, 1, 0, 1)")
        if connection.execute("SELECT id FROM box WHERE x0 <= 0.5 AND x1 >= 0.5").fetchone() != (1,):
            raise PatrolmapError(N_("The database library does not find rows by their place."))
    return f"SQLite {sqlite3.sqlite_version}"
