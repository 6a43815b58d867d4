"""Searches in processes of their own: PyVRP holds the interpreter lock, and a search must not stall the window.

Processes are spawned, never forked, so that the same code runs on Windows, in a frozen program and beside Qt. A
program that uses them guards its entry with ``if __name__ == "__main__"`` and calls `multiprocessing.freeze_support`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

__all__ = ["Crew"]

_POLL_S: Final = 0.05
_GRACE_S: Final = 3.0
_LATE_S: Final = 15.0
_START_S: Final = 30.0
_REPORT_EVERY_S: Final = 0.1


class Crew:
    """
    A few worker processes; with none, the work is done here and now.

    Parameters
    ----------
    workers : int
        Number of processes; 0 or 1 works inline.
    kit : object, optional
        What every piece of work needs; it is sent to each process once. None for nothing.
    """

    def __init__(self, workers: int, kit: object = None) -> None:
        self.workers = workers if workers > 1 else 0
        self._kit = () if kit is None else (kit,)
        self._processes: list[Any] = []
        if self.workers:
            context = multiprocessing.get_context("spawn")
            self._tasks: Any = context.Queue()
            self._results: Any = context.Queue()
            self._stop: Any = context.Event()
            links = (self._tasks, self._results, self._stop, self._kit)
            self._processes = [context.Process(target=_serve, args=links, daemon=True) for _ in range(self.workers)]
            for process in self._processes:
                process.start()

    def __enter__(self) -> Self:
        """Return the crew."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        if self._processes:
            self._let_go()

    def _let_go(self) -> None:
        """Take back the work that nobody took: the thread that hands it over would stay, and keep the program at its end."""
        for line in (self._tasks, self._results):
            line.cancel_join_thread()
        with contextlib.suppress(queue.Empty):  # also if a process was ended while it held the queue
            while True:
                self._tasks.get(timeout=_POLL_S)
        for line in (self._tasks, self._results):
            line.close()

    def wait_until_ready(self, cancel: Cancel = NO_CANCEL) -> None:
        """
        Wait for the processes to start, which loads the program anew in each; half a minute at most.

        Parameters
        ----------
        cancel : Cancel, optional
            The user's wish to stop waiting.
        """
        give_up, missing = time.monotonic() + _START_S, self.workers
        while missing and not cancel() and time.monotonic() < give_up:
            try:
                self._results.get(timeout=_POLL_S)
            except queue.Empty:
                self._check_alive()
            else:
                missing -= 1

    def run(
        self,
        work: Callable[..., Any],
        tasks: Sequence[tuple[Any, ...]],
        *,
        deadline: float | None = None,
        progress: Progress = NO_PROGRESS,
        cancel: Cancel = NO_CANCEL,
    ) -> list[Any]:
        """
        Do a piece of work for each task.

        Parameters
        ----------
        work : callable
            A function of a module, called as ``work(*task, cancel=..., report=...)``, with the kit, if there is one,
            as its first argument.
        tasks : sequence of tuple
            Its arguments, which can be pickled.
        deadline : float or None
            `time.time` at which all pieces should be done by themselves; processes that are not, fifteen seconds
            later, are given up.
        progress : Progress, optional
            Receives the done share.
        cancel : Cancel, optional
            The user's wish to stop; pieces under way answer with what they have.

        Returns
        -------
        list of Any
            The answers in the order of the tasks; None for a task that had not begun when the user stopped, or
            did not answer within three seconds.

        Raises
        ------
        PatrolmapError
            If a worker process failed.
        """
        if not self.workers:
            return self._inline(work, [(*self._kit, *task) for task in tasks], progress, cancel)
        late = float("inf") if deadline is None else deadline + _LATE_S

        def over() -> bool:
            return cancel() or time.time() > late

        return self._away(work, tasks, progress, over)

    @staticmethod
    def _inline(
        work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], progress: Progress, cancel: Cancel
    ) -> list[Any]:
        answers = []
        for number, task in enumerate(tasks):

            def report(done: float, number: int = number) -> None:
                progress((number + done) / len(tasks))

            answers.append(None if cancel() else work(*task, cancel=cancel, report=report))
        return answers

    def _away(
        self, work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], progress: Progress, cancel: Cancel
    ) -> list[Any]:
        for number, task in enumerate(tasks):
            self._tasks.put((number, work, task))
        answers: list[Any] = [None] * len(tasks)
        done = [0.0] * len(tasks)
        waiting = set(range(len(tasks)))
        give_up = float("inf")
        while waiting and time.monotonic() < give_up:
            if cancel() and not self._stop.is_set():
                self._stop.set()
                give_up = time.monotonic() + _GRACE_S
            try:
                kind, number, value = self._results.get(timeout=_POLL_S)
            except queue.Empty:
                self._check_alive()
                continue
            if kind == "ready":
                continue
            if kind == "failed":
                raise PatrolmapError(N_("A planning process failed: {detail}"), detail=value)
            done[number] = value if kind == "report" else 1.0
            if kind == "answer":
                answers[number] = value
                waiting.discard(number)
            progress(sum(done) / len(tasks))
        return answers

    def _check_alive(self) -> None:
        if any(process.exitcode not in (None, 0) for process in self._processes):
            raise PatrolmapError(
                N_("A planning process ended unexpectedly."),
                remedy=N_("There may be too little memory: plan fewer teams at once, or close other programs."),
            )


def _serve(tasks: Any, results: Any, stop: Any, kit: tuple[object, ...]) -> None:
    """Work until the process is ended, or the one that started it has gone."""
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    results.put(("ready", -1, None))
    while True:
        number, work, task = tasks.get()
        last = time.monotonic()

        def report(done: float, number: int = number) -> None:
            nonlocal last
            if time.monotonic() - last >= _REPORT_EVERY_S:
                last = time.monotonic()
                results.put(("report", number, done))

        try:
            answer = None if stop.is_set() else work(*kit, *task, cancel=stop.is_set, report=report)
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent process must know and raises it
            results.put(("failed", number, f"{type(error).__name__}: {error}"))
        else:
            results.put(("answer", number, answer))


def _end_with_parent() -> None:
    """End this process when the program was killed: a queue alone would let it wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
