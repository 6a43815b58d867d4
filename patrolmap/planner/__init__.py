"""
Patrol planning: problem, solve, verify, schedule, explain, replan.

The public way in is `Problem` (or `Problem.from_matrix` for a bare matrix), `solve` and `verify`.
"""

from __future__ import annotations

from patrolmap.planner.problem import ONE_MODE, Problem, ProblemTeam, ProblemVisit
from patrolmap.planner.solution import PlannedRoute, SearchRecord, Solution
from patrolmap.planner.solve import SolveParams, StopRule, solve
from patrolmap.planner.verify import Violation, verify

__all__ = [
    "ONE_MODE",
    "PlannedRoute",
    "Problem",
    "ProblemTeam",
    "ProblemVisit",
    "SearchRecord",
    "Solution",
    "SolveParams",
    "StopRule",
    "Violation",
    "solve",
    "verify",
]
