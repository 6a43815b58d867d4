"""On which nights each site is visited, once it is settled who is on duty: even distances first, then even load."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ortools.sat.python import cp_model

from patrolmap.planner.week import WeekStage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.week import WeekProblem

__all__ = ["ChosenNights", "choose_nights", "too_close"]

_MINUTE_S: Final = 60.0
_MOST_PATTERNS: Final = 2_000

_Pattern = tuple[int, ...]
_Group = tuple[tuple[_Pattern, ...], int, str]


@dataclass(frozen=True)
class ChosenNights:
    """
    The nights of the sites.

    Parameters
    ----------
    nights : tuple of tuple of int
        For each site, ascending.
    stages : tuple of WeekStage
        ``spacing`` and ``load``.
    """

    nights: tuple[tuple[int, ...], ...]
    stages: tuple[WeekStage, ...]


def too_close(days: Sequence[int], even: int) -> int:
    """
    Count how often a site is visited again too soon.

    Parameters
    ----------
    days : sequence of int
        Days of its visits, ascending.
    even : int
        The even distance, whole days.

    Returns
    -------
    int
        Days by which visits are nearer to the one before than the even distance, summed.
    """
    return sum(max(even - (later - before), 0) for before, later in itertools.pairwise(days))


def choose_nights(
    problem: WeekProblem,
    duty: Sequence[Sequence[int]],
    *,
    served: Sequence[Sequence[int]] = (),
    effort: float = 2.0,
    seed: int = 0,
) -> ChosenNights:
    """
    Choose the nights of all sites.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    duty : sequence of sequence of int
        For each night the teams on duty.
    served : sequence of sequence of int, default ()
        For each of the first nights, which are over, the sites that were served.
    effort : float, default 2.0
        Most work of the search for even load, in deterministic units of CP-SAT.
    seed : int, default 0
        Seed of the search.

    Returns
    -------
    ChosenNights
        Every site has as many nights as it wants or as there are; the distances are the most even ones that these
        nights allow, which is proved by trying all; the load comes with its bound.
    """
    past = [set(sites) for sites in served]
    fixed = [tuple(n for n, sites in enumerate(past) if site in sites) for site in range(len(problem.sites))]
    open_nights = _staffed_nights(problem, duty)
    groups: dict[_Group, list[int]] = {}
    close = 0
    for site, one in enumerate(problem.sites):
        left = tuple(night for night in open_nights[site] if night >= len(past))
        patterns, worst = _best_patterns(
            _days(problem), fixed[site], left, max(one.times - len(fixed[site]), 0), max(one.times, 1)
        )
        close += worst
        key = (patterns, math.ceil(one.cost_s / _MINUTE_S), one.zone)
        groups.setdefault(key, []).append(site)
    chosen, load = _balanced(problem, duty, groups, effort, seed)
    nights = tuple(tuple(sorted((*fixed[site], *chosen[site]))) for site in range(len(problem.sites)))
    return ChosenNights(nights, (WeekStage("spacing", close, close), load))


def _days(problem: WeekProblem) -> tuple[int, ...]:
    return tuple(night.day for night in problem.nights)


def _staffed_nights(problem: WeekProblem, duty: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    on_duty = [frozenset(teams) for teams in duty]

    @cache
    def staffed(teams: tuple[int, ...], least: int, night: int) -> bool:
        return any(team in on_duty[night] and problem.teams[team].members[night] >= least for team in teams)

    return [
        tuple(night for night in sorted(one.nights) if staffed(problem.allowed[site], one.min_members, night))
        for site, one in enumerate(problem.sites)
    ]


@cache
def _best_patterns(
    days: tuple[int, ...], fixed: _Pattern, left: tuple[int, ...], wanted: int, times: int
) -> tuple[tuple[_Pattern, ...], int]:
    """All choices of nights that are least close together, and how close they are."""
    count = min(wanted, len(left))
    even = (days[-1] - days[0] + 1) // times
    found: dict[int, list[_Pattern]] = {}
    for pattern in itertools.islice(itertools.combinations(left, count), 200_000):
        worst = too_close(sorted(days[night] for night in (*fixed, *pattern)), even)
        found.setdefault(worst, []).append(pattern)
    least = min(found)
    # Many nights leave more choices than evenness of load needs.
    step = -(-len(found[least]) // _MOST_PATTERNS)
    return tuple(found[least][::step]), least


def _balanced(
    problem: WeekProblem, duty: Sequence[Sequence[int]], groups: dict[_Group, list[int]], effort: float, seed: int
) -> tuple[dict[int, _Pattern], WeekStage]:
    """Share the choices so that the fullest night, and what a zone's teams cannot give, is least."""
    model = cp_model.CpModel()
    counts: dict[tuple[_Group, int], Any] = {}
    for group, sites in groups.items():
        own = [model.new_int_var(0, len(sites), "") for _ in group[0]]
        model.add(sum(own) == len(sites))
        counts.update({(group, place): var for place, var in enumerate(own)})
    whole = sum(minutes * len(sites) * len(patterns[0]) for (patterns, minutes, _), sites in groups.items())
    peak = model.new_int_var(0, whole, "")
    aim: list[Any] = [peak]
    for night in range(len(problem.nights)):
        work: dict[str, list[Any]] = {}
        for (group, place), var in counts.items():
            if night in group[0][place] and group[1]:
                work.setdefault(group[2], []).append(group[1] * var)
        every = [term for terms in work.values() for term in terms]
        model.add(sum(every) <= peak)
        for zone, terms in sorted({**work, "": every}.items()):
            above = model.new_int_var(0, whole, "")
            model.add(sum(terms) - above <= _minutes_of(problem, duty, zone, night))
            aim.append(above)
    model.minimize(sum(aim))
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        # Any share of the choices is feasible, so the effort was too small to look at all.
        return {site: group[0][0] for group, sites in groups.items() for site in sites}, WeekStage("load", whole, 0)
    chosen: dict[int, _Pattern] = {}
    for group, sites in groups.items():
        left = iter(sites)
        for place, pattern in enumerate(group[0]):
            chosen.update(dict.fromkeys(itertools.islice(left, solver.value(counts[group, place])), pattern))
    reached = round(solver.objective_value)
    return chosen, WeekStage("load", reached, min(reached, math.ceil(solver.best_objective_bound - 1e-6)))


def _minutes_of(problem: WeekProblem, duty: Sequence[Sequence[int]], zone: str, night: int) -> int:
    own = (problem.teams[team] for team in duty[night])
    return sum(int(team.work_s[night] / _MINUTE_S) for team in own if not zone or team.zone in {"", zone})
