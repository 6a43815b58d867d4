"""
``python -m tools.fuzz_ingest --minutes 60 --seed 1``: look for files that crash, hang or fill the memory.

A worker mutates files of the corpus and imports them; this process watches it, kills it after ten seconds of
computing on one file, or after a quarter of an hour of the clock without computing so much (it waits for something then),
and starts the next. Only errors that the program raises on purpose are no findings. A worker ends with this process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

from tools.fuzz_ingest.worker import fuzz

_TOO_LONG_S: Final = 10.0
_LOOK_EVERY_S: Final = 0.5
_START_S: Final = 120.0
_WAITING_S: Final = 900.0


def main() -> int:
    """Run for the wished time; the status is 1 if there are findings."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz_ingest", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=None, help="where findings go; a temporary folder by default")
    wish = parser.parse_args()
    folder = wish.out or Path(tempfile.mkdtemp(prefix="patrolmap-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")
    Path(tempfile.tempdir).mkdir(exist_ok=True)
    end_s = time.time() + 60 * wish.minutes
    totals = {"count": 0, "kept": 0, "lines": 0, "peak_mb": 0, "workers": 0}
    while time.time() < end_s:
        totals["workers"] += 1
        state = _watch(folder, wish.seed + totals["workers"], end_s)
        totals["count"] += state.get("count", 0)
        totals["kept"] += state.get("kept", 0)
        totals["lines"] = max(totals["lines"], state.get("lines", 0))
        totals["peak_mb"] = max(totals["peak_mb"], state.get("peak_mb", 0))
        print(json.dumps({**totals, "findings": _findings(folder)}), flush=True)
    return 1 if _findings(folder) else 0


def _watch(folder: Path, seed: int, end_s: float) -> dict[str, int]:
    """Let one worker run until it ends, dies or computes too long on one file."""
    (folder / "state.json").unlink(missing_ok=True)
    worker = multiprocessing.get_context("spawn").Process(target=fuzz, args=(folder, seed, end_s))
    worker.start()
    count, since_s, clock_s = -1, 0.0, time.monotonic()
    state: dict[str, int] = {}
    while worker.is_alive():
        worker.join(_LOOK_EVERY_S)
        state = _state(folder) or state
        used_s = _processor_s(worker.pid or 0)
        if state.get("count", 0) != count:
            count, since_s, clock_s = state.get("count", 0), used_s, time.monotonic()
        computes = used_s - since_s > (_TOO_LONG_S if count else _START_S)
        if computes or time.monotonic() - clock_s > _WAITING_S:
            worker.kill()
            worker.join()
            _keep(folder, "hang" if computes else "waits")
            return state
    if worker.exitcode:
        _keep(folder, f"died_{worker.exitcode}")
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    (folder / "tmp").mkdir()
    return state


def _state(folder: Path) -> dict[str, int]:
    try:
        return dict(json.loads((folder / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _processor_s(pid: int) -> float:
    """Time that a process has computed, which a busy machine does not stretch."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _keep(folder: Path, kind: str) -> None:
    number = sum(1 for item in (folder / "findings").glob(f"{kind}-*")) if (folder / "findings").exists() else 0
    if (folder / "try").exists():
        shutil.copytree(folder / "try", folder / "findings" / f"{kind}-{number}")


def _findings(folder: Path) -> int:
    return sum(1 for item in (folder / "findings").glob("*") if item.is_dir()) if (folder / "findings").exists() else 0


if __name__ == "__main__":
    raise SystemExit(main())
