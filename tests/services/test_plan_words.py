"""Claims about what is said of a plan."""

from __future__ import annotations

from patrolmap.messages import Message
from patrolmap.planner.fairness import CellService, Fairness
from patrolmap.planner.predictability import Predictability
from patrolmap.services.plan_words import quality_lines

WARNING = Message("watch out")


def test_the_numbers_of_fairness_and_the_warning_are_said():
    """Longest team, least served cell, how much varies, and the warning last."""
    cell = CellService("C7", "", 4, 1, 600)
    fairness = Fairness("T1", "One", 5_400.0, 3_600.0, 0, cell, 3, 2)
    lines = quality_lines(fairness, Predictability(5, 9, 0.42, 0.3, 0.5, WARNING))
    values = [line.values for line in lines[:-1]]
    assert values[0] == {"team": "One", "longest": "1.5", "mean": "1.0"}
    assert values[1] == {"cell": "C7", "met": 1, "wanted": 4}
    assert values[2] == {"plans": 5, "percent": 42}
    assert lines[-1] is WARNING


def test_nothing_measured_is_nothing_said():
    """Without teams out, cells and earlier plans there is no line."""
    assert quality_lines(None, None) == ()
    assert quality_lines(Fairness("", "", 0.0, 0.0, 3, None, 0, 0), Predictability(1, 0, None, None, None, None)) == ()
