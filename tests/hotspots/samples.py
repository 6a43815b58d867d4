"""Incidents made for the tests of this room."""

from __future__ import annotations

import numpy as np

from patrolmap.hotspots.incidents import IncidentSet


def incidents_at(
    xy: object, start: object = "2026-01-05T10:30:00", end: object | None = None, category: str = "burglary"
) -> IncidentSet:
    """Make incidents at places, at one moment each unless an end is given."""
    places = np.atleast_2d(np.asarray(xy, dtype=float))
    starts = np.broadcast_to(np.asarray(start, dtype="datetime64[s]"), len(places)).copy()
    ends = starts if end is None else np.broadcast_to(np.asarray(end, dtype="datetime64[s]"), len(places)).copy()
    return IncidentSet(places, np.full(len(places), category, dtype=object), starts, ends, np.ones(len(places)))
