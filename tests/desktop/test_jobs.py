"""Background work reaches the GUI thread whole, in order, and can be stopped."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QTimer

from patrolmap.desktop import jobs
from patrolmap.desktop.haste import Haste
from patrolmap.desktop.jobs import JobRunner, JobState
from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.progress import raise_if_cancelled

TITLE = Message("Test")


@pytest.fixture
def failures():
    return []


@pytest.fixture
def runner(qapp, failures):  # noqa: ARG001 - a queue of events needs an application
    made = JobRunner(failures.append)
    yield made
    made.close()


def test_result_is_delivered_on_the_gui_thread(runner, qtbot):
    """The work runs elsewhere; its result arrives where widgets live."""
    seen = {}
    runner.start(
        TITLE,
        lambda _progress, _cancel: threading.current_thread(),
        on_done=lambda worker: seen.update(worker=worker, here=threading.current_thread()),
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen["here"] is threading.main_thread()
    assert seen["worker"] is not threading.main_thread()


def test_progress_carries_fraction_and_text(runner, qtbot):
    """The last report before the end is seen with its text."""

    def work(progress, _cancel):
        progress(0.25, Message("Half way"))
        progress(2.0, Message("Past the end"))

    seen = []
    job = runner.start(TITLE, work)
    job.changed.connect(lambda: seen.append((job.fraction, job.text)))
    qtbot.waitUntil(lambda: job.is_over)
    assert (0.25, Message("Half way")) in seen
    assert (1.0, Message("Past the end")) in seen
    assert job.state is JobState.DONE


def test_a_flood_of_reports_is_thinned(runner, qtbot):
    """Ten thousand reports without a new text cost the GUI thread a handful."""
    changes = []
    job = runner.start(TITLE, lambda progress, _cancel: [progress(i / 10_000) for i in range(10_000)])
    job.changed.connect(lambda: changes.append(1))
    qtbot.waitUntil(lambda: job.is_over)
    assert len(changes) < 100


def test_cancel_stops_the_work(runner, qtbot):
    """A job that listens ends as cancelled, and says so once."""
    begun = threading.Event()

    def work(_progress, cancel):
        begun.set()
        while True:
            raise_if_cancelled(cancel)
            threading.Event().wait(0.005)

    calls = []
    job = runner.start(TITLE, work, on_done=lambda _r: calls.append("done"), on_cancelled=lambda: calls.append("stop"))
    assert begun.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: job.is_over)
    assert job.state is JobState.CANCELLED
    assert calls == ["stop"]


def test_failure_goes_to_the_job_or_to_the_runner(runner, qtbot, failures):
    """A job's own callback takes its error; without one the runner's does."""

    def work(_progress, _cancel):
        raise InputError("No such file")

    own = []
    runner.start(TITLE, work, on_failed=own.append)
    runner.start(TITLE, work)
    qtbot.waitUntil(lambda: not runner.alive)
    assert len(own) == len(failures) == 1


def test_one_lane_is_served_in_order(runner, qtbot):
    """Changes of the project never run at the same time; other lanes do not wait for them."""
    gate = threading.Event()
    order = []

    def slow(_progress, _cancel):
        gate.wait(5)
        order.append("first")

    first = runner.start(TITLE, slow, lane="project")
    second = runner.start(TITLE, lambda _p, _c: order.append("second"), lane="project")
    free = runner.start(TITLE, lambda _p, _c: order.append("free"))
    qtbot.waitUntil(lambda: free.is_over)
    assert second.state is JobState.WAITING
    gate.set()
    qtbot.waitUntil(lambda: second.is_over)
    assert first.state is JobState.DONE
    assert order == ["free", "first", "second"]


def test_a_waiting_job_can_be_cancelled(runner, qtbot):
    """A job cancelled before its turn never begins."""
    gate = threading.Event()
    begun = []
    runner.start(TITLE, lambda _p, _c: gate.wait(5), lane="project")
    waiting = runner.start(TITLE, lambda _p, _c: begun.append(1), lane="project")
    waiting.cancel()
    gate.set()
    qtbot.waitUntil(lambda: waiting.is_over)
    assert waiting.state is JobState.CANCELLED
    assert not begun


def test_quick_tasks_deliver_on_the_gui_thread(runner, qtbot):
    """Tiles are painted in the pool and answered on the GUI thread."""
    seen = []
    for number in range(20):
        runner.quick(lambda n=number: (n, threading.current_thread()), seen.append)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert {number for number, _ in seen} == set(range(20))
    assert all(thread is not threading.main_thread() for _, thread in seen)


def test_remaining_time_needs_something_to_go_by(runner, qtbot):
    """Nobody is told a remaining time in the first seconds."""
    job = runner.start(TITLE, lambda progress, _cancel: progress(0.5))
    assert job.remaining_s is None
    qtbot.waitUntil(lambda: job.is_over)
    assert job.remaining_s is None


def test_what_is_urgent_waits_for_nobody(runner, qtbot):
    """While two long tasks fill the pool, a tile is painted at once."""
    gate, done = threading.Event(), []
    for _ in range(2):
        runner.quick(lambda: gate.wait(20), lambda _value: done.append("long"))
    runner.quick(lambda: None, lambda _value: done.append("urgent"), Haste.NOW)
    qtbot.waitUntil(lambda: done == ["urgent"])
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 3)


def test_what_nobody_waits_for_comes_last(runner, qtbot):
    """Asked first, begun last; what is as urgent keeps its order."""
    begun = []
    runner.quick(lambda: begun.append("later"), lambda _value: None, Haste.LATER)
    for name in ("first", "second"):
        runner.quick(lambda: None, lambda _value, name=name: begun.append(name))
    qtbot.waitUntil(lambda: len(begun) == 3)
    assert begun[-1] == "later"


def test_what_nobody_waits_for_waits_for_calm(runner, qtbot, monkeypatch):
    """While tiles are asked for again and again it is not begun, but not for ever."""
    monkeypatch.setattr(jobs, "_MOST_WAIT_S", 1.5)
    begun = []
    runner.quick(lambda: begun.append("later"), lambda _value: None, Haste.LATER)
    for _ in range(5):
        runner.quick(lambda: None, lambda _value: None, Haste.NOW)
        qtbot.wait(150)
        assert begun == []

    def still_busy():
        runner.quick(lambda: None, lambda _value: None, Haste.NOW)
        return begun == ["later"]

    qtbot.waitUntil(still_busy)


def test_what_waits_is_dropped_at_the_end(qapp, qtbot, failures):  # noqa: ARG001 - a queue of events needs an application
    """Closing begins nothing more."""
    made, begun = JobRunner(failures.append), []
    made.quick(lambda: begun.append("later"), lambda _value: None, Haste.LATER)
    made.close()
    qtbot.wait(600)
    assert begun == []


def test_what_nobody_waits_for_waits_while_urgent_tasks_are_expected(runner, qtbot):
    """The map is on its way, though nothing is asked for just now."""
    begun = []
    runner.expect(urgent=True)
    runner.quick(lambda: begun.append("later"), lambda _value: None, Haste.LATER)
    qtbot.wait(900)
    assert begun == []
    runner.expect(urgent=False)
    qtbot.waitUntil(lambda: begun == ["later"])


def test_many_results_leave_room_for_clicks(runner, qtbot):
    """Ten results of 30 ms each come at once: what else the window has to do is done between them."""
    order, gate = [], threading.Event()
    for number in range(10):
        runner.quick(lambda: gate.wait(20), lambda _value, number=number: (order.append(number), time.sleep(0.03)))
    gate.set()
    time.sleep(0.3)
    QTimer.singleShot(0, runner, lambda: order.append("click"))
    qtbot.waitUntil(lambda: len(order) == 11)
    assert order.index("click") < 10
