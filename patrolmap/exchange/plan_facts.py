"""What a plan is beyond its lines and names, as texts that travel in GPX and KML and come back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.model.plan_facts import FACTS_VERSION

if TYPE_CHECKING:
    from patrolmap.model.plan import Leg, PatrolPlan, Route, Stop

__all__ = ["route_facts", "stop_facts"]

_COMPACT: Final = (",", ":")


def route_facts(plan: PatrolPlan, route: Route) -> str:
    """
    Write down a route's own facts, with those of its plan.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    route : Route
        One of its routes.

    Returns
    -------
    str
        JSON: plan, shift, team, times in seconds after 00:00 of the date. Leaders and telephones are not in it.
    """
    shift = plan.shift
    return _json(
        {
            "version": FACTS_VERSION,
            "plan_id": plan.plan_id,
            "district": plan.district,
            "shift": [shift.shift_id, shift.name, shift.date.isoformat(), shift.mode.value],
            "shift_s": [shift.window.start_s, shift.window.end_s],
            "team_id": route.team_id,
            "team_name": route.team_name,
            "members": route.members,
            "mode": route.mode.value,
            "times_s": [route.depart_s, route.end_s],
            "break_s": [route.break_s, route.break_start_s],
            "zone": route.zone,
            "home": None if route.way_home is None else _leg(route.way_home),
        }
    )


def stop_facts(stop: Stop) -> str:
    """
    Write down a stop's own facts.

    Parameters
    ----------
    stop : Stop
        The stop.

    Returns
    -------
    str
        JSON: the visit with its windows, the times, and the way to it as length, time, number of points and turns.
    """
    visit = stop.visit
    return _json(
        {
            "visit_id": visit.visit_id,
            "place_id": visit.place_id,
            "kind": visit.kind,
            "name": visit.name,
            "windows_s": [[window.start_s, window.end_s] for window in visit.windows],
            "dwell_s": visit.dwell_s,
            "required": visit.required,
            "prize": visit.prize,
            "zone": visit.zone,
            "min_members": visit.min_members,
            "times_s": [stop.arrive_s, stop.start_s, stop.leave_s],
            "locked": stop.locked,
            "leg": _leg(stop.leg),
        }
    )


def _leg(leg: Leg) -> list[Any]:
    turns = [[turn.action, turn.street, turn.length_m, turn.heading_deg] for turn in leg.turns]
    return [leg.length_m, leg.travel_s, len(shapely.get_coordinates(leg.geometry)), turns]


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=_COMPACT)
