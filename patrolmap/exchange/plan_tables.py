"""A plan as tables for the office: what it is, its stops, what it leaves out, its teams, and a form to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from patrolmap.exchange.walks import lonlat_of
from patrolmap.exchange.words import SHIFT_MODES, TRAVEL_MODES, task_title
from patrolmap.exchange.workbook import Column, Table
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import datetime as dt

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["LOG_CHOICES", "LOG_COLUMNS", "LOG_TITLE", "plan_tables"]

LOG_TITLE: Final = N_("Patrol log")
LOG_CHOICES: Final = {"done": N_("done"), "skipped": N_("skipped")}
"""What may be entered for a stop, by the value that the project keeps."""

LOG_COLUMNS: Final = {
    "team_id": N_("Team id"),
    "number": N_("No."),
    "place": N_("Place"),
    "start": N_("Planned from"),
    "leave": N_("Planned until"),
    "state": N_("Done or skipped"),
    "arrived": N_("Arrived"),
    "left": N_("Left"),
    "reason": N_("Why skipped"),
    "event": N_("Event type"),
    "note": N_("Note"),
    "plan_id": N_("Plan id"),
    "visit_id": N_("Visit id"),
}
"""The heads of the form, by the names of their fields; it is read back by either language's heads."""

_BY_HAND: Final = {"arrived": 9.0, "left": 9.0, "reason": 18.0, "event": 14.0, "note": 26.0}
_MINUTE_S: Final = 60


def plan_tables(plan: PatrolPlan, frame: SpatialFrame) -> tuple[Table, ...]:
    """
    Put a plan into tables.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    frame : SpatialFrame
        The project's.

    Returns
    -------
    tuple of Table
        Plan, stops, unmet visits, teams and the form of the patrol log, in the current language. Leaders and their
        telephones are not in them: they stand on the sheets.
    """
    return (_summary(plan), _stops(plan, frame), _unmet(plan), _teams(plan), _log_form(plan))


def _summary(plan: PatrolPlan) -> Table:
    shift, made = plan.shift, plan.provenance
    busy = [route for route in plan.routes if route.stops]
    rows: list[tuple[str, Any]] = [
        (tr("Plan id"), plan.plan_id),
        (tr("District"), plan.district),
        (tr("Shift"), shift.name),
        (tr("Start"), plan.moment(shift.window.start_s)),
        (tr("End"), plan.moment(shift.window.end_s)),
        (tr("Mode"), tr(SHIFT_MODES[shift.mode])),
        (tr("Teams"), len(plan.routes)),
        (tr("Teams with stops"), len(busy)),
        (tr("Stops"), sum(len(route.stops) for route in busy)),
        (tr("Unmet visits, required"), sum(unmet.visit.required for unmet in plan.unmet)),
        (tr("Unmet visits, optional"), sum(not unmet.visit.required for unmet in plan.unmet)),
        (tr("Way of all teams (km)"), round(sum(route.length_m for route in busy) / 1000, 1)),
        (tr("Search finished"), tr("yes") if plan.complete else tr("no, cancelled: the best until then")),
        (tr("Computed at"), made.computed_at),
        (tr("Method"), made.method),
        (tr("Seed"), made.seed),
        (tr("Program version"), made.program_version),
    ]
    return Table(tr("Plan"), (Column(tr("Item")), Column(tr("Value"))), rows)


def _stops(plan: PatrolPlan, frame: SpatialFrame) -> Table:
    columns = (
        Column(tr("Team")),
        Column(tr("No."), "whole"),
        Column(tr("Place")),
        Column(tr("Task")),
        Column(tr("Required")),
        Column(tr("Arrive"), "moment"),
        Column(tr("Stay from"), "moment"),
        Column(tr("Leave"), "moment"),
        Column(tr("Dwell (min)"), "number"),
        Column(tr("Way to it (m)"), "metres"),
        Column(tr("Way to it (min)"), "number"),
        Column(tr("Plan id"), printed=False),
        Column(tr("Team id"), printed=False),
        Column(tr("Visit id"), printed=False),
        Column(
            tr("X") if frame.is_planar else tr("Longitude"), "number" if frame.is_planar else "degrees", printed=False
        ),
        Column(
            tr("Y") if frame.is_planar else tr("Latitude"), "number" if frame.is_planar else "degrees", printed=False
        ),
    )
    listed = [(route, number, stop) for route in plan.routes for number, stop in enumerate(route.stops, start=1)]
    points = lonlat_of(frame, [stop.visit.point for _, _, stop in listed])
    rows = [
        (
            route.team_name,
            number,
            stop.visit.name,
            task_title(stop.visit.kind),
            _yes(yes=stop.visit.required),
            plan.moment(stop.arrive_s),
            plan.moment(stop.start_s),
            plan.moment(stop.leave_s),
            round((stop.leave_s - stop.start_s) / _MINUTE_S, 1),
            round(stop.leg.length_m),
            round(stop.leg.travel_s / _MINUTE_S, 1),
            plan.plan_id,
            route.team_id,
            stop.visit.visit_id,
            round(point.x, 7),
            round(point.y, 7),
        )
        for (route, number, stop), point in zip(listed, points, strict=True)
    ]
    return Table(tr("Stops"), columns, rows)


