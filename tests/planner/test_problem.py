"""Claims about the planning problem."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.errors import InputError
from patrolmap.planner import Problem, ProblemTeam, ProblemVisit

SQUARE = [[0.0, 5.0], [5.0, 0.0]]
TEAM = ProblemTeam("a", 0, 0, (0.0, 100.0))


def test_bare_matrix_becomes_visits_where_there_are_prizes():
    """Start, end and worthless places are no visits."""
    problem = Problem.from_matrix(np.zeros((5, 5)), prizes=[3, 1, 0, 2, 9], limit=10, teams=2, start=0, end=4)
    assert [visit.visit_id for visit in problem.visits] == ["1", "3"]
    assert [(team.start, team.end) for team in problem.teams] == [(0, 4), (0, 4)]


@pytest.mark.parametrize(
    ("matrix", "visits", "teams"),
    [
        ([[0.0, 1.0]], (), (TEAM,)),
        ([[0.0, -1.0], [1.0, 0.0]], (), (TEAM,)),
        ([[0.0, np.nan], [1.0, 0.0]], (), (TEAM,)),
        (SQUARE, (ProblemVisit("v", 2),), (TEAM,)),
        (SQUARE, (ProblemVisit("v", 1, dwell_s=-1),), (TEAM,)),
        (SQUARE, (ProblemVisit("v", 1, windows=((5, 4),)),), (TEAM,)),
        (SQUARE, (ProblemVisit("v", 1), ProblemVisit("v", 0)), (TEAM,)),
        (SQUARE, (), (ProblemTeam("a", 0, 0, (9.0, 3.0)),)),
        (SQUARE, (), (ProblemTeam("a", 0, 0, (0.0, 3.0), mode="boat"),)),
        (SQUARE, (), (ProblemTeam("a", 0, 0, (0.0, 3.0), max_length_m=5.0),)),
        (SQUARE, (ProblemVisit("v", 1, series="s"), ProblemVisit("w", 1, series="s", min_gap_s=3)), (TEAM,)),
    ],
)
def test_what_cannot_be_is_refused(matrix, visits, teams):
    """Each impossible problem is an input error, not a wrong plan."""
    with pytest.raises(InputError):
        Problem({"any": matrix}, visits, teams)


def test_zone_size_and_fixed_pairs_decide_who_may():
    """A zoned visit takes its zone's teams and those without zone; size and fixed pairs limit further."""
    teams = (
        ProblemTeam("n", 0, 0, (0, 9), zone="north", members=2),
        ProblemTeam("s", 0, 0, (0, 9), zone="south", members=5),
        ProblemTeam("x", 0, 0, (0, 9), members=1),
    )
    visits = (
        ProblemVisit("zone", 1, zone="north"),
        ProblemVisit("size", 1, min_members=2),
        ProblemVisit("pair", 1, only_teams=("s", "x")),
        ProblemVisit("free", 1),
    )
    problem = Problem({"any": SQUARE}, visits, teams)
    assert problem.allowed_matrix.T.tolist() == [
        [True, False, True],
        [True, True, False],
        [False, True, True],
        [True, True, True],
    ]


@pytest.mark.parametrize("values", [{"break_s": float("inf")}, {"break_s": float("nan")}, {"start": 0.5}])
def test_teams_that_cannot_be_are_refused(values):
    """An endless break, and a place that is no row of the matrix."""
    with pytest.raises(InputError):
        Problem(
            {"any": [[0, 1], [1, 0]]},
            (),
            (ProblemTeam(**{"team_id": "a", "start": 0, "end": 0, "shift": (0, 9), **values}),),
        )


def test_a_visit_between_two_rows_of_the_matrix_is_refused():
    """Places are whole numbers."""
    with pytest.raises(InputError):
        Problem({"any": [[0, 1], [1, 0]]}, (ProblemVisit("v", 0.5),), ())
