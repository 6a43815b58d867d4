"""
Pursuit drill: junctions that shut the pursued in, each reached by its own team before the pursued can be there.

The pursued left a junction ``head_start_s`` before the alarm. A cordon is a set of junctions that separates this
junction from every way out. What counts is the margin at each: the earliest that the pursued can be there, on any way
that passes no other junction of the cordon, less the arrival of the team.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from ortools.sat.python import cp_model

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled
from patrolmap.rings.pursuit_search import safe_cordon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Cordon", "Flight", "find_cordon"]

_TICKS: Final = 1000
"""The solver counts in milliseconds; what it finds is timed again exactly."""

_CANDIDATE_TEAMS: Final = 24
_EXACT_NODES: Final = 1_500
_MOST_TICKS: Final = 24 * 3600 * _TICKS


@dataclass(frozen=True, eq=False)
class Flight:
    """
    Where the pursued may go, and how fast.

    Parameters
    ----------
    tail, head : numpy.ndarray of int64, shape (a,)
        Arcs between junctions.
    seconds : numpy.ndarray of float64, shape (a,)
        What the pursued takes at least for each.
    start : int
        The junction where it began.
    head_start_s : float
        How long before the alarm.
    outside : numpy.ndarray of bool, shape (n,)
        Where it must not get away: ways out. A team may stand on one.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds: NDArray[np.float64]
    start: int
    head_start_s: float
    outside: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cordon:
    """
    A cordon and the proof of how good it can be.

    Parameters
    ----------
    node : numpy.ndarray of int64, shape (c,)
        The junctions, the one with the least margin first.
    team : numpy.ndarray of int64, shape (c,)
        The team of each.
    arrival_s : numpy.ndarray of float64, shape (c,)
        When it arrives, seconds after the alarm.
    pursued_s : numpy.ndarray of float64, shape (c,)
        The earliest that the pursued can be there, seconds after the alarm, by a way that no other junction of the cordon
        blocks.
    inside : numpy.ndarray of bool, shape (n,)
        The junctions that the pursued can still reach.
    best_margin_s : float
        No cordon of these teams has a greater least margin; infinite if nothing is proven.
    proven : bool
        Whether the cordon is proven to have it, to a tenth of a second.
    """

    node: NDArray[np.int64]
    team: NDArray[np.int64]
    arrival_s: NDArray[np.float64]
    pursued_s: NDArray[np.float64]
    inside: NDArray[np.bool_]
    best_margin_s: float
    proven: bool

    @property
    def margins_s(self) -> NDArray[np.float64]:
        """How much earlier than the pursued each team arrives, shape (c,)."""
        margin: NDArray[np.float64] = self.pursued_s - self.arrival_s
        return margin


def find_cordon(
    flight: Flight,
    travel_s: NDArray[np.float64],
    *,
    time_limit_s: float = 10.0,
    seed: int = 0,
    cancel: Cancel = NO_CANCEL,
) -> Cordon | None:
    """
    Find the cordon whose least margin is greatest, and among these one of the fewest teams.

    Parameters
    ----------
    flight : Flight
        Where the pursued may go.
    travel_s : numpy.ndarray of float64, shape (k, n)
        Seconds from each team to each junction; infinite without a way.
    time_limit_s : float, default 10.0
        Seconds for the exact solver, after a first cordon was found.
    seed : int, default 0
        Seed of the solver.
    cancel : Cancel
        The user's wish to stop; heard before the solver runs.

    Returns
    -------
    Cordon or None
        None if no cordon has a margin of at least 0.

    Raises
    ------
    PatrolmapError
        If the solver found neither a cordon nor a proof that there is none in the time given.

    Notes
    -----
    A mixed cut and assignment problem, solved exactly by CP-SAT: a junction is reached, held or beyond; the pursued's
    arrival is its shortest way over reached junctions.
    """
    raise_if_cancelled(cancel)
    if flight.outside[flight.start]:
        return None
    margin_s = _earliest(flight, len(flight.outside)) - travel_s
    safe = safe_cordon((flight.tail, flight.head), flight.start, flight.outside, margin_s, seed=seed)
    raise_if_cancelled(cancel)
    if len(flight.outside) > _EXACT_NODES:
        return None if safe is None else _timed(flight, travel_s, safe, np.inf)
    model = _CordonModel(flight, travel_s)
    if safe is not None:
        model.improve(safe, margin_s)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit_s
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 2
    status = solver.solve(model.model)
    if status == cp_model.UNKNOWN and safe is not None:
        return _timed(flight, travel_s, safe, np.inf)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise PatrolmapError(
            N_("No cordon was found in {seconds} s, and no proof that there is none."),
            remedy=N_("Allow more time, or name fewer posts."),
            seconds=time_limit_s,
        )
    return model.cordon(solver, proven=status == cp_model.OPTIMAL)


