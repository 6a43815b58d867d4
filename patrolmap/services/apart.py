"""Long computations in a process of their own, so that the window stays free. It only reads the project, if it needs one.

PyVRP and the search around it hold the interpreter lock: on a thread they would stall whatever the user does. The
process is spawned once and kept, with streets and ways in its memory, so that the second question is answered in
seconds. What it computes is handed back and kept by the program that has the project open for writing.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, CancelledError, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from patrolmap.messages import Message
    from patrolmap.project.store import ProjectStore

__all__ = ["Apart"]

_POLL_S: Final = 0.05
_REPORT_EVERY_S: Final = 0.1


class Apart:
    """
    A process that answers one question after the other about one project.

    Parameters
    ----------
    path : Path or None
        The project file; None for work that needs none.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._process: Any = None
        self._line: Any = None
        self._stop: Any = None
        self._is_closed = False

    def run(
        self,
        work: Callable[..., Any],
        *details: Any,
        progress: Progress = NO_PROGRESS,
        cancel: Cancel = NO_CANCEL,
    ) -> Any:
        """
        Compute; blocks until the answer is there, so call it on a thread of its own.

        Parameters
        ----------
        work : callable
            A function of a module, called as ``work(project, *details, progress=..., cancel=...)``; without the project if
            there is none.
        *details : Any
            Its other arguments, which can be pickled.
        progress : Progress, optional
            Receives the done share.
        cancel : Cancel, optional
            The user's wish to stop.

        Returns
        -------
        Any
            What the work returns.

        Raises
        ------
        PatrolmapError
            As the work raised it, or if the process ended.
        CancelledError
            If the work stopped because it was asked to, or the process was closed.
        RuntimeError
            If the work failed otherwise: a defect of the program.
        """
        with self._turn:
            self._start(work)
            self._stop.clear()
            try:
                self._line.send((work, details))
            except OSError:  # the project was closed, or the process died, before it could be asked
                self._gone()
            while True:
                if cancel():
                    self._stop.set()
                try:
                    if not self._line.poll(_POLL_S):
                        self._check_alive()
                        continue
                    kind, value = self._line.recv()
                except (EOFError, OSError):
                    self._gone()
                if kind == "report":
                    progress(*value)
                elif kind == "answer":
                    return value
                else:
                    raise value

    def start(self, work: Callable[..., Any]) -> None:
        """
        Start the process before there is a question, so that it can load what the answer needs.

        Parameters
        ----------
        work : callable
            What `run` will ask for.
        """
        with self._turn:
            self._start(work)

    def close(self) -> None:
        """End the process, whatever it is at; `run` that waits for it is cancelled."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.terminate()
            process.join()

    def _start(self, work: Callable[..., Any]) -> None:
        if self._is_closed:
            raise CancelledError
        if self._process is not None and self._process.is_alive():
            return
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._stop = context.Event()
        self._process = context.Process(target=_serve, args=(self._path, theirs, self._stop, work), daemon=True)
        self._process.start()
        theirs.close()

    def _check_alive(self) -> None:
        if not self._process.is_alive() and not self._line.poll():
            self._gone()

    def _gone(self) -> None:
        if self._is_closed:
            raise CancelledError
        process, self._process = self._process, None
        process.terminate()
        process.join()
        raise PatrolmapError(
            N_("A process that computed ended unexpectedly."),
            remedy=N_("There may be too little memory: close other programs, or ask for less at once."),
        )


def _serve(path: Path | None, line: Any, stop: Any, _loaded: Callable[..., Any]) -> None:
    """Answer until the program that asks has gone. The first work comes along: its module is loaded by now."""
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    while True:
        work, details = line.recv()
        try:
            with _opened(path) as project:
                answer = _answered(work, project, details, line, stop)
        except (PatrolmapError, CancelledError) as error:
            line.send(("failed", error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the program that asked must know and raises it
            line.send(("failed", RuntimeError(f"{type(error).__name__}: {error}")))
        else:
            line.send(("answer", answer))


@contextmanager
def _opened(path: Path | None) -> Iterator[tuple[ProjectStore, ...]]:
    if path is None:
        yield ()
        return
    from patrolmap.project.store import ProjectStore as Store

    with Store.open(path, read_only=True) as project:
        yield (project,)


def _answered(
    work: Callable[..., Any], project: tuple[ProjectStore, ...], details: tuple[Any, ...], line: Any, stop: Any
) -> Any:
    last_s = 0.0

    def report(fraction: float, text: Message | None = None) -> None:
        nonlocal last_s
        if text is not None or time.monotonic() - last_s >= _REPORT_EVERY_S:
            last_s = time.monotonic()
            line.send(("report", (fraction, text)))

    return work(*project, *details, progress=report, cancel=stop.is_set)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
