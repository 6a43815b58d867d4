"""
Cordons of the pursuit drill that keep a given margin: a cut of the streets that can be manned in time.

The pursued's arrival at a held junction depends on what else is held. The search starts from the latest that it can be,
and adds, for each junction that proves too late, the way by which the pursued comes: some junction of this way must be
held, or the team cannot stand there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from ortools.sat.python import cp_model

from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled
from patrolmap.rings.flow import SINK, SOURCE, UNCUT, solve_flow
from patrolmap.rings.pursuit_ways import Flight, Streets

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CANDIDATE_TEAMS", "Found", "ManningSearch"]

CANDIDATE_TEAMS: Final = 24
"""Teams looked at for each junction on large networks: with s junctions held, the s nearest suffice for each."""

_MANY_PAIRS: Final = 60_000
_AREA_UNITS: Final = 1_000_000
_SAME_S: Final = 1e-7
"""Sums of the same times in another order differ by less, seconds."""


@dataclass(frozen=True)
class Found:
    """
    An answer for one margin.

    Parameters
    ----------
    teams : dict of int to int, or None
        Team by junction; None if none was found.
    decided : bool
        Whether the answer is certain: it is there, or there is none; for the least area, that none is smaller.
    """

    teams: dict[int, int] | None
    decided: bool


class ManningSearch:
    """
    Looks for cordons that keep a margin.

    Parameters
    ----------
    flight : Flight
        Where the pursued may go.
    travel_s : numpy.ndarray of float64, shape (k, n)
        Seconds from each team to each junction; infinite without a way.
    deadline : float
        When to stop, on the clock of `time.monotonic`.
    seed : int, default 0
        Seed of the solver.
    cancel : Cancel
        The user's wish to stop.
    """

    def __init__(
        self, flight: Flight, travel_s: NDArray[np.float64], deadline: float, seed: int = 0, cancel: Cancel = NO_CANCEL
    ) -> None:
        self._flight, self._travel_s = flight, travel_s
        self._streets = Streets(flight)
        self._deadline, self._seed, self._cancel = deadline, seed, cancel
        self._soonest_s = travel_s.min(axis=0, initial=np.inf)
        self._soonest_s[flight.start] = np.inf
        self._worth = _worth(travel_s)

    def bound_s(self) -> float:
        """
        Bound the margin that any cordon can keep.

        Returns
        -------
        float
            At least the greatest margin, to a thousandth of a second; below 0 if no cordon keeps a margin of 0; infinite
            if the pursued cannot get out anyway.

        Notes
        -----
        As if every team could be at several junctions: the pursued is stopped wherever the nearest team arrives in time.
        No cordon stops it at more places, so that it comes at least as far.
        """
        if not self._gets_out(0.0, nobody=True):
            return np.inf
        if self._gets_out(0.0):
            return -1.0
        low, high = 0.0, 1.0
        while not self._gets_out(high):
            low, high = high, 2 * high
        while high - low > 1e-3:
            middle = (low + high) / 2
            low, high = (low, middle) if self._gets_out(middle) else (middle, high)
        return high

    def any_cordon(self, margin_s: float) -> Found:
        """
        Find some cordon that keeps a margin.

        Parameters
        ----------
        margin_s : float
            The margin, seconds.

        Returns
        -------
        Found
            Quickly by a cut of the fewest junctions where that can be manned, else by the solver.
        """
        frame = self._frame(margin_s)
        if frame is None:
            return Found(None, decided=True)
        reached, able = frame
        cut = self._fewest(reached, np.asarray(able.any(axis=0)))
        if cut is None:
            return Found(None, decided=True)
        teams = self._manned(cut, margin_s)
        if teams is not None:
            return Found(teams, decided=True)
        return self._solve(margin_s, reached, able, least=False)

    def least_area(self, margin_s: float, known: dict[int, int]) -> Found:
        """
        Find the cordon around the least area that keeps a margin, of equal ones that of the fewest junctions.

        Parameters
        ----------
        margin_s : float
            The margin, seconds.
        known : dict of int to int
            A cordon that keeps it.

        Returns
        -------
        Found
            The known one if the time ends before.
        """
        frame = self._frame(margin_s)
        if frame is None:
            return Found(known, decided=False)
        found = self._solve(margin_s, *frame, least=True, known=known)
        return found if found.teams is not None else Found(known, decided=False)

    def _gets_out(self, margin_s: float, *, nobody: bool = False) -> bool:
        raise_if_cancelled(self._cancel)
        stopped = np.full(len(self._soonest_s), np.inf) if nobody else self._soonest_s + margin_s - _SAME_S
        return bool((self._streets.escape(stopped).passed & self._flight.outside).any())

    def _frame(self, margin_s: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
        """Mark where the pursued comes whatever is done, and which team may stand where; None if it gets out."""
        widest = self._streets.escape(self._soonest_s + margin_s - _SAME_S)
        reached = widest.passed
        if (reached & self._flight.outside).any():
            return None
        able = self._worth & (self._travel_s + margin_s - _SAME_S <= widest.arrival_s) & np.isfinite(self._travel_s)
        able[:, reached] = False
        return reached, able

    def _manned(self, cut: NDArray[np.int64], margin_s: float) -> dict[int, int] | None:
        """Send a team to each junction of a cut, if all are in time."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_bipartite_matching

        mask = np.full(len(self._soonest_s), np.inf)
        mask[cut] = -np.inf
        arrival = self._streets.escape(mask).arrival_s[cut]
        cut, arrival = cut[np.isfinite(arrival)], arrival[np.isfinite(arrival)]
        able = self._travel_s[:, cut] + margin_s - _SAME_S <= arrival
        teams = maximum_bipartite_matching(csr_array(able.astype(np.int8)), perm_type="row")
        return dict(zip(cut.tolist(), teams.tolist(), strict=True)) if (teams >= 0).all() else None

    def _fewest(self, reached: NDArray[np.bool_], holdable: NDArray[np.bool_]) -> NDArray[np.int64] | None:
        """Cut the reached junctions off by the fewest that some team can hold."""
        flight, count = self._flight, len(reached)
        entry = np.where(reached, SOURCE, 2 + 2 * np.arange(count))
        leave = np.where(reached, SOURCE, entry + 1)
        ends, free = np.flatnonzero(flight.outside), np.flatnonzero(~reached)
        tail = np.concatenate([entry[free], leave[flight.tail], leave[ends]])
        head = np.concatenate([leave[free], entry[flight.head], np.full(len(ends), SINK)])
        capacity = np.full(len(tail), UNCUT)
        capacity[: len(free)] = np.where(holdable[free], 1, UNCUT)
        kept = (tail != head) & (head != SOURCE)
        answer = solve_flow(tail[kept], head[kept], capacity[kept], 2 + 2 * count)
        if answer.value >= UNCUT:
            return None
        return free[answer.source_side[entry[free]] & ~answer.source_side[leave[free]]]

    def _solve(
        self,
        margin_s: float,
        reached: NDArray[np.bool_],
        able: NDArray[np.bool_],
        *,
        least: bool,
        known: dict[int, int] | None = None,
    ) -> Found:
        master = _Master(self._flight, reached, able, least=least)
        if known is not None:
            master.hint(known)
        while True:
            raise_if_cancelled(self._cancel)
            left_s = self._deadline - time.monotonic()
            if left_s <= 0:
                return Found(None, decided=False)
            status, cut = master.solve(left_s, self._seed)
            if status == cp_model.INFEASIBLE:
                return Found(None, decided=True)
            if cut is None:
                return Found(None, decided=False)
            teams = self._manned(np.array(sorted(cut), dtype=np.int64), margin_s)
            if teams is not None:
                return Found(teams, decided=not least or status == cp_model.OPTIMAL)
            self._learn(master, cut, margin_s)

    def _learn(self, master: _Master, cut: dict[int, int], margin_s: float) -> None:
        """Tell the solver the ways by which the pursued is at a held junction before its team."""
        mask = np.full(len(self._soonest_s), np.inf)
        mask[list(cut)] = -np.inf
        run = self._streets.escape(mask)
        for node in cut:
            if np.isfinite(run.arrival_s[node]):
                late = self._travel_s[:, node] + margin_s - _SAME_S > run.arrival_s[node]
                master.forbid(node, late, run.way_to(node))


