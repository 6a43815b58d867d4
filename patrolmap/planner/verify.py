"""An independent check of a plan: every rule and every time again, from the problem alone.

Nothing here is shared with the solver or with the schedule, so that one mistake cannot hide in both.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolmap.planner.problem import Problem, ProblemTeam, ProblemVisit
    from patrolmap.planner.solution import PlannedRoute, Solution

__all__ = ["Violation", "verify", "verify_gaps"]

_TOLERANCE_S: Final = 1e-5


@dataclass(frozen=True)
class Violation:
    """
    One broken rule.

    Parameters
    ----------
    rule : str
        ``twice``, ``travel``, ``window``, ``dwell``, ``shift``, ``zone``, ``members``, ``fixed_pair``, ``gap``,
        ``break``, ``max_travel``, ``max_length``, ``routes`` or ``sums``.
    team_id, visit_id : str
        Where; empty if it does not concern one.
    amount : float
        By how much: seconds, metres or members.
    """

    rule: str
    team_id: str
    visit_id: str
    amount: float


def verify(problem: Problem, solution: Solution) -> tuple[Violation, ...]:
    """
    Check every rule and every time of a plan.

    Parameters
    ----------
    problem : Problem
        The problem as it was given, in the original seconds.
    solution : Solution
        The plan.

    Returns
    -------
    tuple of Violation
        Empty if the plan keeps all rules (within 10 microseconds). Unmet required visits are no violation: they
        are listed in the plan.
    """
    found = list(_check_whole(problem, solution))
    for route in solution.routes:
        if route.visits:
            found += _check_clock(problem, route)
            found += _check_team(problem, route)
            found += _check_break(problem.teams[route.team], route)
    found += verify_gaps(problem.visits, solution.routes)
    return tuple(found)


def _check_whole(problem: Problem, solution: Solution) -> Iterator[Violation]:
    if [route.team for route in solution.routes] != list(range(len(problem.teams))):
        yield Violation("routes", "", "", abs(len(solution.routes) - len(problem.teams)))
    served = [visit for route in solution.routes for visit in route.visits]
    times = Counter(served)
    for visit, count in times.items():
        if count > 1:
            yield Violation("twice", "", problem.visits[visit].visit_id, count)
    missing = [index for index in range(len(problem.visits)) if index not in times]
    prize = sum(problem.visits[visit].prize for visit in served)
    required = sum(problem.visits[visit].required for visit in missing)
    if missing != list(solution.unmet) or required != solution.required_unmet:
        yield Violation("sums", "", "", abs(len(missing) - len(solution.unmet)))
    if abs(prize - solution.prize) > 1e-6 * max(1.0, prize):
        yield Violation("sums", "", "", prize - solution.prize)


def _check_clock(problem: Problem, route: PlannedRoute) -> Iterator[Violation]:
    team = problem.teams[route.team]
    times = problem.travel_s[team.mode]
    clock = route.timing
    free_from, here = clock.depart_s, team.start
    if clock.depart_s < team.shift[0] - _TOLERANCE_S:
        yield Violation("shift", team.team_id, "", team.shift[0] - clock.depart_s)
    if clock.end_s > team.shift[1] + _TOLERANCE_S:
        yield Violation("shift", team.team_id, "", clock.end_s - team.shift[1])
    for number, index in enumerate(route.visits):
        visit = problem.visits[index]
        begin, leave = clock.start_s[number], clock.leave_s[number]
        if clock.break_at == number and clock.break_start_s is not None:
            free_from = max(free_from, clock.break_start_s + team.break_s)
        way = 0.0 if here == visit.place else float(times[here, visit.place])
        early = max(free_from + way - clock.arrive_s[number], clock.arrive_s[number] - begin)
        if not early <= _TOLERANCE_S:
            yield Violation("travel", team.team_id, visit.visit_id, early)
        if not any(a - _TOLERANCE_S <= begin <= b + _TOLERANCE_S for a, b in visit.windows or ((-math.inf, math.inf),)):
            yield Violation(
                "window", team.team_id, visit.visit_id, min(abs(begin - e) for w in visit.windows for e in w)
            )
        if leave - begin < visit.dwell_s - _TOLERANCE_S:
            yield Violation("dwell", team.team_id, visit.visit_id, visit.dwell_s - (leave - begin))
        free_from, here = leave, visit.place
    if clock.break_at == len(route.visits) and clock.break_start_s is not None:
        free_from = max(free_from, clock.break_start_s + team.break_s)
    way = 0.0 if here == team.end else float(times[here, team.end])
    if not free_from + way - clock.end_s <= _TOLERANCE_S:
        yield Violation("travel", team.team_id, "", free_from + way - clock.end_s)


def _check_team(problem: Problem, route: PlannedRoute) -> Iterator[Violation]:
    team = problem.teams[route.team]
    for index in route.visits:
        visit = problem.visits[index]
        if visit.zone and team.zone and visit.zone != team.zone:
            yield Violation("zone", team.team_id, visit.visit_id, 1.0)
        if team.ring and team.ring not in visit.rings:
            yield Violation("ring", team.team_id, visit.visit_id, 1.0)
        if team.members < visit.min_members:
            yield Violation("members", team.team_id, visit.visit_id, visit.min_members - team.members)
        if visit.only_teams and team.team_id not in visit.only_teams:
            yield Violation("fixed_pair", team.team_id, visit.visit_id, 1.0)
    places = [team.start, *(problem.visits[index].place for index in route.visits), team.end]
    ways = [(a, b) for a, b in itertools.pairwise(places) if a != b]
    travel_s = sum(float(problem.travel_s[team.mode][a, b]) for a, b in ways)
    if travel_s > team.max_travel_s + _TOLERANCE_S:
        yield Violation("max_travel", team.team_id, "", travel_s - team.max_travel_s)
    if math.isfinite(team.max_length_m):
        length_m = sum(float(problem.length_m[team.mode][a, b]) for a, b in ways)
        if length_m > team.max_length_m + _TOLERANCE_S:
            yield Violation("max_length", team.team_id, "", length_m - team.max_length_m)


def _check_break(team: ProblemTeam, route: PlannedRoute) -> Iterator[Violation]:
    clock = route.timing
    if team.break_s <= 0:
        return
    if clock.break_at is None or clock.break_start_s is None or not 0 <= clock.break_at <= len(route.visits):
        yield Violation("break", team.team_id, "", team.break_s)
        return
    # The break lies between the stop before (or the departure, which may follow it) and the stop after.
    free_from = clock.leave_s[clock.break_at - 1] if clock.break_at else team.shift[0]
    begin_s, finish_s = team.break_span
    late = max(free_from - clock.break_start_s, begin_s - clock.break_start_s, clock.break_start_s - finish_s)
    if late > _TOLERANCE_S:
        yield Violation("break", team.team_id, "", late)


def verify_gaps(visits: Sequence[ProblemVisit], routes: Sequence[PlannedRoute]) -> tuple[Violation, ...]:
    """
    Check the gaps of all series.

    Parameters
    ----------
    visits : sequence of ProblemVisit
        All visits.
    routes : sequence of PlannedRoute
        All routes, in the terms of `visits`.

    Returns
    -------
    tuple of Violation
        Of the rule ``gap``; empty if all gaps are kept.
    """
    found = []
    planned: dict[str, list[tuple[float, float, int]]] = {}
    for route in routes:
        for number, index in enumerate(route.visits):
            if visits[index].series:
                stay = (route.timing.start_s[number], route.timing.leave_s[number], index)
                planned.setdefault(visits[index].series, []).append(stay)
    for stays in planned.values():
        stays.sort()
        for before, after in itertools.pairwise(stays):
            visit = visits[after[2]]
            if after[0] - before[1] < visit.min_gap_s - _TOLERANCE_S:
                found.append(Violation("gap", "", visit.visit_id, visit.min_gap_s - (after[0] - before[1])))
    return tuple(found)
