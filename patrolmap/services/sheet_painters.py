"""Processes that paint the sheets of a plan at the same time; each starts while the program still prepares.

Painting holds the interpreter lock, so threads gain nothing. Few sheets are painted here: a process takes a second to
start. It loads what painting needs while plan and map are read, gets both from the program, and opens no project.
"""

from __future__ import annotations

import itertools
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
from patrolmap.services.sheet_files import Share, packed_material, paint_share, write_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolmap.maps.content import MapContent
    from patrolmap.messages import Message
    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.progress import Cancel, Progress
    from patrolmap.services.sheet_files import SheetJob, Written

__all__ = ["SheetPainters", "fair_bounds", "sheet_painters", "workers_for"]

_SHEETS_A_WORKER: Final = 20
_MOST_WORKERS: Final = 4
_LOOK_EVERY_S: Final = 0.1
_JOINED: Final = 0.97
_A_SHEET: Final = 12.0
"""What a sheet costs beside its stops, in stops: its map above all."""


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


def fair_bounds(routes: Sequence[Route], count: int) -> list[int]:
    """
    Part sheets so that each process has as much to paint.

    Parameters
    ----------
    routes : sequence of Route
        Those with a sheet, in their order.
    count : int
        How many parts, at most as many as routes.

    Returns
    -------
    list of int
        Where each part begins, and the end: `count` + 1 rising positions; no part is empty.
    """
    costs = list(itertools.accumulate(_A_SHEET + len(route.stops) for route in routes))
    bounds = [0]
    for part in range(1, count):
        fair = costs[-1] * part / count
        nearest = min(range(len(costs)), key=lambda place: abs(costs[place] - fair)) + 1
        bounds.append(min(max(nearest, bounds[-1] + 1), len(routes) - count + part))
    return [*bounds, len(routes)]


@contextmanager
def sheet_painters(workers: int) -> Iterator[SheetPainters]:
    """
    Start the processes that will paint.

    Parameters
    ----------
    workers : int
        How many; 1 for none but this.

    Yields
    ------
    SheetPainters
        Getting ready, if there are several; they end with the block.
    """
    painters = SheetPainters(workers)
    try:
        yield painters
    finally:
        painters.close()


class SheetPainters:
    """
    What paints the sheets of a plan.

    Parameters
    ----------
    workers : int
        How many processes; 1 for none but this.
    """

    def __init__(self, workers: int) -> None:
        self._stop = threading.Event()
        self._folder: Path | None = None
        self._aparts = [Apart(None) for _ in range(workers)] if workers > 1 else []
        self._pool = ThreadPoolExecutor(max_workers=max(workers, 1))
        for apart in self._aparts:
            apart.start(paint_share)

    def begin(self, job: SheetJob, plan: PatrolPlan, content: MapContent) -> None:
        """
        Hand over what is to be painted; the processes, if there are any, set to work.

        Parameters
        ----------
        job : SheetJob
            What the sheets share.
        plan : PatrolPlan
            The plan.
        content : MapContent
            The layers of the map, metric CRS.
        """
        routes = job.routes_of(plan)
        self._job, self._plan, self._content = job, plan, content
        self._whole = job.path("02-sheets") if job.template.one_file else None
        self._said: Message | None = None
        parts = min(len(self._aparts), len(routes))
        self._done = [0.0] * parts
        self._futures: list[Future[Written]] = []
        if parts == 0:
            return
        if self._whole is not None:
            self._folder = Path(tempfile.mkdtemp(prefix="patrolmap-"))
        packed = packed_material(plan, content)
        for place, (first, last) in enumerate(itertools.pairwise(fair_bounds(routes, parts))):
            share = Share(first, last, self._folder / f"{place}.pdf" if self._folder else None)
            self._futures.append(self._pool.submit(self._run, place, packed, share))

    def finish(self, progress: Progress, cancel: Cancel) -> Written:
        """
        Write the sheets; waits for the processes, if there are any.

        Parameters
        ----------
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
            share = Share(0, len(self._plan.routes), self._whole)
            return write_share(self._job, self._plan, self._content, share, progress=progress, cancel=cancel)
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

    def _run(self, place: int, packed: bytes, share: Share) -> Written:
        def told(fraction: float, text: Message | None = None) -> None:
            self._done[place] = fraction
            self._said = text or self._said

        answer: Written = self._aparts[place].run(
            paint_share, self._job, packed, share, progress=told, cancel=self._stop.is_set
        )
        return answer

    def _joined(self, parts: list[Written]) -> Written:
        files = [path for part in parts for path in part[0]]
        pages = sum(part[1] for part in parts)
        if self._whole is None:
            return tuple(files), pages
        from patrolmap.sheets.joining import join_pdfs

        join_pdfs(self._whole, files)
        return (self._whole,), pages


def _answers(futures: list[Future[Written]]) -> list[Written]:
    """Give what each came to; what failed by itself comes before what was stopped for it."""
    failures = [error for future in futures if (error := future.exception()) is not None]
    if failures:
        raise next((error for error in failures if not isinstance(error, CancelledError)), failures[0])
    return [future.result() for future in futures]
