"""The list of background work: several at once, each with its own button."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt

from patrolmap.desktop.core import Core
from patrolmap.desktop.jobs import JobState
from patrolmap.desktop.window import MainWindow
from patrolmap.messages import Message
from patrolmap.progress import raise_if_cancelled
from tests.desktop.test_rings_sections import press


@pytest.fixture
def window(qtbot, monkeypatch):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not made.core.jobs.alive)
    made.close()


def endless(progress, cancel):
    """Work until somebody cancels."""
    progress(0.4, Message("Counting"))
    while True:
        raise_if_cancelled(cancel)
        time.sleep(0.01)


def test_each_of_several_jobs_is_cancelled_by_its_own_button(window, qtbot):
    """Two run at once, a third waits in the lane of the first; cancelling the second leaves the others alone."""
    jobs = [
        window.core.jobs.start(Message(f"Work {place}"), endless, lane=lane)
        for place, lane in enumerate(("a", "b", "a"), 1)
    ]
    press(qtbot, window.status.jobs.list_button)
    rows = window.jobs_list._rows
    assert [row.title.text() for row in rows.values()] == ["Work 1", "Work 2", "Work 3"]
    qtbot.waitUntil(lambda: rows[jobs[0].number].bar.value() == 400)
    assert rows[jobs[2].number].state.text() == "Waits for the work before it"
    press(qtbot, rows[jobs[1].number].cancel_button)
    qtbot.waitUntil(lambda: jobs[1].is_over)
    assert [job.state for job in jobs] == [JobState.RUNNING, JobState.CANCELLED, JobState.WAITING]
    assert window.jobs_list._rows[jobs[1].number].state.text() == "Cancelled"
    press(qtbot, window.jobs_list.all_button)
    qtbot.waitUntil(lambda: not window.core.jobs.alive)
    assert window.jobs_list.empty.isVisible()
    ended = window.jobs_list._rows.values()
    assert len(ended) == 3
    qtbot.wait(20)
    assert window.jobs_list.height() >= sum(row.sizeHint().height() for row in ended)


def test_the_list_opens_and_closes_by_keys(window, qtbot):
    """Without work it says so."""
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.jobs_list.isVisible()
    assert window.jobs_list.empty.text() == "No work is under way."
    qtbot.keyClick(window.jobs_list, Qt.Key.Key_Escape)
    assert not window.jobs_list.isVisible()


def test_the_open_list_has_room_for_what_ends(window, qtbot):
    """A job that ends while the list is open leaves a line that is seen in full."""
    jobs, listed = window.core.jobs, window.jobs_list
    for name in ("One", "Two", "Three"):
        jobs.start(Message(name), endless)
    listed.toggle()
    jobs.cancel_all()
    qtbot.waitUntil(lambda: not jobs.alive)
    qtbot.waitUntil(lambda: listed.height() >= listed.layout().totalHeightForWidth(listed.width()))
    rows = [listed._list.itemAt(place).widget() for place in range(listed._list.count())]
    assert len(rows) == 3
    assert all(listed.rect().contains(row.geometry()) and row.height() >= row.sizeHint().height() for row in rows)
