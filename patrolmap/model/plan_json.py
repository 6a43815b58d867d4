"""A `PatrolPlan` to JSON and back, exactly: every coordinate, every second, every reason."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.message_json import message_from_json, message_to_json, number_from_json, number_to_json
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, Turn, UnmetVisit, Visit
from patrolmap.model.plan_shape import require_plan
from patrolmap.model.schedule import Shift, TimeWindow

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PLAN_FORMAT", "from_dict", "shift_from_dict", "shift_to_dict", "to_dict"]

PLAN_FORMAT: Final = 1
"""Number of this way of writing; it grows when the way changes."""


def to_dict(plan: PatrolPlan) -> dict[str, Any]:
    """
    Write a plan as JSON values.

    Parameters
    ----------
    plan : PatrolPlan
        Any plan. Geometry is written as lists of coordinates in its metric system.

    Returns
    -------
    dict of str to Any
        For `json.dumps` and `from_dict`. A visit that is in several places of the plan is written once for each.
    """
    made = plan.provenance
    return {
        "format": PLAN_FORMAT,
        "plan_id": plan.plan_id,
        "district": plan.district,
        "complete": bool(plan.complete),
        "shift": shift_to_dict(plan.shift),
        "provenance": {
            "program_version": made.program_version,
            "computed_at": made.computed_at,
            "method": made.method,
            "parameters": made.parameters,
            "seed": int(made.seed),
            "inputs": dict(made.inputs),
        },
        "routes": [_route_to_dict(route) for route in plan.routes],
        "unmet": [_unmet_to_dict(unmet) for unmet in plan.unmet],
        "notices": [message_to_json(notice) for notice in plan.notices],
    }


def from_dict(document: dict[str, Any]) -> PatrolPlan:
    """
    Read a plan.

    Parameters
    ----------
    document : dict of str to Any
        From `to_dict`.

    Returns
    -------
    PatrolPlan
        Equal to the one that was written.

    Raises
    ------
    ValueError
        If it was written by a newer way of writing, or a value in it is none of a plan.
    """
    if document["format"] != PLAN_FORMAT:
        raise ValueError(f"plan format {document['format']} is unknown")
    require_plan(document)
    return PatrolPlan(
        plan_id=document["plan_id"],
        district=document["district"],
        shift=shift_from_dict(document["shift"]),
        routes=tuple(_route_from_dict(route) for route in document["routes"]),
        unmet=tuple(_unmet_from_dict(unmet) for unmet in document["unmet"]),
        provenance=Provenance(**document["provenance"]),
        complete=document["complete"],
        notices=tuple(message_from_json(notice) for notice in document.get("notices", ())),
    )


def shift_to_dict(shift: Shift) -> dict[str, Any]:
    """
    Write a shift as JSON values.

    Parameters
    ----------
    shift : Shift
        Any shift.

    Returns
    -------
    dict of str to Any
        For `shift_from_dict`.
    """
    return {
        "shift_id": shift.shift_id,
        "name": shift.name,
        "date": shift.date.isoformat(),
        "start_s": int(shift.window.start_s),
        "end_s": int(shift.window.end_s),
        "mode": str(shift.mode),
    }


def shift_from_dict(document: dict[str, Any]) -> Shift:
    """
    Read a shift.

    Parameters
    ----------
    document : dict of str to Any
        From `shift_to_dict`.

    Returns
    -------
    Shift
        Equal to the one that was written.
    """
    return Shift(
        shift_id=document["shift_id"],
        name=document["name"],
        date=dt.date.fromisoformat(document["date"]),
        window=TimeWindow(document["start_s"], document["end_s"]),
        mode=ShiftMode(document["mode"]),
    )


def _visit_to_dict(visit: Visit) -> dict[str, Any]:
    return {
        "visit_id": visit.visit_id,
        "place_id": visit.place_id,
        "kind": str(visit.kind),
        "name": visit.name,
        "point": _point_to_json(visit.point),
        "windows": [[int(window.start_s), int(window.end_s)] for window in visit.windows],
        "dwell_s": int(visit.dwell_s),
        "required": bool(visit.required),
        "prize": number_to_json(visit.prize),
        "zone": visit.zone,
        "min_members": int(visit.min_members),
    }


def _visit_from_dict(document: dict[str, Any]) -> Visit:
    return Visit(
        **_other(document, "point", "windows", "prize"),
        point=_point_from_json(document["point"]),
        windows=tuple(TimeWindow(start_s, end_s) for start_s, end_s in document["windows"]),
        prize=number_from_json(document["prize"]),
    )


def _leg_to_dict(leg: Leg) -> dict[str, Any]:
    return {
        "geometry": shapely.get_coordinates(leg.geometry).tolist(),
        "length_m": number_to_json(leg.length_m),
        "travel_s": number_to_json(leg.travel_s),
        "turns": [
            [turn.action, turn.street, number_to_json(turn.length_m), number_to_json(turn.heading_deg)]
            for turn in leg.turns
        ],
    }


def _leg_from_dict(document: dict[str, Any]) -> Leg:
    return Leg(
        geometry=shapely.LineString(document["geometry"]),
        length_m=number_from_json(document["length_m"]),
        travel_s=number_from_json(document["travel_s"]),
        turns=tuple(
            Turn(action, street, number_from_json(length_m), number_from_json(heading_deg))
            for action, street, length_m, heading_deg in document["turns"]
        ),
    )


def _stop_to_dict(stop: Stop) -> dict[str, Any]:
    return {
        "visit": _visit_to_dict(stop.visit),
        "arrive_s": int(stop.arrive_s),
        "start_s": int(stop.start_s),
        "leave_s": int(stop.leave_s),
        "leg": _leg_to_dict(stop.leg),
        "locked": bool(stop.locked),
        "done": bool(stop.done),
    }


def _stop_from_dict(document: dict[str, Any]) -> Stop:
    return Stop(
        **_other(document, "visit", "leg"),
        visit=_visit_from_dict(document["visit"]),
        leg=_leg_from_dict(document["leg"]),
    )


def _route_to_dict(route: Route) -> dict[str, Any]:
    return {
        "team_id": route.team_id,
        "team_name": route.team_name,
        "leader": route.leader,
        "phone": route.phone,
        "members": int(route.members),
        "mode": str(route.mode),
        "start_point": _point_to_json(route.start_point),
        "end_point": _point_to_json(route.end_point),
        "depart_s": int(route.depart_s),
        "end_s": int(route.end_s),
        "stops": [_stop_to_dict(stop) for stop in route.stops],
        "way_home": _optional(_leg_to_dict, route.way_home),
        "break_s": int(route.break_s),
        "break_start_s": _optional(int, route.break_start_s),
        "zone": route.zone,
        "area_lead": route.area_lead,
        "point_lead": route.point_lead,
    }


def _route_from_dict(document: dict[str, Any]) -> Route:
    return Route(
        **_other(document, "mode", "start_point", "end_point", "stops", "way_home"),
        mode=TravelMode(document["mode"]),
        start_point=_point_from_json(document["start_point"]),
        end_point=_point_from_json(document["end_point"]),
        stops=tuple(_stop_from_dict(stop) for stop in document["stops"]),
        way_home=_optional(_leg_from_dict, document["way_home"]),
    )


def _unmet_to_dict(unmet: UnmetVisit) -> dict[str, Any]:
    return {
        "visit": _visit_to_dict(unmet.visit),
        "reason": message_to_json(unmet.reason),
        "remedy": _optional(message_to_json, unmet.remedy),
        "code": unmet.code,
        "missing_s": _optional(number_to_json, unmet.missing_s),
    }


def _unmet_from_dict(document: dict[str, Any]) -> UnmetVisit:
    return UnmetVisit(
        visit=_visit_from_dict(document["visit"]),
        reason=message_from_json(document["reason"]),
        remedy=_optional(message_from_json, document["remedy"]),
        code=document["code"],
        missing_s=_optional(number_from_json, document["missing_s"]),
    )


def _point_to_json(point: shapely.Point) -> list[float]:
    x, y = shapely.get_coordinates(point)[0].tolist()
    return [x, y]


def _point_from_json(xy: list[float]) -> shapely.Point:
    return shapely.Point(xy)


def _optional(convert: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else convert(value)


def _other(document: dict[str, Any], *converted: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in converted}
