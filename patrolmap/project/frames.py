"""Where a project file keeps its reference systems."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from patrolmap.model.frame import SpatialFrame
from patrolmap.project.schema import set_srs, srs_id

if TYPE_CHECKING:
    import sqlite3

    from patrolmap.model.edits import JSON

__all__ = ["frame_to_json", "read_frame", "write_frame"]


def frame_to_json(frame: SpatialFrame) -> dict[str, JSON]:
    """
    Write a frame as JSON values.

    Parameters
    ----------
    frame : SpatialFrame
        Any frame.

    Returns
    -------
    dict of str to JSON
        Its fields by name.
    """
    return {
        "stored_crs": frame.stored_crs,
        "metric_crs": frame.metric_crs,
        "metres_per_unit": frame.metres_per_unit,
    }


def read_frame(connection: sqlite3.Connection) -> SpatialFrame | None:
    """
    Read the frame of a project.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of the project.

    Returns
    -------
    SpatialFrame or None
        None if it is not chosen yet.
    """
    found = connection.execute("SELECT value FROM patrolmap_project WHERE key = 'frame'").fetchone()
    return None if found is None else SpatialFrame(**json.loads(found[0]))


def write_frame(connection: sqlite3.Connection, frame: SpatialFrame) -> None:
    """
    Set the frame of a project whose layers are empty.

    Parameters
    ----------
    connection : sqlite3.Connection
        With an open transaction.
    frame : SpatialFrame
        The choice.
    """
    connection.execute(
        "INSERT INTO patrolmap_project VALUES ('frame', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (json.dumps(frame_to_json(frame)),),
    )
    set_srs(connection, srs_id(frame.stored_crs))
