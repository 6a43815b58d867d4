"""What disks, folders, other programs and clocks do to a project, one after the other."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import resource
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unittest import mock

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.model.edits import InsertRows, SetSetting
from patrolmap.project import journal
from patrolmap.project.check import examine
from patrolmap.project.opening import looked_at
from patrolmap.project.store import ProjectStore
from tools.torture.work import EDIT, incidents, make_base, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FAULTS", "Fault"]

_DISK_MB: Final = 3


@dataclass(frozen=True)
class Fault:
    """What happened: ``held``, ``lost``, or ``skipped`` where this machine does not allow the trial."""

    name: str
    outcome: str
    words: str


def full_disk() -> Fault:
    """Fill a small disk with edits; free some space, and go on."""
    with _place() as folder:
        on_a_disk = os.path.ismount(folder)
        filler, path = folder / "filler", folder / "a.gpkg"
        make_base(path)
        filler.write_bytes(bytes(400_000))
        confirmed, refused = 0, ""
        with ProjectStore.open(path) as project, _limit(path, wanted=not on_a_disk):
            while not refused:
                state = state_of(project._opened.connection)  # noqa: SLF001
                try:
                    project.apply(InsertRows("incidents", incidents(400, f"f{confirmed}")), EDIT)
                    confirmed += 1
                except PatrolmapError as error:
                    refused = str(error)
        held = _is_as(path, state)
        filler.unlink()
        with ProjectStore.open(path) as project:
            project.apply(SetSetting("after", 1), EDIT)
        where = "a full tmpfs" if on_a_disk else "a limit of the size of files"
        return _fault("full disk", held, f"{where} after {confirmed} edits; {refused}")


def read_only_folder() -> Fault:
    """Show a project whose folder nobody may write."""
    with _place() as folder:
        path = folder / "a.gpkg"
        make_base(path)
        if os.path.ismount(folder):
            _system("mount", "-o", "remount,ro", str(folder))
        elif os.getuid() == 0:
            return Fault("read-only folder", "skipped", "root may write everywhere, and nothing can be mounted here")
        else:
            path.chmod(0o444)
            folder.chmod(0o555)
        try:
            with ProjectStore.open(path) as project:
                shown = project.read_only and project.count("incidents") == 300
                notice = str(project.notice)
                try:
                    project.apply(SetSetting("a", 1), EDIT)
                    shown = False
                except InputError as error:
                    refused = str(error)
        finally:
            if not os.path.ismount(folder):
                folder.chmod(0o755)
        return _fault("read-only folder", shown, f"{notice} {refused}")


def vanished_share() -> Fault:
    """Take the folder away while a project in it is open, and bring it back."""
    with _place() as folder:
        share, away = folder / "share", folder / "away"
        share.mkdir()
        path = share / "a.gpkg"
        make_base(path)
        project = ProjectStore.open(path)
        project.apply(SetSetting("turn", 1), EDIT)
        state = state_of(project._opened.connection)  # noqa: SLF001
        share.rename(away)
        try:
            project.apply(SetSetting("turn", 2), EDIT)
            refused = ""
        except PatrolmapError as error:
            refused = str(error)
        project.close()
        away.rename(share)
        held = bool(refused) and _is_as(path, state)
        return _fault("folder that vanishes", held, refused)


def unmounted_share() -> Fault:
    """Unmount the disk under an open project, and mount it again."""
    with _place() as folder:
        if not os.path.ismount(folder):
            return Fault("share that is unmounted", "skipped", "nothing can be mounted here")
        inner = folder.with_name(folder.name + "-share")
        inner.mkdir()
        (folder / "kept").mkdir()
        _system("mount", "--bind", str(folder / "kept"), str(inner))
        path = inner / "a.gpkg"
        make_base(path)
        project = ProjectStore.open(path)
        state = state_of(project._opened.connection)  # noqa: SLF001
        _system("umount", "-l", str(inner))
        try:
            project.apply(SetSetting("turn", 2), EDIT)
            refused = ""
        except PatrolmapError as error:
            refused = str(error)
        project.close()
        left = list(inner.iterdir())
        shutil.rmtree(inner)
        held = bool(refused) and not left and _is_as(folder / "kept" / "a.gpkg", state)
        return _fault("share that is unmounted", held, refused)


def two_programs() -> Fault:
    """Open a project that another program has; then kill that one."""
    with _place() as folder:
        path = folder / "a.gpkg"
        make_base(path)
        context = multiprocessing.get_context("forkserver")
        receiver, sender = context.Pipe(duplex=False)
        other = context.Process(target=_hold, args=(path, sender))
        other.start()
        name = receiver.recv()
        with ProjectStore.open(path) as project:
            notice = str(project.notice)
            second = project.read_only and name in notice and project.count("incidents") == 300
        other.kill()
        other.join()
        with ProjectStore.open(path) as project:
            project.apply(SetSetting("a", 1), EDIT)
        return _fault("two programs", second, notice)


def clock_backwards() -> Fault:
    """Turn the clock back an hour with each edit; the order of the journal is that of what happened."""
    with _place() as folder:
        path = folder / "a.gpkg"
        make_base(path)
        start = dt.datetime.now(dt.UTC)
        with ProjectStore.open(path) as project:
            for turn in range(20):
                with _clock(start - turn * dt.timedelta(hours=1)):
                    project.apply(SetSetting("turn", turn), EDIT)
            entries = list(project.journal())
            project.undo()
            held = project.setting("turn") == 18
        times = [entry.at for entry in entries[-20:]]
        held = held and times == sorted(times, reverse=True) and _is_sound(path)
        held = held and [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        return _fault("clock backwards", held, f"20 edits, from {times[0]} to {times[-1]}, in their order")


FAULTS: Final[tuple[Callable[[], Fault], ...]] = (
    full_disk,
    read_only_folder,
    vanished_share,
    unmounted_share,
    two_programs,
    clock_backwards,
)
"""One trial each."""


def _hold(path: Path, sender: object) -> None:
    from patrolmap.project.lock import ProjectLock

    with ProjectStore.open(path):
        sender.send(ProjectLock(path).holder())  # type: ignore[attr-defined]
        multiprocessing.Event().wait()


@contextmanager
def _clock(now: dt.datetime) -> Iterator[None]:
    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return now.astimezone(tz)

    with mock.patch.object(journal.dt, "datetime", Clock):
        yield


@contextmanager
def _place() -> Iterator[Path]:
    """Give a small disk of its own where that is allowed, else a folder."""
    with tempfile.TemporaryDirectory(prefix="patrolmap-torture-") as name:
        folder = Path(name) / "disk"
        folder.mkdir()
        mounted = _system("mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m", "patrolmap", str(folder))
        try:
            yield folder
        finally:
            if mounted:
                _system("umount", "-l", str(folder))


@contextmanager
def _limit(path: Path, *, wanted: bool) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if wanted:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 500_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _system(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _is_as(path: Path, state: dict[str, str]) -> bool:
    with ProjectStore.open(path) as project:
        same = state_of(project._opened.connection) == state  # noqa: SLF001
    return same and _is_sound(path)


def _is_sound(path: Path) -> bool:
    with looked_at(path) as connection:
        return examine(connection).is_sound


def _fault(name: str, held: bool, words: str) -> Fault:  # noqa: FBT001 - the verdict
    return Fault(name, "held" if held else "lost", words)