def _unmet(plan: PatrolPlan) -> Table:
    columns = (
        Column(tr("Visit id")),
        Column(tr("Place")),
        Column(tr("Task")),
        Column(tr("Required")),
        Column(tr("Worth"), "number"),
        Column(tr("From"), "moment"),
        Column(tr("To"), "moment"),
        Column(tr("Dwell (min)"), "number"),
        Column(tr("Minutes short"), "number"),
        Column(tr("Reason")),
        Column(tr("Remedy")),
    )
    rows = [
        (
            unmet.visit.visit_id,
            unmet.visit.name,
            task_title(unmet.visit.kind),
            _yes(yes=unmet.visit.required),
            unmet.visit.prize,
            _first(plan, unmet.visit.windows),
            _last(plan, unmet.visit.windows),
            round(unmet.visit.dwell_s / _MINUTE_S, 1),
            round(unmet.missing_s / _MINUTE_S, 1) if unmet.missing_s else None,
            tr(unmet.reason),
            tr(unmet.remedy) if unmet.remedy else None,
        )
        for unmet in plan.unmet
    ]
    return Table(tr("Unmet visits"), columns, rows)


def _teams(plan: PatrolPlan) -> Table:
    columns = (
        Column(tr("Team id")),
        Column(tr("Team")),
        Column(tr("Members"), "whole"),
        Column(tr("Travels by")),
        Column(tr("Zone")),
        Column(tr("Depart"), "moment"),
        Column(tr("Return"), "moment"),
        Column(tr("Stops"), "whole"),
        Column(tr("Length (m)"), "metres"),
        Column(tr("At stops (min)"), "number"),
        Column(tr("On the way (min)"), "number"),
        Column(tr("Break (min)"), "number"),
        Column(tr("Break from"), "moment"),
    )
    return Table(tr("Teams"), columns, [_team(plan, route) for route in plan.routes])


def _team(plan: PatrolPlan, route: Route) -> tuple[Any, ...]:
    legs = [stop.leg for stop in route.stops] + ([route.way_home] if route.way_home else [])
    return (
        route.team_id,
        route.team_name,
        route.members,
        tr(TRAVEL_MODES[route.mode]),
        route.zone or None,
        plan.moment(route.depart_s) if route.stops else None,
        plan.moment(route.end_s) if route.stops else None,
        len(route.stops),
        round(route.length_m),
        round(sum(stop.leave_s - stop.start_s for stop in route.stops) / _MINUTE_S, 1),
        round(sum(leg.travel_s for leg in legs) / _MINUTE_S, 1),
        round(route.break_s / _MINUTE_S, 1),
        None if route.break_start_s is None else plan.moment(route.break_start_s),
    )


def _log_form(plan: PatrolPlan) -> Table:
    moments = {"start", "leave", "arrived", "left"}
    choices = {"state": tuple(tr(title) for title in LOG_CHOICES.values())}
    columns = tuple(
        Column(
            tr(title),
            "moment" if name in moments else "whole" if name == "number" else "text",
            choices.get(name, ()),
            printed=name not in {"plan_id", "visit_id"},
            least=_BY_HAND.get(name, 0.0),
        )
        for name, title in LOG_COLUMNS.items()
    )
    rows = [
        (
            route.team_id,
            number,
            stop.visit.name,
            plan.moment(stop.start_s),
            plan.moment(stop.leave_s),
            *(None for _ in range(6)),
            plan.plan_id,
            stop.visit.visit_id,
        )
        for route in plan.routes
        for number, stop in enumerate(route.stops, start=1)
    ]
    return Table(tr(LOG_TITLE), columns, rows)


def _first(plan: PatrolPlan, windows: tuple[Any, ...]) -> dt.datetime | None:
    return plan.moment(min(window.start_s for window in windows)) if windows else None


def _last(plan: PatrolPlan, windows: tuple[Any, ...]) -> dt.datetime | None:
    return plan.moment(max(window.end_s for window in windows)) if windows else None


def _yes(*, yes: bool) -> str:
    return tr("yes") if yes else tr("no")
