"""The list of unmet visits is laid out once, however many there are, and each button belongs to its visit."""

from __future__ import annotations

from dataclasses import replace

from patrolmap.desktop import wrapping
from patrolmap.desktop.features.board.unmet import UnmetList
from patrolmap.messages import Message
from patrolmap.services.plan_remedies import Remedy, RemedyKind
from tests.desktop.tiny import make_plan


def unmet(count):
    """Make visits that nobody has time for, of names in order."""
    (one,) = make_plan().unmet
    return [replace(one, visit=replace(one.visit, visit_id=f"U{k}", name=f"Visit {k}")) for k in range(count)]


def remedies(one):
    """Offer two."""
    return [Remedy(RemedyKind.SEARCH, one.visit.visit_id, Message(f"Remedy {k}")) for k in (1, 2)]


def shown(qtbot, count):
    """Show so many visits in a list that is seen."""
    made = UnmetList()
    qtbot.addWidget(made)
    made.resize(340, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.show_visits(unmet(count), remedies)
    qtbot.waitUntil(lambda: made.visualItemRect(made.topLevelItem(0)).height() > 0)
    return made


def test_twice_as_many_visits_are_measured_twice_as_often(qtbot, monkeypatch):
    """Not four times: the rows that are there are not measured again for each that comes."""
    usual, calls = wrapping._Wrapping.sizeHint, []

    def counted(self, option, index):
        calls.append(1)
        return usual(self, option, index)

    monkeypatch.setattr(wrapping._Wrapping, "sizeHint", counted)
    counts = []
    for number in (60, 120):
        calls.clear()
        shown(qtbot, number)
        counts.append(len(calls))
    assert 0 < counts[1] < 3 * counts[0]


def test_every_button_stands_below_its_own_visit(qtbot):
    """In the order of the visits, open, each with the name of its visit for those who hear it."""
    made = shown(qtbot, 3)
    assert [one.accessibleDescription() for one in made.buttons] == [f"Visit {k}" for k in (0, 0, 1, 1, 2, 2)]
    for place in range(3):
        item = made.topLevelItem(place)
        assert item.isExpanded()
        rows = [made.itemWidget(item.child(row), 0) for row in range(item.childCount())]
        own = [row for row in rows if row is not None]
        assert [row.isAncestorOf(made.buttons[2 * place + k]) for k, row in enumerate(own)] == [True, True]


def test_a_plan_that_meets_everything_says_so(qtbot):
    """One line, no button."""
    made = UnmetList()
    qtbot.addWidget(made)
    made.show_visits([], None)
    assert made.topLevelItemCount() == 1
    assert made.buttons == []
