"""Kill programs at random moments, and see whether all that they were told is done is there."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import signal
import sqlite3
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from patrolmap.errors import PatrolmapError
from patrolmap.project.check import examine
from patrolmap.project.opening import looked_at
from patrolmap.project.rescue import rescue_file
from patrolmap.project.schema import SCHEMA_VERSION
from patrolmap.project.store import ProjectStore
from tests.project.older import make_older
from tools.torture.work import WORKS, make_base, run, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

__all__ = ["Tally", "kill_many"]

_OPERATIONS: Final = 5
_FRESH_AFTER: Final = 25
_PATIENCE_S: Final = 60.0


@dataclass
class Tally:
    """What the kills of one kind of work showed; `ahead` counts changes that were on the disk before anybody was told."""

    kills: int = 0
    confirmed: int = 0
    in_transaction: int = 0
    ahead: int = 0
    faults: list[str] = field(default_factory=list)


class LostError(Exception):
    """Something that was confirmed is not there, or the project is not sound."""


def kill_many(kills: int, seed: int, say: Callable[[str], None]) -> dict[str, Tally]:
    """Share the kills among the kinds of work; each has a project that goes through many of them."""
    rng = np.random.default_rng(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tools.torture.work"])
    tallies = {kind: Tally() for kind in WORKS}
    with tempfile.TemporaryDirectory(prefix="patrolmap-torture-") as scratch:
        base = Path(scratch) / "base.gpkg"
        make_base(base)
        spans_s = {kind: _span_s(context, kind, base, Path(scratch) / f"{kind}-timed") for kind in WORKS}
        for turn in range(kills):
            kind = tuple(WORKS)[turn % len(WORKS)]
            tally = tallies[kind]
            folder = Path(scratch) / kind
            if tally.kills % _FRESH_AFTER == 0 or kind in {"migrate", "rescue"} or tally.faults:
                _prepare(kind, base, folder, turn=tally.kills)
            delay_s = float(rng.uniform(0.0, spans_s[kind]))
            try:
                _kill_one(context, kind, folder, (turn, delay_s), tally)
            except (LostError, PatrolmapError, sqlite3.Error) as error:
                tally.faults.append(f"{kind}, kill {turn}, after {delay_s:.4f} s: {error!r}")
            if (turn + 1) % 50 == 0:
                say(f"{turn + 1} of {kills} kills")
    return tallies


def _prepare(kind: str, base: Path, folder: Path, *, turn: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "a.gpkg"
    shutil.copy(base, path)
    if kind == "migrate":
        make_older(path, 1 + turn % (SCHEMA_VERSION - 1))  # every format that there was, in turn
    if kind == "rescue":
        content = bytearray(path.read_bytes())
        size = int.from_bytes(content[16:18], "big")
        leaf = next(
            at for at in range(len(content) - size, 0, -size) if content[at : at + size].count("盗窃".encode()) > 5
        )
        content[leaf : leaf + size] = b"\xff" * size
        path.with_name("damaged.gpkg").write_bytes(content)


def _span_s(context: Any, kind: str, base: Path, folder: Path) -> float:
    """Measure how long a few operations take, so that kills hit them."""
    _prepare(kind, base, folder, turn=0)
    process, receiver = _start(context, kind, folder, 0)
    words = _words(receiver)
    next(words)
    begin = time.perf_counter()
    for _ in zip(range(_OPERATIONS), words, strict=False):
        pass
    span_s = time.perf_counter() - begin
    process.kill()
    process.join()
    return span_s


def _start(context: Any, kind: str, folder: Path, seed: int) -> tuple[Any, Connection]:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(kind, folder, seed, sender))
    process.start()
    sender.close()
    return process, receiver


def _words(receiver: Connection) -> Iterator[Any]:
    with suppress(EOFError):
        while receiver.poll(_PATIENCE_S):
            yield json.loads(receiver.recv_bytes())


def _kill_one(context: Any, kind: str, folder: Path, how: tuple[int, float], tally: Tally) -> None:
    turn, delay_s = how
    path = folder / "a.gpkg"
    before = _state_before(kind, path)
    process, receiver = _start(context, kind, folder, turn)
    words = _words(receiver)
    said = [next(words)]
    time.sleep(delay_s)
    process.kill()
    said.extend(words)
    process.join()
    receiver.close()
    tally.kills += 1
    _require(process.exitcode in {0, -signal.SIGKILL}, f"the program failed by itself, status {process.exitcode}")
    tally.confirmed += len(said) - 1
    tally.in_transaction += any(file.name.endswith("-journal") for file in folder.iterdir())
    if kind == "rescue":
        _judge_rescue(folder, confirmed=len(said) > 1)
    elif kind == "migrate":
        tally.ahead += _judge_migration(path, before, confirmed=len(said) > 1)
    else:
        tally.ahead += _judge(path, said[-1][1])


def _state_before(kind: str, path: Path) -> dict[str, Any]:
    if kind != "migrate":
        return {}
    with ProjectStore.open(path, read_only=True) as project:  # brought up to date in memory only
        state = state_of(project._opened.connection)  # noqa: SLF001
    with closing(sqlite3.connect(path)) as raw:
        state["journal"] = raw.execute("SELECT hash FROM journal ORDER BY fid DESC LIMIT 1").fetchone()[0]
    return state


def _judge(path: Path, confirmed: dict[str, Any]) -> int:
    """Compare with the last word; a change that went further than the word is taken back for that, and made again."""
    with ProjectStore.open(path) as project:
        _require(not project.read_only, "opens read-only")
        entries = list(project.journal())
        hashes = [entry.hash for entry in entries]
        _require(confirmed["journal"] in hashes, "a confirmed entry of the journal is lost")
        further = entries[hashes.index(confirmed["journal"]) + 1 :]
        _require(len(further) <= 1, "more than one change was not confirmed")
        if further:
            (project.redo if further[0].kind == "undo" else project.undo)()
        rows = state_of(project._opened.connection)["rows"]  # noqa: SLF001
        _require(rows == confirmed["rows"], "rows differ from what was confirmed")
        if further:
            (project.undo if further[0].kind == "undo" else project.redo)()
    _require_sound(path)
    return len(further)


def _judge_migration(path: Path, before: dict[str, Any], *, confirmed: bool) -> int:
    with closing(sqlite3.connect(path)) as raw:
        kinds = [row[0] for row in raw.execute("SELECT kind FROM journal")]
    _require(not confirmed or "migrate" in kinds, "a confirmed migration is lost")
    with ProjectStore.open(path) as project:
        entries = list(project.journal())
        _require(before["journal"] in [entry.hash for entry in entries], "the journal was cut")
        _require([entry.kind for entry in entries].count("migrate") == 1, "migrated twice, or not at all")
        _require(state_of(project._opened.connection)["rows"] == before["rows"], "rows differ")  # noqa: SLF001
    copies = list(path.parent.glob("a.format-*.backup*.gpkg"))
    _require(bool(copies), "there is no backup")
    for copy in copies:
        with closing(sqlite3.connect(copy)) as raw:
            _require(raw.execute("PRAGMA integrity_check").fetchone() == ("ok",), f"{copy.name} is damaged")
            _require("migrate" not in {row[0] for row in raw.execute("SELECT kind FROM journal")}, "backup is migrated")
    _require_sound(path)
    return int("migrate" in kinds and not confirmed)


def _judge_rescue(folder: Path, *, confirmed: bool) -> None:
    target, damaged = folder / "rescued.gpkg", folder / "damaged.gpkg"
    _require(target.exists() or not confirmed, "the confirmed rescue is not there")
    if not target.exists():
        rescue_file(damaged, target)
    with closing(sqlite3.connect(target)) as raw:
        rows = raw.execute("SELECT count(*) FROM incidents").fetchone()[0]
    _require(0 < rows < 300, f"{rows} rows were rescued")
    _require_sound(target)
    with ProjectStore.open(target) as project:
        _require([entry.kind for entry in project.journal()][-1] == "rescue", "the journal does not tell of the rescue")


def _require_sound(path: Path) -> None:
    with looked_at(path) as connection:
        report = examine(connection)
    _require(report.is_sound, "; ".join(str(finding.text) for finding in report.findings))


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise LostError(otherwise)
