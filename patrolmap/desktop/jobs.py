"""Background work: the only place of the window that starts threads.

A job runs a callable ``work(progress, cancel)`` on a thread of its own. Everything it says comes back through a
queue that is emptied on the GUI thread, so that neither the work nor its callbacks ever touch a widget from outside.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from patrolmap.desktop.haste import Haste
from patrolmap.desktop.memory import hand_back
from patrolmap.progress import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.messages import Message
    from patrolmap.progress import Cancel, Progress

__all__ = ["THREAD_PREFIX", "Job", "JobRunner", "JobState"]

T = TypeVar("T")

THREAD_PREFIX: Final = "patrolmap-"
_REPORT_EVERY_S: Final = 0.05
_QUICK_THREADS: Final = 2
_PATIENT_THREADS: Final = 4
_CALM_MS: Final = 400
_MAIL_S: Final = 0.02
_MOST_WAIT_S: Final = 4.0


class JobState(Enum):
    """Where a job is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(QObject, Generic[T]):
    """
    One piece of background work, seen from the GUI thread.

    Parameters
    ----------
    number : int
        Counts up, for lists of jobs.
    title : Message
        What the user asked for.
    work : Callable
        Takes ``progress`` and ``cancel``; its result is delivered.
    lane : str
        Jobs of one lane run one after the other; an empty lane waits for nobody.
    """

    changed = Signal()
    """State, fraction or text is another."""
    ended = Signal()
    """Done, failed or cancelled; emitted once."""

    def __init__(self, number: int, title: Message, work: Callable[[Progress, Cancel], T], lane: str) -> None:
        super().__init__()
        self.number = number
        self.title = title
        self.lane = lane
        self.state = JobState.WAITING
        self.fraction = 0.0
        self.text: Message | None = None
        self.result: T | None = None
        self.error: BaseException | None = None
        self.started_s = 0.0
        self._work = work
        self._cancel = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def is_cancelling(self) -> bool:
        """Whether it was asked to stop."""
        return self._cancel.is_set()

    @property
    def remaining_s(self) -> float | None:
        """Seconds that it still takes if it goes on as until now; None while that cannot be told."""
        elapsed_s = time.monotonic() - self.started_s
        if self.state is not JobState.RUNNING or self.fraction < 0.05 or elapsed_s < 2:
            return None
        return elapsed_s * (1 - self.fraction) / self.fraction

    def cancel(self) -> None:
        """Ask the work to stop; it ends as soon as it listens."""
        if not self.is_over:
            self._cancel.set()
            self.changed.emit()

    def wants_to_stop(self) -> bool:
        """Return True once `cancel` was called; this is what the work asks."""
        return self._cancel.is_set()

    def run(self, progress: Progress) -> T:
        """
        Do the work on the calling thread.

        Parameters
        ----------
        progress : Progress
            Where it reports.

        Returns
        -------
        T
            What the work returns.
        """
        if self.wants_to_stop():
            raise CancelledError
        return self._work(progress, self.wants_to_stop)


