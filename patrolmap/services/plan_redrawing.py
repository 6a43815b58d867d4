"""An edited plan drawn again: the routes whose stops changed get new ways, all others only what an edit changes in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolmap.planner.assemble import drawn_legs, plan_routes

if TYPE_CHECKING:
    from collections.abc import Collection

    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.planner.editing import Draft
    from patrolmap.planner.network import StreetProblem
    from patrolmap.planner.solution import PlannedRoute
    from patrolmap.streets.network import StreetGraph

__all__ = ["marked", "places_of", "redrawn"]


def redrawn(graph: StreetGraph, street: StreetProblem, plan: PatrolPlan, draft: Draft) -> tuple[Route, ...]:
    """
    Draw the routes whose stops changed; of the others take only the times.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    street : StreetProblem
        The plan's problem, with all its visits and teams.
    plan : PatrolPlan
        The plan before the edit.
    draft : Draft
        The routes after it.

    Returns
    -------
    tuple of Route
        In the order of the teams of `street`.
    """
    number = {one.visit.visit_id: index for index, one in enumerate(street.wanted)}
    old = {route.team_id: route for route in plan.routes}
    changed = []
    for planned in draft.solution.routes:
        before = old[street.crews[planned.team].team_id]
        same = [number[stop.visit.visit_id] for stop in before.stops] == list(planned.visits)
        changed.append(planned if not same else replace(planned, visits=()))
    locked = frozenset(street.wanted[visit].visit.visit_id for visit in draft.locked)
    done = frozenset(stop.visit.visit_id for route in old.values() for stop in route.stops if stop.done)
    known = drawn_legs(plan, street.crews)
    drawn = plan_routes(graph, street, replace(draft.solution, routes=tuple(changed)), known=known)
    return tuple(
        _retimed(route if part.visits or not planned.visits else old[route.team_id], planned, street, locked, done)
        for route, planned, part in zip(drawn, draft.solution.routes, changed, strict=True)
    )


def marked(route: Route, visit_ids: Collection[str], *, done: bool) -> Route:
    """
    Mark stops of a route as done or not done.

    Parameters
    ----------
    route : Route
        The route.
    visit_ids : collection of str
        Which stops.
    done : bool
        Whether they are done.

    Returns
    -------
    Route
        With the marks.
    """
    stops = tuple(replace(s, done=done) if s.visit.visit_id in visit_ids else s for s in route.stops)
    return replace(route, stops=stops)


def places_of(plan: PatrolPlan) -> tuple[frozenset[str], frozenset[object]]:
    """
    List what an editor makes ready for a plan: another state with the same list needs nothing new.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    tuple of frozenset
        Teams, and visits with all that an editor has made ready for them.
    """
    visits = [stop.visit for route in plan.routes for stop in route.stops] + [one.visit for one in plan.unmet]
    return frozenset(route.team_id for route in plan.routes), frozenset(
        (v.visit_id, v.windows, v.required, v.prize, v.min_members, v.zone) for v in visits
    )


def _retimed(
    route: Route, planned: PlannedRoute, street: StreetProblem, locked: frozenset[str], done: frozenset[str]
) -> Route:
    clock = planned.timing
    stops = tuple(
        replace(
            stop,
            visit=street.wanted[visit].visit,
            arrive_s=round(clock.arrive_s[number]),
            start_s=round(clock.start_s[number]),
            leave_s=round(clock.leave_s[number]),
            locked=stop.visit.visit_id in locked,
            done=stop.visit.visit_id in done,
        )
        for number, (stop, visit) in enumerate(zip(route.stops, planned.visits, strict=True))
    )
    return replace(
        route,
        stops=stops,
        depart_s=round(clock.depart_s),
        end_s=round(clock.end_s),
        break_start_s=None if clock.break_start_s is None or not stops else round(clock.break_start_s),
    )
