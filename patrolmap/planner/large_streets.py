"""Solving a shift on streets, in one piece or, when it is large, in parts whose ways are measured one by one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.planner.large import LargeParams, LargeProblem, solve_large, verify_large
from patrolmap.planner.network import (
    StreetProblem,
    fixed_teams,
    rings_of,
    street_piece,
    street_problem,
    team_of,
    tie_places,
    visit_of,
)
from patrolmap.planner.solve import SolveParams, StopRule, solve
from patrolmap.planner.verify import Violation, verify
from patrolmap.planner.way_store import WayStore
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.demand import WantedVisit
    from patrolmap.planner.network import PlaceTies
    from patrolmap.planner.parts import Part
    from patrolmap.planner.problem import Problem
    from patrolmap.planner.solution import SearchRecord, Solution
    from patrolmap.streets.network import StreetGraph

__all__ = ["LARGE_TEAMS", "SolvedShift", "large_street_problem", "solve_shift"]

LARGE_TEAMS: Final = 200
"""A shift with more teams is solved in parts."""

_LONGEST_WAY_S: Final = 3_600.0
"""In a large district no team is sent further; it bounds the searches for ways."""


@dataclass(frozen=True, eq=False)
class SolvedShift:
    """
    The plan of a shift, piece by piece.

    Parameters
    ----------
    pieces : tuple of (StreetProblem, Solution)
        Every team and every visit is in one of them.
    record : SearchRecord
        How the whole was reached.
    complete : bool
        False if the search was cancelled.
    broken : tuple of Violation
        What the independent verifier found; empty unless the program has a defect.
    """

    pieces: tuple[tuple[StreetProblem, Solution], ...]
    record: SearchRecord
    complete: bool
    broken: tuple[Violation, ...]

    @classmethod
    def of(cls, street: StreetProblem, solution: Solution) -> SolvedShift:
        """
        Make a shift of one piece, and check it.

        Parameters
        ----------
        street : StreetProblem
            The problem.
        solution : Solution
            Its plan.

        Returns
        -------
        SolvedShift
            With what the verifier found.
        """
        broken = verify(street.problem, solution)
        return cls(((street, solution),), solution.record, solution.complete, broken)


def solve_shift(
    graph: StreetGraph,
    wanted: Sequence[WantedVisit],
    crews: Sequence[TeamOnShift],
    *,
    seed: int,
    stop: StopRule,
    workers: int = 1,
    large_from: int = LARGE_TEAMS,
    part_teams: int = 100,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> SolvedShift:
    """
    Plan a shift, whatever its size.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    wanted : sequence of WantedVisit
        The visits.
    crews : sequence of TeamOnShift
        The teams; at least one.
    seed : int
        Seed of every random choice.
    stop : StopRule
        When the search ends.
    workers : int, default 1
        Processes.
    large_from : int, default 200
        With more teams it is solved in parts.
    part_teams : int, default 100
        Most teams of a part.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        Ends the search; the best plan so far is the answer.

    Returns
    -------
    SolvedShift
        Checked.

    Raises
    ------
    CancelledError
        If the user cancelled before there was any plan.
    """
    if len(crews) <= large_from:
        street = street_problem(graph, wanted, crews, progress=SubProgress(progress, 0.0, 0.2), cancel=cancel)
        params = SolveParams(workers=workers, balance=True)
        search = SubProgress(progress, 0.2, 1.0)
        return SolvedShift.of(
            street, solve(street.problem, params, seed=seed, stop=stop, progress=search, cancel=cancel)
        )
    ties = tie_places(graph, wanted, crews)
    chosen = LargeParams(part_teams=part_teams, workers=workers, balance=True)
    with TemporaryDirectory(prefix="patrolmap-ways-") as folder:
        large = large_street_problem(graph, wanted, crews, ties=ties, longest_way_s=_LONGEST_WAY_S, folder=Path(folder))
        found = solve_large(large, chosen, seed=seed, stop=stop, progress=progress, cancel=cancel)
    pieces = tuple(
        (
            street_piece(one.problem, *_members(wanted, crews, one.part), ties),
            one.solution,
        )
        for one in found.parts
    )
    return SolvedShift(pieces, found.solution.record, found.solution.complete, verify_large(large, found))


def large_street_problem(
    graph: StreetGraph,
    wanted: Sequence[WantedVisit],
    crews: Sequence[TeamOnShift],
    *,
    ties: PlaceTies | None = None,
    longest_way_s: float | None = None,
    folder: Path | None = None,
) -> LargeProblem:
    """
    Make the planning problem of a large district.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    wanted : sequence of WantedVisit
        The visits.
    crews : sequence of TeamOnShift
        The teams; at least one.
    ties : PlaceTies or None
        Where the places stand, if that is known already.
    longest_way_s : float or None
        Ways that take longer are no ways, seconds; None for the longest shift.
    folder : Path or None
        Where the processes of the search keep the ways that they measured; the caller removes it. None measures the
        ways of every part anew.

    Returns
    -------
    LargeProblem
        Places are tied to the streets once; ways are measured part by part.
    """
    known = tie_places(graph, wanted, crews) if ties is None else ties
    store = None if folder is None else WayStore(folder, np.array(list(known.row), dtype=np.float64).reshape(-1, 2))
    rules = rings_of(wanted, crews), fixed_teams(wanted, crews)
    return LargeProblem(
        tuple(visit_of(one, 0, *rule) for one, *rule in zip(wanted, *rules, strict=True)),
        np.array([(one.visit.point.x, one.visit.point.y) for one in wanted], dtype=np.float64).reshape(-1, 2),
        tuple(team_of(crew, (0, 0)) for crew in crews),
        np.array([(crew.point.x, crew.point.y) for crew in crews], dtype=np.float64),
        _PartWays(graph, tuple(wanted), tuple(crews), known, longest_way_s, store),
    )


@dataclass(frozen=True, eq=False)
class _PartWays:
    """Measures the ways of one part; it travels to the worker processes once, with the streets."""

    graph: StreetGraph
    wanted: tuple[WantedVisit, ...]
    crews: tuple[TeamOnShift, ...]
    ties: PlaceTies
    longest_way_s: float | None
    store: WayStore | None

    def __call__(self, part: Part) -> Problem:
        mine, own = _members(self.wanted, self.crews, part)
        # One bound for all parts, so that ways measured for one serve another.
        longest_s = float(max(crew.window.length_s for crew in self.crews))
        longest_s = longest_s if self.longest_way_s is None else min(longest_s, self.longest_way_s)
        return street_problem(self.graph, mine, own, ties=self.ties, longest_way_s=longest_s, store=self.store).problem


def _members(
    wanted: Sequence[WantedVisit], crews: Sequence[TeamOnShift], part: Part
) -> tuple[list[WantedVisit], list[TeamOnShift]]:
    return [wanted[visit] for visit in part.visits], [crews[team] for team in part.teams]