class JobRunner(QObject):
    """
    Starts jobs, brings their words back to the GUI thread and knows which are alive.

    Parameters
    ----------
    on_failure : Callable
        Gets every error that no callback of a job takes.
    """

    started = Signal(object)
    """A `Job` was added."""
    changed = Signal(object)
    """A `Job` reported."""
    ended = Signal(object)
    """A `Job` is over; its callbacks have been called."""
    idle = Signal()
    """The last living job ended."""
    _poked = Signal()

    def __init__(self, on_failure: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._on_failure = on_failure
        self._numbers = itertools.count(1)
        self._alive: list[Job[Any]] = []
        self._waiting: dict[str, deque[tuple[Job[Any], _Callbacks]]] = {}
        self._mail: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._pool: ThreadPoolExecutor | None = None
        self._urgent_pool: ThreadPoolExecutor | None = None
        self._turns = itertools.count()
        self._line: queue.PriorityQueue[tuple[Haste, int, Callable[[], None]]] = queue.PriorityQueue()
        self._patient_pool: ThreadPoolExecutor | None = None
        self._is_closed = False
        self._poked.connect(self._empty_mail, Qt.ConnectionType.QueuedConnection)
        self._later: deque[Callable[[], None]] = deque()
        self._later_since_s = 0.0
        self._is_expecting = self._is_pausing = False
        self._calm = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._calm.timeout.connect(self._begin_later)

    @property
    def alive(self) -> tuple[Job[Any], ...]:
        """Jobs that wait or run, the oldest first."""
        return tuple(self._alive)

    def start(
        self,
        title: Message,
        work: Callable[[Progress, Cancel], T],
        *,
        on_done: Callable[[T], object] | None = None,
        on_failed: Callable[[BaseException], object] | None = None,
        on_cancelled: Callable[[], object] | None = None,
        lane: str = "",
    ) -> Job[T]:
        """
        Run work on a thread of its own.

        Parameters
        ----------
        title : Message
            What the user asked for.
        work : Callable
            Takes ``progress`` and ``cancel``.
        on_done : Callable or None
            Gets the result, on the GUI thread.
        on_failed : Callable or None
            Gets the error, on the GUI thread; None hands it to the runner's `on_failure`.
        on_cancelled : Callable or None
            Called on the GUI thread when the work stopped because it was asked to.
        lane : str, default ""
            Jobs of one lane run one after the other: changes of the project must.

        Returns
        -------
        Job
            The job, waiting or running.
        """
        job: Job[T] = Job(next(self._numbers), title, work, lane)
        callbacks = _Callbacks(on_done, on_failed or self._on_failure, on_cancelled)
        busy = lane and any(other.lane == lane for other in self._alive)
        self._alive.append(job)
        job.changed.connect(lambda: self.changed.emit(job))
        self.started.emit(job)
        if busy:
            self._waiting.setdefault(lane, deque()).append((job, callbacks))
        else:
            self._launch(job, callbacks)
        return job

    def quick(self, work: Callable[[], T], deliver: Callable[[T], object], haste: Haste = Haste.SOON) -> None:
        """
        Do a small silent task in a pool of two threads; what is urgent, such as a map tile, in two of its own.

        Parameters
        ----------
        work : Callable
            Runs in the pool; an error in it goes to `on_failure`, but for `CancelledError`, which ends it in silence.
        deliver : Callable
            Gets its result on the GUI thread; never called after `close`.
        haste : Haste, default SOON
            What is more urgent is begun first; what is as urgent, in the order of asking. What nobody waits for is begun when nothing
            urgent was asked for in the last 0.4 seconds, or after four.
        """
        if self._is_closed:
            return
        if haste is Haste.NOW:
            if self._urgent_pool is None:
                self._urgent_pool = ThreadPoolExecutor(_QUICK_THREADS, thread_name_prefix=f"{THREAD_PREFIX}urgent")
            self._urgent_pool.submit(self._do_quick, work, deliver)
            self._put_off()
            return
        if haste is Haste.LATER:
            if not self._later:
                self._later_since_s = time.monotonic()
            self._later.append(lambda: self._enter(work, deliver, haste))
            self._put_off()
            return
        self._enter(work, deliver, haste)

    def _enter(self, work: Callable[[], T], deliver: Callable[[T], object], haste: Haste) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_QUICK_THREADS, thread_name_prefix=f"{THREAD_PREFIX}quick")
        self._line.put((haste, next(self._turns), lambda: self._do_quick(work, deliver)))
        # Who is free takes what is most urgent then, which need not be what is asked for here.
        self._pool.submit(self._do_next)

    def expect(self, *, urgent: bool) -> None:
        """
        Say that urgent tasks will come, or that no more are on their way: until then nothing is begun that nobody waits for.

        Parameters
        ----------
        urgent : bool
            Whether they will. After four seconds it counts no more.
        """
        self._is_expecting = urgent

    def _put_off(self) -> None:
        if self._later and (not self._calm.isActive() or not self._has_waited):
            self._calm.start()

    @property
    def _has_waited(self) -> bool:
        return time.monotonic() - self._later_since_s >= _MOST_WAIT_S

    def _begin_later(self) -> None:
        if self._is_expecting and not self._has_waited:
            self._calm.start()
            return
        while self._later:
            self._later.popleft()()

    def patient(self, work: Callable[[], T], deliver: Callable[[T], object]) -> None:
        """
        Do a small silent task that waits for somebody else, such as a server, without holding up the quick ones.

        Parameters
        ----------
        work : Callable
            As in `quick`.
        deliver : Callable
            As in `quick`.
        """
        if self._is_closed:
            return
        if self._patient_pool is None:
            self._patient_pool = ThreadPoolExecutor(_PATIENT_THREADS, thread_name_prefix=f"{THREAD_PREFIX}patient")
        self._patient_pool.submit(self._do_quick, work, deliver)

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in self.alive:
            job.cancel()

    def close(self) -> None:
        """Ask every job to stop, drop quick tasks that did not begin, and wait for those that did."""
        self._is_closed = True
        self._calm.stop()
        self._later.clear()
        self.cancel_all()
        for pool in (self._urgent_pool, self._pool, self._patient_pool):
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)
        self._urgent_pool = self._pool = self._patient_pool = None

    def _launch(self, job: Job[Any], callbacks: _Callbacks) -> None:
        job.state = JobState.RUNNING
        job.started_s = time.monotonic()
        name = f"{THREAD_PREFIX}job-{job.number}"
        threading.Thread(target=self._do, args=(job, callbacks), name=name).start()
        job.changed.emit()

    def _do(self, job: Job[Any], callbacks: _Callbacks) -> None:
        try:
            result = job.run(_Reporter(job, self._post))
        except CancelledError:
            self._post(lambda: self._end(job, JobState.CANCELLED, callbacks))
        except BaseException as error:  # noqa: BLE001 - every failure is delivered, none may die with the thread
            failure = error
            self._post(lambda: self._end(job, JobState.FAILED, callbacks, error=failure))
        else:
            self._post(lambda: self._end(job, JobState.DONE, callbacks, result=result))

    def _do_next(self) -> None:
        self._line.get()[2]()

    def _do_quick(self, work: Callable[[], T], deliver: Callable[[T], object]) -> None:
        try:
            result = work()
        except CancelledError:
            return
        except Exception as error:  # noqa: BLE001 - delivered, as above
            failure = error
            self._post(lambda: self._on_failure(failure))
        else:
            self._post(lambda: None if self._is_closed else deliver(result))

    def _post(self, letter: Callable[[], object]) -> None:
        self._mail.put(letter)
        self._poked.emit()

    @Slot()
    def _empty_mail(self) -> None:
        if self._is_pausing:
            return
        began_s = time.monotonic()
        try:
            while not self._mail.empty() and time.monotonic() - began_s < _MAIL_S:
                self._mail.get()()
        finally:
            if not self._mail.empty():
                # Many results at once, or one that failed: clicks and paintings come between them. A signal would come before those.
                self._is_pausing = True
                QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        self._is_pausing = False
        self._empty_mail()

    def _end(
        self,
        job: Job[Any],
        state: JobState,
        callbacks: _Callbacks,
        *,
        result: object = None,
        error: BaseException | None = None,
    ) -> None:
        job.state, job.result, job.error = state, result, error
        job.fraction = 1.0 if state is JobState.DONE else job.fraction
        self._alive.remove(job)
        line = self._waiting.get(job.lane)
        if line:
            self._launch(*line.popleft())
        try:
            callbacks.call(state, result, error)
        finally:
            job.changed.emit()
            job.ended.emit()
            self.ended.emit(job)
            # Qt holds whoever hears a job, and they the job: with its work and its result it would stay for ever.
            job.changed.disconnect()
            if not self._alive:
                self.idle.emit()
                self.quick(hand_back, lambda _nothing: None, Haste.LATER)