class _CordonModel:
    def __init__(self, flight: Flight, travel_s: NDArray[np.float64]) -> None:
        self.model = cp_model.CpModel()
        self._flight, self._travel_s = flight, travel_s
        self._worth = _nearest_teams(travel_s)
        count = len(flight.outside)
        self._reached = [self.model.new_bool_var("") for _ in range(count)]
        self._held = [self.model.new_bool_var("") for _ in range(count)]
        self._ticks = np.rint(flight.seconds * _TICKS).astype(np.int64)
        in_ticks = replace(flight, seconds=self._ticks.astype(np.float64), head_start_s=self._head_start())
        early = _earliest(in_ticks, count)
        self._late = min(_MOST_TICKS, self._horizon())
        self._arrival = [
            self.model.new_int_var(min(int(early[node]), self._late), self._late, "")
            if np.isfinite(early[node])
            else self.model.new_constant(self._late)
            for node in range(count)
        ]
        self._teams()
        self._ways()

    def _head_start(self) -> int:
        return round(self._flight.head_start_s * _TICKS)

    def _horizon(self) -> int:
        """Bound arrivals: a way over all arcs, or the latest team."""
        finite = self._travel_s[np.isfinite(self._travel_s)]
        return int(np.ceil((self._flight.seconds.sum() + (finite.max() if len(finite) else 0.0)) * _TICKS)) + _TICKS

    def _teams(self) -> None:
        model, count = self.model, len(self._flight.outside)
        self.margin = model.new_int_var(0, self._late + self._head_start() + 1, "")
        self._sent: list[tuple[int, int, cp_model.IntVar]] = []
        at: list[list[cp_model.IntVar]] = [[] for _ in range(count)]
        for team, times in enumerate(self._travel_s):
            mine = []
            for node in np.flatnonzero(self._worth[team]).tolist():
                arrival = round(float(times[node]) * _TICKS)
                if node == self._flight.start or arrival > self._late:
                    continue
                sent = model.new_bool_var("")
                model.add(self._arrival[node] >= arrival + self.margin).only_enforce_if(sent)
                mine.append(sent)
                at[node].append(sent)
                self._sent.append((team, node, sent))
            model.add_at_most_one(mine)
        for node in range(count):
            model.add(sum(at[node]) == self._held[node])

    def _ways(self) -> None:
        flight, model = self._flight, self.model
        start = flight.start
        model.add(self._reached[start] == 1)
        model.add(self._arrival[start] == -self._head_start())
        for node in range(len(flight.outside)):
            model.add_at_most_one(self._reached[node], self._held[node])
            if flight.outside[node]:
                model.add(self._reached[node] == 0)
        for tail, head, ticks in zip(flight.tail.tolist(), flight.head.tolist(), self._ticks.tolist(), strict=True):
            model.add_bool_or(self._reached[head], self._held[head]).only_enforce_if(self._reached[tail])
            model.add(self._arrival[head] <= self._arrival[tail] + ticks).only_enforce_if(self._reached[tail])
        teams = sum(self._held)
        model.maximize(self.margin * (len(flight.outside) + 1) - teams)

    def improve(self, safe: Mapping[int, int], margin_s: NDArray[np.float64]) -> None:
        """Start from a cordon that is known, and ask for none with a smaller margin."""
        least = min((float(margin_s[team, node]) for node, team in safe.items()), default=0.0)
        if safe:
            self.model.add(self.margin >= int(least * _TICKS) - len(self._ticks))
        for node, held in enumerate(self._held):
            self.model.add_hint(held, node in safe)
        for team, node, sent in self._sent:
            self.model.add_hint(sent, safe.get(node) == team)
        pursued = _earliest(self._flight, len(self._held), np.isin(np.arange(len(self._held)), list(safe)))
        for node, reached in enumerate(self._reached):
            self.model.add_hint(reached, bool(np.isfinite(pursued[node])) and node not in safe)

    def cordon(self, solver: cp_model.CpSolver, *, proven: bool) -> Cordon:
        """Read the solution."""
        held = {node: team for team, node, sent in self._sent if solver.value(sent)}
        count = len(self._held)
        bound = np.floor((solver.best_objective_bound + count) / (count + 1)) / _TICKS
        proven &= len(held) <= _CANDIDATE_TEAMS
        return _timed(self._flight, self._travel_s, held, float(bound), proven=proven)


def _timed(
    flight: Flight, travel_s: NDArray[np.float64], held: Mapping[int, int], bound_s: float, *, proven: bool = False
) -> Cordon:
    """Time a cordon exactly."""
    node, team = np.array(list(held), dtype=np.int64), np.array(list(held.values()), dtype=np.int64)
    mask = np.zeros(len(flight.outside), dtype=bool)
    mask[node] = True
    pursued = _earliest(flight, len(mask), mask)
    inside = np.isfinite(pursued) & ~mask
    arrival = travel_s[team, node]
    order = np.argsort(pursued[node] - arrival, kind="stable")
    return Cordon(node[order], team[order], arrival[order], pursued[node][order], inside, bound_s, proven)


def _nearest_teams(travel_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the teams worth sending to each junction: with s junctions held, the s nearest suffice for each of them."""
    worth = np.isfinite(travel_s)
    if len(travel_s) > _CANDIDATE_TEAMS:
        rank = np.argsort(np.argsort(travel_s, axis=0, kind="stable"), axis=0)
        worth &= rank < _CANDIDATE_TEAMS
    return worth


def _earliest(flight: Flight, count: int, held: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Compute when the pursued can be at each junction, seconds after the alarm; nobody passes one that is held."""
    onward: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for tail, head, seconds in zip(flight.tail.tolist(), flight.head.tolist(), flight.seconds.tolist(), strict=True):
        onward[tail].append((head, seconds))
    best = np.full(count, np.inf)
    queue = [(-flight.head_start_s, flight.start)]
    while queue:
        at, node = heapq.heappop(queue)
        if at >= best[node]:
            continue
        best[node] = at
        if held is not None and held[node]:
            continue
        for head, seconds in onward[node]:
            if at + seconds < best[head]:
                heapq.heappush(queue, (at + seconds, head))
    return best
