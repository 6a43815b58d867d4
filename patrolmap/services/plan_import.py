"""Bring a plan back from the GPX or KML files that it was exported to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.ingest.plans import read_plan_file
from patrolmap.messages import N_, Message
from patrolmap.model.plan import PatrolPlan, Provenance
from patrolmap.model.plan_facts import route_from_facts, shift_from_facts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patrolmap.ingest.plans import RouteInFile
    from patrolmap.model.plan import Route
    from patrolmap.project.store import ProjectStore

__all__ = ["import_plan"]


def import_plan(project: ProjectStore, paths: Sequence[Path]) -> PatrolPlan:
    """
    Import a plan: stops, order, times, ways and teams as they were exported.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    paths : sequence of Path
        Files of one plan, all teams in one or a file each.

    Returns
    -------
    PatrolPlan
        As it is kept now; a plan of the same id is replaced (one step to undo), and gives the teams that are not in the
        files, leaders and telephones, what is not served, and how it was computed.

    Raises
    ------
    InputError
        If a file is no such plan, the files are of several plans, or a team comes twice.
    """
    routes = [route for path in paths for route in read_plan_file(path)]
    name = [path.name for path in paths]
    teams = [str(route.facts.get("team_id")) for route in routes]
    if len({route.facts.get("plan_id") for route in routes}) != 1 or len(set(teams)) != len(teams):
        raise InputError(
            N_("The files are not of one plan."),
            why=N_("They name several plans, or a team twice."),
            remedy=N_("Choose the files of one plan, each team once."),
        )
    try:
        made = [_route(project, route) for route in routes]
        shift = shift_from_facts(routes[0].facts)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(
            N_("The plan in “{name}” does not hold together."),
            why=N_("Facts of its stops or times were changed."),
            remedy=N_("Export the plan again as GPX or KML, and import that file."),
            name=name,
        ) from error
    plan_id, district = str(routes[0].facts["plan_id"]), str(routes[0].facts["district"])
    now = dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds")
    plan = PatrolPlan(plan_id, district, shift, tuple(made), (), Provenance(__version__, now, "import", {"file": name}))
    if plan_id in project.plan_ids():
        plan = _with_what_is_known(plan, project.plan(plan_id))
    project.save_plan(plan, label=Message(N_("Plan {plan} imported"), {"plan": plan_id}))
    return plan


def _route(project: ProjectStore, route: RouteInFile) -> Route:
    stacked = np.concatenate([route.points, *route.legs])
    metric = project.frame.to_metric(gpd.GeoDataFrame(geometry=shapely.points(stacked), crs="EPSG:4326"))
    xy = shapely.get_coordinates(metric.geometry.to_numpy())
    ends = np.cumsum([len(route.points), *(len(leg) for leg in route.legs)])
    points, *legs = np.split(xy, ends[:-1])
    stops = [(fact, shapely.Point(point)) for fact, point in zip(route.stops, points, strict=True)]
    return route_from_facts(route.facts, stops, legs)


def _with_what_is_known(plan: PatrolPlan, old: PatrolPlan) -> PatrolPlan:
    known = {route.team_id: route for route in old.routes}
    fresh = {route.team_id: _dressed(route, known.get(route.team_id)) for route in plan.routes}
    routes = [fresh.pop(team_id, route) for team_id, route in known.items()]
    served = {stop.visit.visit_id for route in (*routes, *fresh.values()) for stop in route.stops}
    unmet = tuple(one for one in old.unmet if one.visit.visit_id not in served)
    return replace(old, shift=plan.shift, routes=(*routes, *fresh.values()), unmet=unmet)


def _dressed(route: Route, old: Route | None) -> Route:
    if old is None:
        return route
    return replace(route, leader=old.leader, phone=old.phone, area_lead=old.area_lead, point_lead=old.point_lead)
