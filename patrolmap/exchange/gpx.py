"""GPX 1.1 (https://www.topografix.com/GPX/1/1/): stops as waypoints, the order as a route, the way as a timed track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely

from patrolmap.exchange.local_time import iso_utc
from patrolmap.exchange.markup import Element, child, xml_bytes
from patrolmap.exchange.plan_facts import route_facts, stop_facts
from patrolmap.exchange.walks import lonlat_of, require_earth, walk_of
from patrolmap.exchange.words import stop_line, task_title
from patrolmap.i18n import tr
from patrolmap.model.plan_facts import FACTS_NAMESPACE
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["gpx_document"]

_NAMESPACE: Final = "http://www.topografix.com/GPX/1/1"
_SCHEMA: Final = f"{_NAMESPACE} http://www.topografix.com/GPX/1/1/gpx.xsd"
_DECIMALS: Final = 7


def gpx_document(
    plan: PatrolPlan, routes: Sequence[Route], frame: SpatialFrame, *, cancel: Cancel = NO_CANCEL
) -> bytes:
    """
    Write routes as GPX.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    routes : sequence of Route
        Which of its routes; those without stops are left out.
    frame : SpatialFrame
        The project's.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    bytes
        The file: times in UTC, degrees with 7 decimals (1 cm), elements in the order that the schema asks for.

    Raises
    ------
    InputError
        If the project has plane coordinates.
    CancelledError
        If the user cancelled.
    """
    require_earth(frame, "GPX")
    busy = [route for route in routes if route.stops]
    root = Element(
        "gpx",
        {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": _SCHEMA,
            "version": "1.1",
            "creator": "patrolmap",
        },
    )
    about = child(root, "metadata")
    child(about, "name", f"{plan.district} {plan.plan_id}")
    child(about, "time", iso_utc(plan.moment(plan.shift.window.start_s)))
    points = iter(lonlat_of(frame, [stop.visit.point for route in busy for stop in route.stops]))
    placed = [(route, [next(points) for _ in route.stops]) for route in busy]
    for tag in ("wpt", "rte", "trk"):
        for number, (route, stops) in enumerate(placed, start=1):
            raise_if_cancelled(cancel)
            if tag == "wpt":
                _points(root, "wpt", plan, route, stops)
                continue
            part = child(root, tag)
            child(part, "name", f"{route.team_id} {route.team_name}")
            child(part, "desc", tr("Plan {plan}, {count} stops", plan=plan.plan_id, count=len(route.stops)))
            child(part, "number", number)
            if tag == "rte":
                _facts(part, route_facts(plan, route))
            if tag == "rte":
                _points(part, "rtept", plan, route, stops)
            else:
                _track(child(part, "trkseg"), plan, route, frame)
    return xml_bytes(root)


def _points(parent: Element, tag: str, plan: PatrolPlan, route: Route, points: list[shapely.Point]) -> None:
    for number, (stop, point) in enumerate(zip(route.stops, points, strict=True), start=1):
        made = _point(parent, tag, point.x, point.y)
        child(made, "time", iso_utc(plan.moment(stop.start_s)))
        child(made, "name", f"{route.team_id}-{number} {stop.visit.name}")
        child(made, "cmt", stop.visit.visit_id)
        child(made, "desc", stop_line(stop))
        child(made, "type", task_title(stop.visit.kind))
        if tag == "rtept":
            _facts(made, stop_facts(stop))


def _facts(parent: Element, facts: str) -> None:
    child(child(parent, "extensions"), "facts", facts, xmlns=FACTS_NAMESPACE)


def _track(parent: Element, plan: PatrolPlan, route: Route, frame: SpatialFrame) -> None:
    walk = walk_of(route)
    line = lonlat_of(frame, [shapely.MultiPoint(walk.xy)])[0]
    for (x, y), seconds in zip(shapely.get_coordinates(line).tolist(), walk.seconds.tolist(), strict=True):
        child(_point(parent, "trkpt", x, y), "time", iso_utc(plan.moment(seconds)))


def _point(parent: Element, tag: str, lon: float, lat: float) -> Element:
    return child(parent, tag, lat=f"{lat:.{_DECIMALS}f}", lon=f"{lon:.{_DECIMALS}f}")
