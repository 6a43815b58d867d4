"""Planning the rest of a shift again: what is done stays, what is locked stays, a team that drops out is gone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.schedule import TimeWindow
from patrolmap.planner.demand import WantedVisit, hotspot_gap_s, request_visits, series_name
from patrolmap.planner.schedule import Timing, travel_of
from patrolmap.planner.solution import PlannedRoute, SearchRecord, Solution, score_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from patrolmap.model.plan import PatrolPlan, Route, Stop, Visit
    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.network import StreetProblem
    from patrolmap.planner.problem import Problem
    from patrolmap.planner.settings import PlanSettings

__all__ = ["Changes", "Rest", "as_planned", "merged_routes", "rest_of", "wanted_of", "warm_start"]


@dataclass(frozen=True)
class Changes:
    """
    What happened since a plan was made.

    Parameters
    ----------
    drop : frozenset of str
        Ids of teams that drop out; what they have done stays done.
    lock : frozenset of str
        Ids of visits that keep their team and their time.
    done : frozenset of str
        Ids of visits that are done; with each, all stops of its route before it.
    requests : tuple of Visit
        New visits, such as an incident that came in.
    join : frozenset of str
        Ids of teams that are not in the plan and join it.
    wishes : tuple of Visit
        Visits of the plan as they are wanted from now on, such as with another window; those done or locked stay.
    overtime_s : dict of str to int
        Seconds by which the shifts of teams end later, by team.
    gaps_s : dict of str to int
        Least gaps between the repeats of a place from now on, seconds, by series (`series_name`).
    meet : frozenset of str
        Ids of unmet visits that the change is made for: this once they come before every optional visit.
    """

    drop: frozenset[str] = frozenset()
    lock: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    requests: tuple[Visit, ...] = ()
    join: frozenset[str] = frozenset()
    wishes: tuple[Visit, ...] = ()
    overtime_s: dict[str, int] = field(default_factory=dict)
    gaps_s: dict[str, int] = field(default_factory=dict)
    meet: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rest:
    """
    What is left of a plan to be planned again.

    Parameters
    ----------
    wanted : tuple of WantedVisit
        Visits not done; locked ones at their time only, by their team only.
    crews : tuple of TeamOnShift
        Teams still there, from where and when their last done stop leaves them.
    done : dict of str to tuple of Stop
        Done stops of each route of the plan, by team, marked as locked.
    locked : dict of str to Visit
        Locked visits as they were wanted, by id.
    asked : dict of str to Visit
        Visits that come before others this once, as they are wanted, by id.
    """

    wanted: tuple[WantedVisit, ...]
    crews: tuple[TeamOnShift, ...]
    done: dict[str, tuple[Stop, ...]]
    locked: dict[str, Visit]
    asked: dict[str, Visit]


def wanted_of(plan: PatrolPlan, settings: PlanSettings) -> tuple[WantedVisit, ...]:
    """
    Read the wishes out of a plan again, served or not.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    settings : PlanSettings
        What it was made with: gaps and fixed pairs.

    Returns
    -------
    tuple of WantedVisit
        Repeats of a place form a series as when they were planned.
    """
    visits = [stop.visit for route in plan.routes for stop in route.stops] + [one.visit for one in plan.unmet]
    places: dict[tuple[str, str, str], list[Visit]] = {}
    for visit in sorted(visits, key=lambda v: v.visit_id):
        places.setdefault((visit.kind, visit.place_id, series_name(visit)), []).append(visit)
    found = []
    # A window that was widened by hand must not move the other visits of its series apart.
    kept = plan.provenance.parameters.get("gaps_s", {})
    for (kind, place, name), repeats in places.items():
        gap_s = hotspot_gap_s(place, settings) if kind == "hotspot" else _spread_s(repeats, settings)
        gap_s = kept.get(name, gap_s)
        series = name if len(repeats) > 1 and kind != "request" else ""
        pairs = settings.fixed_pairs.get(place, ())
        found += [WantedVisit(visit, series, gap_s if series else 0, pairs) for visit in repeats]
    return tuple(found)


def rest_of(plan: PatrolPlan, crews: Sequence[TeamOnShift], settings: PlanSettings, changes: Changes) -> Rest:
    """
    Take out of a plan what is done, and tie down what is locked.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    crews : sequence of TeamOnShift
        The teams of its shift.
    settings : PlanSettings
        What it was made with.
    changes : Changes
        What happened.

    Returns
    -------
    Rest
        To be planned again.

    Raises
    ------
    InputError
        If the plan has no such team or visit, or no team is left.
    """
    _check_names(plan, changes)
    done = {route.team_id: _done_stops(route, changes.done) for route in plan.routes}
    wished = {visit.visit_id: visit for visit in changes.wishes}
    over = {stop.visit.visit_id: stop for stops in done.values() for stop in stops}
    keeper = {
        stop.visit.visit_id: (route.team_id, stop)
        for route in plan.routes
        if route.team_id not in changes.drop
        for stop in route.stops
        if (stop.visit.visit_id in changes.lock or stop.locked) and stop.visit.visit_id not in over
    }
    wanted: list[WantedVisit] = []
    locked: dict[str, Visit] = {}
    asked: dict[str, Visit] = {}
    for one in (
        *_spaced(wanted_of(plan, settings), changes.gaps_s),
        *request_visits(changes.requests, plan.shift, settings),
    ):
        name = one.visit.visit_id
        if name in over:
            continue
        if name in keeper:
            team_id, stop = keeper[name]
            locked[name] = one.visit
            now = (TimeWindow(stop.start_s, stop.start_s),)
            # Whoever locks a stop has decided who serves it, whatever its zone and the team's ring ask.
            kept = replace(one.visit, windows=now, required=True, zone="", min_members=1)
            wanted.append(replace(one, visit=kept, only_teams=(team_id,), held=True))
        else:
            wish = replace(one, visit=wished.get(name, one.visit))
            if name in changes.meet:
                asked[name] = wish.visit
                wish = replace(wish, visit=replace(wish.visit, required=True))
            wanted.append(_apart_from(wish, [stop for stop in over.values() if series_name(stop.visit) == one.series]))
    planned = {route.team_id for route in plan.routes}
    rested = {route.team_id for route in plan.routes if _rested(route, done[route.team_id])}
    there = tuple(
        _under_way(c, done.get(c.team_id, ()), rested=c.team_id in rested)
        for c in crews
        if c.team_id in (planned | changes.join) - changes.drop
    )
    if not there:
        raise InputError(N_("No team is left for the rest of the shift."))
    return Rest(tuple(wanted), there, done, locked, asked)


def _spaced(wanted: Sequence[WantedVisit], gaps_s: Mapping[str, int]) -> list[WantedVisit]:
    return [replace(one, min_gap_s=gaps_s.get(one.series, one.min_gap_s)) for one in wanted]


def warm_start(plan: PatrolPlan, street: StreetProblem) -> Solution:
    """
    Bring the rest of a plan into the terms of its new problem.

    Parameters
    ----------
    plan : PatrolPlan
        The plan as it was.
    street : StreetProblem
        The problem of the rest.

    Returns
    -------
    Solution
        Its stops that are still wanted, for a warm start: the routes of teams that are gone come last, without team.
    """
    index = {one.visit.visit_id: number for number, one in enumerate(street.wanted)}
    team = {crew.team_id: number for number, crew in enumerate(street.crews)}
    routes: dict[int, PlannedRoute] = {}
    starts: list[tuple[int, float]] = []
    for route in plan.routes:
        left = [(index[s.visit.visit_id], float(s.start_s)) for s in route.stops if s.visit.visit_id in index]
        number = team.get(route.team_id)
        if number is None:
            starts += left
        else:
            # A hand edit may have given a team what is not for it.
            routes[number] = _planned(number, [one for one in left if street.problem.allowed(number, one[0])])
            starts += [one for one in left if not street.problem.allowed(number, one[0])]
    for number in range(len(street.crews)):
        routes.setdefault(number, _planned(number, []))
    ordered = tuple(routes[number] for number in sorted(routes))
    lost = (_planned(len(street.crews), starts),) if starts else ()
    return Solution((*ordered, *lost), (), 0.0, 0, 0.0, SearchRecord(0, 0, 0, "warm"))


def as_planned(plan: PatrolPlan, street: StreetProblem) -> Solution:
    """
    Bring a whole plan into the terms of its problem, with the times it has.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    street : StreetProblem
        Its problem, with all its visits and teams.

    Returns
    -------
    Solution
        The same routes; a break lies where the times leave room for it.
    """
    index = {one.visit.visit_id: number for number, one in enumerate(street.wanted)}
    routes = []
    for number, crew in enumerate(street.crews):
        route = plan.route(crew.team_id)
        order = tuple(index[stop.visit.visit_id] for stop in route.stops)
        arrive = tuple(float(stop.arrive_s) for stop in route.stops)
        start = tuple(float(stop.start_s) for stop in route.stops)
        leave = tuple(float(stop.leave_s) for stop in route.stops)
        clock = Timing(float(route.depart_s), float(route.end_s), arrive, start, leave)
        at, begin = _planned_break(route) or _break_in(street.problem, number, order, clock)
        clock = replace(clock, break_at=at, break_start_s=begin)
        routes.append(PlannedRoute(number, order, clock, travel_of(street.problem, number, order)))
    orders = [route.visits for route in routes]
    required, prize, travel_s = score_of(street.problem, orders)
    met = {visit for order in orders for visit in order}
    unmet = tuple(visit for visit in range(len(street.wanted)) if visit not in met)
    return Solution(tuple(routes), unmet, -prize, required, travel_s, SearchRecord(0, 0, 0, "plan"))


def _planned_break(route: Route) -> tuple[int, float] | None:
    if route.break_start_s is None:
        return None
    return sum(stop.leave_s <= route.break_start_s for stop in route.stops), float(route.break_start_s)


def _break_in(
    problem: Problem, team: int, order: tuple[int, ...], clock: Timing
) -> tuple[int, float] | tuple[None, None]:
    """Find a place where the times leave room for the break."""
    crew = problem.teams[team]
    places = [crew.start, *(problem.visits[visit].place for visit in order), crew.end]
    for number in range(len(order) + 1 if crew.break_s > 0 else 0):
        begin = max(clock.leave_s[number - 1] if number else crew.shift[0], crew.break_span[0])
        here, there = places[number], places[number + 1]
        way_s = 0.0 if here == there else problem.matrix(team).item(here, there)
        next_s = clock.arrive_s[number] if number < len(order) else clock.end_s
        if begin <= crew.break_span[1] and begin + crew.break_s + way_s <= next_s + 1e-6:
            return number, begin
    return None, None


def merged_routes(plan: PatrolPlan, rest: Rest, routes: Sequence[Route]) -> tuple[Route, ...]:
    """
    Put done stops before the newly planned ones.

    Parameters
    ----------
    plan : PatrolPlan
        The plan as it was.
    rest : Rest
        What was planned again.
    routes : sequence of Route
        The new routes of the rest.

    Returns
    -------
    tuple of Route
        In the order of the plan, teams that joined last; a team that dropped out keeps what it has done and goes no
        further.
    """
    new = {route.team_id: route for route in routes}
    merged = []
    planned = {route.team_id for route in plan.routes}
    for old in plan.routes:
        before = rest.done[old.team_id]
        route = new.get(old.team_id)
        if route is None:
            if before:
                merged.append(replace(old, stops=before, way_home=None, end_s=before[-1].leave_s))
            continue
        stops = tuple(_unlocked(stop, rest) for stop in route.stops)
        if before:
            home_s = 0.0 if route.way_home is None else route.way_home.travel_s
            end_s = route.end_s if stops else before[-1].leave_s + -int(-home_s // 1)
            route = replace(route, depart_s=old.depart_s, start_point=old.start_point, end_s=end_s)
            route = replace(route, way_home=route.way_home or old.way_home)
            if _rested(old, before):
                route = replace(route, break_s=old.break_s, break_start_s=old.break_start_s)
        merged.append(replace(route, stops=(*before, *stops)))
    return (*merged, *(route for route in routes if route.team_id not in planned))


def _check_names(plan: PatrolPlan, changes: Changes) -> None:
    teams = {route.team_id for route in plan.routes}
    visits = {stop.visit.visit_id for route in plan.routes for stop in route.stops}
    wanted = visits | {one.visit.visit_id for one in plan.unmet}
    wishes = frozenset(visit.visit_id for visit in changes.wishes)
    for names, known in (
        (changes.drop, teams),
        (changes.lock | changes.done, visits),
        (wishes | changes.meet, wanted),
    ):
        for name in sorted(names - known):
            raise InputError(N_("The plan {plan} has no team or stop “{name}”."), plan=plan.plan_id, name=name)


def _done_stops(route: Route, done: Collection[str]) -> tuple[Stop, ...]:
    over = [number for number, stop in enumerate(route.stops) if stop.done or stop.visit.visit_id in done]
    return tuple(replace(stop, locked=True, done=True) for stop in route.stops[: max(over, default=-1) + 1])


def _rested(route: Route, done: Sequence[Stop]) -> bool:
    """Tell whether the planned break lies before the last done stop."""
    return bool(done) and route.break_start_s is not None and route.break_start_s < done[-1].start_s


def _under_way(crew: TeamOnShift, done: Sequence[Stop], *, rested: bool) -> TeamOnShift:
    if not done:
        return crew
    last = done[-1]
    window = TimeWindow(last.leave_s, max(crew.window.end_s, last.leave_s))
    usual = crew.break_span
    if rested or last.leave_s > usual.end_s:
        return replace(crew, start=last.visit.point, window=window, break_s=0)
    left = TimeWindow(max(usual.start_s, last.leave_s), usual.end_s)
    return replace(crew, start=last.visit.point, window=window, rest_span=left)


def _apart_from(one: WantedVisit, done: Sequence[Stop]) -> WantedVisit:
    """Cut out the times that are too near to done visits of the same place."""
    if not done:
        return one
    windows = list(one.visit.windows)
    for stop in done:
        first, last = stop.start_s - one.visit.dwell_s - one.min_gap_s, stop.leave_s + one.min_gap_s
        cut = [(w.start_s, min(w.end_s, first)) for w in windows] + [(max(w.start_s, last), w.end_s) for w in windows]
        windows = [TimeWindow(a, b) for a, b in sorted(set(cut)) if a <= b]
    # Without any time left the visit keeps a moment that has passed, so that the plan says why it is unmet.
    kept = tuple(windows) or (TimeWindow(0, 0),)
    return replace(one, visit=replace(one.visit, windows=kept))


def _spread_s(repeats: Sequence[Visit], settings: PlanSettings) -> int:
    windows = [window for visit in repeats for window in visit.windows]
    if not windows:
        return 0
    span_s = max(w.end_s for w in windows) - min(w.start_s for w in windows)
    return max(int(settings.spread * span_s / len(repeats)) - repeats[0].dwell_s, 0)


def _unlocked(stop: Stop, rest: Rest) -> Stop:
    name = stop.visit.visit_id
    if name in rest.asked:
        return replace(stop, visit=rest.asked[name])
    return stop if name not in rest.locked else replace(stop, visit=rest.locked[name], locked=True)


def _planned(team: int, stops: Sequence[tuple[int, float]]) -> PlannedRoute:
    starts = tuple(start for _, start in stops)
    return PlannedRoute(team, tuple(visit for visit, _ in stops), Timing(0.0, 0.0, starts, starts, starts), 0.0)
