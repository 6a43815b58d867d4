"""What is freed is handed back to the system, when the work is done and not by the thread that draws."""

from __future__ import annotations

import platform
import threading

import psutil
import pytest

from patrolmap.desktop import jobs
from patrolmap.desktop.jobs import JobRunner
from patrolmap.desktop.memory import hand_back
from patrolmap.messages import Message

MB = 2**20


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the allocator of glibc is what keeps memory")
def test_freed_memory_goes_back_though_something_lies_above_it():
    """Of 200 MB in small pieces, freed below a piece that stays, three quarters are the system's again."""
    own = psutil.Process()
    pieces = [b"x" * 100_000 for _ in range(2_000)]
    top = b"x" * 100_000
    pieces.clear()
    before = own.memory_info().rss
    hand_back()
    assert before - own.memory_info().rss > 150 * MB
    assert len(top) == 100_000


def test_it_is_handed_back_after_the_last_job(qtbot, monkeypatch):
    """Once, in the background."""
    threads = []
    monkeypatch.setattr(jobs, "hand_back", lambda: threads.append(threading.current_thread()))
    runner, gate = JobRunner(pytest.fail), threading.Event()
    runner.start(Message("short"), lambda _progress, _cancel: None)
    runner.start(Message("long"), lambda _progress, _cancel: gate.wait(10))
    qtbot.waitUntil(lambda: len(runner.alive) == 1)
    assert threads == []
    gate.set()
    qtbot.waitUntil(lambda: len(threads) == 1)
    assert threads[0] is not threading.main_thread()
    qtbot.wait(600)
    assert len(threads) == 1
    runner.close()
