"""Claims about hand edits on a street with places 60 s apart."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.errors import InputError
from patrolmap.planner import ProblemTeam, ProblemVisit, SearchRecord, StopRule, solve, verify
from patrolmap.planner.editing import broken_rule, draft_of
from patrolmap.planner.solution import solution_of

from .cases import line_problem, random_problem

VISITS = [
    ProblemVisit("a", 1, dwell_s=60, prize=1),
    ProblemVisit("b", 2, dwell_s=60, prize=1, windows=((0, 300),)),
    ProblemVisit("c", 5, dwell_s=60, prize=1, zone="n"),
]
TEAMS = [ProblemTeam("t", 0, 0, (0.0, 900.0)), ProblemTeam("u", 0, 0, (0.0, 900.0), zone="s")]
PROBLEM = line_problem(VISITS, TEAMS)
DRAFT = draft_of(PROBLEM, solution_of(PROBLEM, [(0, 1), ()], SearchRecord(0, 0, 0, "iterations")))


def rules(draft):
    return [violation.rule for violation in draft.broken]


def test_move_add_and_remove_retime_at_once():
    """B to the other team; c added at the end: home at 60 s · 10 of travel and 180 s of dwell."""
    moved = DRAFT.place(1, 1)
    assert moved.solution.orders == ((0,), (1,))
    assert (moved.solution.prize, rules(moved)) == (2, [])
    added = DRAFT.place(2, 0)
    assert added.solution.orders == ((0, 1, 2), ())
    assert added.solution.routes[0].timing.end_s == 780
    assert added.remove(0).solution.unmet == (0,)


def test_what_an_edit_breaks_is_said():
    """Zone n is closed to team u; c first, then a, b is reached at 720 s, 420 s after its window."""
    assert rules(DRAFT.place(2, 1)) == ["zone"]
    late = DRAFT.place(2, 0, 0)
    assert rules(late) == ["window"]
    assert late.broken[0].amount == 420
    assert "7" in str(broken_rule(late.broken[0], {"t": "T", "b": "B"}))
    small = line_problem(VISITS, [ProblemTeam("t", 0, 0, (0.0, 700.0))])
    draft = draft_of(small, solution_of(small, [(0, 1)], SearchRecord(0, 0, 0, "iterations")))
    assert rules(draft.place(2, 0)) == ["shift"]


def test_locked_stop_keeps_its_time():
    """A stop locked at its start keeps it when another is put before it."""
    start = DRAFT.solution.routes[0].timing.start_s[1]
    locked = DRAFT.lock(1).remove(0)
    assert locked.solution.routes[0].timing.start_s == (start,)
    assert locked.lock(1, locked=False).locked == frozenset()


def test_reorder_takes_the_same_stops_only():
    """Backwards works, a stranger does not."""
    assert DRAFT.reorder(0, (1, 0)).solution.orders == ((1, 0), ())
    with pytest.raises(InputError):
        DRAFT.reorder(0, (1, 2))


@pytest.mark.parametrize("seed", range(10))
def test_edits_tell_the_truth(seed):
    """After any edits the verifier finds exactly what the draft says, and an undisturbed plan breaks nothing."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, visits=10, teams=3)
    draft = draft_of(problem, solve(problem, stop=StopRule(iterations=60)))
    assert draft.broken == ()
    for _ in range(8):
        visit, team = int(rng.integers(10)), int(rng.integers(3))
        draft = draft.place(visit, team) if rng.random() < 0.7 else draft.remove(visit)
        assert draft.broken == verify(problem, draft.solution)
