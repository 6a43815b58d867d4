"""Processes that paint the sheets of a plan at the same time; each starts while the program still prepares.

Painting holds the interpreter lock, so threads gain nothing. Few sheets are painted here: a process takes a second to
start.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patrolmap.progress import CancelledError
from patrolmap.services.apart import Apart
from patrolmap.services.map_content import map_content
from patrolmap.services.sheet_files import Share, write_share, write_share_apart
from patrolmap.sheets.joining import join_pdfs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolmap.messages import Message
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.sheet_files import SheetJob, Written

__all__ = ["SheetPainters", "sheet_painters", "workers_for"]

_SHEETS_A_WORKER: Final = 20
_MOST_WORKERS: Final = 4
_LOOK_EVERY_S: Final = 0.1
_JOINED: Final = 0.97


def workers_for(sheets: int) -> int:
    """
    Choose how many processes paint.

    Parameters
    ----------
    sheets : int
        How many sheets there are.

    Returns
    -------
    int
        1, which is no other process, for fewer than 40 sheets or a machine with one processor; at most 4.
    """
    return max(min(os.cpu_count() or 1, sheets // _SHEETS_A_WORKER, _MOST_WORKERS), 1)


@contextmanager
def sheet_painters(path: Path, job: SheetJob, sheets: int, workers: int) -> Iterator[SheetPainters]:
    """
    Start the painting of sheets.

    Parameters
    ----------
    path : Path
        The project file.
    job : SheetJob
        What the sheets share.
    sheets : int
        How many there are.
    workers : int
        How many processes; 1 for none but this.

    Yields
    ------
    SheetPainters
        At work already if there are several; they end with the block.
    """
    painters = SheetPainters(path, job, sheets, max(min(workers, sheets), 1))
    try:
        yield painters
    finally:
        painters.close()


class SheetPainters:
    """
    What paints the sheets of a plan.

    Parameters
    ----------
    path : Path
        The project file.
    job : SheetJob
        What the sheets share.
    sheets : int
        How many there are.
    workers : int
        How many processes, 1 to `sheets`.
    """

    def __init__(self, path: Path, job: SheetJob, sheets: int, workers: int) -> None:
        self._job, self._sheets = job, sheets
        self._whole = job.path("02-sheets") if job.template.one_file else None
        self._stop = threading.Event()
        self._folder = Path(tempfile.mkdtemp(prefix="patrolmap-")) if workers > 1 and self._whole else None
        self._shares = self._shares_of(workers)
        self._said: Message | None = None
        self._done = [0.0] * workers
        self._aparts = [Apart(path) for _ in self._shares] if workers > 1 else []
        self._pool = ThreadPoolExecutor(max_workers=workers)
        self._futures = [self._pool.submit(self._run, place) for place in range(len(self._aparts))]

    def paint(self, project: ProjectStore, plan: PatrolPlan, progress: Progress, cancel: Cancel) -> Written:
        """
        Write the sheets; waits for the processes, if there are any.

        Parameters
        ----------
        project : ProjectStore
            The open project.
        plan : PatrolPlan
            The plan.
        progress : Progress
            Receives the done share.
        cancel : Cancel
            The user's wish to stop.

        Returns
        -------
        tuple of (tuple of Path, int)
            The files, in the order of the teams, and their pages.

        Raises
        ------
        PatrolmapError
            If a file cannot be written, or a process ended unexpectedly.
        CancelledError
            If the user cancelled.
        """
        if not self._futures:
            share, content = self._shares[0], map_content(project)
            return write_share(self._job, plan, content, share, progress=progress, cancel=cancel)
        while wait(self._futures, timeout=_LOOK_EVERY_S, return_when="FIRST_EXCEPTION").not_done:
            if cancel() or any(future.done() and future.exception() for future in self._futures):
                self._stop.set()
            progress(_JOINED * sum(self._done) / len(self._done), self._said)
        return self._joined(_answers(self._futures))

    def close(self) -> None:
        """End the processes, whatever they are at."""
        for apart in self._aparts:
            apart.close()
        self._pool.shutdown()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _shares_of(self, count: int) -> list[Share]:
        bounds = [round(place * self._sheets / count) for place in range(count + 1)]
        parts = [self._folder / f"{place}.pdf" if self._folder else self._whole for place in range(count)]
        return [Share(bounds[place], bounds[place + 1], part) for place, part in enumerate(parts)]

    def _run(self, place: int) -> Written:
        def told(fraction: float, text: Message | None = None) -> None:
            self._done[place] = fraction
            self._said = text or self._said

        answer: Written = self._aparts[place].run(
            write_share_apart, self._job, self._shares[place], progress=told, cancel=self._stop.is_set
        )
        return answer

    def _joined(self, parts: list[Written]) -> Written:
        files = [path for part in parts for path in part[0]]
        pages = sum(part[1] for part in parts)
        if self._whole is None:
            return tuple(files), pages
        join_pdfs(self._whole, files)
        return (self._whole,), pages


def _answers(futures: list[Future[Written]]) -> list[Written]:
    """Give what each came to; what failed by itself comes before what was stopped for it."""
    failures = [error for future in futures if (error := future.exception()) is not None]
    if failures:
        raise next((error for error in failures if not isinstance(error, CancelledError)), failures[0])
    return [future.result() for future in futures]
