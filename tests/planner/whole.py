"""Small problems in whole seconds with everything in them, and their optimum by a model that shares nothing with the planner."""

from __future__ import annotations

import math

import numpy as np
from ortools.sat.python import cp_model

from patrolmap.planner import Problem, ProblemTeam, ProblemVisit

_LAST = 100_000


def random_whole(seed):
    """Windows, repeats with gaps, breaks, zones, sizes, fixed pairs, limits of travel, one-way and missing ways."""
    rng = np.random.default_rng(seed)
    count, crews = int(rng.integers(1, 8)), int(rng.integers(1, 4))
    xy = rng.uniform(0, 1000, (count + crews, 2))
    ways = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)))
    if rng.random() < 0.3:
        ways = np.ceil(ways * rng.uniform(0.5, 1.8, ways.shape))
    if rng.random() < 0.3:
        ways[rng.random(ways.shape) < 0.1] = np.inf
    base = float(rng.choice([0, 72_000]))
    teams = tuple(_team(rng, base, count, crews, number) for number in range(crews))
    repeats, gap = int(rng.integers(0, 4)), float(rng.choice([0, 300, 1200]))
    visits = tuple(_visit(rng, base, crews, number, gap if number < repeats else None) for number in range(count))
    return Problem({"any": ways}, visits, teams)


def _team(rng, base, count, crews, number):
    start = base + float(rng.integers(0, 600))
    return ProblemTeam(
        f"t{number}",
        count + number,
        count + int(rng.integers(crews)),
        (start, start + float(rng.integers(400, 5000))),
        members=int(rng.integers(1, 5)),
        zone=str(rng.choice(["", "n", "s"], p=[0.4, 0.3, 0.3])),
        break_s=float(rng.choice([0, 0, 200, 600])),
        max_travel_s=float(rng.choice([np.inf, np.inf, 2000])),
    )


def _visit(rng, base, crews, number, gap):
    windows, repeated = [], gap is not None
    if rng.random() < 0.6:
        begins = base + rng.integers(0, 5000, int(rng.integers(1, 4))).astype(float)
        windows = [(float(begin), float(begin) + float(rng.integers(0, 1500))) for begin in begins]
    return ProblemVisit(
        f"v{number}",
        0 if repeated and rng.random() < 0.8 else number,
        dwell_s=float(rng.integers(0, 600)),
        prize=float(rng.integers(0, 20)),
        required=bool(rng.random() < 0.2),
        windows=tuple(windows),
        series="s" if repeated else "",
        min_gap_s=gap if repeated else 0.0,
        zone=str(rng.choice(["", "n", "s"], p=[0.6, 0.2, 0.2])),
        min_members=int(rng.integers(1, 4)) if rng.random() < 0.3 else 1,
        only_teams=(f"t{int(rng.integers(crews))}",) if rng.random() < 0.15 else (),
    )


def optimum(problem):
    """Find (required unmet, -prize) of the best plan there is; proven."""
    model = cp_model.CpModel()
    served = [model.new_bool_var("") for _ in problem.visits]
    start = [model.new_int_var(0, _LAST, "") for _ in problem.visits]
    by_team = [_route(model, problem, team, start) for team in problem.teams]
    for index, visit in enumerate(problem.visits):
        model.add(sum(own[index] for own in by_team) == served[index])
        if visit.windows:
            chosen = [model.new_bool_var("") for _ in visit.windows]
            model.add(sum(chosen) == 1).only_enforce_if(served[index])
            for (begin, finish), var in zip(visit.windows, chosen, strict=True):
                model.add(start[index] >= math.ceil(begin)).only_enforce_if(var)
                model.add(start[index] <= math.floor(finish)).only_enforce_if(var)
        for other in range(index):
            if visit.series and problem.visits[other].series == visit.series:
                _apart(model, problem, start, served, (index, other))
    whole = int(sum(visit.prize for visit in problem.visits)) + 1
    worth = [int(visit.prize) + whole * visit.required for visit in problem.visits]
    model.maximize(sum(w * var for w, var in zip(worth, served, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    met = {index for index, var in enumerate(served) if solver.value(var)}
    missed = sum(visit.required for index, visit in enumerate(problem.visits) if index not in met)
    return missed, -sum(visit.prize for index, visit in enumerate(problem.visits) if index in met)


def _apart(model, problem, start, served, pair):
    one, other = pair
    earlier = model.new_bool_var("")
    for before, after, order in ((one, other, earlier), (other, one, earlier.negated())):
        hold = int(problem.visits[before].dwell_s + problem.visits[before].min_gap_s)
        model.add(start[after] >= start[before] + hold).only_enforce_if(order, served[one], served[other])


def _route(model, problem, team, start):  # noqa: C901 - one model in one place
    visits, home = problem.visits, len(problem.visits)
    used, end = model.new_bool_var(""), model.new_int_var(0, int(team.shift[1]), "")
    own = [model.new_bool_var("") for _ in visits]
    arcs, travel = [(home, home, used.negated())], []
    rest = [model.new_bool_var("") for _ in range(home + 1)] if team.break_s else None
    pause = model.new_int_var(math.ceil(team.break_span[0]), math.floor(team.break_span[1]), "")
    if rest:
        model.add(sum(rest) == 1).only_enforce_if(used)
    for index, visit in enumerate(visits):
        arcs.append((index, index, own[index].negated()))
        model.add_implication(own[index], used)
        zone = not visit.zone or not team.zone or visit.zone == team.zone
        pair = not visit.only_teams or team.team_id in visit.only_teams
        if not (zone and pair and team.members >= visit.min_members):
            model.add(own[index] == 0)
        if rest:
            model.add_implication(rest[index], own[index])
            model.add(pause >= start[index] + int(visit.dwell_s)).only_enforce_if(rest[index])
    for here in range(home + 1):
        for there in range(home + 1):
            if here == there:
                continue
            a = team.start if here == home else visits[here].place
            b = team.end if there == home else visits[there].place
            way = 0.0 if a == b else problem.travel_s[team.mode][a, b]
            if math.isinf(way):
                continue
            arc = model.new_bool_var("")
            arcs.append((here, there, arc))
            travel.append(int(way) * arc)
            leave = int(team.shift[0]) if here == home else start[here] + int(visits[here].dwell_s)
            arrive = end if there == home else start[there]
            model.add(arrive >= leave + int(way)).only_enforce_if(arc)
            if rest:
                model.add(arrive >= pause + int(team.break_s) + int(way)).only_enforce_if(arc, rest[here])
    if math.isfinite(team.max_travel_s):
        model.add(sum(travel) <= int(team.max_travel_s))
    model.add_circuit(arcs)
    return own
