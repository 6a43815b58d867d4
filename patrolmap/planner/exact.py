"""Small problems as a whole, repeats and breaks included, for a solver that proves what it finds."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.planner.schedule import time_route

if TYPE_CHECKING:
    from patrolmap.planner.problem import Problem

__all__ = ["MOST_VISITS", "exact_plan"]

MOST_VISITS: Final = 10
"""Problems with more visits are left to the search."""

_MOST_PAIRS: Final = 40
_TICKS: Final = 100
_PRIZE_TICKS: Final = 1_000
_WORK: Final = 1.0

_Orders = tuple[tuple[int, ...], ...]


def exact_plan(problem: Problem, *, seed: int, time_s: float | None = None) -> tuple[Problem, _Orders] | None:
    """
    Plan a small problem as one model, with the gaps of its series as they are.

    Parameters
    ----------
    problem : Problem
        The problem.
    seed : int
        Seed of the search.
    time_s : float or None
        Most seconds; None for a bound on the work alone, which gives the same plan on every machine.

    Returns
    -------
    problem : Problem
        The problem with the planned visits of series held at their times.
    orders : tuple of tuple of int
        The visits of each team, feasible in it. None if the problem is not small, or nothing was found.

    Notes
    -----
    OR-Tools CP-SAT (Perron, Didier, Gay 2023, doi 10.4230/LIPIcs.CP.2023.3): a circuit for each team, its break after one
    of its stops, series in one of both orders. Times in hundredths of a second, rounded so that its plans hold.
    """
    if (
        not problem.visits
        or len(problem.visits) > MOST_VISITS
        or len(problem.visits) * len(problem.teams) > _MOST_PAIRS
    ):
        return None
    from ortools.sat.python import cp_model

    model = _Model(problem, cp_model.CpModel())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = _WORK
    if time_s is not None:
        solver.parameters.max_time_in_seconds = time_s
    if solver.solve(model.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    orders = model.orders(solver)
    starts = {visit: solver.value(model.start[visit]) / _TICKS for order in orders for visit in order}
    visits = tuple(
        replace(one, windows=((starts[index], starts[index]),)) if one.series and index in starts else one
        for index, one in enumerate(problem.visits)
    )
    held = problem.with_visits(visits)
    if any(time_route(held, team, order) is None for team, order in enumerate(orders)):
        return None
    return held, orders


def _up(seconds: float) -> int:
    return math.ceil(seconds * _TICKS - 1e-6)


def _down(seconds: float) -> int:
    return math.floor(seconds * _TICKS + 1e-6)


class _Model:
    def __init__(self, problem: Problem, model: Any) -> None:
        self.problem, self.model = problem, model
        first = min((_up(team.shift[0]) for team in problem.teams), default=0)
        self.last = max((_down(team.shift[1]) for team in problem.teams), default=0)
        self.served = [model.new_bool_var("") for _ in problem.visits]
        self.start = [model.new_int_var(min(first, self.last), self.last, "") for _ in problem.visits]
        self._arcs: list[dict[tuple[int, int], Any]] = [{} for _ in problem.teams]
        by_team = [self._team(team) for team in range(len(problem.teams))]
        for visit, served in enumerate(self.served):
            model.add(sum(own[visit] for own in by_team) == served)
            self._windows(visit)
        for members in problem.series.values():
            for pair in itertools.combinations(members, 2):
                self._apart(*pair)
        self._aim()

    def orders(self, solver: Any) -> _Orders:
        """Read the routes."""
        answer = []
        home = len(self.problem.visits)
        for arcs in self._arcs:
            after = {here: there for (here, there), var in arcs.items() if solver.boolean_value(var)}
            order: list[int] = []
            here = after.get(home, home)
            while here != home:
                order.append(here)
                here = after[here]
            answer.append(tuple(order))
        return tuple(answer)

    def _team(self, team: int) -> list[Any]:
        """Write the route of a team; node ``len(visits)`` is its home."""
        model, problem, crew = self.model, self.problem, self.problem.teams[team]
        home = len(problem.visits)
        used = model.new_bool_var("")
        end = model.new_int_var(min(_up(crew.shift[0]), self.last), max(_down(crew.shift[1]), 0), "")
        own = [model.new_bool_var("") for _ in problem.visits]
        loops = [(home, home, used.negated())]
        for visit, var in enumerate(own):
            loops.append((visit, visit, var.negated()))
            model.add_implication(var, used)
            if not problem.allowed(team, visit):
                model.add(var == 0)
        rest = self._break(team, used, own) if crew.break_s > 0 else None
        nodes = range(home + 1)
        for here, there in itertools.permutations(nodes, 2):
            way_s = self._way(problem.travel_s[crew.mode], team, here, there)
            if math.isinf(way_s):
                continue
            arc = self._arcs[team][here, there] = model.new_bool_var("")
            arrive = end if there == home else self.start[there]
            leave = _up(crew.shift[0]) if here == home else self.start[here] + _up(problem.visits[here].dwell_s)
            model.add(arrive >= leave + _up(way_s)).only_enforce_if(arc)
            if rest is not None:
                model.add(arrive >= rest[0] + _up(crew.break_s) + _up(way_s)).only_enforce_if(arc, rest[1][here])
        model.add_circuit([*loops, *((here, there, arc) for (here, there), arc in self._arcs[team].items())])
        self._limits(team)
        return own

    def _break(self, team: int, used: Any, own: list[Any]) -> tuple[Any, list[Any]]:
        """Give the start of the break, and for each node whether it follows there."""
        crew, model = self.problem.teams[team], self.model
        begin, finish = crew.break_span
        start = model.new_int_var(min(_up(begin), _down(finish)), max(_up(begin), _down(finish)), "")
        after = [model.new_bool_var("") for _ in range(len(own) + 1)]
        model.add(sum(after) == 1).only_enforce_if(used)
        model.add(start >= _up(crew.shift[0])).only_enforce_if(used)
        for visit, var in enumerate(own):
            model.add_implication(after[visit], var)
            model.add(start >= self.start[visit] + _up(self.problem.visits[visit].dwell_s)).only_enforce_if(
                after[visit]
            )
        return start, after

    def _limits(self, team: int) -> None:
        crew, arcs = self.problem.teams[team], self._arcs[team]
        limits = [(crew.max_travel_s, self.problem.travel_s[crew.mode])]
        if math.isfinite(crew.max_length_m):
            limits.append((crew.max_length_m, self.problem.length_m[crew.mode]))
        for most, matrix in limits:
            if math.isfinite(most):
                ways = ((self._way(matrix, team, *pair), arc) for pair, arc in arcs.items())
                self.model.add(sum(_up(way) * arc for way, arc in ways) <= _down(most))

    def _way(self, matrix: Any, team: int, here: int, there: int) -> float:
        crew, visits = self.problem.teams[team], self.problem.visits
        a = crew.start if here == len(visits) else visits[here].place
        b = crew.end if there == len(visits) else visits[there].place
        return 0.0 if a == b else float(matrix[a, b])

    def _windows(self, visit: int) -> None:
        spans = self.problem.visits[visit].windows
        if not spans:
            return
        chosen = [self.model.new_bool_var("") for _ in spans]
        self.model.add(sum(chosen) == 1).only_enforce_if(self.served[visit])
        for (begin, finish), var in zip(spans, chosen, strict=True):
            if math.isfinite(begin):
                self.model.add(self.start[visit] >= _up(begin)).only_enforce_if(var)
            if math.isfinite(finish):
                self.model.add(self.start[visit] <= _down(finish)).only_enforce_if(var)
            if math.inf in (begin, -finish):
                self.model.add(var == 0)

    def _apart(self, one: int, other: int) -> None:
        earlier = self.model.new_bool_var("")
        for before, after, order in ((one, other, earlier), (other, one, earlier.negated())):
            hold = _up(self.problem.visits[before].dwell_s + self.problem.visits[before].min_gap_s)
            both = (order, self.served[one], self.served[other])
            self.model.add(self.start[after] >= self.start[before] + hold).only_enforce_if(*both)

    def _aim(self) -> None:
        """Put required visits before any prize."""
        prizes = [round(visit.prize * _PRIZE_TICKS) for visit in self.problem.visits]
        # Prizes beyond all measure are made smaller together.
        scale = max(1, sum(prizes) // 10**12)
        prizes = [prize // scale for prize in prizes]
        whole = sum(prizes) + 1
        weights = [p + whole * v.required for p, v in zip(prizes, self.problem.visits, strict=True)]
        self.model.maximize(sum(weight * var for weight, var in zip(weights, self.served, strict=True)))
