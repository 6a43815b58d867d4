"""The facts of a plan that travel in files of other formats, back into routes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.plan import Leg, Route, Stop, Turn, Visit
from patrolmap.model.schedule import Shift, TimeWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FACTS_NAMESPACE", "FACTS_VERSION", "route_from_facts", "shift_from_facts"]

FACTS_NAMESPACE: Final = "urn:patrolmap:plan:1"
FACTS_VERSION: Final = 1


def shift_from_facts(facts: dict[str, Any]) -> Shift:
    """
    Read the shift of a route's facts.

    Parameters
    ----------
    facts : dict
        Of a route.

    Returns
    -------
    Shift
        The shift.

    Raises
    ------
    KeyError, TypeError, ValueError
        If they are no facts of a route.
    """
    shift_id, name, date, mode = (str(part) for part in facts["shift"])
    start_s, end_s = facts["shift_s"]
    return Shift(shift_id, name, dt.date.fromisoformat(date), TimeWindow(int(start_s), int(end_s)), ShiftMode(mode))


def route_from_facts(
    facts: dict[str, Any], stops: Sequence[tuple[dict[str, Any], shapely.Point]], legs: Sequence[NDArray[np.float64]]
) -> Route:
    """
    Make a route.

    Parameters
    ----------
    facts : dict
        Of the route.
    stops : sequence of (dict, shapely.Point)
        Facts and place of each stop in order, metric CRS.
    legs : sequence of ndarray of float64, shape (n, 2)
        Way to each stop, and the way home if there is one, metric CRS.

    Returns
    -------
    Route
        Without leader and telephone, which no file has.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the facts do not fit each other.
    """
    made = tuple(_stop(fact, point, xy) for (fact, point), xy in zip(stops, legs, strict=False))
    home = None if facts["home"] is None else _leg(facts["home"], legs[len(stops)])
    depart_s, end_s = (int(seconds) for seconds in facts["times_s"])
    pause_s, pause_start_s = facts["break_s"]
    return Route(
        str(facts["team_id"]),
        str(facts["team_name"]),
        "",
        "",
        int(facts["members"]),
        TravelMode(facts["mode"]),
        shapely.Point(legs[0][0]),
        shapely.Point(legs[-1][-1]),
        depart_s,
        end_s,
        made,
        home,
        int(pause_s),
        None if pause_start_s is None else int(pause_start_s),
        str(facts["zone"]),
    )


def _stop(facts: dict[str, Any], point: shapely.Point, xy: NDArray[np.float64]) -> Stop:
    windows = tuple(TimeWindow(int(start_s), int(end_s)) for start_s, end_s in facts["windows_s"])
    visit = Visit(
        str(facts["visit_id"]),
        str(facts["place_id"]),
        str(facts["kind"]),
        str(facts["name"]),
        point,
        windows,
        int(facts["dwell_s"]),
        bool(facts["required"]),
        float(facts["prize"]),
        str(facts["zone"]),
        int(facts["min_members"]),
    )
    arrive_s, start_s, leave_s = (int(seconds) for seconds in facts["times_s"])
    if not arrive_s <= start_s <= leave_s:
        raise ValueError(visit.visit_id)
    return Stop(visit, arrive_s, start_s, leave_s, _leg(facts["leg"], xy), bool(facts["locked"]))


def _leg(facts: list[Any], xy: NDArray[np.float64]) -> Leg:
    length_m, travel_s, _, turns = facts
    listed = tuple(Turn(str(action), str(street), float(m), float(deg)) for action, street, m, deg in turns)
    line = shapely.LineString(xy if len(xy) > 1 else np.repeat(xy, 2, axis=0))
    return Leg(line, float(length_m), float(travel_s), listed)
