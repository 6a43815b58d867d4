"""The search box: typing lists answers, Enter goes there, the keyboard is enough."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from patrolmap.desktop.session import Selection
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture
from tests.desktop.tiny import at


@pytest.fixture
def box(window, qtbot):  # noqa: F811
    """Go to the box by its key."""
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.search.hasFocus)
    return window.search


def type_and_wait(qtbot, box, text):
    qtbot.keyClicks(box, text)
    qtbot.waitUntil(lambda: box.presenter.text == text and not box.presenter.is_searching, timeout=10_000)


def lines(box):
    return [box.list.item(row).text().split("    ") for row in range(box.list.count())]


def test_a_site_is_found_by_a_part_of_its_name_and_shown(window, qtbot, box):  # noqa: F811
    """Three sites are called so; the second is chosen with the arrow key, selected and in the middle of the map."""
    type_and_wait(qtbot, box, "site")
    assert lines(box) == [["Site A", "Site"], ["Site B", "Site"], ["Site C", "Site"]]
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.core.session.selection == Selection("sites", (2,))
    centre = window.stage.plain._centre
    assert at(600, 600).distance(at(0, 0).__class__(centre.x(), centre.y())) < 1.0
    assert not box.card.isVisible()


def test_enter_before_the_answers_goes_to_the_first(window, qtbot, box):  # noqa: F811
    """Nobody has to wait for the list; a team is no row that the map draws, so it is marked."""
    qtbot.keyClicks(box, "Team 2")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.core.session.selection == Selection("teams", (2,)), timeout=10_000)
    assert [
        one.geometry.distance(at(1200, 300)) < 1.0 for one in window.core.scene.overlays if one.kind == "found"
    ] == [True]


def test_a_junction_is_described(qtbot, box):
    """Streets 2 and 7 of the grid meet at 300 m, 300 m."""
    type_and_wait(qtbot, box, "Street 2 and Street 7")
    kinds = [place.kind for place in box.presenter.answers]
    place = box.presenter.answers[kinds.index("junction")]
    assert place.geometry.distance(at(300, 300)) < 1.0


def test_escape_closes_the_list_then_the_search(window, qtbot, box):  # noqa: F811
    """The mark goes with the words."""
    type_and_wait(qtbot, box, "Street 1")
    assert box.card.isVisible()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not box.card.isVisible()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    assert not [one for one in window.core.scene.overlays if one.kind == "found"]


def test_nothing_found_says_what_to_try(qtbot, box):
    """An empty answer is a sentence, not an empty list."""
    type_and_wait(qtbot, box, "zzzz")
    assert box.hint.isVisible()
    assert "part of the name" in box.hint.text()


def test_names_are_listed_before_descriptions_are_read(window, box):  # noqa: F811
    """The first list holds what is called so; what needs the graph of the streets joins it, and the search ends then."""
    told = []
    box.presenter.found.connect(lambda: told.append((box.presenter.is_searching, len(box.presenter.answers))))
    wait, works = window.core.jobs.quick, []
    window.core.jobs.quick = lambda work, deliver, *_haste: works.append((work, deliver))
    try:
        box.presenter.ask("Street 2")
    finally:
        window.core.jobs.quick = wait
    names, all_answers = works
    names[1](names[0]())
    assert [place.title for place in box.presenter.answers] == ["Street 2"]
    all_answers[1](all_answers[0]())
    names[1](())
    assert [is_searching for is_searching, _ in told] == [True, False]
    assert not box.presenter.is_searching
