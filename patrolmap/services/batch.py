"""Many projects: each goes through the same steps, several at once, on this machine or on a Dask cluster.

Dask spreads the projects, moves those of a worker that died to another, and knows nothing of the steps; what is done is
on record in the folder of the answers, so that a run that was cut off anywhere goes on where it was.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import dask
from distributed import CancelledError as FutureCancelledError
from distributed import Client, Future, KilledWorker, LocalCluster, wait
from distributed.comm.core import CommClosedError

from patrolmap import __version__
from patrolmap.errors import InputError, PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.project.lock import ProjectLock
from patrolmap.services.batch_steps import ProjectRun, run_steps
from patrolmap.services.folders import make_folder
from patrolmap.whole_files import unwritable, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from patrolmap.services.batch_file import Batch, BatchProject

__all__ = ["SUMMARY", "BatchResult", "ProjectResult", "run_batch"]

SUMMARY: Final = "summary.json"

_LOOK_EVERY_S: Final = 0.2
_CONNECT_TIMEOUT_S: Final = 10


@dataclass(frozen=True)
class ProjectResult:
    """
    What became of a project of a batch.

    Parameters
    ----------
    project : BatchProject
        Which one.
    run : ProjectRun or None
        Its steps; None if it could not be run at all.
    complaint : str
        Why not, or what its last step said; empty if all is done.
    """

    project: BatchProject
    run: ProjectRun | None
    complaint: str = ""

    @property
    def is_done(self) -> bool:
        """Whether every step that the batch asks for was done."""
        return self.run is not None and not self.complaint


@dataclass(frozen=True)
class BatchResult:
    """
    What became of a batch.

    Parameters
    ----------
    projects : tuple of ProjectResult
        In the order of the batch.
    summary : Path
        The JSON file that says the same.
    """

    projects: tuple[ProjectResult, ...]
    summary: Path


def run_batch(
    batch: Batch,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    options: Sequence[str] = (),
    again: bool = False,
    program: Sequence[str] = (),
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> BatchResult:
    """
    Bring every project of a batch through its steps. What an earlier run has done is taken over.

    Parameters
    ----------
    batch : Batch
        What to do.
    workers : int or None
        How many projects at once on this machine; None takes one for each core. Not used with `scheduler`.
    scheduler : str or None
        Address of a Dask scheduler, such as ``tcp://10.1.2.3:8786``, whose workers have patrolmap and see the same
        paths; None starts a cluster on this machine that listens on the loopback address only.
    options : sequence of str, default ()
        Words that every command gets besides, such as ``--lang zh``.
    again : bool, default False
        Whether to run all steps, whatever is on record.
    program : sequence of str, default ()
        Words that start patrolmap on a worker; none for the one that the worker runs in.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop; the projects under way end with the step's process.

    Returns
    -------
    BatchResult
        What became of each; the summary is written.

    Raises
    ------
    InputError
        If the scheduler does not answer, the folder cannot be written, or another batch is at work in it.
    PatrolmapError
        If the scheduler was lost; what is done is on record.
    CancelledError
        If the user cancelled; what is done is on record.
    """
    make_folder(batch.out)
    count = min(workers or os.cpu_count() or 1, len(batch.projects))
    with (
        _alone(batch.out / SUMMARY),
        dask.config.set({"distributed.scheduler.allowed-failures": batch.retries}),
        _client(scheduler, count) as client,
    ):
        futures = {
            client.submit(
                run_steps, batch, project, tuple(options), again=again, program=tuple(program), pure=False
            ): project
            for project in batch.projects
        }
        _await(client, futures, progress, cancel)
        results = tuple(_result(batch, project, future) for future, project in futures.items())
        return BatchResult(results, _write_summary(batch, results))


@contextlib.contextmanager
def _alone(summary: Path) -> Iterator[None]:
    """Keep a second batch away from the same answers: each would take the other's steps for its own."""
    lock = ProjectLock(summary)
    try:
        is_free = lock.acquire()
    except OSError as error:
        raise unwritable(summary, error) from error
    if not is_free:
        raise InputError(
            N_("A batch is at work in {folder} already ({holder})."),
            remedy=N_("Wait for its end, or choose another folder for the answers with --out."),
            folder=str(summary.parent),
            holder=lock.holder() or "?",
        )
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Client]:
    if scheduler is None:
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # of its plain server; by itself it insists on one port, and complains
                scheduler_kwargs={"dashboard": False},
                memory_limit=None,
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout=_CONNECT_TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise InputError(
            N_("The scheduler {address} does not answer."),
            why=N_("The system says: {cause}."),
            remedy=N_("Check the address, and that a Dask scheduler of the same version runs there."),
            address=scheduler,
            cause=str(error),
        ) from error
    with client:
        yield client


def _await(client: Client, futures: dict[Future[ProjectRun], BatchProject], progress: Progress, cancel: Cancel) -> None:
    left = set(futures)
    while left:
        done = len(futures) - len(left)
        values = {"done": done, "count": len(futures)}
        progress(done / len(futures), Message(N_("{done} of {count} projects"), values))
        try:
            left = set(wait(left, timeout=_LOOK_EVERY_S, return_when="FIRST_COMPLETED").not_done)
        except TimeoutError:  # nothing ended since the last look; the scheduler and the user's wish are looked at below
            pass
        except (FutureCancelledError, CommClosedError) as error:
            raise _lost() from error
        if client.status != "running":
            raise _lost()
        if cancel():
            client.cancel(list(left), force=True)
            raise_if_cancelled(cancel)
    progress(1.0)


def _lost() -> PatrolmapError:
    return PatrolmapError(
        N_("The connection to the scheduler was lost."),
        remedy=N_("Run the same command again: what is done is on record and is not done twice."),
    )


def _result(batch: Batch, project: BatchProject, future: Future[ProjectRun]) -> ProjectResult:
    try:
        run: ProjectRun = future.result()
    except KilledWorker:
        text = N_("Each of {count} workers that ran it was killed or ran out of memory.")
        return ProjectResult(project, None, tr(text, count=batch.retries + 1))
    except (FutureCancelledError, CommClosedError) as error:
        raise _lost() from error
    except OSError as error:  # of the worker: its folder of answers cannot be written
        return ProjectResult(project, None, str(error))
    last = run.records[-1]
    if last.status == "done":
        return ProjectResult(project, run)
    return ProjectResult(
        project, run, last.complaint or tr("It ended without a word, with status {status}.", status=last.exit_status)
    )


def _write_summary(batch: Batch, results: Sequence[ProjectResult]) -> Path:
    document = {
        "program_version": __version__,
        "projects_done": sum(result.is_done for result in results),
        "projects_failed": sum(not result.is_done for result in results),
        "projects": [_as_json(result) for result in results],
    }
    file = batch.out / SUMMARY
    return write_files({file: json.dumps(document, ensure_ascii=False, indent=2).encode()})[0]


def _as_json(result: ProjectResult) -> dict[str, Any]:
    records = result.run.records if result.run else ()
    return {
        "name": result.project.name,
        "project": str(result.project.path),
        "out": str(result.project.out),
        "done": result.is_done,
        "complaint": result.complaint,
        "steps_resumed": result.run.resumed if result.run else 0,
        "steps": [asdict(record) for record in records],
    }