class _Callbacks:
    """What to call at the end of a job."""

    def __init__(
        self,
        on_done: Callable[[Any], object] | None,
        on_failed: Callable[[BaseException], object],
        on_cancelled: Callable[[], object] | None,
    ) -> None:
        self._on_done, self._on_failed, self._on_cancelled = on_done, on_failed, on_cancelled

    def call(self, state: JobState, result: object, error: BaseException | None) -> None:
        if state is JobState.DONE and self._on_done is not None:
            self._on_done(result)
        elif state is JobState.FAILED and error is not None:
            self._on_failed(error)
        elif state is JobState.CANCELLED and self._on_cancelled is not None:
            self._on_cancelled()


class _Reporter:
    """The `Progress` of a job: at most twenty reports a second cross over, new texts always do."""

    def __init__(self, job: Job[Any], post: Callable[[Callable[[], object]], None]) -> None:
        self._job, self._post = job, post
        self._last_s = 0.0
        self._last_text: Message | None = None

    def __call__(self, fraction: float, text: Message | None = None) -> None:
        now_s = time.monotonic()
        new_text = text is not None and text != self._last_text
        if not new_text and now_s - self._last_s < _REPORT_EVERY_S:
            return
        self._last_s, self._last_text = now_s, text or self._last_text
        self._post(lambda: self._tell(min(max(fraction, 0.0), 1.0), text))

    def _tell(self, fraction: float, text: Message | None) -> None:
        if self._job.is_over:
            return
        self._job.fraction = fraction
        self._job.text = text or self._job.text
        self._job.changed.emit()
