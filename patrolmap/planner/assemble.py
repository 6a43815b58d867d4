"""From a solution to the routes of a patrol plan: every leg on the streets, with its turns."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import shapely

from patrolmap.messages import N_, Message
from patrolmap.model.plan import Leg, Route, Stop, UnmetVisit
from patrolmap.planner.network import ATTACH_LIMIT_M, travel_key
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.streets.paths import legs_for_routes
from patrolmap.streets.turns import turn_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.explain import Explanation
    from patrolmap.planner.network import StreetProblem
    from patrolmap.planner.solution import PlannedRoute, Solution
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.paths import StreetPath

__all__ = ["LegKey", "drawn_legs", "plan_routes", "unmet_visits"]

LegKey = tuple[str, tuple[float, float], tuple[float, float]]
"""How a team moves, from where and to where; between the same places the way is the same."""


def plan_routes(
    graph: StreetGraph,
    street: StreetProblem,
    solution: Solution,
    *,
    known: Mapping[LegKey, Leg] | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[Route, ...]:
    """
    Draw the routes of a solution on the streets.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    street : StreetProblem
        The problem.
    solution : Solution
        Its solution.
    known : mapping of (str, (float, float), (float, float)) to Leg, or None
        Legs drawn before, as from `drawn_legs`; one that takes as long as the matrix says is not drawn again.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    tuple of Route
        One a team, in the order of the problem.

    Raises
    ------
    CancelledError
        If the user cancelled.
    """
    legs = _all_legs(graph, street, solution, known or {}, progress=progress, cancel=cancel)
    return tuple(_route(street, planned, own) for planned, own in zip(solution.routes, legs, strict=True))


def drawn_legs(plan: PatrolPlan, crews: Sequence[TeamOnShift]) -> dict[LegKey, Leg]:
    """
    Collect the legs of a plan, so that they need not be drawn again.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    crews : sequence of TeamOnShift
        The teams of its shift.

    Returns
    -------
    dict of (str, (float, float), (float, float)) to Leg
        By the travel key of the team and the points at both ends.
    """
    keys = {crew.team_id: travel_key(crew) for crew in crews}
    found: dict[LegKey, Leg] = {}
    for route in plan.routes:
        points = [route.start_point, *(stop.visit.point for stop in route.stops), route.end_point]
        legs = [stop.leg for stop in route.stops]
        legs += [route.way_home] if route.way_home else []
        for (a, b), leg in zip(itertools.pairwise(points), legs, strict=False):
            if route.team_id in keys:
                found[keys[route.team_id], (a.x, a.y), (b.x, b.y)] = leg
    return found


def unmet_visits(street: StreetProblem, explanations: Sequence[Explanation]) -> tuple[UnmetVisit, ...]:
    """
    Put the reasons in the words of a plan.

    Parameters
    ----------
    street : StreetProblem
        The problem.
    explanations : sequence of Explanation
        One for each unmet visit.

    Returns
    -------
    tuple of UnmetVisit
        Required visits first, then by prize.
    """
    found = []
    for why in explanations:
        visit = street.wanted[why.visit].visit
        reason, remedy = why.reason, why.remedy
        if why.code == "unreachable" and street.off_street(why.visit):
            limit = {"metres": round(ATTACH_LIMIT_M)}
            reason = Message(N_("It lies more than {metres} m from every street that the teams can use."), limit)
            remedy = Message(N_("Check where it lies, or import the street that leads there."))
        found.append(UnmetVisit(visit, reason, remedy, why.code, why.missing_s))
    return tuple(sorted(found, key=lambda one: (not one.visit.required, -one.visit.prize, one.visit.visit_id)))


def _places(street: StreetProblem, planned: PlannedRoute) -> list[int]:
    team = street.problem.teams[planned.team]
    return [team.start, *(street.problem.visits[v].place for v in planned.visits), team.end]


def _all_legs(
    graph: StreetGraph,
    street: StreetProblem,
    solution: Solution,
    known: Mapping[LegKey, Leg],
    *,
    progress: Progress,
    cancel: Cancel,
) -> list[list[Leg]]:
    """Legs of each route, found together for all teams that move alike."""
    legs: list[list[Leg]] = [[] for _ in solution.routes]
    by_key: dict[str, list[PlannedRoute]] = {}
    for planned in solution.routes:
        team = street.problem.teams[planned.team]
        if planned.visits or team.start != team.end:
            by_key.setdefault(travel_key(street.crews[planned.team]), []).append(planned)
    place_xy = _place_xy(street) if known else {}
    for number, (key, routes) in enumerate(by_key.items()):
        part = SubProgress(progress, number / len(by_key), (number + 1) / len(by_key))
        crew = street.crews[routes[0].team]
        places, matrix = street.attachments[crew.mode.value], street.problem.travel_s[key]
        pairs = dict.fromkeys(pair for planned in routes for pair in itertools.pairwise(_places(street, planned)))
        drawn: dict[tuple[int, int], Leg] = {}
        for a, b in pairs if known else ():
            leg = known.get((key, place_xy[a], place_xy[b]))
            if leg and _takes(leg) == _way_s(matrix, (a, b)):
                drawn[a, b] = leg
        new = [pair for pair in pairs if pair not in drawn]
        limits = [_way_s(matrix, pair) for pair in new]
        paths = legs_for_routes(
            graph, places, new, crew.mode, speed_kph=crew.speed_kph, limit_s=limits, progress=part, cancel=cancel
        )
        drawn.update((pair, _leg(graph, places, pair, path)) for pair, path in zip(new, paths, strict=True))
        for planned in routes:
            own = itertools.pairwise(_places(street, planned))
            legs[planned.team] = [drawn[pair] for pair in own]
    return legs


def _place_xy(street: StreetProblem) -> dict[int, tuple[float, float]]:
    xy = {}
    for team, crew in zip(street.problem.teams, street.crews, strict=True):
        start = crew.start or crew.point
        xy[team.start], xy[team.end] = (start.x, start.y), (crew.point.x, crew.point.y)
    for visit, one in zip(street.problem.visits, street.wanted, strict=True):
        xy[visit.place] = one.visit.point.x, one.visit.point.y
    return xy


def _way_s(matrix: NDArray[np.float64], pair: tuple[int, int]) -> float:
    return 0.0 if pair[0] == pair[1] else matrix.item(*pair)


def _takes(leg: Leg) -> float:
    """Give the seconds of a leg as the matrix of a problem has them, in whole seconds."""
    return float(max(math.ceil(leg.travel_s - 1e-6), 0))


def _leg(graph: StreetGraph, places: Attachments, pair: tuple[int, int], path: StreetPath | None) -> Leg:
    if path is None:
        # The travel matrix knows a way, so the search must find it.
        raise RuntimeError(f"no way between the places {pair[0]} and {pair[1]} of one route")
    if pair[0] == pair[1]:
        point = places.xy[pair[0]]
        return Leg(shapely.LineString([point, point]), 0.0, 0.0)
    return Leg(path.geometry, float(path.length_m), float(path.travel_s), tuple(turn_list(graph, path)))


def _route(street: StreetProblem, planned: PlannedRoute, legs: list[Leg]) -> Route:
    crew, clock = street.crews[planned.team], planned.timing
    stops = tuple(
        Stop(
            visit=street.wanted[visit].visit,
            arrive_s=round(clock.arrive_s[number]),
            start_s=round(clock.start_s[number]),
            leave_s=round(clock.leave_s[number]),
            leg=legs[number],
        )
        for number, visit in enumerate(planned.visits)
    )
    return Route(
        team_id=crew.team_id,
        team_name=crew.name,
        leader=crew.leader,
        phone=crew.phone,
        members=crew.members,
        mode=crew.mode,
        start_point=crew.start or crew.point,
        end_point=crew.point,
        depart_s=round(clock.depart_s),
        end_s=round(clock.end_s),
        stops=stops,
        way_home=legs[-1] if legs else None,
        break_s=crew.break_s if stops else 0,
        break_start_s=None if clock.break_start_s is None or not stops else round(clock.break_start_s),
        zone=crew.zone,
        area_lead=crew.area_lead,
        point_lead=crew.point_lead,
    )
