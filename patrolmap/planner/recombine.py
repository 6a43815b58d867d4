"""Routes of several searches put together anew: the choice of one route a team that together serve the most.

Searches that ended apart often hold one good route each. A visit that two chosen routes serve counts once and is
dropped from the route that it lengthens most; what then fits is put in.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.planner.insertion import fill, repaired
from patrolmap.planner.schedule import travel_of
from patrolmap.planner.solution import score_of
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.planner.problem import Problem

    Weights = NDArray[np.float64]

__all__ = ["PooledRoute", "RoutePool", "recombined", "worth_of"]

PooledRoute = tuple[int, tuple[int, ...]]
"""A route that was seen: a team that can drive it, and its visits in order."""

_MOST_ROUTES: Final = 8_000
_MOST_A_PAIR: Final = 1_200
_MOST_WORK: Final = 1e9
_MOST_PAIRS: Final = 60
_TRAVEL_SHARE: Final = 1e-4


class RoutePool:
    """
    The feasible routes that a search comes by, each set of visits once.

    Parameters
    ----------
    most : int, default 8000
        Routes kept; when there are more, those least worth are forgotten.
    worth : sequence of float
        Worth of each visit.
    """

    def __init__(self, worth: Sequence[float], most: int = _MOST_ROUTES) -> None:
        self._worth, self._most = worth, most
        self._routes: dict[tuple[int, frozenset[int]], tuple[int, ...]] = {}

    def add(self, team: int, order: tuple[int, ...]) -> None:
        """
        Keep a route.

        Parameters
        ----------
        team : int
            A team that can drive it.
        order : tuple of int
            Its visits, in order.
        """
        self._routes[team, frozenset(order)] = order
        if len(self._routes) > 2 * self._most:
            self._shrink()

    def routes(self) -> tuple[PooledRoute, ...]:
        """
        Give the routes.

        Returns
        -------
        tuple of (int, tuple of int)
            A team and the visits in order.
        """
        if len(self._routes) > self._most:
            self._shrink()
        return tuple((team, order) for (team, _), order in self._routes.items())

    def _shrink(self) -> None:
        by_worth = sorted(self._routes.items(), key=lambda item: -sum(self._worth[visit] for visit in item[1]))
        teams = len({team for team, _ in self._routes})
        room: dict[int, int] = {}
        kept = {}
        for key, order in by_worth:
            room[key[0]] = room.get(key[0], 0) + 1
            if room[key[0]] <= max(self._most // teams, 1):
                kept[key] = order
        self._routes = kept


@dataclass(frozen=True, eq=False)
class _Kind:
    """The routes that teams of one kind may choose from: visits served, travel, orders."""

    served: Weights
    cost: Weights
    orders: list[tuple[int, ...]]


def worth_of(problem: Problem) -> list[float]:
    """
    Weigh visits so that a required one outweighs all optional ones.

    Parameters
    ----------
    problem : Problem
        The problem.

    Returns
    -------
    list of float
        A weight for each visit.
    """
    top = 1.0 + sum(visit.prize for visit in problem.visits if not visit.required)
    return [top if visit.required else visit.prize for visit in problem.visits]


def recombined(
    problem: Problem,
    plans: Sequence[Sequence[Sequence[int]]],
    pool: Sequence[PooledRoute],
    rng: np.random.Generator,
    *,
    cancel: Cancel = NO_CANCEL,
) -> list[list[list[int]]]:
    """
    Choose from the routes seen those that together serve the most.

    Parameters
    ----------
    problem : Problem
        Without series.
    plans : sequence of sequence of sequence of int
        Feasible plans to begin with; their routes count as seen.
    pool : sequence of (int, tuple of int)
        The other routes seen, each with a team that can drive it.
    rng : numpy.random.Generator
        For the order in which teams are looked at.
    cancel : Cancel, optional
        Ends early with what is reached.

    Returns
    -------
    list of list of list of int
        Distinct feasible plans, the best first; none if nothing was seen.

    Notes
    -----
    A choice of one set a team with the largest weight of the union is maximal coverage under a partition matroid; it
    is sought by exchange of one route, then of two at once, from each plan and from disturbed ones. The work is
    bounded by a number of operations, not by the clock, so that the same routes give the same plans.
    """
    kinds, kind_of = _kinds(problem, plans, pool)
    if not kinds:
        return []
    search = _Choice(np.array(worth_of(problem), dtype=np.float64), kinds, kind_of, rng)
    found: dict[tuple[int, ...], float] = {}
    for start in search.starts(plans):
        if cancel() or search.work > _MOST_WORK:
            break
        choice, worth = search.improved(start)
        found[tuple(choice)] = worth
    best = sorted(found, key=lambda choice: -found[choice])[: 2 * max(len(plans), 1)]
    made = {tuple(map(tuple, order)): order for order in (_plan(problem, search.orders(c), cancel) for c in best)}
    return sorted(made.values(), key=lambda orders: score_of(problem, orders))


def _kinds(
    problem: Problem, plans: Sequence[Sequence[Sequence[int]]], pool: Sequence[PooledRoute]
) -> tuple[list[_Kind], list[int]]:
    """Gather the routes of teams that differ in nothing."""
    index: dict[object, int] = {}
    kind_of = []
    for team, crew in enumerate(problem.teams):
        same = (crew.start, crew.end, crew.shift, crew.mode, crew.break_s, crew.break_span)
        limits = (crew.max_travel_s, crew.max_length_m, problem.allowed_matrix[team].tobytes())
        kind_of.append(index.setdefault((same, limits), len(index)))
    routes: list[dict[frozenset[int], tuple[int, ...]]] = [{frozenset(): ()} for _ in index]
    planned = ((team, tuple(order)) for plan in plans for team, order in enumerate(plan))
    first = [kind_of.index(kind) for kind in range(len(index))]
    for team, order in itertools.chain(pool, planned):
        known = routes[kind_of[team]]
        old = known.get(frozenset(order))
        if old is None or travel_of(problem, team, order) < travel_of(problem, team, old):
            known[frozenset(order)] = order
    return [_kind(problem, first[kind], list(known.values())) for kind, known in enumerate(routes)], kind_of


def _kind(problem: Problem, team: int, orders: list[tuple[int, ...]]) -> _Kind:
    served = np.zeros((len(orders), len(problem.visits)), dtype=np.float64)
    for row, order in enumerate(orders):
        served[row, list(order)] = 1.0
    crew = problem.teams[team]
    cost = np.array([travel_of(problem, team, order) for order in orders]) / max(crew.shift[1] - crew.shift[0], 1e-9)
    return _Kind(served, cost, orders)


class _Choice:
    """One route a team, made better by exchange of one and of two."""

    def __init__(self, worth: Weights, kinds: list[_Kind], kind_of: list[int], rng: np.random.Generator) -> None:
        self.worth, self.kinds, self.kind_of, self.rng = worth, kinds, kind_of, rng
        # A shift of travel counts as little beside the least prize: it decides between choices of the same worth.
        least = float(worth[worth > 0].min()) if (worth > 0).any() else 1.0
        self.costs = [kind.cost * (least * _TRAVEL_SHARE) for kind in kinds]
        self.work = 0.0

    def starts(self, plans: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
        """Name the plans' own choices, then plans with routes of others in them."""
        rows = [{frozenset(order): row for row, order in enumerate(kind.orders)} for kind in self.kinds]
        own = [[rows[self.kind_of[t]][frozenset(order)] for t, order in enumerate(plan)] for plan in plans]
        own = own or [[0] * len(self.kind_of)]
        mixed = []
        for _ in range(40):
            pick = self.rng.integers(0, len(own), size=len(self.kind_of))
            mixed.append([own[plan][team] for team, plan in enumerate(pick.tolist())])
        return own + mixed

    def improved(self, start: list[int]) -> tuple[list[int], float]:
        """Exchange single routes until none helps, then pairs, and so on."""
        choice = list(start)
        worth = self.value(choice)
        while True:
            while (better := self._singles(choice)) > worth + 1e-3:
                worth = better
            better = self._pairs(choice)
            if better <= worth + 1e-3 or self.work > _MOST_WORK:
                return choice, max(better, worth)
            worth = better

    def value(self, choice: Sequence[int]) -> float:
        """Weigh what a choice serves, less its travel."""
        count = self._count(choice)
        costs = sum(float(self.costs[self.kind_of[team]][row]) for team, row in enumerate(choice))
        return float(self.worth[count > 0].sum(dtype=np.float64)) - costs

    def orders(self, choice: Sequence[int]) -> list[list[int]]:
        """Name the routes of a choice."""
        return [list(self.kinds[self.kind_of[team]].orders[row]) for team, row in enumerate(choice)]

    def _count(self, choice: Sequence[int]) -> Weights:
        count = np.zeros(len(self.worth), dtype=np.float64)
        for team, row in enumerate(choice):
            count += self.kinds[self.kind_of[team]].served[row]
        return count

    def _gains(self, team: int, left: Weights) -> Weights:
        kind = self.kind_of[team]
        self.work += self.kinds[kind].served.size
        gains: Weights = self.kinds[kind].served @ left - self.costs[kind]
        return gains

    def _singles(self, choice: list[int]) -> float:
        count = self._count(choice)
        for team in self.rng.permutation(len(choice)).tolist():
            served = self.kinds[self.kind_of[team]].served
            count -= served[choice[team]]
            gains = self._gains(team, self.worth * (count <= 0))
            row = int(gains.argmax())
            if gains[row] > gains[choice[team]] + 1e-3:
                choice[team] = row
            count += served[choice[team]]
        return self.value(choice)

    def _pairs(self, choice: list[int]) -> float:
        pairs = list(itertools.combinations(range(len(choice)), 2))
        for number in self.rng.permutation(len(pairs))[:_MOST_PAIRS].tolist():
            one, two = pairs[number]
            served = [self.kinds[self.kind_of[team]].served for team in (one, two)]
            count = self._count(choice) - served[0][choice[one]] - served[1][choice[two]]
            left = self.worth * (count <= 0)
            gains = [self._gains(team, left) for team in (one, two)]
            tops = [_top(gain) for gain in gains]
            both = (served[0][tops[0]] * left) @ served[1][tops[1]].T
            self.work += float(both.size) * len(left)
            total = gains[0][tops[0]][:, None] + gains[1][tops[1]][None, :] - both
            first, second = np.unravel_index(int(total.argmax()), total.shape)
            now = gains[0][choice[one]] + gains[1][choice[two]]
            now -= float((served[0][choice[one]] * left) @ served[1][choice[two]])
            if total[first, second] > now + 1e-3:
                choice[one], choice[two] = int(tops[0][first]), int(tops[1][second])
        return self.value(choice)


def _top(gains: Weights) -> NDArray[np.intp]:
    if len(gains) <= _MOST_A_PAIR:
        return np.arange(len(gains))
    return np.sort(np.argpartition(-gains, _MOST_A_PAIR)[:_MOST_A_PAIR])


def _plan(problem: Problem, routes: list[list[int]], cancel: Cancel) -> list[list[int]]:
    """Leave each visit in one route, then put in what fits."""
    where: dict[int, list[int]] = {}
    for team, order in enumerate(routes):
        for visit in order:
            where.setdefault(visit, []).append(team)
    for visit, teams in where.items():
        savings = [(_saving(problem, team, routes[team], visit), team) for team in teams]
        for _, team in sorted(savings)[1:]:
            routes[team].remove(visit)
    orders = repaired(problem, routes)
    planned = {visit for order in orders for visit in order}
    fill(problem, orders, [v for v in range(len(problem.visits)) if v not in planned], cancel=cancel)
    return orders


def _saving(problem: Problem, team: int, order: Sequence[int], visit: int) -> float:
    rest = [other for other in order if other != visit]
    return travel_of(problem, team, order) - travel_of(problem, team, rest)
