"""How often each layer changed, so that what was computed from it is known to be fresh or stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

__all__ = ["changed_outside", "touch", "version_of", "versions_of"]

_NOW: Final = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


def version_of(connection: sqlite3.Connection, name: str) -> int:
    """
    Read the version of a layer.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.
    name : str
        A layer or table, or ``"settings"``.

    Returns
    -------
    int
        0 when it was made.

    Raises
    ------
    KeyError
        If there is no such layer.
    """
    found = connection.execute("SELECT version FROM patrolmap_versions WHERE layer = ?", (name,)).fetchone()
    if found is None:
        raise KeyError(name)
    version: int = found[0]
    return version


def versions_of(connection: sqlite3.Connection) -> dict[str, int]:
    """
    Read all versions at once.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    dict of str to int
        By layer or table, and ``"settings"``.
    """
    return dict(connection.execute("SELECT layer, version FROM patrolmap_versions"))


def touch(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """
    Note that layers change now.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    names : sequence of str
        Layers or tables, or ``"settings"``.
    """
    connection.executemany(
        f"UPDATE gpkg_contents SET last_change = {_NOW} WHERE table_name = ?", [(name,) for name in names]
    )
    connection.executemany(
        "UPDATE patrolmap_versions SET version = version + 1, "
        "last_change = (SELECT last_change FROM gpkg_contents WHERE table_name = layer) WHERE layer = ?",
        [(name,) for name in names],
    )


def changed_outside(connection: sqlite3.Connection) -> tuple[str, ...]:
    """
    List the layers that another program, such as a GIS, changed.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    tuple of str
        Those whose time of last change is not the one that patrolmap wrote.
    """
    rows = connection.execute(
        "SELECT layer FROM patrolmap_versions JOIN gpkg_contents ON table_name = layer "
        "WHERE gpkg_contents.last_change <> patrolmap_versions.last_change"
    )
    return tuple(layer for (layer,) in rows)
