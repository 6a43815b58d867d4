"""From a solution to the routes of a patrol plan: every leg on the streets, with its turns."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import shapely

from patrolmap.messages import N_, Message
from patrolmap.model.plan import Leg, Route, Stop, UnmetVisit
from patrolmap.planner.network import ATTACH_LIMIT_M, travel_key
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.streets.paths import legs_for_routes
from patrolmap.streets.turns import turn_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.explain import Explanation
    from patrolmap.planner.network import StreetProblem
    from patrolmap.planner.solution import PlannedRoute, Solution
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.paths import StreetPath

__all__ = ["plan_routes", "unmet_visits"]


def plan_routes(
    graph: StreetGraph,
    street: StreetProblem,
    solution: Solution,
    *,
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
    legs = _all_legs(graph, street, solution, progress, cancel)
    return tuple(_route(street, planned, own) for planned, own in zip(solution.routes, legs, strict=True))


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
    graph: StreetGraph, street: StreetProblem, solution: Solution, progress: Progress, cancel: Cancel
) -> list[list[Leg]]:
    """Legs of each route, found together for all teams that move alike."""
    legs: list[list[Leg]] = [[] for _ in solution.routes]
    by_key: dict[str, list[PlannedRoute]] = {}
    for planned in solution.routes:
        team = street.problem.teams[planned.team]
        if planned.visits or team.start != team.end:
            by_key.setdefault(travel_key(street.crews[planned.team]), []).append(planned)
    for number, (key, routes) in enumerate(by_key.items()):
        part = SubProgress(progress, number / len(by_key), (number + 1) / len(by_key))
        crew = street.crews[routes[0].team]
        places = street.attachments[crew.mode.value]
        pairs = [pair for planned in routes for pair in itertools.pairwise(_places(street, planned))]
        limits = [0.0 if a == b else float(street.problem.travel_s[key][a, b]) for a, b in pairs]
        paths = legs_for_routes(
            graph, places, pairs, crew.mode, speed_kph=crew.speed_kph, limit_s=limits, progress=part, cancel=cancel
        )
        found = iter(zip(pairs, paths, strict=True))
        for planned in routes:
            own = itertools.islice(found, len(planned.visits) + 1)
            legs[planned.team] = [_leg(graph, places, pair, path) for pair, path in own]
    return legs


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
        zone=crew.zone,
    )