class _Master:
    """Which junctions are reached or held, and by whom; the pursued's times are learned way by way."""

    def __init__(self, flight: Flight, reached: NDArray[np.bool_], able: NDArray[np.bool_], *, least: bool) -> None:
        self._model = cp_model.CpModel()
        self._sent: dict[tuple[int, int], cp_model.IntVar] = {}
        self._held: dict[int, cp_model.IntVar] = {}
        self._reached: dict[int, cp_model.IntVar] = {}
        self._fixed = reached
        model = self._model
        at: dict[int, list[cp_model.IntVar]] = {}
        for team, row in enumerate(able):
            mine = []
            for node in np.flatnonzero(row).tolist():
                sent = self._sent[team, node] = model.new_bool_var("")
                mine.append(sent)
                at.setdefault(node, []).append(sent)
            model.add_at_most_one(mine)
        for node, sents in at.items():
            self._held[node] = model.new_bool_var("")
            model.add(sum(sents) == self._held[node])
        for node in np.flatnonzero(~reached & ~flight.outside).tolist():
            self._reached[node] = model.new_bool_var("")
            if node in self._held:
                model.add_at_most_one(self._reached[node], self._held[node])
        self._arcs(flight)
        if least:
            self._aim(flight)

    def _arcs(self, flight: Flight) -> None:
        pairs = np.unique(np.stack([flight.tail, flight.head]), axis=1).T
        for tail, head in pairs[~self._fixed[pairs[:, 1]]].tolist():
            options = [group[head] for group in (self._reached, self._held) if head in group]
            if self._fixed[tail]:
                self._model.add_bool_or(options)
            elif tail in self._reached:
                self._model.add_bool_or([self._reached[tail].negated(), *options])

    def _aim(self, flight: Flight) -> None:
        """Least area first, then the fewest junctions."""
        weight = np.ones(len(flight.outside)) if flight.weight is None else flight.weight
        whole = float(weight.sum()) or 1.0
        units = np.ceil(weight / whole * _AREA_UNITS).astype(np.int64)
        more = len(self._held) + 1
        area = sum(int(units[node]) * more * one for node, one in self._reached.items())
        self._model.minimize(area + sum(self._held.values()))

    def hint(self, known: dict[int, int]) -> None:
        """Start from a cordon."""
        for (team, node), sent in self._sent.items():
            self._model.add_hint(sent, known.get(node) == team)
        for node, held in self._held.items():
            self._model.add_hint(held, node in known)

    def forbid(self, node: int, late: NDArray[np.bool_], way: list[int]) -> None:
        """Let a team that is late over a way stand at its end only if some junction of the way is held."""
        others = [self._held[one] for one in way if one in self._held]
        mine = [self._sent[team, node] for team in np.flatnonzero(late).tolist() if (team, node) in self._sent]
        if mine:
            self._model.add(sum(mine) <= sum(others) if others else sum(mine) == 0)

    def solve(self, limit_s: float, seed: int) -> tuple[cp_model.CpSolverStatus, dict[int, int] | None]:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = limit_s
        solver.parameters.random_seed = seed
        solver.parameters.num_workers = 2
        status = solver.solve(self._model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return status, None
        return status, {node: team for (team, node), sent in self._sent.items() if solver.value(sent)}


def _worth(travel_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the teams worth sending to each junction."""
    worth = np.isfinite(travel_s)
    if len(travel_s) > CANDIDATE_TEAMS and travel_s.size > _MANY_PAIRS:
        rank = np.argsort(np.argsort(travel_s, axis=0, kind="stable"), axis=0)
        worth &= rank < CANDIDATE_TEAMS
    return worth
