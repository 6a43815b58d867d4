"""Whether a visit goes into a route as it is: every order of a break, every gap, without any of the planner's clocks."""

from __future__ import annotations

import itertools
import math

SLACK = 1e-6


def _way(matrix, here, there):
    return 0.0 if here == there else float(matrix[here, there])


def _without(spans, low, high):
    """Cut an open stretch out of closed ones."""
    pieces = [(a, min(b, low)) for a, b in spans] + [(max(a, high), b) for a, b in spans]
    return sorted({(a, b) for a, b in pieces if a <= b})


def holds(problem, team, order, others=(), extra_s=0.0):
    """Tell whether an order can be driven while the stays of other teams, (series, start, leave), remain."""
    crew = problem.teams[team]
    matrix = problem.travel_s[crew.mode]
    visits = [problem.visits[visit] for visit in order]
    places = [crew.start, *(visit.place for visit in visits), crew.end]
    if sum(_way(matrix, a, b) for a, b in itertools.pairwise(places)) > crew.max_travel_s + extra_s + SLACK:
        return False
    spans = []
    for visit in visits:
        mine = sorted(visit.windows) or [(-math.inf, math.inf)]
        for series, start, leave in others:
            if visit.series and visit.series == series:
                mine = _without(mine, start - visit.dwell_s - visit.min_gap_s, leave + visit.min_gap_s)
        spans.append(mine)
    pauses = [None] if crew.break_s <= 0 else range(len(order) + 1)
    return any(_driven(crew, matrix, visits, spans, pause) <= crew.shift[1] + extra_s + SLACK for pause in pauses)


def _driven(crew, matrix, visits, spans, pause):
    now, here, last = crew.shift[0], crew.start, {}
    for number in range(len(visits) + 1):
        if number == pause:
            now = max(now, crew.break_span[0])
            if now > crew.break_span[1] + SLACK:
                return math.inf
            now += crew.break_s
        if number == len(visits):
            break
        visit = visits[number]
        now += _way(matrix, here, visit.place)
        if visit.series in last and visit.series:
            now = max(now, last[visit.series] + visit.min_gap_s)
        span = next((span for span in spans[number] if now <= span[1] + SLACK), None)
        if span is None:
            return math.inf
        now = max(now, span[0]) + visit.dwell_s
        last[visit.series] = now
        here = visit.place
    return now + _way(matrix, here, crew.end)


def goes_in(problem, plan, visit, *, extra_s=0.0, teams=None):
    """Tell whether a visit goes into one of the routes, all else as it is."""
    stays = [
        (route.team, problem.visits[stop].series, start, leave)
        for route in plan.routes
        for stop, start, leave in zip(route.visits, route.timing.start_s, route.timing.leave_s, strict=True)
    ]
    for team in range(len(problem.teams)) if teams is None else teams:
        others = [stay[1:] for stay in stays if stay[0] != team]
        order = plan.routes[team].visits
        tries = ((*order[:k], visit, *order[k:]) for k in range(len(order) + 1))
        if problem.allowed(team, visit) and any(holds(problem, team, one, others, extra_s) for one in tries):
            return True
    return False
