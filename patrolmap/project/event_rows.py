"""Events as rows of their layer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from patrolmap.model.events import STATES, Event, EventState, EventStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from patrolmap.model.frame import SpatialFrame

__all__ = ["event_of", "event_rows"]


def event_rows(events: Sequence[Event], frame: SpatialFrame) -> gpd.GeoDataFrame:
    """
    Write events as rows.

    Parameters
    ----------
    events : sequence of Event
        At least one.
    frame : SpatialFrame
        The project's.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows of the layer ``events`` in their order, in the stored system.
    """
    import geopandas as gpd
    import pandas as pd

    rows = []
    for event in events:
        row: dict[str, Any] = {
            "event_id": event.event_id,
            "type": event.type,
            "place": event.place,
            "happened_at": event.happened_at.isoformat(),
            "due_at": event.due_at.isoformat(),
            "state": str(event.state),
            "unit": event.unit,
        }
        steps = {step.state: step for step in event.steps}
        for state in STATES:
            row[f"{state}_at"] = steps[state].at.isoformat() if state in steps else None
            row[f"{state}_note"] = steps[state].note if state in steps else None
        rows.append({**row, "rating": event.rating, "source": event.source})
    table = pd.DataFrame(rows).astype({"rating": "Int64"})
    points = gpd.GeoSeries([event.point for event in events], crs=frame.metric_crs)
    return frame.to_stored(gpd.GeoDataFrame(table, geometry=points))


def event_of(row: dict[str, Any]) -> Event:
    """
    Read a row.

    Parameters
    ----------
    row : dict of str to Any
        A row of the layer ``events``, metric.

    Returns
    -------
    Event
        The event.
    """
    import pandas as pd

    steps = [
        EventStep(state, dt.datetime.fromisoformat(row[f"{state}_at"]), _text(row[f"{state}_note"]))
        for state in STATES
        if _text(row[f"{state}_at"])
    ]
    happened = dt.datetime.fromisoformat(row["happened_at"])
    return Event(
        event_id=row["event_id"],
        type=row["type"],
        place=_text(row["place"]),
        point=row["geometry"],
        happened_at=happened,
        due_at=dt.datetime.fromisoformat(row["due_at"]),
        steps=tuple(steps) or (EventStep(EventState.RECEIVED, happened),),
        unit=_text(row["unit"]),
        rating=None if pd.isna(row["rating"]) else int(row["rating"]),
        source=_text(row["source"]),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
